import EventPatterns
import HandlerLibrary
import Settings

extension ConfigurationCheck {
    /// Warns of patterns that could not be taken to EventBridge or Lambda.
    func checkPatterns(
        _ subscriptions: [SubscriptionSettings], _ tables: [String: SettingTable],
        problems: inout Problems
    ) {
        let key = SettingKey("match")
        for handler in subscriptions.flatMap(\.handlers) {
            guard let pattern = handler.match else { continue }
            let origin =
                tables[handler.name]?[key]?.origin ?? tables[handler.name]?.origin(ofTable: key)
            for refusal in pattern.refusedByAWS {
                problems.warn(
                    origin ?? .standard,
                    "\(key): AWS would refuse the pattern, which is taken here: \(refusal)")
            }
        }
    }
}
