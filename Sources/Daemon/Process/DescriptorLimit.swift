import CChildProcess

/// How many files this process may have open.
enum DescriptorLimit {
    /// Raises it to what the system allows: every program that runs takes four, every connection
    /// one, and the usual 1,024 are soon too few for some hundred handlers. The programs get the
    /// limit from before. To be called once, before the first program is started.
    static func raise() {
        child_raise_descriptor_limit()
    }
}
