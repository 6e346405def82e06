/// Lays one document over a table of settings, and tells all that is wrong with it.
struct DocumentReader {
    let schema: Schema
    let path: String
    let document: Document

    func read(into table: inout SettingTable, problems: inout Problems) {
        var own = Problems()
        readTable(document.root, at: SettingKey([]), into: &table, problems: &own)
        for error in own.errors.prefix(FileLimits.errors) { problems.add(error) }
        guard own.errors.count > FileLimits.errors else { return }
        problems.add(
            .file(path, line: nil), "has more errors than the \(FileLimits.errors) told here")
    }

    private func readTable(
        _ node: DocumentNode, at place: SettingKey, into table: inout SettingTable,
        problems: inout Problems
    ) {
        guard case .table(let members) = node else { return }
        for member in members {
            let (key, node) = (place.child(member.name), member.node)
            switch schema.entry(at: key) {
            case .key(let known):
                do throws(Rejection) {
                    table.set(key, try known.checked(node), origin(of: key))
                } catch {
                    table.refuse(key)
                    tell(error, of: known, at: key, problems: &problems)
                }
            case .table:
                guard case .table = node else {
                    problems.add(origin(of: key), key: key, notATable(key, node))
                    continue
                }
                table.addTable(key, origin(of: key))
                readTable(node, at: key, into: &table, problems: &problems)
            // A file is read to its end, or what comes last would seem to be missing; but errors
            // that are not told need no words.
            case .unknown where problems.errors.count > FileLimits.errors: continue
            case .unknown:
                problems.add(origin(of: key), key: key, unknown(key, node))
            }
        }
    }

    private func tell(
        _ rejection: Rejection, of known: SchemaKey, at key: SettingKey, problems: inout Problems
    ) {
        for problem in rejection.problems.prefix(FileLimits.errors + 1) {
            let place = SettingKey(key.components + problem.path)
            problems.add(
                origin(of: place), key: place,
                rejection.saysAllowed
                    ? "\(problem.text); allowed: \(known.allowed)" : problem.text)
        }
    }

    private func origin(of key: SettingKey) -> Origin {
        .file(path, line: document.line(around: key))
    }

    /// Where the operator may name tables, beside keys, what is none is one of the keys misspelt.
    private func notATable(_ key: SettingKey, _ node: DocumentNode) -> String {
        let names = schema.names(in: key.parent)
        let isKeyMisspelt = !names.isEmpty && !names.contains(key.last)
        return isKeyMisspelt
            ? unknown(key, node) : "\(node.kind) is the wrong type; allowed: a table"
    }

    private func unknown(_ key: SettingKey, _ node: DocumentNode) -> String {
        let names = schema.names(in: key.parent)
        let known =
            names.isEmpty
            ? "[\(key.parent)] has no keys" : "allowed here: \(names.joined(separator: ", "))"
        if key.last == "fifo", case .table = node {
            let name = key.parent.last + ".fifo"
            return "unknown key; a name with a dot needs quotes: [\(key.parent.parent.child(name))]"
        }
        if let nearest = Suggestion.nearest(to: key.last, of: names) {
            return "unknown key, did you mean \"\(nearest)\"? \(known)"
        }
        if let home = schema.keys.first(where: { $0.place.last == key.last })?.place.parent {
            let place = home.components.isEmpty ? "above the first table" : "in [\(home)]"
            return "unknown key; \"\(key.last)\" belongs \(place); \(known)"
        }
        return "unknown key; \(known)"
    }
}
