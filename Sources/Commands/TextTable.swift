/// Rows in columns, for people.
package struct TextTable {
    private var rows: [[String]] = []

    package init(_ headings: [String]) {
        rows.append(headings)
    }

    package mutating func add(_ row: [String]) {
        rows.append(row)
    }

    /// Each row on a line of its own, the last without a line break; nothing ends in blanks.
    package var text: String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}
