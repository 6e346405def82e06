import FoundationEssentials

/// The files of the repository that people write.
enum SourceTree {
    static let files: [SourceFile] = load()

    /// The names of the folders in `Sources`, one for each target.
    static var targets: [String] {
        Array(Set(files.filter { $0.isIn("Sources/") }.map(\.target))).sorted()
    }

    static var manifest: SourceFile {
        files.first { $0.path == "Package.swift" } ?? SourceFile(path: "Package.swift", text: "")
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    private static let folders = ["Sources", "Tests", "config", "packaging", ".ci", "docs"]

    private static func load() -> [SourceFile] {
        let own = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let top = own.filter { name in
            [".swift", ".md"].contains { name.hasSuffix($0) }
        }
        return (top.map { [$0] } + folders.map { paths(in: $0) }).joined().sorted()
            .compactMap { path in
                guard let data = FileManager.default.contents(atPath: "\(root)/\(path)") else {
                    return nil
                }
                return String(validating: data, as: UTF8.self).map {
                    SourceFile(path: path, text: $0)
                }
            }
    }

    /// Everything below a folder, but what is built or fetched there (`.build`, `.venv`, caches).
    private static func paths(in folder: String) -> [String] {
        let names =
            (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
        return names.filter { !$0.hasPrefix(".") && $0 != "__pycache__" }.flatMap { name in
            let path = "\(folder)/\(name)"
            var isFolder = false
            guard FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isFolder)
            else { return [String]() }
            return isFolder ? paths(in: path) : [path]
        }
    }
}
