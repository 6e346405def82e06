/// Reads the files of a search path, in layers: a file, then what is laid over it.
struct FileLayers {
    let path: SearchPath
    /// What was read and what was masked, in order; for people who wonder.
    private(set) var read: [String] = []
    private(set) var masks: [String] = []

    init(path: SearchPath) {
        self.path = path
    }

    /// `sqs-subscriber.toml`, which need not exist, with `sqs-subscriber.toml.d/*.toml`.
    mutating func readMain(problems: inout Problems) -> SettingTable {
        var table = SettingTable(schema: .main)
        if let file = path.file(Self.mainFile, problems: &problems) {
            lay(file, over: &table, problems: &problems)
        }
        layDropIns(Self.mainFile + ".d", over: &table, problems: &problems)
        return table
    }

    /// Every handler that has a file which is not masked, sorted by name. A file that cannot be
    /// read or parsed gives errors and no handler.
    mutating func readHandlers(problems: inout Problems) -> [HandlerSource] {
        var sources: [HandlerSource] = []
        let files = path.files(in: Self.handlerFolder, problems: &problems)
        for (fileName, file) in files {
            let origin = Origin.file(file, line: nil)
            let name = String(fileName.dropLast(SearchPath.suffix.count))
            guard Self.isHandlerName(name) else {
                problems.add(origin, "\(TOMLText.string(name)) \(Self.nameRule)")
                continue
            }
            var table = SettingTable(schema: .handler)
            guard lay(file, over: &table, problems: &problems) else { continue }
            let folder = "\(Self.handlerFolder)/\(fileName).d"
            layDropIns(folder, over: &table, problems: &problems)
            sources.append(HandlerSource(name: name, origin: origin, table: table))
        }
        warnOfOrphans(files.map(\.name), problems: &problems)
        return sources
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

    private func warnOfOrphans(_ files: [String], problems: inout Problems) {
        let owners = path.dropInOwners(in: Self.handlerFolder, problems: &problems)
        for (owner, folder) in owners where !files.contains(owner) {
            problems.warn(.file(folder, line: nil), "not used: there is no \(owner) to lay it over")
        }
    }

    private static let mainFile = "sqs-subscriber.toml"
    private static let handlerFolder = "handlers.d"
    private static let nameRule =
        "is not a handler name: letters, digits, . _ and -, at most 64, a letter or digit first"

    /// The name goes into logs, journal fields and commands.
    private static func isHandlerName(_ name: String) -> Bool {
        let isWord = { (character: Character) in
            character.isASCII && (character.isLetter || character.isNumber)
        }
        return name.utf8.count <= 64 && name.first.map(isWord) == true
            && name.allSatisfy { isWord($0) || "._-".contains($0) }
    }
}

/// A handler as it was found, before it is checked as a whole.
struct HandlerSource {
    let name: String
    /// The handler's own file, or what stands for it.
    let origin: Origin
    var table: SettingTable
}
