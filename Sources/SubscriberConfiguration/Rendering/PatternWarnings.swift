import EventPatterns
package import Settings

/// Patterns that are taken here and could not be taken to EventBridge or Lambda: for `check` alone,
/// as nothing is wrong with them where they are.
package enum PatternWarnings {
    package static func of(_ configuration: Configuration) -> [ConfigurationWarning] {
        let key = SettingKey("match")
        let handlers = configuration.subscriptions.flatMap(\.handlers)
        return handlers.flatMap { handler -> [ConfigurationWarning] in
            guard let pattern = handler.match else { return [] }
            let table = configuration.provenance.handlers[handler.name]
            let origin = table?[key]?.origin ?? table?.origin(ofTable: key) ?? .standard
            return pattern.refusedByAWS.map {
                ConfigurationWarning(
                    origin: origin,
                    problem: "\(key): AWS would refuse the pattern, which is taken here: \($0)")
            }
        }
    }
}
