/// Finds what somebody meant who mistyped a name.
enum Suggestion {
    /// The nearest of the names, where it is near enough to be meant: at most one mistake in three
    /// letters. A mistake is a letter too many, missing, wrong, or two letters swapped.
    static func nearest(to name: String, of names: [String]) -> String? {
        let allowed = max(1, name.count / 3)
        let ranked = names.map { known in
            (name: known, mistakes: distance(name.lowercased(), known.lowercased()))
        }
        let best = ranked.min { $0.mistakes < $1.mistakes }
        return best.flatMap { $0.mistakes <= allowed ? $0.name : nil }
    }

    /// The optimal string alignment distance.
    static func distance(_ one: String, _ other: String) -> Int {
        let left = Array(one)
        let right = Array(other)
        var earlier: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replaced = previous[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(replaced, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    best = min(best, earlier[column - 1] + 1)
                }
                current.append(best)
            }
            (earlier, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
