import HTTP
import HTTPServer
import Testing
import WebPage

/// Whose form it is.
@Suite struct PageGuardTests {
    private static let own = "http://localhost:9326"

    @Test(
        arguments: [
            ("same-origin", own, true), (nil, own, true), ("same-origin", nil, true),
            (nil, "https://localhost:9326", true), (nil, "HTTP://LOCALHOST:9326", true),
            (nil, nil, false), ("cross-site", own, false), ("same-site", own, false),
            ("none", own, false), ("same-origin", "null", false),
            (nil, "http://localhost:9327", false), (nil, "http://localhost", false),
            (nil, "http://evil.example", false), (nil, "http://localhost:9326.evil.example", false),
        ] as [(String?, String?, Bool)])
    func `only a form of this very page is good`(site: String?, origin: String?, isGood: Bool) {
        let door = PageGuard(elsewhere: "ask elsewhere")
        var fields: HTTPHeaders = ["Host": "localhost:9326"]
        fields["Sec-Fetch-Site"] = site
        fields["Origin"] = origin
        let request = IncomingRequest(method: "POST", target: "/pause", headers: fields)
        #expect((door.objection(to: request, token: door.token) == nil) == isGood)
        for token in [nil, "", String(door.token.dropLast()), PageGuard(elsewhere: "").token] {
            #expect(door.objection(to: request, token: token) != nil)
        }
    }
}
