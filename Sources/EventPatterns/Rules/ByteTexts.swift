/// A set of texts, found by their bytes without making a string.
struct ByteTexts: Sendable, Equatable {
    /// One after the other, sorted by length, then by bytes.
    private let storage: [UInt8]
    private let ends: [Int]

    init(_ texts: some Sequence<String>) {
        let sorted = Set(texts.map { Array($0.utf8) }).sorted {
            $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count < $1.count
        }
        storage = sorted.flatMap(\.self)
        var end = 0
        ends = sorted.map {
            end += $0.count
            return end
        }
    }

    func contains(_ text: UnsafeRawBufferPointer) -> Bool { index(of: text) != nil }

    /// The place of the text in the order of the set.
    func index(of text: UnsafeRawBufferPointer) -> Int? {
        var (low, high) = (0, ends.count)
        return storage.withUnsafeBytes { storage in
            while low < high {
                let middle = (low + high) / 2
                let start = middle == 0 ? 0 : ends[middle - 1]
                let order = Self.compare(
                    UnsafeRawBufferPointer(rebasing: storage[start..<ends[middle]]), text)
                if order == 0 { return middle }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return nil
        }
    }

    private static func compare(
        _ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer
    ) -> Int {
        if one.count != other.count { return one.count - other.count }
        for index in 0..<one.count where one[index] != other[index] {
            return Int(one[index]) - Int(other[index])
        }
        return 0
    }
}
