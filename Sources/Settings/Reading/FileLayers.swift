/// Reads the files of a search path, in layers: a file, then what is laid over it.
package struct FileLayers {
    private let path: SearchPath
    /// What was read and what was masked, in order; for people who wonder.
    package private(set) var read: [String] = []
    package private(set) var masks: [String] = []

    /// - Parameter directories: in order of precedence; those that do not exist are passed over.
    package init(directories: [String]) {
        path = SearchPath(directories: directories)
    }

    /// One file, which need not exist, with what is in its drop-in folder, `NAME.d/*.toml`.
    package mutating func readFile(
        _ name: String, schema: Schema, problems: inout Problems
    ) -> SettingTable {
        var table = SettingTable(schema: schema)
        if let file = path.file(name, problems: &problems) {
            lay(file, over: &table, problems: &problems)
        }
        layDropIns(name + ".d", over: &table, problems: &problems)
        return table
    }

    /// Every file of a folder that is not masked, sorted by name, with what is in its drop-in
    /// folder. A file that cannot be read or parsed gives errors and no settings.
    ///
    /// - Parameter problem: what is wrong with a name, in words that follow it; nil where nothing
    ///   is.
    package mutating func readFolder(
        _ folder: String, schema: Schema, problem: (String) -> String?, problems: inout Problems
    ) -> [SettingFile] {
        var found: [SettingFile] = []
        let files = path.files(in: folder, problems: &problems)
        for (fileName, file) in files {
            let origin = Origin.file(file, line: nil)
            let name = String(fileName.dropLast(SearchPath.suffix.count))
            if let problem = problem(name) {
                problems.add(origin, "\(TOMLText.string(name)) \(problem)")
                continue
            }
            var table = SettingTable(schema: schema)
            guard lay(file, over: &table, problems: &problems) else { continue }
            layDropIns("\(folder)/\(fileName).d", over: &table, problems: &problems)
            found.append(SettingFile(name: name, origin: origin, table: table))
        }
        warnOfOrphans(in: folder, files.map(\.name), problems: &problems)
        return found
    }

    /// False where the file says nothing: masked, or with an error in its syntax.
    @discardableResult
    private mutating func lay(
        _ file: String, over table: inout SettingTable, problems: inout Problems
    ) -> Bool {
        do throws(FileReader.ReadError) {
            let found = try FileReader.read(file)
            if let exposure = found.exposure { problems.warn(.file(file, line: nil), exposure) }
            switch found.content {
            case .masked:
                masks.append(file)
                return false
            case .text(let text):
                read.append(file)
                return parse(text, of: file, over: &table, problems: &problems)
            }
        } catch {
            problems.add(.file(file, line: nil), error.problem)
            return false
        }
    }

    private func parse(
        _ text: String, of file: String, over table: inout SettingTable, problems: inout Problems
    ) -> Bool {
        do throws(Document.SyntaxError) {
            let document = try Document(text)
            DocumentReader(schema: table.schema, path: file, document: document)
                .read(into: &table, problems: &problems)
            return true
        } catch {
            problems.add(.file(file, line: error.line), error.problem)
            return false
        }
    }

    private mutating func layDropIns(
        _ folder: String, over table: inout SettingTable, problems: inout Problems
    ) {
        for (_, file) in path.files(in: folder, problems: &problems) {
            lay(file, over: &table, problems: &problems)
        }
    }

    private func warnOfOrphans(
        in folder: String, _ files: [String], problems: inout Problems
    ) {
        let owners = path.dropInOwners(in: folder, problems: &problems)
        for (owner, folder) in owners where !files.contains(owner) {
            problems.warn(.file(folder, line: nil), "not used: there is no \(owner) to lay it over")
        }
    }
}

/// The settings of a file as they were found, before they are checked as a whole.
package struct SettingFile {
    /// The file's name without `.toml`.
    package let name: String
    /// The file itself, or what stands for it.
    package let origin: Origin
    package var table: SettingTable

    package init(name: String, origin: Origin, table: SettingTable) {
        self.name = name
        self.origin = origin
        self.table = table
    }
}
