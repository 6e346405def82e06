import EventPatterns
import Testing

/// The examples of the documentation of event-ruler and EventBridge, restated for one event.
@Suite struct DocumentedExampleTests {
    private static let event = """
        {
          "version": "0", "id": "ddddd4-aaaa-7777-4444-345dd43cc333",
          "detail-type": "EC2 Instance State-change Notification", "source": "aws.ec2",
          "account": "012345679012", "time": "2017-10-02T16:24:49Z", "region": "us-east-1",
          "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
          "detail": {
            "c-count": 5, "d-count": 3, "x-limit": 301.8, "source-ip": "10.0.0.33",
            "instance-id": "i-000000aaaaaa00000", "state": "running"
          }
        }
        """

    @Test(arguments: taken)
    func `the documented pattern takes the documented event`(pattern: String) throws {
        #expect(try matches(pattern, Self.event))
    }

    @Test(arguments: refused)
    func `a pattern that asks for something else does not`(pattern: String) throws {
        #expect(try !matches(pattern, Self.event))
    }

    private static let taken = [
        #"{"detail": {"state": ["initializing", "running"]}, "source": ["aws.ec2"]}"#,
        """
        {"resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
         "detail-type": ["EC2 Instance State-change Notification"]}
        """,
        #"{"time": [{"prefix": "2017-10-02"}]}"#,
        #"{"source": [{"suffix": "ec2"}]}"#,
        #"{"source": [{"equals-ignore-case": "AWS.EC2"}]}"#,
        #"{"source": [{"wildcard": "aws.*2"}]}"#,
        #"{"detail": {"state": [{"anything-but": "initializing"}]}}"#,
        #"{"detail": {"x-limit": [{"anything-but": 123}]}}"#,
        #"{"detail": {"state": [{"anything-but": ["stopped", "overloaded"]}]}}"#,
        #"{"detail": {"x-limit": [{"anything-but": [100, 200, 300]}]}}"#,
        #"{"detail": {"state": [{"anything-but": {"prefix": "init"}}]}}"#,
        #"{"detail": {"c-count": [{"numeric": [">", 0, "<=", 5]}]}}"#,
        #"{"detail": {"d-count": [{"numeric": ["<", 10]}]}}"#,
        #"{"detail": {"x-limit": [{"numeric": ["=", 3.018e2]}]}}"#,
        #"{"detail": {"source-ip": [{"cidr": "10.0.0.0/24"}]}}"#,
        #"{"detail": {"c-count": [{"exists": true}]}}"#,
        #"{"detail": {"z-count": [{"exists": false}]}}"#,
        #"{"detail": [{"exists": false}]}"#,
        """
        {"time": [{"prefix": "2017-10-02"}], "detail": {
            "state": [{"anything-but": "initializing"}],
            "c-count": [{"numeric": [">", 0, "<=", 5]}], "d-count": [{"numeric": ["<", 10]}],
            "x-limit": [{"anything-but": [100, 200, 300]}],
            "source-ip": [{"cidr": "10.0.0.0/8"}]}}
        """,
    ]

    private static let refused = [
        #"{"detail": {"state": ["initializing"]}}"#,
        #"{"source": [{"equals-ignore-case": "EC2"}]}"#,
        #"{"detail": {"state": [{"anything-but": ["stopped", "running"]}]}}"#,
        #"{"detail": {"c-count": [{"numeric": [">", 5]}]}}"#,
        #"{"detail": {"source-ip": [{"cidr": "10.0.1.0/24"}]}}"#,
        #"{"detail": {"c-count": [{"exists": false}]}}"#,
        #"{"detail": [{"exists": true}]}"#,
        #"{"account": [12345679012]}"#,
    ]
}
