import Glibc

/// The environment this process was started with.
package enum ProcessEnvironment {
    package static let current: [String: String] = {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let line = String(cString: text)
            if let equals = line.firstIndex(of: "=") {
                variables[String(line[..<equals])] = String(line[line.index(after: equals)...])
            }
            entry += 1
        }
        return variables
    }()

    /// The name of this host; empty where it has none.
    static let hostName: String = {
        // HOST_NAME_MAX and the end (gethostname(2)).
        var name = [CChar](repeating: 0, count: 65)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }()

    /// Overwrites the AWS credentials where the kernel shows them, `/proc/PID/environ`: programs
    /// run as the same user and could read them there, proc(5). ``current`` keeps them.
    ///
    /// Not a wall against a program that may attach a debugger to this process. To be called
    /// before another thread could read the environment.
    package static func eraseCredentials() {
        _ = current
        var entry = environ
        while let text = entry.pointee {
            let name = String(cString: text).prefix { $0 != "=" }
            if credentialVariables.contains(String(name)) { memset(text, 0, strlen(text)) }
            entry += 1
        }
    }

    private static let credentialVariables: Set = [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    ]
}
