/// The directories that are looked through, and the file each name stands for.
///
/// As systemd reads units (systemd.unit(5), "Unit File Load Path"): a name in an earlier directory
/// hides the same name in the later ones, whatever it is there.
struct SearchPath {
    /// The directories in order of precedence.
    let directories: [String]

    /// The winning path of each name with the suffix `.toml` in a folder of the directories, sorted
    /// by name. Hidden files and those of editors and package managers (`.orders.toml`,
    /// `orders.toml~`, `orders.toml.dpkg-new`) are not looked at.
    func files(in folder: String, problems: inout Problems) -> [(name: String, path: String)] {
        entries(in: folder, problems: &problems).filter { $0.name.hasSuffix(Self.suffix) }
    }

    /// The names of the drop-in folders (`orders.toml.d`) in a folder, without the `.d`.
    func dropInOwners(in folder: String, problems: inout Problems) -> [(name: String, path: String)]
    {
        entries(in: folder, problems: &problems)
            .filter { $0.name.hasSuffix(Self.suffix + ".d") }
            .map { (String($0.name.dropLast(2)), $0.path) }
    }

    /// The winning path of one file, or nil where no directory has it.
    func file(_ name: String, problems: inout Problems) -> String? {
        for directory in directories {
            let path = "\(directory)/\(name)"
            do throws(FileReader.ReadError) {
                if try FileReader.exists(path) { return path }
            } catch {
                problems.add(.file(path, line: nil), error.problem)
            }
        }
        return nil
    }

    private func entries(
        in folder: String, problems: inout Problems
    ) -> [(name: String, path: String)] {
        var winners: [String: String] = [:]
        for directory in directories {
            let path = "\(directory)/\(folder)"
            warnOfExposure([directory, path], problems: &problems)
            do throws(FileReader.ReadError) {
                for name in try FileReader.names(in: path) ?? [] where !name.hasPrefix(".") {
                    if winners[name] == nil { winners[name] = "\(path)/\(name)" }
                }
            } catch {
                problems.add(.file(path, line: nil), error.problem)
            }
        }
        return winners.map { (name: $0.key, path: $0.value) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Who may write to a directory may put a file of his own in the place of any in it.
    private func warnOfExposure(_ directories: [String], problems: inout Problems) {
        for path in directories {
            guard let exposure = FileReader.exposure(ofDirectory: path) else { continue }
            problems.warn(.file(path, line: nil), exposure)
        }
    }

    static let suffix = ".toml"
}
