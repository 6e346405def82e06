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
        "Environment", "EnvironmentFiles",
    ]

    let name: String
    private let properties: [String: String]

    /// Nil where systemd does not run, or knows no such unit.
    ///
    /// - Parameter directory: what `--config` names. One that is called as a unit, such as
    ///   `/etc/sqs-subscriber@west`, is the configuration of that one.
    static func find(ofConfiguration directory: String?) async -> ServiceUnit? {
        let last = directory?.split(separator: "/").last.map(String.init) ?? ""
        let name = last.hasPrefix("sqs-subscriber@") ? last + ".service" : standardName
        let command = [
            "systemctl", "show", "--property=" + asked.joined(separator: ","), name,
        ]
        let answer = try? await ChildProcessRunner().run(
            command, environment: ProcessEnvironment.current, timeout: patience)
        guard let answer, answer.status == .exited(0) else { return nil }
        let unit = ServiceUnit(name, String(decoding: answer.standardOutput, as: UTF8.self))
        return unit["LoadState"] == "loaded" ? unit : nil
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

    var isDynamic: Bool { self["DynamicUser"] == "yes" }
    var group: String? { self["Group"].isEmpty ? nil : self["Group"] }
    var supplementaryGroups: [String] {
        self["SupplementaryGroups"].split(separator: " ").map(String.init)
    }

    /// `ProtectHome=`, systemd.exec(5).
    var hiddenFolders: [String] {
        ["yes", "tmpfs"].contains(self["ProtectHome"]) ? ["/home", "/root", "/run/user"] : []
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
