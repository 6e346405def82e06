import AWS
import FoundationEssentials
import Testing

struct RefreshStateTests {
    private let start = Date(timeIntervalSince1970: 1_000_000_000)
    private let lost = CredentialError(.refused, "no")

    private func at(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }

    private func credentials(_ id: String, lasting seconds: Double?) -> Credentials {
        Credentials(accessKeyID: id, secretAccessKey: "s", expiration: seconds.map(at))
    }

    private func holding(_ credentials: Credentials) -> RefreshState {
        var state = RefreshState()
        #expect(state.demand(at: start) == .flyAndWait)
        #expect(state.demand(at: start) == .wait)
        let landing = state.land(.success(credentials), at: start)
        #expect(landing.event == .renewed(credentials))
        #expect(!landing.pauses)
        return state
    }

    /// Fresh, then due while still handed out, then no longer.
    @Test(arguments: [
        (3600.0, 2699.0, 2700.0), (21_600, 20_699, 20_700), (900, 674, 675), (60, 44, 45),
    ])
    func `new ones are asked for ahead of the expiry`(
        lifetime: Double, last: Double, due: Double
    ) {
        let old = credentials("OLD", lasting: lifetime)
        var state = holding(old)
        #expect(state.demand(at: at(last)) == .use(old))
        #expect(state.demand(at: at(due)) == .useAndFly(old))
        #expect(state.demand(at: at(due)) == .use(old))
        #expect(state.fresh(at: at(lifetime - 6)) == old)
        #expect(state.demand(at: at(lifetime - 5)) == .wait)
    }

    @Test func `credentials without an expiry are never asked for again`() {
        let lasting = credentials("LASTING", lasting: nil)
        var state = holding(lasting)
        #expect(state.demand(at: at(1e9)) == .use(lasting))
    }

    @Test func `a failed refresh leaves the old ones in use and is reported once`() {
        let old = credentials("OLD", lasting: 3600)
        var state = holding(old)
        #expect(state.demand(at: at(3000)) == .useAndFly(old))
        var landing = state.land(.failure(lost), at: at(3001))
        #expect(landing.pauses)
        #expect(landing.event == .failing(lost, validUntil: at(3600)))
        #expect(state.demand(at: at(3002)) == .use(old))
        #expect(state.endPause(someoneWaits: false) == false)
        #expect(state.demand(at: at(3003)) == .useAndFly(old))
        landing = state.land(.failure(lost), at: at(3004))
        #expect(landing.event == nil)
        let silent = CredentialError(.unavailable, "no answer")
        landing = state.land(.failure(silent), at: at(3004))
        #expect(landing.event == .failing(silent, validUntil: at(3600)))
        #expect(state.failures == 3)
        _ = state.endPause(someoneWaits: false)
        #expect(state.demand(at: at(3005)) == .useAndFly(old))
        let new = credentials("NEW", lasting: 9000)
        #expect(state.land(.success(new), at: at(3006)).event == .renewed(new))
        #expect(state.failures == 0)
        #expect(state.demand(at: at(3600)) == .use(new))
    }

    @Test func `expired credentials from the source are a failure`() {
        var state = RefreshState()
        _ = state.demand(at: start)
        let landing = state.land(.success(credentials("OLD", lasting: 4)), at: start)
        guard case .failure(let error) = landing.answer else {
            Issue.record("accepted")
            return
        }
        #expect(error.kind == .unavailable)
        #expect(error.description.contains("have expired"))
        #expect(landing.pauses)
    }

    @Test func `rejected credentials are dropped, others are not`() {
        let old = credentials("OLD", lasting: 3600)
        var state = holding(old)
        state.invalidate(credentials("OTHER", lasting: nil))
        #expect(state.demand(at: start) == .use(old))
        state.invalidate(old)
        #expect(state.demand(at: start) == .flyAndWait)
    }

    @Test func `a source that still has the rejected ones is asked ever more slowly`() {
        let old = credentials("OLD", lasting: nil)
        var state = holding(old)
        for round in 1...3 {
            state.invalidate(old)
            #expect(state.demand(at: start) == (round == 1 ? .flyAndWait : .wait))
            if round > 1 { #expect(state.endPause(someoneWaits: true) == true) }
            let landing = state.land(.success(old), at: start)
            #expect(landing.answer == .success(old))
            #expect(landing.pauses)
            #expect(state.failures == round)
        }
    }
}
