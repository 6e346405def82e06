import AWS
import HTTP
import HandlerLibrary
import Settings

/// Checks what concerns several settings at once.
struct ConfigurationCheck {
    let main: SettingTable
    let slots: Int
    let aws: AWSSettings

    func check(
        _ subscriptions: [SubscriptionSettings], handlers: [String: SettingTable],
        problems: inout Problems
    ) {
        checkSlots(subscriptions, problems: &problems)
        checkBatches(subscriptions, handlers, problems: &problems)
        checkEndpoint(problems: &problems)
        checkDeadLetterQueues(problems: &problems)
        checkTasks(subscriptions, handlers, problems: &problems)
        checkPatterns(subscriptions, handlers, problems: &problems)
        for (_, table) in handlers.sorted(by: { $0.key < $1.key }) {
            let key = SettingKey("queue")
            checkPlaintext(
                table.value(key, .queue)?.url, table[key]?.origin, key, problems: &problems)
        }
    }

    /// A queue without a slot would never be received from.
    private func checkSlots(_ subscriptions: [SubscriptionSettings], problems: inout Problems) {
        guard slots < subscriptions.count else { return }
        let key = SettingKey("slots")
        problems.add(
            main[key]?.origin ?? .standard, key: key,
            "\(slots) is less than the number of queues; allowed: \(subscriptions.count) or more")
    }

    /// The other queues keep a slot each, so that many messages are never in hand at once.
    private func checkBatches(
        _ subscriptions: [SubscriptionSettings], _ tables: [String: SettingTable],
        problems: inout Problems
    ) {
        let most = slots - (subscriptions.count - 1)
        for handler in subscriptions.flatMap(\.handlers) {
            let size = handler.kind.settings.messagesAtATime
            guard size > most, most > 0 else { continue }
            let key = SettingKey("lambda.batch_size")
            problems.warn(
                tables[handler.name]?[key]?.origin ?? .standard,
                "\(key): no batch will hold \(size) messages, as slots allows "
                    + "\(most) at once; raise slots, or lower it")
        }
    }

    private func checkEndpoint(problems: inout Problems) {
        let key = SettingKey("aws.endpoint_url")
        checkPlaintext(aws.endpointURL, main[key]?.origin, key, problems: &problems)
    }

    private func checkPlaintext(
        _ url: String?, _ origin: Origin?, _ key: SettingKey, problems: inout Problems
    ) {
        guard let url, let address = WebAddress(url), address.isPlaintextToOthers,
            !aws.allowPlaintext
        else { return }
        problems.add(
            origin ?? .standard, key: key,
            "\(DocumentNode.text(url).quoted) sends messages readable over the network; "
                + "use https://, or set aws.allow_plaintext = true")
    }

    /// Two tasks of one name are refused: a FIFO queue would take the messages of one for
    /// duplicates of the other's.
    private func checkTasks(
        _ subscriptions: [SubscriptionSettings], _ tables: [String: SettingTable],
        problems: inout Problems
    ) {
        for subscription in subscriptions where subscription.queue.isFIFO {
            var owners: [String: String] = [:]
            for handler in subscription.handlers {
                for task in handler.tasks {
                    guard let owner = owners[task.name], owner != handler.name else {
                        owners[task.name] = handler.name
                        continue
                    }
                    let key = SettingKey("schedule")
                    problems.add(
                        tables[handler.name]?.origin(ofTable: key) ?? .standard, key: key,
                        "the handler \(owner) of the same queue has a task \"\(task.name)\" too; "
                            + "give one of them another name")
                }
            }
        }
    }

    /// SQS requires a dead-letter queue to be of the same type as its source ("Using dead-letter
    /// queues in Amazon SQS", developer guide).
    private func checkDeadLetterQueues(problems: inout Problems) {
        let queues = SettingKey("queues")
        for name in main.names(in: queues) {
            let key = queues.child(name).child("dead_letter_queue")
            // A name that is none was reported where the table was assigned.
            guard let target = main.value(key, .queue), let source = try? QueueReference(name)
            else {
                continue
            }
            let origin = main[key]?.origin ?? .standard
            checkPlaintext(target.url, origin, key, problems: &problems)
            if target.mayBe(source, region: aws.region) {
                problems.add(origin, key: key, "\"\(target)\" is the queue itself")
            } else if target.isFIFO != source.isFIFO {
                let wanted =
                    source.isFIFO ? "a FIFO queue, with the suffix .fifo" : "a standard queue"
                problems.add(
                    origin, key: key,
                    "\"\(target)\" is not of the type of \"\(source)\"; allowed: \(wanted)")
            }
        }
    }
}
