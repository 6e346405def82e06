import SQS
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct BatchTests {
    @Test func `a batch that fails in part says which entries, and why`() async throws {
        let scene = Scene([
            .answer(
                #"""
                {"Successful":[{"Id":"ok"}],"Failed":[
                 {"Id":"gone","SenderFault":true,"Code":"ReceiptHandleIsInvalid","Message":"No."},
                 {"Id":"ours","SenderFault":false,"Code":"InternalError","Message":"Try later."},
                 {"Id":"new","SenderFault":true,"Code":"NeverHeardOf"},
                 {"Id":"later","SenderFault":false,"Code":"NeverHeardOf"}]}
                """#)
        ])
        let entries = ["ok", "gone", "ours", "new", "later", "lost"].map {
            DeleteEntry(id: $0, receiptHandle: "h-" + $0)
        }
        let result = try await scene.client.delete(entries, from: queueURL)
        #expect(Array(result.successful.keys) == ["ok"])
        #expect(
            result.failed.mapValues(\.kind) == [
                "gone": .leaseLost, "ours": .transient, "new": .malformed, "later": .transient,
                "lost": .transient,
            ])
        #expect(result.failed["gone"]?.code == "ReceiptHandleIsInvalid")
        #expect(result.failed["gone"]?.description.contains("orders") == true)
        #expect(result.failed["lost"]?.code == "NoResult")
    }

    @Test(arguments: ["{}", "null", #"{"Successful":null,"Failed":null}"#])
    func `an answer without lists leaves every entry transient`(body: String) async throws {
        let scene = Scene([.answer(body)])
        let result = try await scene.client.changeVisibility(
            [VisibilityEntry(id: "a", receiptHandle: "h", timeout: .zero)], in: queueURL)
        #expect(result.successful.isEmpty)
        #expect(result.failed.mapValues(\.kind) == ["a": .transient])
    }

    @Test(arguments: ["", "<html>", #"{"Successful":[{"Id":"a"}]"#])
    func `an answer that cannot be read deletes nothing`(body: String) async throws {
        let scene = Scene(Array(repeating: .answer(body), count: 3))
        let error = await #expect(throws: SQSError.self) {
            _ = try await scene.client.delete(
                [DeleteEntry(id: "a", receiptHandle: "h")], from: queueURL)
        }
        #expect(error?.kind == .transient)
        #expect(scene.transport.sent.count == 1)
    }

    @Test func `what SQS stored is compared with what was sent`() async throws {
        let digest = MessageDigests.body("b")
        let scene = Scene([
            .answer(
                #"""
                {"Successful":[
                 {"Id":"good","MessageId":"1","MD5OfMessageBody":"\#(digest)","SequenceNumber":"7"},
                 {"Id":"silent","MessageId":"2"},
                 {"Id":"loud","MessageId":"5","MD5OfMessageBody":"\#(digest.uppercased())",
                  "MD5OfMessageAttributes":"d41d8cd98f00b204e9800998ecf8427e"},
                 {"Id":"body","MessageId":"3","MD5OfMessageBody":"0"},
                 {"Id":"attributes","MessageId":"4","MD5OfMessageBody":"\#(digest)",
                  "MD5OfMessageAttributes":"0"}]}
                """#)
        ])
        let entries = ["good", "silent", "loud", "body", "attributes"].map {
            SendEntry(id: $0, body: "b")
        }
        let result = try await scene.client.send(entries, to: queueURL)
        #expect(
            result.successful == [
                "good": SentMessage(id: "1", sequenceNumber: "7"), "silent": SentMessage(id: "2"),
                "loud": SentMessage(id: "5"),
            ])
        #expect(result.failed.keys.sorted() == ["attributes", "body"])
        #expect(result.failed.values.allSatisfy { $0.code == "MD5Mismatch" })
    }
}
