import AWS
import FoundationEssentials
import HTTP
import Testing

struct SigV4SignerTests {
    private let first = Credentials(accessKeyID: "A", secretAccessKey: "one", sessionToken: "t")
    private let second = Credentials(accessKeyID: "B", secretAccessKey: "two")
    private let noon = Date(timeIntervalSince1970: 1_700_000_000)

    private func signed(
        _ signer: SigV4Signer, _ credentials: Credentials, _ date: Date
    ) -> HTTPRequest {
        var request = HTTPRequest(
            url: "https://sqs.eu-west-1.amazonaws.com/", headers: ["X-Amz-Target": "T"],
            body: Array("{}".utf8))
        signer.sign(&request, with: credentials, at: date)
        return request
    }

    @Test func `a kept signing key is not used for another day or secret`() {
        let kept = SigV4Signer(service: "sqs", region: "eu-west-1")
        let moments = [noon, noon.addingTimeInterval(86_400), noon]
        for date in moments {
            for credentials in [first, first, second, first] {
                let fresh = SigV4Signer(service: "sqs", region: "eu-west-1")
                #expect(signed(kept, credentials, date) == signed(fresh, credentials, date))
            }
        }
    }

    @Test func `a request signed again carries the new signature alone`() {
        let signer = SigV4Signer(service: "sqs", region: "eu-west-1")
        var request = signed(signer, first, noon)
        let later = noon.addingTimeInterval(60)
        signer.sign(&request, with: second, at: later)
        let names = request.headers.fields.map(\.name)
        #expect(names.sorted() == ["Authorization", "X-Amz-Date", "X-Amz-Target"])
        #expect(
            request.headers["Authorization"]
                == signed(signer, second, later).headers["Authorization"])
    }

    /// What is signed again is put together anew, and what is signed first is not.
    @Test func `what requests have in common is kept, and makes no difference`() {
        let signer = SigV4Signer(service: "sqs", region: "eu-west-1")
        for (index, url) in ["https://a.test/", "https://b.test:8443/x/../y?b=2&a=1"].enumerated() {
            for credentials in [first, second] {
                for step in 0..<4 {
                    let date = noon.addingTimeInterval(Double(step) * 21_600.4)
                    var request = HTTPRequest(
                        url: url, headers: ["X-Amz-Target": "T\(step % 2)"],
                        body: Array("{\(index) \(step)}".utf8))
                    signer.sign(&request, with: credentials, at: date)
                    let first = request.headers["Authorization"]
                    signer.sign(&request, with: credentials, at: date)
                    #expect(request.headers["Authorization"] == first)
                }
            }
        }
    }

    @Test func `many tasks may share a signer`() async {
        let signer = SigV4Signer(service: "sqs", region: "eu-west-1")
        let expected = [first, second].map { signed(signer, $0, noon) }
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                group.addTask {
                    signed(signer, index % 2 == 0 ? first : second, noon) == expected[index % 2]
                }
            }
            for await isSame in group { #expect(isSame) }
        }
    }
}
