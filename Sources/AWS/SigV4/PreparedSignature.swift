import Crypto
import FoundationEssentials
import HTTP
import Synchronization

/// The signature of requests that differ in their body and their time alone: what is the same in
/// all of them, put together once. Good for one day and one set of credentials.
struct PreparedSignature: Sendable {
    /// The request as it is given to be signed, without its body.
    private let request: HTTPRequest
    private let credentials: Credentials
    private let day: String
    private let path: SigV4Signer.PathRules
    /// The fields but for time and authorization.
    private let fields: HTTPHeaders
    /// The canonical request, with room for the time and, at its end, for the body's hash.
    private let canonical: [UInt8]
    private let timeInCanonical: Int
    /// The text to sign, with room for the time and, at its end, for the hash of the above.
    private let text: [UInt8]
    private let timeInText: Int
    private let authorization: [UInt8]
    /// Has taken in the key, and no text yet.
    private let keyed: HMAC<SHA256>

    private static let hashLength = 64
    private static let timeLength = 16
    private static let room = String(repeating: "0", count: timeLength)

    /// Nil where the request has a field of its own that signing sets.
    init?(
        _ request: HTTPRequest, _ signer: SigV4Signer, _ credentials: Credentials, day: String,
        keyed: HMAC<SHA256>
    ) {
        var request = request
        request.body = []
        let own = [SigV4Signer.dateField, SigV4Signer.tokenField, SigV4Signer.authorizationField]
        guard own.allSatisfy({ request.headers[$0] == nil }) else { return nil }
        var signed = request
        if let token = credentials.sessionToken { signed.headers.add(own[1], token) }
        fields = signed.headers
        signed.headers.add(own[0], Self.room)
        let canonical = CanonicalRequest(
            signed, bodyHash: String(repeating: "0", count: Self.hashLength),
            normalizesPath: signer.path.normalizes, encodesPath: signer.path.encodesTwice)
        guard let time = canonical.bytes.firstRange(of: Array("\nx-amz-date:\(Self.room)\n".utf8))
        else { return nil }
        self.request = request
        self.credentials = credentials
        self.day = day
        path = signer.path
        self.keyed = keyed
        self.canonical = canonical.bytes
        timeInCanonical = time.upperBound - 1 - Self.timeLength
        let scope = signer.scope(day: day)
        let start = "\(SigV4Signer.algorithm)\n"
        timeInText = start.utf8.count
        text = Array("\(start)\(Self.room)\n\(scope)\n".utf8) + canonical.bytes.suffix(64)
        authorization = Array(
            signer.authorization(credentials, scope: scope, fields: canonical.signedFields).utf8)
    }

    func serves(
        _ other: HTTPRequest, _ credentials: Credentials, day: String, _ path: SigV4Signer.PathRules
    ) -> Bool {
        self.day == day && self.path == path && request.url == other.url
            && request.headers == other.headers
            && request.method == other.method && self.credentials.signsLike(credentials)
    }

    /// The fields of the request with this body.
    func fields(for body: [UInt8], at timestamp: String) -> HTTPHeaders {
        var canonical = canonical
        canonical.overwrite(timeInCanonical, timestamp)
        canonical.overwriteEnd(hexadecimal: sha256(body))
        var text = text
        text.overwrite(timeInText, timestamp)
        text.overwriteEnd(hexadecimal: sha256(canonical))
        var code = keyed
        code.update(data: text)
        var authorization = authorization
        authorization.append(contentsOf: repeatElement(0, count: Self.hashLength))
        authorization.overwriteEnd(hexadecimal: code.finalize())
        var fields = fields
        fields.add(SigV4Signer.dateField, timestamp)
        fields.add(
            SigV4Signer.authorizationField, String(decoding: authorization, as: UTF8.self))
        return fields
    }
}

/// The signatures prepared last, for the few requests that a client repeats: each operation of SQS
/// for each queue.
final class PreparedSignatures: Sendable {
    private struct State {
        var prepared: [PreparedSignature] = []
        var moment: (second: Double, value: SigningMoment)?
    }

    /// Receives, deletes and renewals of some queues. Beyond it those used last are kept.
    private static let limit = 16

    private let state = Mutex(State())

    func moment(_ date: Date) -> SigningMoment {
        let second = date.timeIntervalSince1970.rounded(.down)
        return state.withLock { state in
            if let moment = state.moment, moment.second == second { return moment.value }
            let value = SigningMoment(date)
            state.moment = (second, value)
            return value
        }
    }

    func find(
        _ request: HTTPRequest, _ credentials: Credentials, day: String,
        _ path: SigV4Signer.PathRules, make: () -> PreparedSignature?
    ) -> PreparedSignature? {
        let found = state.withLock { state in
            state.prepared.first { $0.serves(request, credentials, day: day, path) }
        }
        if let found { return found }
        guard let made = make() else { return nil }
        state.withLock { state in
            if state.prepared.count == Self.limit { state.prepared.removeFirst() }
            state.prepared.append(made)
        }
        return made
    }
}

extension [UInt8] {
    fileprivate mutating func overwrite(_ index: Int, _ text: String) {
        var index = index
        for byte in text.utf8 {
            self[index] = byte
            index += 1
        }
    }

    fileprivate mutating func overwriteEnd(hexadecimal bytes: some Sequence<UInt8>) {
        let digits: StaticString = "0123456789abcdef"
        var index = count - 64
        for byte in bytes {
            self[index] = digits.utf8Start[Int(byte >> 4)]
            self[index + 1] = digits.utf8Start[Int(byte & 15)]
            index += 2
        }
    }
}
