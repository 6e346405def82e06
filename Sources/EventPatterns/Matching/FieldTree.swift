import JSON

/// The fields that any of several patterns asks for, as a tree of names.
///
/// A reader of a document goes down this tree beside it, keeps what is in it and passes over the
/// rest. A field is a number: its place in the tree.
struct FieldTree: Sendable {
    private var fields: [Field]

    struct Field: Sendable {
        let parent: Int
        let name: String
        /// Whether a pattern asks for the value itself; others may ask for fields in it.
        fileprivate(set) var hasTest = false
        fileprivate var children: [ExactText: Int] = [:]
        /// The names of the children, and their fields in the same order.
        fileprivate var names = ByteTexts([])
        fileprivate var targets: [Int] = []
    }

    static let root = 0

    init() {
        fields = [Field(parent: Self.root, name: "")]
    }

    /// The field of that name in another, which is made where there was none.
    mutating func add(_ name: ExactText, in parent: Int) -> Int {
        if let known = fields[parent].children[name] { return known }
        fields.append(Field(parent: parent, name: name.text))
        fields[parent].children[name] = fields.count - 1
        return fields.count - 1
    }

    mutating func addTest(to field: Int) {
        fields[field].hasTest = true
    }

    /// Makes the fields findable by bytes, once every one was added.
    mutating func finish() {
        for index in fields.indices {
            let children = fields[index].children
            let names = ByteTexts(children.keys.map(\.text))
            var targets = [Int](repeating: Self.root, count: children.count)
            for (name, child) in children {
                let place = Array(name.text.utf8).withUnsafeBytes { names.index(of: $0) }
                if let place { targets[place] = child }
            }
            fields[index].names = names
            fields[index].targets = targets
        }
    }

    func child(of field: Int, named name: UnsafeRawBufferPointer) -> Int? {
        fields[field].names.index(of: name).map { fields[field].targets[$0] }
    }

    func child(of field: Int, named name: ExactText) -> Int? { fields[field].children[name] }

    func children(of field: Int) -> [ExactText: Int] { fields[field].children }

    func hasChildren(_ field: Int) -> Bool { !fields[field].targets.isEmpty }

    func hasTest(_ field: Int) -> Bool { fields[field].hasTest }

    /// The names on the way to the field.
    func path(of field: Int) -> [String] {
        var names: [String] = []
        var current = field
        while current != Self.root {
            names.insert(fields[current].name, at: 0)
            current = fields[current].parent
        }
        return names
    }
}
