import HTTP

/// Makes the settings of an `http` handler, and checks what concerns several of them, and the files
/// that they name.
struct HTTPBuilder {
    let table: SettingTable
    /// Of the handler's file.
    let origin: Origin

    /// Nil where a setting was refused; the error was told then.
    func build(problems: inout Problems) -> HandlerKind? {
        checkFiles(problems: &problems)
        guard let target = table.text(key("url")).flatMap(HTTPTarget.init),
            let timeout = table.duration(key("timeout")),
            let connectTimeout = table.duration(key("connect_timeout")),
            let connections = connections(problems: &problems),
            let success = table.text(key("success")),
            let rejected = table.integers(key("reject_status")),
            let contentType = table.text(key("content_type")),
            let userAgent = table.text(key("user_agent")),
            let taskPaths = table.boolean(key("task_paths"))
        else { return nil }
        let headers = HeaderTable(table: table, origin: origin).read(problems: &problems)
        var settings = HTTPHandlerSettings(target: target)
        settings.timeout = timeout
        settings.connectTimeout = connectTimeout
        settings.inactivityTimeout = table.duration(key("inactivity_timeout"))
        settings.connections = connections
        settings.contentType = contentType
        settings.userAgent = userAgent
        settings.headers = headers
        settings.onlyOKIsDone = success == "200"
        settings.rejectStatuses = rejected
        settings.errorDelay = table.duration(key("error_visibility_timeout"))
        settings.postsToTaskPath = taskPaths
        settings.signatureKeyFile = table.text(key("signature_key_file"))
        settings.certificateAuthorities = table.text(key("ca_file"))
        settings.clientCertificate = table.text(key("client_certificate_file"))
        settings.clientKey = table.text(key("client_key_file"))
        return .http(settings)
    }

    private func key(_ name: String) -> SettingKey { SettingKey("http").child(name) }

    /// A message that waits for a connection would fail by no fault of its own.
    private func connections(problems: inout Problems) -> Int? {
        guard let setting = table[key("connections")],
            let connections = table.integer(key("connections")),
            let concurrency = table.integer(SettingKey("concurrency"))
        else { return nil }
        if setting.origin == .standard { return max(connections, concurrency) }
        if connections < concurrency {
            problems.add(
                setting.origin, key: key("connections"),
                "\(connections) is less than concurrency; allowed: \(concurrency) or more")
        }
        return connections
    }

    // MARK: Files

    private func checkFiles(problems: inout Problems) {
        let certificate = PEMContent(mark: "-----BEGIN CERTIFICATE-----", name: "a certificate")
        let privateKey = PEMContent(mark: "PRIVATE KEY-----", name: "a private key")
        check("ca_file", holds: certificate, problems: &problems)
        check("client_certificate_file", holds: certificate, problems: &problems)
        check("client_key_file", holds: privateKey, problems: &problems)
        for (one, other) in [
            ("client_certificate_file", "client_key_file"),
            ("client_key_file", "client_certificate_file"),
        ] where table.isMissing(key(other)) {
            guard let setting = table[key(one)] else { continue }
            problems.add(
                setting.origin, key: key(one), "of no use without http.\(other); set both")
        }
        check("signature_key_file", holds: nil, problems: &problems)
    }

    private struct PEMContent {
        let mark: String
        let name: String
    }

    /// Nothing of what is in a file is repeated: it may be a secret.
    private func check(_ name: String, holds content: PEMContent?, problems: inout Problems) {
        guard let path = table.text(key(name)), let setting = table[key(name)] else { return }
        let place = DocumentNode.text(path).quoted
        do throws(FileReader.ReadError) {
            guard case .text(let text) = try FileReader.read(path).content else {
                return problems.add(setting.origin, key: key(name), "\(place) is empty")
            }
            if let content, !text.contains(content.mark) {
                problems.add(
                    setting.origin, key: key(name), "\(place) does not hold \(content.name) in PEM")
            }
        } catch {
            problems.add(setting.origin, key: key(name), "\(place) \(error.problem)")
        }
    }
}
