/// A handler failed, and its configuration says after how long the message comes back.
///
/// Thrown where ``Outcome/retry(after:)`` would say too much: a delay that the other side asked for
/// is its wish to be spared, one that the configuration names is no excuse. The failure counts
/// against the handler as one without a delay does.
package struct DelayedFailure: Error, Equatable {
    package let delay: Duration

    package init(_ delay: Duration) {
        self.delay = delay
    }
}
