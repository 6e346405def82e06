/// Which of a child's streams.
enum OutputStream: String, Sendable {
    case output = "stdout"
    case error = "stderr"
}

/// Where a child's output goes, as it comes.
protocol ChildOutput {
    /// Called with what was read, some bytes at a time, never none. Both streams come in their own
    /// order; between the two there is none.
    mutating func receive(_ bytes: ArraySlice<UInt8>, from stream: OutputStream)
    /// The stream is over. Called once for each.
    mutating func end(of stream: OutputStream)
}
