import ArgumentParser

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find out why messages are not handled, or will not be.",
        discussion: """
            Looks at all that the daemon needs and prints a line for each: ok, warning, failure, \
            or unknown for what could not be found out, and what to do. The configuration; region, \
            endpoint, name, proxy, TLS and clock; the credentials and, on AWS, whose they are; \
            each queue, its attributes, its dead-letter queue and what may be done with it; each \
            handler; the unit, the journal and the machine's limits.

            No message is touched, and no receive count rises. What may be done with a queue is \
            asked with calls that are invalid: on AWS, which looks first whether the caller may, \
            the answer tells; other servers may let all do all. Not known stays what only a \
            message shows, on AWS the use of a KMS key. Programs are started and ended before \
            they can do anything, endpoints are connected to, and a Lambda function is started \
            until it asks for work.

            Judges for the user of \(ServiceUnit.standardName) where root asks, as check does.

            Exits with 0, or with 1 when there is a failure.
            """)

    @Flag(help: "Print one JSON document.")
    var json = false

    @Option(help: ArgumentHelp("Judge for this user; root can.", valueName: "name"))
    var user: String?

    @OptionGroup(title: "Configuration")
    var options: ConfigurationOptions

    func run() async throws {
        let unit = await ServiceUnit.look(ofConfiguration: options.directory)
        let account: JudgedAccount
        do throws(CommandFailure) {
            account = try await JudgedAccount.assume(
                user, configuration: options.directory)
        } catch {
            throw error.exit()
        }
        let report = DoctorReport(
            diagnoses: await Examination(account: account, options: options, unit: unit)
                .diagnoses())
        Terminal.line(json ? report.json : report.text)
        if report.verdict == .failure { throw ExitCode.failure }
    }
}
