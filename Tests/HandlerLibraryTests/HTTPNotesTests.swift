import HTTP
import HandlerLibrary
import MessageHandling
import TestKit
import Testing

/// What is noted of an exchange with an endpoint, for the line about the run's end.
struct HTTPNotesTests {
    private func detail(of answer: HTTPResponse) async -> RunDetail? {
        let log = LogRecorder()
        let transport = ScriptedTransport([.success(answer)])
        _ = try? await HTTPHandler(
            HTTPSettings(url: "http://127.0.0.1/"), transport: transport
        )
        .handle(message(), context: log.context())
        #expect(log.entries.isEmpty)
        return log.details.first
    }

    @Test(arguments: [
        (200, nil), (500, "the endpoint answered 500"), (429, "the endpoint answered 429"),
        (502, nil),
    ])
    func `a failure is noted with its status and answer, of a success the status alone`(
        status: Int, ending: String?
    ) async throws {
        let body = Array("\n{\"error\": \"the database is down\"}\n".utf8)
        let detail = await detail(of: HTTPResponse(status: status, body: body))
        #expect(detail?.ending == ending)
        #expect(detail?.fields == ["http_status": "\(status)"])
        #expect(detail?.output == (status == 200 ? nil : #"{"error": "the database is down"}"#))
    }

    @Test(
        arguments: [
            ([], nil), (Array(" \n".utf8), nil), ([0xFF, 0xD8], "an answer that is no text (x/y)"),
            (Array("a\0b".utf8), "an answer that is no text (x/y)"),
            (Array("tab\tand\r\nlines".utf8), "tab\tand\r\nlines"),
            (
                Array(String(repeating: "x", count: 4_095).utf8) + Array("é".utf8),
                String(repeating: "x", count: 4_095)
            ),
        ] as [([UInt8], String?)])
    func `an answer is noted as text where it is text, cut between characters`(
        body: [UInt8], output: String?
    ) async {
        let answer = HTTPResponse(status: 500, headers: ["Content-Type": "x/y"], body: body)
        #expect(await detail(of: answer)?.output == output)
    }
}
