import Envelopes
import Logging
import MessageHandling
import S3
import SubscriberEngine

/// The payloads of a queue's messages that are in S3.
struct PayloadStore: Sendable {
    let client: S3Client
    /// In bytes.
    let limit: Int

    /// - Throws: `S3Error`.
    func payload(at pointer: PayloadPointer) async throws -> [UInt8] {
        let object = try S3Object(bucket: pointer.bucket, key: pointer.key)
        if let size = pointer.size, size > limit {
            throw S3Error(.tooLarge, "\(object) has \(size) bytes")
        }
        return try await client.get(object, limit: limit)
    }

    /// What deletes the payloads of messages that came in these envelopes.
    func disposals(unwrap: [Envelope], unwrapLimit: Int, logger: Logger) -> DisposalFinder {
        let outer = unwrap.around(.s3).before
        return { message in
            guard let pointer = try? message.unwrapped(outer, limit: unwrapLimit).payloadPointer(),
                let object = try? S3Object(bucket: pointer.bucket, key: pointer.key)
            else { return nil }
            let (id, queue) = (message.id, message.queue.name)
            return { [client] in
                do throws(S3Error) {
                    try await client.delete(object)
                } catch {
                    logger.warning(
                        "deleted, but its payload stays in S3: \(error)",
                        metadata: ["queue": .string(queue), "message_id": .string(id)])
                }
            }
        }
    }
}

extension [Envelope] {
    /// Those outside and those inside of one; all are outside where it is not there.
    func around(_ envelope: Envelope) -> (before: [Envelope], after: [Envelope]) {
        let position = firstIndex(of: envelope) ?? endIndex
        return (Array(prefix(position)), Array(dropFirst(position + 1)))
    }
}
