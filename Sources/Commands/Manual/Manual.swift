import ArgumentParser
import Calendar
import Daemon
import Glibc

/// The pages of the manual.
enum Manual {
    /// - Throws: when the parser describes the command line otherwise than we know.
    static func pages() throws -> [ManualPage] {
        let tool = try CommandDescription(dumped: RootCommand._dumpHelp())
        let date = CivilTime(seconds: secondsOfDate)
        return CommandPages.pages(of: tool, date)
            + [ConfigurationPages.main(date), ConfigurationPages.handler(date)]
            + [OperationsPage.page(date)]
    }

    /// The date that pages bear. What makes packages names one, so that they come out the same each
    /// time: reproducible-builds.org/specs/source-date-epoch.
    private static var secondsOfDate: Int {
        ProcessEnvironment.current["SOURCE_DATE_EPOCH"].flatMap { Int($0) } ?? time(nil)
    }
}
