import AWS
import Daemon
import HandlerLibrary
import Settings

/// The unit that runs this program, as systemd has it.
struct ServiceUnit {
    /// The unit of a host's only daemon.
    static let standardName = "sqs-subscriber.service"
    /// systemd answers at once, or hangs.
    private static let patience = Duration.seconds(5)
    private static let asked = [
        "LoadState", "User", "Group", "SupplementaryGroups", "DynamicUser", "ProtectHome",
        "PrivateTmp",
        "Environment", "EnvironmentFiles", "UnitFileState", "ActiveState", "LimitNOFILE",
        "StateDirectory",
    ]

    let name: String
    private let properties: [String: String]

    /// What systemd says of it.
    enum Presence {
        /// systemd does not run, or does not answer.
        case noSystemd
        case missing
        case loaded(ServiceUnit)

        var loaded: ServiceUnit? { if case .loaded(let unit) = self { unit } else { nil } }
    }

    /// - Parameter directory: what `--config` names. One that is called as a unit, such as
    ///   `/etc/sqs-subscriber@west`, is the configuration of that one.
    static func name(ofConfiguration directory: String?) -> String {
        let last = directory?.split(separator: "/").last.map(String.init) ?? ""
        return last.hasPrefix("sqs-subscriber@") ? last + ".service" : standardName
    }

    /// - Parameter directory: see ``name(ofConfiguration:)``.
    static func look(ofConfiguration directory: String?) async -> Presence {
        let name = name(ofConfiguration: directory)
        let command = [
            "systemctl", "show", "--property=" + asked.joined(separator: ","), name,
        ]
        let answer = try? await ChildProcessRunner().run(
            command, environment: ProcessEnvironment.current, timeout: patience)
        guard let answer, answer.status == .exited(0) else { return .noSystemd }
        let unit = ServiceUnit(name, String(decoding: answer.standardOutput, as: UTF8.self))
        return unit["LoadState"] == "loaded" ? .loaded(unit) : .missing
    }

    /// - Parameter text: what `systemctl show` printed.
    private init(_ name: String, _ text: String) {
        self.name = name
        var properties: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            properties[String(parts[0]), default: ""] += String(parts[1]) + "\n"
        }
        self.properties = properties.mapValues { String($0.dropLast()) }
    }

    private subscript(_ property: String) -> String { properties[property] ?? "" }

    /// The user who is named, or the one that `DynamicUser=` names after the unit.
    var user: String {
        if !self["User"].isEmpty { return self["User"] }
        return isDynamic ? String(name.prefix { $0 != "." }) : "root"
    }

    var fileState: String { self["UnitFileState"] }
    var activeState: String { self["ActiveState"] }
    /// The hard limit; nil where systemd did not say, systemd.exec(5).
    var descriptorLimit: UInt64? {
        self["LimitNOFILE"] == "infinity" ? .max : UInt64(self["LimitNOFILE"])
    }
    /// Where systemd makes the first of `StateDirectory=`.
    var stateDirectory: String? {
        self["StateDirectory"].split(separator: " ").first.map { "/var/lib/\($0)" }
    }

    var isDynamic: Bool { self["DynamicUser"] == "yes" }
    var group: String? { self["Group"].isEmpty ? nil : self["Group"] }
    var supplementaryGroups: [String] {
        self["SupplementaryGroups"].split(separator: " ").map(String.init)
    }

    /// The folders that `ProtectHome=` and `PrivateTmp=` hide, systemd.exec(5), each with its
    /// setting.
    var hiddenFolders: [String: String] {
        let isHomeless = ["yes", "tmpfs"].contains(self["ProtectHome"])
        let homes = isHomeless ? ["/home", "/root", "/run/user"] : []
        let temporary = self["PrivateTmp"] == "yes" ? ["/tmp", "/var/tmp"] : []
        return Dictionary(uniqueKeysWithValues: homes.map { ($0, "ProtectHome") })
            .merging(temporary.map { ($0, "PrivateTmp") }) { $1 }
    }

    /// What `Environment=` sets, and `EnvironmentFile=` over it, of the files that can be read.
    var environment: [String: String] {
        var lines = (try? shellWords(self["Environment"])) ?? []
        for entry in self["EnvironmentFiles"].split(separator: "\n") {
            let path = String(entry.prefix { $0 != " " })
            guard case .text(let text) = try? FileReader.read(path).content else { continue }
            lines += text.split(separator: "\n")
                .filter { !$0.hasPrefix("#") && !$0.hasPrefix(";") }
                .compactMap { try? shellWords(String($0)).first }
        }
        let pairs = lines.compactMap { line -> (String, String)? in
            guard let equals = line.firstIndex(of: "=") else { return nil }
            return (String(line[..<equals]), String(line[line.index(after: equals)...]))
        }
        return Dictionary(pairs) { _, last in last }
    }
}
