import AWS
import Foundation
import Testing

/// What is read as Python reads it, compared with Python.
struct ParsingTests {
    static let files = [
        "", "# comment\n; comment\n\n[a]\nk=v\n", "[a]\nK : v = w\n[b]\nk==\n",
        "[ a b ] rest\nk = v ; not a comment # nor this\n",
        "[a]\nk =\n  x = 1\n\n  # comment\n  y = 2 = 3\nl = m\n",
        "[a]\nk = one\n  two\n\n  three\n\n",
        "[a]\nk =\n\nl = 1\n", "  [a]\n  k = v\n    w\n  l = 1\n", "[a]\nk = v\n\tw\n",
        "[a]\r\nk = v\r\nl = w\r\n", "[a]\nk =\n  no pair\n", "k = v\n", "[a]\nno pair\n",
        "[a]\n= v\n", "[a]\n[a]\n", "[a]\nk=1\nK=2\n", "[]\nk=1\n", "[a\nk=1\n",
        "[a]\nk\u{e9} = \u{fc}\n",
        "[a]\nk = v\n[b]\n  l = 1\n    m = 2\n",
    ]

    @Test(.timeLimit(.minutes(1)))
    func `configuration files are read as botocore reads them`() async throws {
        let answers = try await Botocore.ask("ini", Self.files, as: [Sections?].self)
        try #require(answers.count == Self.files.count)
        for (text, expected) in zip(Self.files, answers) {
            #expect(Sections(text) == expected, "\(text.debugDescription)")
        }
    }

    static let lines = [
        "", "  ", "a b\tc", "'a b' \"c d\"", #"a\ b \\ \'"#, #""a\"b\\c\d""#, "'' \"\" x''y",
        "a#b c", "\"$HOME\" `x` *", "a'b'c\"d\"e", "é \u{1F600}", "'open", "\"open", "end\\",
        "a\nb",
        #"'{"a": "b"}'"#,
    ]

    @Test(.timeLimit(.minutes(1)))
    func `command lines are split as botocore splits them`() async throws {
        let answers = try await Botocore.ask("words", Self.lines, as: [[String]?].self)
        try #require(answers.count == Self.lines.count)
        for (line, expected) in zip(Self.lines, answers) {
            #expect((try? shellWords(line)) == expected, "\(line.debugDescription)")
        }
    }

    /// A file as botocore's parser shows it: text, or nested pairs, by section and key.
    struct Sections: Decodable, Equatable {
        enum Value: Decodable, Equatable {
            case text(String)
            case nested([String: String])

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let text = try? container.decode(String.self) {
                    self = .text(text)
                } else {
                    self = .nested(try container.decode([String: String].self))
                }
            }
        }

        let values: [String: [String: Value]]

        init(from decoder: any Decoder) throws {
            values = try decoder.singleValueContainer().decode([String: [String: Value]].self)
        }

        init?(_ text: String) {
            guard let file = try? INIFile(Array(text.utf8), path: "file") else { return nil }
            var values: [String: [String: Value]] = [:]
            for section in file.sections {
                values[section.name] = section.values.mapValues { value in
                    switch value {
                    case .text(let text): .text(text)
                    case .nested(let pairs): .nested(pairs)
                    }
                }
            }
            self.values = values
        }
    }

    @Test(
        arguments: [
            ("<R><E><C> a&amp;b&#x21;&#33; </C></E></R>", "a&b!!"),
            ("<?xml version=\"1.0\"?><!-- <C>no</C> --><r:E x='1'><r:C y=\"2\">v</r:C></r:E>", "v"),
            ("<C>outside</C><E><D/><C><![CDATA[<&]]>x<!-- c --></C></E>", "<&x"),
            ("<E><C/></E>", nil),
            ("<E><C>v</E>", nil), ("<E><C>&unknown;</C></E>", nil), ("<E></C><C>v</C></E>", nil),
            ("<E><C><D>v</D></C></E>", nil), ("<html><body>no", nil), ("", nil), ("<", nil),
            ("<![CDATA[<E><C>v</C></E>]]>", nil),
        ] as [(String, String?)])
    func `text is taken out of XML by its path`(document: String, expected: String?) {
        #expect(xmlText(of: ["E", "C"], in: document) == expected)
    }
}
