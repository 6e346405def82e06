import AWS
import Logging
import MessageHandling
import SQS
import SubscriberConfiguration
import SubscriberEngine

/// The dead-letter queue after a reload.
extension QueueRunner {
    /// Looks for the one that the plan names, where it is another one, until it is found.
    func findDeadLetterQueue() {
        deadLetterSearch?.cancel()
        deadLetterSearch = nil
        deadLetterTrouble = nil
        guard let reference = plan.settings.deadLetterQueue else { return deadLetterQueue = nil }
        guard reference != deadLetterQueue?.reference else { return }
        deadLetterSearch = Task { await self.search(for: reference) }
    }

    private func search(for reference: QueueReference) async {
        while !Task.isCancelled {
            let trouble: StartTrouble
            do throws(SQSError) {
                let queue = try await shared.opener.locate(reference)
                guard !Task.isCancelled else { return }
                deadLetterQueue = (reference, queue)
                deadLetterTrouble = nil
                return applyPlan()
            } catch {
                guard !Task.isCancelled else { return }
                trouble = StartTrouble(error)
            }
            let earlier = deadLetterTrouble
            if earlier?.trouble != trouble {
                shared.logger.error(
                    """
                    the dead-letter queue \(reference.text) could not be found, it is tried again, \
                    and the one before stays in use until then: \(trouble.description)
                    """, metadata: ["queue": .string(plan.name)])
            }
            let failures = (earlier?.failures ?? 0) + 1
            let pause = OpeningPace.pause(after: failures, nature: trouble.nature)
            let now = shared.drivers.clock.now()
            deadLetterTrouble = OpeningTrouble(
                trouble, since: earlier?.since ?? now, failures: failures, nextAttempt: now + pause)
            try? await Task.sleep(for: pause)
        }
    }
}
