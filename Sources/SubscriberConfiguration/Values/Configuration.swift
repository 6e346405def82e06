package import AWS
package import Settings

/// All settings of one daemon: read, merged and checked as a whole.
///
/// The daemon's own keys are members of it: `configuration.slots`.
@dynamicMemberLookup
package struct Configuration: Sendable, Equatable {
    package let daemon: DaemonSettings
    package let aws: AWSSettings
    package let log: LogSettings
    package let metrics: MetricsSettings
    package let web: WebSettings
    /// One for each queue, sorted by the queue's name; never empty.
    package let subscriptions: [SubscriptionSettings]
    /// What is allowed but probably not meant, for the log and for `check`.
    package let warnings: [ConfigurationWarning]
    /// Where every value came from.
    package let provenance: Provenance

    package subscript<Value>(dynamicMember field: KeyPath<DaemonSettings, Value>) -> Value {
        daemon[keyPath: field]
    }

    /// Whether no handler is behind it, but the variable that has messages logged and deleted.
    var isImpliedByVariable: Bool {
        provenance.handlers.values.contains {
            $0[SettingKey("queue")]?.origin == .environment(ConfigurationLoader.queueVariable)
        }
    }

    /// The folder of the first handler's file; nil where no file describes a handler.
    package var handlerFolder: String? {
        let folder = "/\(ConfigurationLoader.handlerFolder)"
        return provenance.files.lazy.compactMap { path in
            path.firstRange(of: "\(folder)/").map { path[..<$0.lowerBound] + folder }
        }.first
    }

    package var handlerNames: Set<String> {
        Set(subscriptions.flatMap { $0.handlers.map(\.name) })
    }

    /// The names of all queues, dead-letter queues included.
    package var queueNames: [String] {
        let names = subscriptions.flatMap {
            [$0.queue.name, $0.deadLetterQueue?.name].compactMap(\.self)
        }
        return Array(Set(names)).sorted()
    }
}
