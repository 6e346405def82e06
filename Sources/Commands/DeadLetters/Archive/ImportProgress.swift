import Daemon
import FoundationEssentials
import Glibc
import JSON

/// How far an import has come, in a file beside the one that is imported: what a killed one goes on
/// from. Gone when all is sent.
package struct ImportProgress: Sendable, Equatable {
    /// The import's name for itself, see ``MessageCopy``.
    package let run: String
    /// The URL of the queue that it is for.
    package let queue: String
    /// The lines up to this one are done with.
    package private(set) var lines = 0
    /// Lines after it that are, too.
    package private(set) var ahead: Set<Int> = []
    /// The last line that was tried, and the digest of the file up to it. A file that does not have
    /// it there is another one, of which nothing is done.
    package private(set) var last = 0
    package private(set) var digest = ""

    package init(run: String, queue: String) {
        self.run = run
        self.queue = queue
    }

    package func isDone(_ line: Int) -> Bool { line <= lines || ahead.contains(line) }

    /// - Parameters:
    ///   - done: lines that are done with.
    ///   - last: the last line that was tried, so that all before it are too, where none is left.
    ///   - digest: of the file up to that line.
    package mutating func add(
        _ done: [Int], upTo last: Int, digest: String, isComplete: Bool
    ) {
        self.last = last
        self.digest = digest
        if isComplete {
            lines = last
            ahead = ahead.filter { $0 > last }
        } else {
            ahead.formUnion(done)
        }
    }

    package var text: String {
        var json = JSONWriter(isSpaced: true)
        json.object { json in
            json.member("import", run)
            json.member("queue", queue)
            json.member("lines", lines)
            json.member("last", last)
            json.member("digest", digest)
            json.name("ahead")
            json.array { json in
                for line in ahead.sorted() { json.integer(line) }
            }
        }
        return json.text
    }

    /// Nil where the text is none of ours.
    package init?(text: String) {
        guard let json = try? JSONValue(parsing: text), let run = json["import"]?.asText,
            let queue = json["queue"]?.asText, let lines = json["lines"]?.asInteger,
            let last = json["last"]?.asInteger, let digest = json["digest"]?.asText,
            case .list(let ahead) = json["ahead"]
        else { return nil }
        self.init(run: run, queue: queue)
        self.lines = lines
        self.last = last
        self.digest = digest
        self.ahead = Set(ahead.compactMap(\.asInteger))
    }
}

/// The file that an import notes its progress in.
struct ImportProgressFile {
    let path: String

    init(for archive: String) {
        path = archive + ".imported"
    }

    /// What is noted for the queue, or the progress of a new import.
    func begin(for queueURL: String) throws -> ImportProgress {
        guard let text = try text() else {
            return ImportProgress(run: PublishDefaults.uniqueID(), queue: queueURL)
        }
        guard let progress = ImportProgress(text: text), progress.queue == queueURL else {
            throw another()
        }
        return progress
    }

    /// What the file says; nil where there is none. One that is there and cannot be read may say
    /// that all is sent already.
    private func text() throws(CommandFailure) -> String? {
        guard access(path, F_OK) == 0 || errno != ENOENT else { return nil }
        return try InputFile.text(path)
    }

    /// What is wrong where the note is not of this import.
    func another() -> CommandFailure {
        CommandFailure(
            .invalidData,
            "\(path) is there, of another import. Nothing was sent. Delete it to import all of the "
                + "file.")
    }

    /// Written in one step: a kill leaves the old or the new.
    func write(_ progress: ImportProgress) throws {
        do {
            try Data((progress.text + "\n").utf8).write(
                to: URL(filePath: path), options: .atomic)
        } catch {
            throw CommandFailure(
                .cannotCreate,
                "\(path), where the import notes how far it is, cannot be written: "
                    + String(cString: strerror(errno)))
        }
    }

    func remove() {
        unlink(path)
    }
}
