import FoundationEssentials
import Glibc
package import Logging
package import MessageHandling
import Synchronization

/// The files of completions in the state directory, one for each queue.
package final class CompletionStore: Sendable {
    static let suffix = ".completions"

    private let directory: StateDirectory
    private let logger: Logger
    private let files = Mutex<[String: CompletionFile]>([:])

    package init(_ directory: StateDirectory, logger: Logger) {
        self.directory = directory
        self.logger = logger
        removeOutdated()
    }

    /// The file of a queue, the same one each time.
    package func file(for queue: Queue) async -> CompletionFile {
        let path = "\(folder)/\(queue.name)-\(Checksum.hexadecimal(of: queue.url))\(Self.suffix)"
        let file = files.withLock { files in
            if let known = files[path] { return known }
            let file = CompletionFile(path) { [logger] in Self.log($0, queue.name, logger) }
            files[path] = file
            return file
        }
        // A queue that left and came back is to find what is on its way.
        await file.flush()
        return file
    }

    private var folder: String { directory.completions }

    /// Files of queues that are no longer served, when all in them is too old to count.
    private func removeOutdated() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let oldest = Int64(time(nil)) - CompletionLedger.retention
        for name in names where name.hasSuffix(Self.suffix) {
            var facts = stat()
            let path = "\(folder)/\(name)"
            if lstat(path, &facts) == 0, Int64(facts.st_mtim.tv_sec) < oldest { unlink(path) }
        }
    }

    private static func log(_ report: CompletionFile.Report, _ queue: String, _ logger: Logger) {
        switch report {
        case .cannotRead(let reason):
            warn("what was handled before the start cannot be read, \(reason)", logger, queue)
        case .cannotWrite(let reason):
            warn("it is tried again, \(reason)", logger, queue)
        case .writesAgain:
            logger.notice(
                "handled messages that are not deleted yet are kept on disk again",
                metadata: metadata(queue))
        }
    }

    private static func warn(_ reason: String, _ logger: Logger, _ queue: String) {
        logger.warning(
            """
            handled messages that are not deleted yet are remembered in memory only, and may be \
            handled again after a restart: \(reason)
            """, metadata: metadata(queue))
    }

    private static func metadata(_ queue: String) -> Logger.Metadata {
        ["event_id": .string(EventID.stateTroubled.rawValue), "queue": .string(queue)]
    }
}
