import Glibc

/// Reads one configuration file, whatever it turns out to be, without ever waiting for it.
package enum FileReader {
    package struct File: Equatable {
        package let content: Content
        /// Why others than root and this user may change it, see ``exposure(ofDirectory:)``.
        package let exposure: String?
    }

    package enum Content: Equatable {
        case text(String)
        /// Empty, or the null device: there on purpose, to say nothing.
        case masked
    }

    /// Why a file cannot be used, in words that follow its path.
    package struct ReadError: Error, Equatable {
        package let problem: String
    }

    /// The whole file. Links are followed. Nothing but a regular file is opened, since opening
    /// alone can wait (a FIFO) or do something (a device).
    package static func read(_ path: String) throws(ReadError) -> File {
        var info = stat()
        guard stat(path, &info) == 0 else { throw ReadError(problem: reason(errno, path: path)) }
        if isNullDevice(info) { return File(content: .masked, exposure: nil) }
        try checkKind(info)
        // Between the two looks the file may be replaced: hence O_NONBLOCK, and the second look.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw ReadError(problem: reason(errno, path: path)) }
        defer { close(descriptor) }
        guard fstat(descriptor, &info) == 0 else {
            throw ReadError(problem: reason(errno, path: path))
        }
        try checkKind(info)
        let exposure = exposure(of: info, path)
        guard info.st_size > 0 else {
            try checkEmptiness(of: descriptor, info)
            return File(content: .masked, exposure: exposure)
        }
        return File(
            content: .text(try decode(try bytes(of: descriptor))), exposure: exposure)
    }

    /// Why others than root and this user may change a directory, in words that follow its path;
    /// nil where they may not, or there is none.
    static func exposure(ofDirectory path: String) -> String? {
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else { return nil }
        return exposure(of: info, path)
    }

    private static func exposure(of info: stat, _ path: String) -> String? {
        var system = statvfs()
        // As a container's configuration is mounted, writable by all but for that.
        if statvfs(path, &system) == 0, system.f_flag & UInt(ST_RDONLY) != 0 { return nil }
        let who: String
        let remedy: String
        if info.st_uid != 0, info.st_uid != geteuid() {
            (who, remedy) = ("belongs to another user (\(info.st_uid))", "chown root")
        } else if info.st_mode & S_IWOTH != 0 {
            (who, remedy) = ("may be written by everyone", "chmod go-w")
        } else if info.st_mode & S_IWGRP != 0 {
            (who, remedy) = ("may be written by its group (\(info.st_gid))", "chmod g-w")
        } else {
            return nil
        }
        return "\(who), who can have any program run as the service: \(remedy)"
    }

    /// Files of `/proc` and the like say that they are empty, and are not there to mask anything.
    private static func checkEmptiness(
        of descriptor: Int32, _ info: stat
    ) throws(ReadError) {
        var processes = stat()
        let isOfProcesses = stat("/proc", &processes) == 0 && processes.st_dev == info.st_dev
        guard !isOfProcesses, try bytes(of: descriptor).isEmpty else {
            throw ReadError(
                problem: "is made up by the kernel; only regular files are read, and a link to "
                    + "/dev/null masks")
        }
    }

    /// Whether something has that name, be it a link that leads nowhere.
    static func exists(_ path: String) throws(ReadError) -> Bool {
        var info = stat()
        if lstat(path, &info) == 0 { return true }
        if errno == ENOENT { return false }
        throw ReadError(problem: reason(errno, path: path))
    }

    /// The names in a directory, sorted by their bytes; nil where there is no such directory.
    package static func names(in directory: String) throws(ReadError) -> [String]? {
        guard let stream = opendir(directory) else {
            if errno == ENOENT { return nil }
            throw ReadError(problem: reason(errno, path: directory))
        }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { start in
                start.withMemoryRebound(to: UInt8.self, capacity: Int(NAME_MAX) + 1) {
                    String(decodingCString: $0, as: UTF8.self)
                }
            }
            names.append(name)
        }
        guard errno == 0 else { throw ReadError(problem: reason(errno, path: directory)) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func checkKind(_ info: stat) throws(ReadError) {
        let problem: String? =
            switch info.st_mode & S_IFMT {
            case S_IFREG: info.st_size > FileLimits.fileSize ? tooLarge : nil
            case S_IFDIR: "is a directory; only regular files are read"
            case S_IFIFO: "is a FIFO; only regular files are read"
            case S_IFSOCK: "is a socket; only regular files are read"
            default: "is a device; only regular files and links to /dev/null are read"
            }
        if let problem { throw ReadError(problem: problem) }
    }

    private static let tooLarge = "is larger than \(ByteSize.format(FileLimits.fileSize))"

    /// Whether it is the null device by its number, so that another name for the null device is
    /// recognised as well.
    private static func isNullDevice(_ info: stat) -> Bool {
        var null = stat()
        return info.st_mode & S_IFMT == S_IFCHR && stat("/dev/null", &null) == 0
            && info.st_rdev == null.st_rdev
    }

    private static func bytes(of descriptor: Int32) throws(ReadError) -> [UInt8] {
        // One byte more than allowed, to see that a file grew over the limit while it was read.
        var buffer = [UInt8](repeating: 0, count: FileLimits.fileSize + 1)
        var filled = 0
        while filled < buffer.count {
            let count = buffer.withUnsafeMutableBytes { free in
                Glibc.read(descriptor, free.baseAddress.map { $0 + filled }, free.count - filled)
            }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw ReadError(problem: "cannot be read: \(message(errno))")
            }
            filled += count
        }
        guard filled <= FileLimits.fileSize else { throw ReadError(problem: tooLarge) }
        return Array(buffer[..<filled])
    }

    private static func decode(_ bytes: [UInt8]) throws(ReadError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ReadError(problem: "is not a text file in UTF-8")
        }
        return text
    }

    private static func reason(_ code: Int32, path: String) -> String {
        var info = stat()
        if code == ENOENT, lstat(path, &info) == 0 {
            return "is a link that leads nowhere; mend it, or link to /dev/null to mask"
        }
        if code == EACCES {
            return "may not be read by this user; make it readable for the user of the service"
        }
        return "cannot be read: \(message(code))"
    }

    private static func message(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
