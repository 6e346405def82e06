/// One delivery of one message to this process. Given by whoever feeds the engine, in the order of
/// arrival, never used twice.
package struct LeaseID: Sendable, Hashable, Comparable, SerialNumber {
    package let value: UInt64

    package init(_ value: UInt64) {
        self.value = value
    }

    package static func < (left: LeaseID, right: LeaseID) -> Bool { left.value < right.value }
}

/// One ReceiveMessage.
package struct PollID: Sendable, Hashable {
    package let value: UInt64
    package init(_ value: UInt64) { self.value = value }
}

/// One DeleteMessageBatch or ChangeMessageVisibilityBatch.
package struct BatchID: Sendable, Hashable {
    package let value: UInt64
    package init(_ value: UInt64) { self.value = value }
}

/// A handler, by its name: one name has one id for as long as the subscription lives, also when a
/// reload replaces what is behind the name.
package struct HandlerID: Sendable, Hashable {
    package let value: Int
    package init(_ value: Int) { self.value = value }
}
