import Testing
import WebPage

@Suite struct HTMLTests {
    @Test(arguments: [
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("a \"b\" 'c' & &amp;", "a &quot;b&quot; &#39;c&#39; &amp; &amp;amp;"),
        ("</pre><script>", "&lt;/pre&gt;&lt;script&gt;"),
        ("one\r\ntwo\rthree", "one&#13;\ntwo&#13;three"),
        ("grün \u{1F600}\u{202E}", "grün \u{1F600}\u{202E}"), ("", ""),
    ])
    func `a value is text wherever it stands`(value: String, escaped: String) {
        let html: HTML = "<a title=\"\(value)\">\(value)</a>"
        #expect(html.text == "<a title=\"\(escaped)\">\(escaped)</a>")
    }

    @Test func `markup in markup stays markup`() {
        let items: [HTML] = ["a<b", "c"].map { "<li>\($0)</li>" }
        let nothing: HTML? = nil
        let list: HTML = "<ul>\(items)\(nothing)</ul>\(3)"
        #expect(list.text == "<ul><li>a&lt;b</li><li>c</li></ul>3")
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1\u{202F}000"), (1_234_567, "1\u{202F}234\u{202F}567"),
        (-1_000, "-1\u{202F}000"),
    ])
    func `a large number is read in groups`(number: Int, text: String) {
        #expect(Figures.grouped(number) == text)
    }
}
