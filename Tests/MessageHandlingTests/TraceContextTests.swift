import MessageHandling
import Testing

@Suite struct TraceContextTests {
    private static let id = "0af7651916cd43dd8448eb211c80319c"
    private static let root = "1-5759e988-bd862e3fe1be46a994272793"

    private func message(context: String?, header: String?) -> Message {
        var attributes: [String: MessageAttribute] = [:]
        attributes["traceparent"] = context.map {
            MessageAttribute(dataType: "String", value: .text($0))
        }
        return Message(
            id: "1", receiptHandle: "r", body: "b", attributes: attributes,
            systemAttributes: header.map { ["AWSTraceHeader": $0] } ?? [:],
            queue: Queue(name: "orders", url: "http://127.0.0.1/orders"))
    }

    @Test(
        arguments: [
            ("00-\(id)-b7ad6b7169203331-01", nil, id),
            ("01-\(id)-b7ad6b7169203331-01-what-comes-later", nil, id),
            (nil, "Root=\(root);Parent=53995c3f42cd8ad8;Sampled=1", root),
            (nil, "Self=1-67891234-12456789abcdef012345678;Root=\(root)", root),
            ("00-\(id)-b7ad6b7169203331-01", "Root=\(root)", id),
            ("nonsense", "Root=\(root)", root), (nil, nil, nil),
        ] as [(String?, String?, String?)])
    func `the trace's id is that of the W3C context, or else of the X-Ray header`(
        context: String?, header: String?, id: String?
    ) {
        let message = message(context: context, header: header)
        #expect(message.traceID == id)
        #expect(message.traceparent == context)
    }

    @Test(arguments: [
        "", "00", "00-\(id)", "00-\(id)-", "ff-\(id)-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-\(id.uppercased())-b7ad6b7169203331-01", "00-\(id)0-b7ad6b7169203331-01",
        "00-\(id.dropLast())\n-b7ad6b7169203331-01", "0-\(id)-b7ad6b7169203331-01",
        String(repeating: "-", count: 1_000),
    ])
    func `what is no context names no trace`(context: String) {
        #expect(message(context: context, header: nil).traceID == nil)
    }

    @Test(.timeLimit(.minutes(1)))
    func `what is as long as a message costs no more than what is not`() {
        for text in ["-", ";", "-;", "Root="] {
            let long = String(repeating: text, count: (1 << 20) / text.utf8.count)
            let message = message(context: long, header: long)
            for _ in 0..<10_000 { #expect(message.traceID == nil) }
        }
    }

    @Test(arguments: [
        "", "Root=", "Root=1-2-3", "Parent=53995c3f42cd8ad8", "root=\(root)",
        "Root=2\(root.dropFirst())",
        "Root=\(root)\n", "Root=1-5759e988-bd862e3fe1be46a99427279X",
    ])
    func `what is no X-Ray header names no trace`(header: String) {
        #expect(message(context: nil, header: header).traceID == nil)
    }
}
