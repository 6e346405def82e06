import AWS
import Foundation
import Glibc
import TestKit
import Testing

struct LocalFilesTests {
    @Test func `a file is read whole, through links`() async throws {
        try await TemporaryFolder.with { directory in
            let text = String(repeating: "x", count: 40_000)
            try write(text, to: "\(directory)/file")
            #expect(symlink("\(directory)/file", "\(directory)/link") == 0)
            #expect(try LocalFiles.read("\(directory)/link") == Array(text.utf8))
        }
    }

    @Test func `what is not there is nothing`() async throws {
        try await TemporaryFolder.with { directory in
            try write("x", to: "\(directory)/file")
            #expect(symlink("\(directory)/gone", "\(directory)/dangling") == 0)
            for path in ["none", "none/deeper", "file/below", "dangling"] {
                #expect(try LocalFiles.read("\(directory)/\(path)") == nil)
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a FIFO, a directory, a device and a huge file are errors at once`() async throws {
        try await TemporaryFolder.with { directory in
            #expect(mkfifo("\(directory)/fifo", 0o600) == 0)
            try write("", to: "\(directory)/huge")
            #expect(truncate("\(directory)/huge", 1 << 40) == 0)
            for path in ["\(directory)/fifo", directory, "/dev/zero", "\(directory)/huge"] {
                let error = #expect(throws: FileError.self) { try LocalFiles.read(path) }
                #expect(error?.description.hasPrefix(path) == true)
            }
        }
    }
}
