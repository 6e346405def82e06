import Daemon
import Glibc
import HandlerLibrary

/// Whom `check` and `doctor` judge for, and `try` runs for. What one user may read and execute,
/// another may not, so this process becomes that user before it looks at anything.
struct JudgedAccount {
    /// The user, and why it is this one.
    let description: String
    let place: DaemonPlace

    /// The last of the users that `DynamicUser=` takes from, "Users, Groups, UIDs and GIDs on
    /// systemd Systems": it owns nothing and is in no group.
    private static let nobody: uid_t = 65_519
    /// `PATH` of a service, systemd.exec(5), with the folders of older systems.
    private static let servicePath =
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// Becomes the user to judge for; to be called before anything is looked at.
    ///
    /// - Parameter user: who is asked for; nil for the service's, where this is root.
    static func assume(_ user: String?) async throws(CommandFailure) -> JudgedAccount {
        let environment = ProcessEnvironment.current
        if let user {
            guard let account = Account(named: user) else {
                throw CommandFailure(.inputMissing, "there is no user \(user)")
            }
            try account.become()
            return JudgedAccount(
                description: "the user \(user), as asked",
                place: DaemonPlace(environment: environment.of(account)))
        }
        guard geteuid() == 0, let unit = await ServiceUnit.find(), unit.user != "root" else {
            return JudgedAccount(
                description: "the user \(Account.currentName), who asks",
                place: DaemonPlace(environment: environment))
        }
        return try judge(unit)
    }

    private static func judge(_ unit: ServiceUnit) throws(CommandFailure) -> JudgedAccount {
        var account = Account(named: unit.user)
        if account == nil, unit.isDynamic {
            account = Account(name: unit.user, uid: nobody, gid: nobody, home: "/")
        }
        guard var account else {
            throw CommandFailure(
                .configuration,
                "\(ServiceUnit.name) runs as the user \(unit.user), and there is no such user")
        }
        // Before this process may no longer read them.
        let own = unit.environment
        if let group = unit.group.flatMap(Account.groupID) { account.gid = group }
        account.groups += unit.supplementaryGroups.compactMap(Account.groupID)
        try account.become()
        var environment = ["PATH": servicePath].of(account)
        environment.merge(own) { _, set in set }
        return JudgedAccount(
            description: "the user \(unit.user) of \(ServiceUnit.name)"
                + (account.uid == nobody ? " (DynamicUser=: one who owns nothing)" : ""),
            place: DaemonPlace(environment: environment, hiddenFolders: unit.hiddenFolders))
    }
}

/// A user of this machine.
private struct Account {
    let name: String
    let uid: uid_t
    var gid: gid_t
    let home: String
    /// Besides those that the user is in.
    var groups: [gid_t] = []

    init(name: String, uid: uid_t, gid: gid_t, home: String) {
        (self.name, self.uid, self.gid, self.home) = (name, uid, gid, home)
    }

    init?(named name: String) {
        guard let entry = getpwnam(name) else { return nil }
        self.init(
            name: name, uid: entry.pointee.pw_uid, gid: entry.pointee.pw_gid,
            home: String(cString: entry.pointee.pw_dir))
    }

    static func groupID(_ name: String) -> gid_t? { getgrnam(name).map(\.pointee.gr_gid) }

    static var currentName: String {
        getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? String(geteuid())
    }

    /// Makes this process that user's, for good.
    func become() throws(CommandFailure) {
        if uid == geteuid(), groups.isEmpty { return }
        guard initgroups(name, gid) == 0, join(groups), setgid(gid) == 0, setuid(uid) == 0 else {
            throw CommandFailure(
                .denied, "cannot look as the user \(name): \(String(cString: strerror(errno)))")
        }
    }

    private func join(_ more: [gid_t]) -> Bool {
        guard !more.isEmpty else { return true }
        var all = [gid_t](repeating: 0, count: Int(max(getgroups(0, nil), 0)))
        guard getgroups(Int32(all.count), &all) >= 0 else { return false }
        all += more
        return setgroups(all.count, all) == 0
    }
}

extension [String: String] {
    /// The variables with those that a login sets.
    fileprivate func of(_ account: Account) -> [String: String] {
        merging(["HOME": account.home, "USER": account.name, "LOGNAME": account.name]) { $1 }
    }
}
