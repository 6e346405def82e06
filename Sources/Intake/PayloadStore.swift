package import Logging
internal import MessageHandling
package import S3

/// The payloads of a queue's messages that are in S3.
package struct PayloadStore: Sendable {
    private let client: S3Client
    private let limit: Int
    private let deletes: Bool
    private let logger: Logger

    /// - Parameters:
    ///   - limit: how large a payload may be, in bytes.
    ///   - deletes: whether a payload is deleted after its message.
    package init(client: S3Client, limit: Int, deletes: Bool, logger: Logger) {
        self.client = client
        self.limit = limit
        self.deletes = deletes
        self.logger = logger
    }

    func checkCredentials() async throws(HandlerUnavailable) {
        do throws(S3Error) {
            try await client.checkCredentials()
        } catch {
            guard error.kind != .cancelled else { return }
            throw Self.unreadable(error)
        }
    }

    /// What handlers are given of a message whose payload is elsewhere, when they need it.
    ///
    /// - Parameters:
    ///   - message: with the pointer to it as its body.
    ///   - unwrapLimit: what a compressed payload may grow to, in bytes.
    func fetch(
        of message: Message, with payload: Payload, limit unwrapLimit: Int
    ) -> PayloadFetch {
        PayloadFetch {
            do throws(S3Error) {
                return .bytes(try await read(payload.pointer))
            } catch {
                return .content(.missing(result(of: error)))
            }
        } decode: { bytes in
            do throws(EnvelopeError) {
                return .message(
                    try message.unwrapped(payload, holding: bytes, limit: unwrapLimit))
            } catch {
                return .unfit(error)
            }
        }
    }

    private func read(_ pointer: PayloadPointer) async throws(S3Error) -> [UInt8] {
        let object = try S3Object(bucket: pointer.bucket, key: pointer.key)
        if let size = pointer.size, size > limit {
            throw S3Error(.tooLarge, "\(object) has \(size) bytes")
        }
        return try await client.get(object, limit: limit)
    }

    /// Credentials that are not accepted concern every message, as an S3 that is out of reach does,
    /// and no handler has seen this one. A denied object may concern this one alone, and be
    /// missing: it comes back like after any error, and is the redrive policy's in the end.
    private func result(of error: S3Error) -> HandlerResult {
        switch error.kind {
        case .missing, .invalid: .reject(reason: "the payload \(error)")
        case .tooLarge:
            .reject(reason: "the payload \(error), more than payload_limit allows: \(limit)")
        case .credentials, .unavailable: HandlerResult(thrown: Self.unreadable(error))
        case .denied, .transient: HandlerResult(thrown: error)
        case .cancelled: .cancelled
        }
    }

    private static func unreadable(_ error: S3Error) -> HandlerUnavailable {
        HandlerUnavailable("payloads cannot be read: \(error)")
    }

    /// What deletes the payload of a message, where payloads are deleted.
    func disposal(
        of pointer: PayloadPointer, for message: Message
    ) -> (@Sendable () async -> Void)? {
        guard deletes, let object = try? S3Object(bucket: pointer.bucket, key: pointer.key) else {
            return nil
        }
        var fields: Logger.Metadata = [
            "queue": .string(message.queue.name), "message_id": .string(message.id),
        ]
        fields["trace_id"] = message.traceID.map { .string($0) }
        return { [client, logger, fields] in
            do throws(S3Error) {
                try await client.delete(object)
            } catch {
                logger.warning(
                    "deleted, but its payload stays in S3: \(error)", metadata: fields)
            }
        }
    }
}
