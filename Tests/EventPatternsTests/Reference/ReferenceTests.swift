import EventPatterns
import JSON
import Testing

/// Random pairs, against a plain reading of event-ruler's rules.
@Suite struct ReferenceTests {
    @Test(arguments: 0..<30) func `random patterns take what the rules say`(seed: Int) throws {
        var generator = PairGenerator(seed: UInt64(seed))
        var taken = 0
        for _ in 0..<100 {
            let (pattern, event) = generator.pair()
            let expected = PlainRuler.takes(pattern, event)
            let found = try matches(pattern.text, event.text)
            #expect(found == expected, "\(pattern.text) × \(event.text)")
            if expected { taken += 1 }
        }
        // Neither side of the question is left out.
        #expect((15...85).contains(taken))
    }

    /// A few that are known, so that the plain reading is not believed blindly.
    @Test(arguments: [
        (#"{"a": {"b": [1], "c": [2]}}"#, #"{"a": [{"b": 1}, {"c": 2}]}"#, false),
        (#"{"a": {"b": [1], "c": [2]}}"#, #"{"a": [{"b": 0}, {"b": 1, "c": 2}]}"#, true),
        (#"{"a": [{"numeric": [">", 0]}]}"#, #"{"a": [-1, 1795978692123]}"#, true),
        (#"{"$or": [{"a": [1]}, {"b": [2]}]}"#, #"{"b": 2}"#, true),
        (#"{"a": [{"exists": false}]}"#, #"{"a": []}"#, true),
        (#"{"a": [{"anything-but": {"prefix": "x"}}]}"#, #"{"a": ["xy", "y"]}"#, true),
    ])
    func `the plain reading takes what event-ruler documents`(
        pattern: String, event: String, taken: Bool
    ) throws {
        #expect(
            PlainRuler.takes(try JSONValue(parsing: pattern), try JSONValue(parsing: event))
                == taken)
        #expect(try matches(pattern, event) == taken)
    }
}
