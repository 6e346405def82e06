package import AWS
package import SubscriberEngine

/// One queue with what concerns the queue, and all handlers that ask for its messages.
///
/// The queue's keys are members of it: `settings.weight`.
@dynamicMemberLookup
package struct SubscriptionSettings: Sendable, Equatable {
    /// The most precise of the references that the handlers gave.
    package let queue: QueueReference
    package let options: QueueOptions
    /// Sorted by name; never empty.
    package let handlers: [HandlerSettings]

    package init(
        queue: QueueReference, options: QueueOptions = QueueOptions(), handlers: [HandlerSettings]
    ) {
        self.queue = queue
        self.options = options
        self.handlers = handlers
    }

    package subscript<Value>(dynamicMember field: KeyPath<QueueOptions, Value>) -> Value {
        options[keyPath: field]
    }

    package subscript<Value>(dynamicMember field: KeyPath<QueueSettings, Value>) -> Value {
        options.engine[keyPath: field]
    }
}
