package import AWS
package import FoundationEssentials
package import HTTP
import Synchronization

/// Reads and deletes objects of Amazon S3, or a server compatible with it.
///
/// Trouble that may pass is tried three times. A bucket of another region is found there: S3 names
/// the region in its refusal, and the request is signed for it once more.
package final class S3Client: Sendable {
    /// The time from the request to the last byte of the object: 16 MiB take it at 300 kB/s.
    package static let readTimeout = Duration.seconds(60)
    /// A delete is answered at once; a stop waits for it.
    package static let deleteTimeout = Duration.seconds(5)
    /// The attempts that the AWS SDKs make in their standard mode.
    static let attempts = 3
    /// Buckets of other regions that are remembered: more than a host reads from.
    static let knownRegions = 100

    private let transport: any Transport
    private let region: String
    private let endpoint: @Sendable (String) throws(SettingError) -> Endpoint
    private let credentials: CredentialCache
    private let now: @Sendable () -> Date
    private let pause: @Sendable (Int) async throws -> Void
    private let regions = Mutex<[String: String]>([:])

    /// - Parameters:
    ///   - region: where a bucket is looked for first.
    ///   - endpoint: of S3 in a region.
    ///   - pause: before the next attempt, after so many failures; throws when it is cancelled.
    package init(
        transport: any Transport, region: String, credentials: CredentialCache,
        endpoint: @escaping @Sendable (String) throws(SettingError) -> Endpoint,
        now: @escaping @Sendable () -> Date = { Date() },
        pause: @escaping @Sendable (Int) async throws -> Void = { failures in
            try await Task.sleep(
                for: Backoff.transient.delay(
                    afterFailures: failures, fraction: Double.random(in: 0..<1)))
        }
    ) {
        self.transport = transport
        self.region = region
        self.endpoint = endpoint
        self.credentials = credentials
        self.now = now
        self.pause = pause
    }

    /// The object's bytes.
    /// - Parameter limit: of them; a larger object is not read.
    package func get(_ object: S3Object, limit: Int) async throws(S3Error) -> [UInt8] {
        do throws(S3Error) {
            return try await call(.get, object, limit: limit, timeout: Self.readTimeout).body
        } catch {
            guard error.kind == .tooLarge else { throw error }
            throw S3Error(.tooLarge, "\(object) is larger than \(limit) bytes")
        }
    }

    /// Deletes the object. Succeeds where there is none, as S3 does.
    package func delete(_ object: S3Object) async throws(S3Error) {
        _ = try await call(.delete, object, limit: nil, timeout: Self.deleteTimeout)
    }

    /// Looks whether there are credentials. Asks S3 nothing.
    package func checkCredentials() async throws(S3Error) {
        do throws(CredentialError) {
            _ = try await credentials.credentials()
        } catch {
            throw S3Error(error)
        }
    }

    private func call(
        _ operation: S3Operation, _ object: S3Object, limit: Int?, timeout: Duration
    ) async throws(S3Error) -> HTTPResponse {
        var failures = 0
        var triedFreshCredentials = false
        var followed = false
        while true {
            let region = regions.withLock { $0[object.bucket] } ?? region
            let failure: S3Error
            do throws(S3Error) {
                let (answer, used) = try await send(operation, object, region, limit, timeout)
                if (200..<300).contains(answer.status) { return answer }
                if !followed, let other = answer.bucketRegion, other != region {
                    followed = true
                    remember(object.bucket, in: other)
                    continue
                }
                failure = S3Error(answer, operation, object)
                if failure.kind == .credentials, !triedFreshCredentials {
                    triedFreshCredentials = true
                    credentials.invalidate(used)
                    continue
                }
            } catch {
                failure = error
            }
            failures += 1
            guard failure.mayPass, failures < Self.attempts else { throw failure }
            do {
                try await pause(failures)
            } catch {
                throw S3Error(.cancelled, "Cancelled before a repetition. \(failure)")
            }
        }
    }

    private func send(
        _ operation: S3Operation, _ object: S3Object, _ region: String, _ limit: Int?,
        _ timeout: Duration
    ) async throws(S3Error) -> (HTTPResponse, Credentials) {
        let used: Credentials
        do throws(CredentialError) {
            used = try await credentials.credentials()
        } catch {
            throw S3Error(error)
        }
        let endpoint: Endpoint
        do throws(SettingError) {
            endpoint = try self.endpoint(region)
        } catch {
            throw S3Error(.credentials, error.description)
        }
        var request = HTTPRequest(
            method: operation.method, url: object.url(at: endpoint),
            headers: ["User-Agent": "sqs-subscriber"], answerLimit: limit)
        SigV4Signer.s3(region: region).sign(&request, with: used, at: now())
        do throws(TransportError) {
            return (try await transport.send(request, timeout: timeout), used)
        } catch {
            throw S3Error(error, operation, object)
        }
    }

    private func remember(_ bucket: String, in region: String) {
        regions.withLock { regions in
            if regions.count >= Self.knownRegions { regions = [:] }
            regions[bucket] = region
        }
    }
}

extension HTTPResponse {
    /// The region that a refusal says the bucket is in.
    fileprivate var bucketRegion: String? {
        let document = String(decoding: body, as: UTF8.self)
        let named =
            headers["x-amz-bucket-region"] ?? xmlText(of: ["Error", "Region"], in: document)
        guard status == 301 || status == 307 || status == 400, let named, Region.isValid(named)
        else { return nil }
        return named
    }
}
