import MessageHandling
import Testing

struct MessageTemplateTests {
    private let message = Message(
        id: "m-1", receiptHandle: "r", body: "the body",
        attributes: [
            "Order.Id": MessageAttribute(dataType: "String", value: .text("a b; {queue}")),
            "n": MessageAttribute(dataType: "Number", value: .text("1.50")),
            "raw": MessageAttribute(dataType: "Binary", value: .binary([1, 2])),
        ],
        systemAttributes: [
            "ApproximateReceiveCount": "3", "SentTimestamp": "1700000000123",
            "ApproximateFirstReceiveTimestamp": "1700000000456", "MessageGroupId": "g-1",
        ],
        queue: Queue(name: "orders", url: "http://127.0.0.1:9324/000000000000/orders"))

    private func expand(_ text: String, _ message: Message) throws -> String {
        try MessageTemplate(text).text(for: message, bodyFile: "/file") { "\($0.count) bytes" }
    }

    @Test(arguments: [
        ("{message_id}", "m-1"), ("{queue}", "orders"), ("{receive_count}", "3"),
        ("{queue_url}", "http://127.0.0.1:9324/000000000000/orders"),
        ("{sent_timestamp}", "1700000000123"), ("{first_receive_timestamp}", "1700000000456"),
        ("{group}", "g-1"), ("{body_file}", "/file"), ("{attribute.n}", "1.50"),
        ("{attribute.raw}", "2 bytes"), ("--id={message_id},{queue}!", "--id=m-1,orders!"),
        ("{queue}{queue}", "ordersorders"),
        // What a field brings is not looked at again.
        ("{attribute.Order.Id}", "a b; {queue}"),
        // What the message does not have is empty.
        ("<{attribute.none}>", "<>"),
    ])
    func `a field is what the message has`(text: String, expected: String) throws {
        #expect(try expand(text, message) == expected)
    }

    @Test(arguments: [
        "", "plain", "{}", "{print $1}", "{ queue }", "{queue", "queue}", "{1}", "{a,b}",
        "{\"a\":1}",
        "${", "{{}}", "{{", "}}", "{é}", "🦤{", "{-queue}",
    ])
    func `other braces are text`(text: String) throws {
        #expect(try MessageTemplate(text).constant == text)
    }

    @Test(arguments: [
        ("{{queue}}", "{queue}"), ("{{body}}", "{body}"), ("a{{x}}{{y}}", "a{x}{y}"),
        ("{{queue}}{queue}", nil),
    ])
    func `doubled braces are the text in single ones`(text: String, constant: String?) throws {
        #expect(try MessageTemplate(text).constant == constant)
    }

    @Test(arguments: ["body", "message", "MESSAGE_ID", "attribute", "attribute.", "group_id", "_"])
    func `a name that is no field's is an error that says what is allowed`(name: String) {
        let error = #expect(throws: MessageTemplate.UnknownField.self) {
            try MessageTemplate("--x={\(name)}")
        }
        #expect(error?.description.hasPrefix("{\(name)} is no field of a message") == true)
        #expect(error?.description.contains("{message_id}, {queue}") == true)
        #expect(error?.description.contains("{attribute.NAME}") == true)
    }

    @Test func `what a message lacks is empty`() throws {
        let bare = Message(
            id: "m", receiptHandle: "r", body: "", queue: Queue(name: "q", url: "u"))
        #expect(
            try expand("[{group}{sent_timestamp}{first_receive_timestamp}{attribute.a}]", bare)
                == "[]")
        #expect(try expand("{receive_count}", bare) == "1")
    }

    @Test func `it says whether it names the body's file`() throws {
        #expect(try MessageTemplate("--in={body_file}").namesBodyFile)
        #expect(try !MessageTemplate("--in={{body_file}}").namesBodyFile)
    }
}
