/// A variable of other programs that sets a key too, where no variable of ours does and no flag.
package struct VariableAlias: Sendable, ExpressibleByStringLiteral {
    package let name: String
    /// What a text in it means to those programs, as the key's own variable would say it.
    let meaning: @Sendable (String) -> String

    /// A variable whose text means the same as in the key's own.
    package init(stringLiteral name: String) {
        self.init(name) { $0 }
    }

    package init(_ name: String, meaning: @escaping @Sendable (String) -> String) {
        self.name = name
        self.meaning = meaning
    }
}
