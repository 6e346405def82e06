import EmbeddedQueue
import MessageHandling
import SQS
import TestKit

/// Random requests to stores that are kept in a file.
struct RandomRun {
    var kept: KeptStores
    private var random: SeededGenerator
    private var held: [(handle: String, queue: String, region: String)] = []
    private var tasks: [(id: String, source: String, region: String)] = []

    private static let names = ["a", "b", "dead", "f.fifo", "dead.fifo"]
    private static let regions = [KeptStores.home, KeptStores.home, "eu-west-1"]

    init(seed: UInt64) throws {
        kept = try KeptStores(seed: seed, isStrict: seed % 3 == 0)
        random = SeededGenerator(seed: seed)
    }

    mutating func isSometimes(_ part: Int, in whole: Int) -> Bool {
        Int.random(in: 0..<whole, using: &random) < part
    }

    mutating func step() throws {
        let name = pick(Self.names)
        let region = pick(Self.regions)
        switch Int.random(in: 0..<40, using: &random) {
        case 0..<12: send(to: name, region)
        case 12..<20: receive(from: name, region)
        case 20..<24: use { .delete(receiptHandle: $0, from: $1) }
        case 24..<27:
            let timeout = Duration.seconds(pick([0, 0, 5, 300]))
            use { .changeVisibility(receiptHandle: $0, timeout: timeout, in: $1) }
        case 27..<30: kept.now = kept.now + .milliseconds(Int.random(in: 0...9_000, using: &random))
        case 30..<33: create(name, region)
        case 33: change(name, region)
        case 34:
            kept.ask(.tag(name, ["t\(Int.random(in: 0...3, using: &random))": "ü\""]), in: region)
        case 35: kept.ask(.untag(name, ["t1"]), in: region)
        case 36, 37: move(region)
        case 38: destroy(name, region)
        default: kept.now = kept.now + .seconds(pick([30, 70, 400]))
        }
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    private static func arn(_ name: String, _ region: String) -> String {
        "arn:aws:sqs:\(region):000000000000:\(name)"
    }

    private mutating func send(to name: String, _ region: String) {
        var entries: [NewMessage] = []
        let isFIFO = name.hasSuffix(".fifo")
        for number in 0..<pick([1, 1, 3, 10]) {
            let value: MessageAttribute.Value = pick([.text("1 ü \u{1F600}"), .binary([0, 255])])
            let isText = value == .text("1 ü \u{1F600}")
            let attribute = MessageAttribute(dataType: isText ? "String.x" : "Binary", value: value)
            let entry = SendEntry(
                id: "\(number)",
                body: pick(["x", "\"\n\u{1F600}", String(repeating: "long", count: 400)]),
                attributes: isSometimes(1, in: 3) ? ["n.\(number)": attribute] : [:],
                delay: isFIFO ? nil : pick([nil, nil, .seconds(5)]),
                groupID: isFIFO ? pick(["g1", "g2"]) : nil,
                deduplicationID: isFIFO ? "\(Int.random(in: 0..<60, using: &random))" : nil)
            entries.append(NewMessage(entry, traceHeader: pick([nil, "Root=1"])))
        }
        kept.ask(.sendBatch(entries, to: name), in: region)
    }

    private mutating func receive(from name: String, _ region: String) {
        let receive = StoreReceive(
            maximumMessages: pick([1, 3, 10]), waitTime: .zero,
            visibilityTimeout: pick([nil, .zero, .seconds(20)]),
            attemptID: name.hasSuffix(".fifo") ? pick([nil, "a1", "a2"]) : nil)
        guard case .received(let messages)? = kept.ask(.receive(receive, from: name), in: region)
        else { return }
        held += messages.map { ($0.receiptHandle, name, region) }
    }

    private mutating func use(_ request: (String, String) -> StoreRequest) {
        guard let message = held.randomElement(using: &random) else { return }
        kept.ask(request(message.handle, message.queue), in: message.region)
    }

    private mutating func create(_ name: String, _ region: String) {
        let isFIFO = name.hasSuffix(".fifo")
        var settings: [QueueSetting] = isFIFO ? [.fifo(true)] : []
        if !name.hasPrefix("dead") {
            let target = Self.arn(isFIFO ? "dead.fifo" : "dead", region)
            settings.append(
                .redrive(RedrivePolicy(deadLetterTargetARN: target, maxReceiveCount: 2)))
        }
        if isFIFO, region == KeptStores.home {
            settings.append(.deduplicationScope(.messageGroup))
        }
        kept.ask(.createQueue(name: name, settings: settings, tags: ["made": "so"]), in: region)
    }

    private mutating func change(_ name: String, _ region: String) {
        let setting: QueueSetting = pick([
            .delay(.seconds(3)), .delay(.zero), .visibilityTimeout(.seconds(7)),
            .retention(.seconds(300)), .retention(.seconds(86_400)), .encryptionKey("alias/k"),
            .encryptionKeyReuse(.seconds(600)), .managedEncryption(true),
            .policy(PolicyDocument(#"{"Version":"2012-10-17", "Statement":[]}"#)), .policy(nil),
            .maximumMessageSize(4_096), .receiveWait(.seconds(2)),
        ])
        kept.ask(.changeSettings(of: name, [setting]), in: region)
    }

    private mutating func move(_ region: String) {
        if isSometimes(1, in: 3), let task = tasks.randomElement(using: &random) {
            kept.ask(.cancelMove(id: task.id, from: task.source), in: task.region)
            return
        }
        let source = Self.arn(pick(["dead", "dead.fifo"]), region)
        let answer = kept.ask(
            .startMove(from: source, to: nil, rate: pick([nil, 1])), in: region)
        if case .moveStarted(let task)? = answer { tasks.append((task.id, source, region)) }
    }

    private mutating func destroy(_ name: String, _ region: String) {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: kept.ask(.deleteQueue(name), in: region)
        case 1: _ = kept.regions.reset()
        default: kept.ask(.purge(name), in: region)
        }
    }
}
