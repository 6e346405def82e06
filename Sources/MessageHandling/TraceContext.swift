/// The trace that a message is a part of, as its sender says.
extension Message {
    /// The W3C trace context: the message attribute `traceparent`, as it was sent.
    package var traceparent: String? { attributes["traceparent"]?.text }

    /// The id of the trace, by which its spans and log lines are found: of ``traceparent``, or of
    /// the X-Ray header. Nil where there is none, or none in its form: whoever sends a message
    /// must not be able to write what he likes into each line about it.
    package var traceID: String? {
        // Most messages have neither.
        let ofContext = attributes.isEmpty ? nil : traceparent.flatMap(traceID(ofContext:))
        return ofContext ?? traceHeader.flatMap(traceID(ofHeader:))
    }
}

/// `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`
///
/// Source: W3C Trace Context, "traceparent Header".
private func traceID(ofContext text: String) -> String? {
    guard text.utf8.count <= longest else { return nil }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    // A later version may have more parts.
    guard parts.count >= 4, parts[0].utf8.count == 2, parts[1].utf8.count == 32,
        parts[0] != "ff", parts[..<2].allSatisfy(isHexadecimal),
        parts[1].contains(where: { $0 != "0" })
    else { return nil }
    return String(parts[1])
}

/// `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`
///
/// Source: AWS X-Ray Developer Guide, "Tracing header".
private func traceID(ofHeader text: String) -> String? {
    let name = "Root="
    guard text.utf8.count <= longest,
        let root = text.split(separator: ";").first(where: { $0.hasPrefix(name) })
    else {
        return nil
    }
    let id = root.dropFirst(name.count)
    let parts = id.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "1", parts[1].utf8.count == 8, parts[2].utf8.count == 24,
        parts.allSatisfy(isHexadecimal)
    else { return nil }
    return String(id)
}

/// Many times what a context or a header has, in bytes. What is longer was made to cost: a message
/// may consist of it.
private let longest = 1_024

private func isHexadecimal(_ text: Substring) -> Bool {
    text.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
}
