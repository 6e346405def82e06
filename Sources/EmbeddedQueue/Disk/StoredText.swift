import JSON
import MessageHandling
import SQS

/// How values stand in the file that have no column of their own. Settings and message attributes
/// are written and read as in requests of the API.
enum StoredText {
    private static let wrapper = "MessageAttributes"

    /// All settings, by the names of the service.
    static func attributes(of properties: QueueProperties) -> String {
        var attributes = Dictionary(
            uniqueKeysWithValues: QueueAttributes.text(
                properties.settings, isFIFO: MessageQueue.isFIFO(properties.name)))
        // Answers tell it with a key alone.
        let reuse = properties.settings.encryption.keyReuse
        attributes["KmsDataKeyReusePeriodSeconds"] = String(reuse.wholeSeconds)
        return text(attributes)
    }

    static func settings(_ text: String) throws(DatabaseError) -> QueueSettings {
        var settings = QueueSettings()
        do throws(StoreError) {
            for setting in try QueueAttributes.settings(try parameter(text).textMap()) {
                setting.apply(to: &settings)
            }
        } catch {
            throw .damaged("a queue's attributes: \(error.message)")
        }
        return settings
    }

    static func tags(_ tags: [String: String]) -> String { text(tags) }

    static func tags(_ text: String) throws(DatabaseError) -> [String: String] {
        do throws(StoreError) {
            return try parameter(text).textMap()
        } catch {
            throw .damaged("a queue's tags: \(error.message)")
        }
    }

    /// Nil where there are none.
    static func attributes(_ attributes: [String: MessageAttribute]) -> String? {
        guard !attributes.isEmpty else { return nil }
        var json = JSONWriter()
        json.object { $0.member(wrapper, attributes) }
        return json.text
    }

    static func attributes(
        _ text: String?
    ) throws(DatabaseError) -> [String: MessageAttribute] {
        guard let text else { return [:] }
        do throws(StoreError) {
            return try parameter(text)[wrapper]?.map { (attribute) throws(StoreError) in
                try AttributeJSON(attribute).value()
            } ?? [:]
        } catch {
            throw .damaged("a message's attributes: \(error.message)")
        }
    }

    private static func text(_ values: [String: String]) -> String {
        var json = JSONWriter()
        json.object { json in
            for (name, value) in values.sorted(by: { $0.key < $1.key }) { json.member(name, value) }
        }
        return json.text
    }

    private static func parameter(_ text: String) throws(StoreError) -> Parameter {
        do {
            return Parameter(request: try JSONValue(parsing: Array(text.utf8)))
        } catch {
            throw StoreError(.serialization, "\(error)")
        }
    }
}

extension StoredText {
    static func number(of state: MessageState) -> Int {
        switch state {
        case .visible: 0
        case .delayed: 1
        case .inFlight: 2
        }
    }

    static func state(
        _ number: Int64, due: StoreInstant?
    ) throws(DatabaseError) -> MessageState {
        switch (number, due) {
        case (0, nil): .visible
        case (1, let due?): .delayed(until: due)
        case (2, let due?): .inFlight(until: due)
        default: throw .damaged("a message is in state \(number)")
        }
    }

    static func status(_ status: MessageMove.Status) -> (text: String, failure: String?) {
        switch status {
        case .running: ("running", nil)
        case .completed: ("completed", nil)
        case .cancelled: ("cancelled", nil)
        case .failed(let reason): ("failed", reason)
        }
    }

    static func status(
        _ text: String, failure: String?
    ) throws(DatabaseError) -> MessageMove.Status {
        switch (text, failure) {
        case ("running", nil): .running
        case ("completed", nil): .completed
        case ("cancelled", nil): .cancelled
        case ("failed", let reason?): .failed(reason: reason)
        default: throw .damaged("a move task is \(text)")
        }
    }
}
