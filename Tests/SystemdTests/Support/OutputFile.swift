import Glibc
import Systemd
import TestKit

/// A nameless file to write into, in the place of stderr.
final class OutputFile: Sendable {
    let descriptor: Int32

    init() throws {
        var path = Array("/tmp/systemd-tests-XXXXXX".utf8CString)
        descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw DatagramReceiver.Failure(call: "mkstemp", code: errno) }
        unlink(&path)
    }

    deinit {
        close(descriptor)
    }

    var writer: LineWriter { LineWriter(descriptor: descriptor) }

    /// Everything written so far.
    var text: String {
        var status = stat()
        fstat(descriptor, &status)
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
