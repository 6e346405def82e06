import Control
import Glibc

extension ProcessReport {
    /// The process as it is now. Source: proc(5).
    static var current: ProcessReport {
        var report = ProcessReport()
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            report.processorSeconds = usage.ru_utime.seconds + usage.ru_stime.seconds
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            report.mostDescriptors = Int(clamping: limit.rlim_cur)
        }
        // Without the one that counts them.
        report.descriptors = max(0, count(of: "/proc/self/fd") - 1)
        report.threads = count(of: "/proc/self/task")
        report.residentBytes = residentPages * Int(getpagesize())
        return report
    }

    /// The second field of the memory's figures.
    private static var residentPages: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let text = String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let fields = text.split(separator: " ")
        return fields.count > 1 ? Int(fields[1]) ?? 0 : 0
    }

    private static func count(of directory: String) -> Int {
        guard let stream = opendir(directory) else { return 0 }
        defer { closedir(stream) }
        var count = 0
        while readdir(stream) != nil { count += 1 }
        // The directory itself and the one above.
        return max(0, count - 2)
    }
}

extension timeval {
    fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}
