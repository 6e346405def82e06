import AWS
import Foundation
import FoundationNetworking
import HTTP

/// The `Transport` of these tests: real sockets, no client of ours.
struct URLSessionTransport: Transport {
    /// Requests to the address that begins with the key go to the value instead: the link-local
    /// hosts of AWS are not on a test machine.
    var rerouted: [String: String] = [:]

    func send(
        _ request: HTTPRequest, timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        var address = request.url
        for (from, to) in rerouted where address.hasPrefix(from) {
            address = to + address.dropFirst(from.count)
        }
        guard let url = URL(string: address) else {
            throw TransportError(.invalidURL, "\(address) cannot be used")
        }
        var foundation = URLRequest(url: url, timeoutInterval: Double(timeout.components.seconds))
        foundation.httpMethod = request.method
        for field in request.headers.fields {
            foundation.addValue(field.value, forHTTPHeaderField: field.name)
        }
        if !request.body.isEmpty { foundation.httpBody = Data(request.body) }
        do {
            let (data, response) = try await URLSession.shared.data(for: foundation)
            let status = (response as? HTTPURLResponse)?.statusCode ?? 0
            return HTTPResponse(status: status, body: Array(data))
        } catch {
            throw TransportError(.unreachable, "\(address): no answer")
        }
    }
}

/// A network with nothing in it.
struct DeadTransport: Transport {
    func send(
        _ request: HTTPRequest, timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        throw TransportError(.unreachable, "nothing listens")
    }
}
