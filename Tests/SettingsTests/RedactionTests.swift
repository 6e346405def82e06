import Settings
import Testing

@Suite struct RedactionTests {
    @Test(arguments: [
        ("https://user:secret@host/path", "https://[redacted]@host/path"),
        ("https://user@host", "https://[redacted]@host"),
        ("https://a:p@ss@host/x", "https://[redacted]@host/x"),
        (
            "db=pg://u:p@db/x and http://v:w@y", "db=pg://[redacted]@db/x and http://[redacted]@y"
        ),
        ("https://host/mail@example.org", "https://host/mail@example.org"),
        ("https://host/x?a=1&token=abc&b=2", "https://host/x?a=1&token=[redacted]&b=2"),
        ("https://host/x?X-Amz-Signature=abc", "https://host/x?X-Amz-Signature=[redacted]"),
        ("plain text, user@host", "plain text, user@host"),
        ("--password=hunter2", "--password=[redacted]"),
        ("API_TOKEN=abc=", "API_TOKEN=[redacted]"),
        ("--colour=red", "--colour=red"),
        ("say: the password=x", "say: the password=x"),
        ("", ""),
    ])
    func `secrets in URLs are replaced, the rest stays`(text: String, expected: String) {
        #expect(Redaction.redact(text) == expected)
    }

    @Test(arguments: [
        ("DB_PASSWORD", true), ("PGPASSWORD", true), ("API_KEY", true), ("apikey", true),
        ("AWS_SECRET_ACCESS_KEY", true), ("AWS_SESSION_TOKEN", true),
        ("Authorization", true), ("Cookie", true), ("X-Api-Key", true), ("Accept", false),
        ("LANG", false),
        ("TOKENIZER_PATH", false), ("KEYBOARD", false),
    ])
    func `a value is replaced where its name says that it is a secret`(name: String, secret: Bool) {
        #expect(Redaction.redact("value", named: name) == (secret ? Redaction.mark : "value"))
    }
}
