/// The ways in which a part of a pattern fits a part of a document.
///
/// Two ways are told apart for the sake of lists. Fields that have to be absent (`exists: false`)
/// and nothing else have to be absent from every element of a list; beside a field that is there,
/// they have to be absent from the element that has it.
struct Fit: OptionSet {
    let rawValue: UInt8

    /// Something that the pattern asks for is there.
    static let presence = Fit(rawValue: 1)
    /// All that the pattern asks for is that something is absent, and it is.
    static let absence = Fit(rawValue: 2)
}
