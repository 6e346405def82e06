import AWS

/// All settings of one daemon: read, merged and checked as a whole.
package struct Configuration: Sendable, Equatable {
    /// Messages being handled at once, over all queues.
    package let slots: Int
    /// How long running handlers may go on after a stop was asked.
    package let graceTime: Duration
    /// Absolute; nil = as the service manager says.
    package let stateDirectory: String?
    /// Whether processes of the same user may read the daemon's memory, and the kernel dump it.
    package let allowsCoreDumps: Bool
    package let aws: AWSSettings
    package let log: LogSettings
    /// One for each queue, sorted by the queue's name; never empty.
    package let subscriptions: [SubscriptionSettings]
    /// What is allowed but probably not meant, for the log and for `check`.
    package let warnings: [ConfigurationWarning]
    /// Where every value came from.
    package let provenance: Provenance

    /// Whether no handler is behind it, but the variable that has messages logged and deleted.
    var isImpliedByVariable: Bool {
        provenance.handlers.values.contains {
            $0[SettingKey("queue")]?.origin == .environment(ConfigurationLoader.queueVariable)
        }
    }

    package var handlerNames: Set<String> {
        Set(subscriptions.flatMap { $0.handlers.map(\.name) })
    }

    /// Of all queues, dead-letter queues included.
    package var queueNames: [String] {
        let names = subscriptions.flatMap {
            [$0.queue.name, $0.deadLetterQueue?.name].compactMap(\.self)
        }
        return Array(Set(names)).sorted()
    }
}

/// How the daemon reaches AWS, as far as the configuration says.
///
/// The variables that the AWS tools read are already in here where they win over the files
/// (``Provenance`` tells which). What nil means is the AWS side's to decide: the profile, the URL
/// of the queue, the instance.
package struct AWSSettings: Sendable, Equatable {
    package internal(set) var region: String?
    package let profile: String?
    /// `http` or `https`; plain `http` to another host only with ``allowPlaintext``.
    package let endpointURL: String?
    package let allowPlaintext: Bool
    package let useDualstack: Bool?
    package let useFIPS: Bool?

    package init(
        region: String? = nil, profile: String? = nil, endpointURL: String? = nil,
        allowPlaintext: Bool = false, useDualstack: Bool? = nil, useFIPS: Bool? = nil
    ) {
        self.region = region
        self.profile = profile
        self.endpointURL = endpointURL
        self.allowPlaintext = allowPlaintext
        self.useDualstack = useDualstack
        self.useFIPS = useFIPS
    }
}

package struct LogSettings: Sendable, Equatable {
    /// In the order of severity, the least severe first. The words are swift-log's.
    package enum Level: String, Sendable, CaseIterable {
        case debug, info, notice, warning, error
    }

    package let level: Level
    /// Lines about single messages, per second. 0 = no limit.
    package let messagesPerSecond: Int

    package init(level: Level, messagesPerSecond: Int) {
        self.level = level
        self.messagesPerSecond = messagesPerSecond
    }
}
