/// The results for people, and for the summary of `Tests/run`.
enum Report {
    static func line(_ result: Campaign.Result, seeds: ClosedRange<UInt64>) -> String {
        let seconds = (result.seconds * 10).rounded() / 10
        return
            "\(result.name): \(result.inputs) inputs from seed \(seeds.lowerBound) "
            + "in \(seconds) s, \(result.accepted) accepted, \(result.refused) refused, "
            + "\(result.failures.count) failed, \(result.peakMemory >> 20) MiB at most"
    }

    static func failure(_ failure: Campaign.Failure, of target: any FuzzTarget) -> String {
        let again = "Tests/fuzz --target \(target.name) --seeds \(failure.seed)-\(failure.seed)"
        return "  seed \(failure.seed) \(failure.problem)\n  again: \(again)"
    }

    /// In JUnit's format, a test for each target.
    static func xunit(_ results: [Campaign.Result]) -> String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        text += "<testsuite name=\"fuzzing\" tests=\"\(results.count)\">\n"
        for result in results {
            text += "<testcase classname=\"fuzzing\" name=\"\(result.name)\" "
            text += "time=\"\(result.seconds)\">\n"
            for failure in result.failures {
                let problem = escaped("seed \(failure.seed) \(failure.problem)")
                text += "<failure message=\"\(problem)\"/>\n"
            }
            text += "</testcase>\n"
        }
        return text + "</testsuite>\n</testsuites>\n"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case "\"": escaped += "&quot;"
            case " "..."\u{7E}": escaped.unicodeScalars.append(scalar)
            case "\n": escaped += "&#10;"
            default: escaped += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return escaped
    }
}
