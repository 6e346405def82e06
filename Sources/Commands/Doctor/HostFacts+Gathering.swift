import Glibc

extension HostFacts.Journal {
    /// journald writes to the first of the two folders that is there, journald.conf(5) with
    /// `Storage=auto`; a configuration that says otherwise is not looked at.
    static var here: HostFacts.Journal {
        if access("/var/log/journal", F_OK) == 0 { return .persistent }
        return access("/run/log/journal", F_OK) == 0 ? .volatile : .absent
    }
}

extension ServiceUnit.Presence {
    var facts: HostFacts.Unit {
        switch self {
        case .noSystemd: .noSystemd
        case .missing: .missing
        case .loaded(let unit):
            .installed(fileState: unit.fileState, activeState: unit.activeState)
        }
    }
}
