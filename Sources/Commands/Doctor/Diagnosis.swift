import JSON

/// What one check of `doctor` came to: a line for people, an object for scripts.
package struct Diagnosis: Sendable, Equatable {
    /// The verdicts in the order of their weight.
    package enum Verdict: String, Sendable, CaseIterable, Comparable {
        case ok
        /// It could not be found out, which says nothing against it.
        case unknown
        /// It works, and will hurt.
        case warning
        /// `run` would not do its work.
        case failure

        package static func < (one: Verdict, other: Verdict) -> Bool {
            one.weight < other.weight
        }

        private var weight: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    package let verdict: Verdict
    /// What was looked at: `clock`, `queue orders: delete`.
    package let check: String
    package let text: String
    /// What to do; nil where there is nothing, or the text says it.
    package let remedy: String?

    package static func ok(_ check: String, _ text: String) -> Diagnosis {
        Diagnosis(verdict: .ok, check: check, text: text, remedy: nil)
    }

    package static func unknown(_ check: String, _ text: String) -> Diagnosis {
        Diagnosis(verdict: .unknown, check: check, text: text, remedy: nil)
    }

    package static func warning(
        _ check: String, _ text: String, remedy: String? = nil
    ) -> Diagnosis {
        Diagnosis(verdict: .warning, check: check, text: text, remedy: remedy)
    }

    package static func failure(
        _ check: String, _ text: String, remedy: String? = nil
    ) -> Diagnosis {
        Diagnosis(verdict: .failure, check: check, text: text, remedy: remedy)
    }
}

/// All that `doctor` found.
struct DoctorReport {
    let diagnoses: [Diagnosis]

    var verdict: Diagnosis.Verdict { diagnoses.map(\.verdict).max() ?? .ok }

    /// A line for each check, with its remedy behind it, and one that counts.
    var text: String {
        let width = Diagnosis.Verdict.allCases.map(\.rawValue.count).max() ?? 0
        var lines = diagnoses.map { diagnosis in
            let word = diagnosis.verdict.rawValue
            let gap = String(repeating: " ", count: width - word.count + 2)
            let remedy = diagnosis.remedy.map { " -> \($0)" } ?? ""
            return "\(word)\(gap)\(diagnosis.check): \(diagnosis.text)\(remedy)"
        }
        let counts = Diagnosis.Verdict.allCases.reversed().map { verdict in
            "\(diagnoses.count { $0.verdict == verdict }) \(verdict.rawValue)"
        }
        lines.append(counts.joined(separator: ", "))
        return lines.joined(separator: "\n")
    }

    var json: String {
        var json = JSONWriter(isSpaced: true)
        json.object { json in
            json.member("verdict", verdict.rawValue)
            json.name("checks")
            json.array { json in
                for diagnosis in diagnoses {
                    json.object { json in
                        json.member("verdict", diagnosis.verdict.rawValue)
                        json.member("check", diagnosis.check)
                        json.member("text", diagnosis.text)
                        if let remedy = diagnosis.remedy { json.member("remedy", remedy) }
                    }
                }
            }
        }
        return json.text
    }
}
