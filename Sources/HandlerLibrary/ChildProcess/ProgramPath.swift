private import Glibc

/// Finds the file that a command's first word names.
enum ProgramPath {
    /// Where a program is looked for when the environment has no `PATH`.
    static let defaultSearchPath = "/usr/local/bin:/usr/bin:/bin"

    /// An absolute path is taken as it is, there or not. A bare name is looked up in the
    /// directories of `searchPath`; relative ones among them are passed over, as nobody can say
    /// what they are relative to. `nil`: none of them has an executable file of that name.
    static func resolve(_ name: String, searchPath: String?) -> String? {
        guard !name.contains("/") else { return name }
        return (searchPath ?? defaultSearchPath).split(separator: ":").lazy
            .filter { $0.hasPrefix("/") }
            .map { "\($0)/\(name)" }
            .first(where: isExecutableFile)
    }

    static func isExecutableFile(_ path: String) -> Bool {
        fileType(path) == S_IFREG && access(path, X_OK) == 0
    }

    static func isDirectory(_ path: String) -> Bool {
        fileType(path) == S_IFDIR
    }

    static func exists(_ path: String) -> Bool {
        fileType(path) != nil
    }

    private static func fileType(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
