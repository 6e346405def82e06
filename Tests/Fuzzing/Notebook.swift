import Glibc

/// What a worker is about to do, in a file, where it can be read whatever becomes of the worker.
struct Notebook {
    struct Page: Equatable {
        /// Of the input that is being tried.
        var seed: UInt64 = 0
        /// Inputs that were begun.
        var begun: UInt64 = 0
        var accepted: UInt64 = 0
        var refused: UInt64 = 0
    }

    private let descriptor: Int32

    struct Failure: Error {
        let description: String
    }

    init(_ path: String) throws(Failure) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(description: "\(path): \(String(cString: strerror(errno)))")
        }
    }

    func close() { Glibc.close(descriptor) }

    func write(_ page: Page) {
        withUnsafeBytes(of: page) { _ = pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// Nothing was begun where nothing was written.
    func read() -> Page {
        var page = Page()
        withUnsafeMutableBytes(of: &page) { _ = pread(descriptor, $0.baseAddress, $0.count, 0) }
        return page
    }
}
