import EventPatterns
import Testing

/// Objects, lists and `$or`.
@Suite struct StructureTests {
    typealias Row = (pattern: String, event: String, taken: Bool)

    @Test(arguments: objects + lists + absences + alternatives)
    func `fields are looked for in objects and lists`(
        pattern: String, event: String, taken: Bool
    ) throws {
        #expect(try matches(pattern, event) == taken)
    }

    private static let objects: [Row] = [
        (#"{"a": ["1"], "b": ["2"]}"#, #"{"a": "1", "b": "2", "c": {}}"#, true),
        (#"{"a": ["1"], "b": ["2"]}"#, #"{"a": "1", "b": "3"}"#, false),
        (#"{"a": ["1"], "b": ["2"]}"#, #"{"a": "1"}"#, false),
        (#"{"a": {"b": {"c": [1]}}}"#, #"{"a": {"b": {"c": 1}}}"#, true),
        (#"{"a": {"b": {"c": [1]}}}"#, #"{"a": {"b": 1, "c": 1}}"#, false),
        (#"{"a": {"b": [1]}}"#, #"{"a": 1}"#, false),
        (#"{"a": {"b": [1]}}"#, #"{"b": 1, "x": {"a": {"b": 1}}}"#, false),
        (#"{"a": [1]}"#, #"{"a": {"a": 1}}"#, false),
        (#"{"\u0061": [1]}"#, #"{"a": 1}"#, true),
        (#"{"a": [1]}"#, #"{"\u0061": 1}"#, true),
        (#"{"a.b": [1]}"#, #"{"a.b": 1}"#, true),
        (#"{"": [1]}"#, #"{"": 1}"#, true),
        (#"{"a": [1]}"#, #"{"a": 2, "a": 1}"#, true),
        (#"{"a": [1]}"#, #"{}"#, false),
    ]

    private static let people = """
        {"team": "red", "employees": [
            {"firstName": "John", "lastName": "Doe"},
            {"firstName": "Anna", "lastName": "Smith", "nick": "A", "cars": [
                {"maker": "X", "colour": "red"}, {"maker": "Y", "colour": "blue"}]},
            [{"firstName": "Peter", "lastName": "Jones"}, {"firstName": "Zoe"}], 7, []
        ]}
        """

    private static let lists: [Row] = [
        (#"{"a": [2]}"#, #"{"a": [1, 2, 3]}"#, true),
        (#"{"a": [4, 3]}"#, #"{"a": [1, [2, [3]]]}"#, true),
        (#"{"a": [4]}"#, #"{"a": [1, 2, 3]}"#, false),
        (#"{"a": [1]}"#, #"{"a": []}"#, false),
        (#"{"a": [1]}"#, #"{"a": [{"a": 1}, {}]}"#, false),
        (#"{"a": [{"anything-but": 1}]}"#, #"{"a": [1, 1]}"#, false),
        (#"{"a": [{"anything-but": 1}]}"#, #"{"a": [1, 2]}"#, true),
        (#"{"a": [{"anything-but": 1}]}"#, #"{"a": []}"#, false),
        (#"{"a": [{"anything-but": 1}]}"#, #"{"b": 2}"#, false),
        (#"{"employees": {"firstName": ["Anna"]}}"#, people, true),
        (#"{"employees": {"firstName": ["Peter"]}}"#, people, true),
        (#"{"employees": {"firstName": ["Anna"], "lastName": ["Smith"]}}"#, people, true),
        (#"{"employees": {"firstName": ["Anna"], "lastName": ["Jones"]}}"#, people, false),
        (#"{"employees": {"firstName": ["Zoe"], "lastName": ["Jones"]}}"#, people, false),
        (#"{"employees": {"firstName": ["Peter"], "lastName": ["Jones"]}}"#, people, true),
        (#"{"employees": {"firstName": ["John", "Anna"], "lastName": ["Smith"]}}"#, people, true),
        (
            #"{"employees": {"firstName": ["Anna"], "cars": {"maker": ["X"], "colour": ["red"]}}}"#,
            people, true
        ),
        (
            #"{"employees": {"firstName": ["Anna"], "cars": {"maker": ["Y"], "colour": ["red"]}}}"#,
            people, false
        ),
        (
            #"{"employees": {"firstName": ["John"], "cars": {"maker": ["X"]}}}"#, people, false
        ),
        (#"{"a": {"x": [1]}, "b": {"x": [2]}}"#, #"{"a": [{"x": 1}], "b": [{}, {"x": 2}]}"#, true),
    ]

    private static let absences: [Row] = [
        (#"{"a": [{"exists": false}]}"#, #"{"b": 1}"#, true),
        (#"{"a": {"b": [{"exists": false}]}}"#, #"{"a": {"c": 1}}"#, true),
        (#"{"a": {"b": [{"exists": false}]}}"#, #"{"a": 1}"#, true),
        (#"{"a": {"b": [{"exists": false}]}}"#, #"{}"#, true),
        (#"{"a": {"b": [{"exists": false}]}}"#, #"{"a": {"b": null}}"#, false),
        (#"{"a": {"b": [{"exists": false}], "c": [1]}}"#, #"{"a": {"c": 1}}"#, true),
        (#"{"a": {"b": [{"exists": false}], "c": [1]}}"#, #"{"a": {}}"#, false),
        (#"{"employees": {"nick": [{"exists": false}]}}"#, people, false),
        (#"{"employees": {"age": [{"exists": false}]}}"#, people, true),
        (#"{"employees": {"nick": [{"exists": false}], "firstName": ["John"]}}"#, people, true),
        (#"{"employees": {"nick": [{"exists": false}], "firstName": ["Anna"]}}"#, people, false),
        (#"{"a": [{"exists": false}], "b": [{"exists": false}]}"#, #"{"c": 1}"#, true),
        (#"{"a": [{"exists": false}, null]}"#, #"{"a": null}"#, true),
    ]

    private static let metrics = """
        {"source": ["aws.cloudwatch"], "$or": [
            {"metricName": ["CPU", "Latency"]},
            {"metricType": ["T"], "namespace": ["EC2"], "$or": [
                {"metricId": [1234]}, {"spaceId": [1000]}]},
            {"scope": ["Service"]}
        ]}
        """

    private static let items = """
        {"items": {"sku": ["a"]}, "$or": [{"items": {"count": [1]}}, {"all": [true]}]}
        """

    private static let alternatives: [Row] = [
        (metrics, #"{"source": "aws.cloudwatch", "metricName": "Latency"}"#, true),
        (metrics, #"{"source": "aws.cloudwatch", "scope": "Service"}"#, true),
        (metrics, #"{"source": "aws.ec2", "scope": "Service"}"#, false),
        (metrics, #"{"source": "aws.cloudwatch", "metricType": "T", "namespace": "EC2"}"#, false),
        (
            metrics,
            """
            {"source": "aws.cloudwatch", "metricType": "T", "namespace": "EC2", "spaceId": 1e3}
            """, true
        ),
        (
            #"{"$or": [{"a": [1]}, {"b": [1]}], "d": {"$or": [{"e": [1]}, {"f": [1]}]}}"#,
            #"{"b": 1, "d": {"e": 1}}"#, true
        ),
        (
            #"{"$or": [{"a": [1]}, {"b": [1]}], "d": {"$or": [{"e": [1]}, {"f": [1]}]}}"#,
            #"{"b": 1, "d": {"e": 2}}"#, false
        ),
        (
            #"{"a": {"$or": [{"b": [1]}, {"c": [1]}], "d": [2]}}"#, #"{"a": [{"c": 1, "d": 2}]}"#,
            true
        ),
        (
            #"{"a": {"$or": [{"b": [1]}, {"c": [1]}], "d": [2]}}"#, #"{"a": [{"c": 1}, {"d": 2}]}"#,
            false
        ),
        (
            #"{"employees": {"$or": [{"nick": [{"exists": false}]}, {"firstName": ["Anna"]}]}}"#,
            people, true
        ),
        (
            #"{"employees": {"$or": [{"nick": [{"exists": false}]}, {"firstName": ["Eve"]}]}}"#,
            people, false
        ),
        // What is asked of an object in $or and beside it is asked of the same element.
        (items, #"{"items": [{"sku": "a", "count": 1}, {"sku": "b"}]}"#, true),
        (items, #"{"items": [{"sku": "a"}, {"sku": "b", "count": 1}]}"#, false),
        (items, #"{"items": [{"sku": "a"}], "all": true}"#, true),
        // Where it is not a list of two or more objects of fields, it is a name like others.
        (#"{"$or": {"a": [1]}}"#, #"{"$or": {"a": 1}}"#, true),
        (#"{"$or": {"a": [1]}}"#, #"{"a": 1}"#, false),
        (#"{"$or": ["x", "y"]}"#, #"{"$or": "y"}"#, true),
        (#"{"$or": [{"prefix": "x"}, {"suffix": "y"}]}"#, #"{"$or": "by"}"#, true),
    ]
}
