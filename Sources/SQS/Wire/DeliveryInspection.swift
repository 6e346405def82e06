/// Divides what was received into what may be handled and what may not.
///
/// A digest that is missing is not checked: some compatible servers leave them out.
struct DeliveryInspection {
    private(set) var sound: [ReceivedMessage] = []
    private(set) var withheld: [CorruptedMessage] = []

    init(_ deliveries: [Delivery], queueURL: String) {
        let isFIFO = queueURL.hasSuffix(".fifo")
        var blockedGroups: Set<String?> = []
        for delivery in deliveries {
            let message = delivery.message
            let group = message.systemAttributes["MessageGroupId"]
            var fault = delivery.fault
            // Without its group's name a damaged message may be of any group.
            if isFIFO, fault == nil, blockedGroups.contains(group) || blockedGroups.contains(nil) {
                fault = .behindAnother
            }
            if let fault {
                withheld.append(
                    CorruptedMessage(queueURL: queueURL, id: message.id, reason: fault))
                blockedGroups.insert(group)
            } else {
                sound.append(message)
            }
        }
    }
}

extension Delivery {
    fileprivate var fault: CorruptedMessage.Reason? {
        if message.id.isEmpty || message.receiptHandle.isEmpty || !hasBody { return .incomplete }
        if let bodyDigest, bodyDigest != MessageDigests.body(message.body) { return .body }
        if !hasReadableAttributes { return .attributes }
        if let attributesDigest,
            attributesDigest != MessageDigests.attributes(message.attributes)
        {
            return .attributes
        }
        return nil
    }
}
