import Dispatch
import Glibc
import Systemd
import Testing

@Suite struct ProcessMemoryTests {
    /// What is asked of malloc holds for a process: this has one of its own.
    @Test func `what threads freed goes back to the system, whatever was freed before`() async {
        await #expect(processExitsWith: .success) {
            ProcessMemory.boundArenas()
            ProcessMemory.boundFreedMemory()
            // Malloc would keep twice as much from then on.
            free(ProcessMemoryTests.block(of: 16 << 20))
            let before = ProcessMemoryTests.residentPages()
            DispatchQueue.concurrentPerform(iterations: 4) { _ in
                let blocks = (0..<4_096).map { _ in ProcessMemoryTests.block(of: 4_096) }
                for block in blocks.reversed() { free(block) }
            }
            ProcessMemory.giveBack()
            // A quarter of what one thread had.
            exit(ProcessMemoryTests.residentPages() < before + 1_024 ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }

    /// One that is resident.
    private static func block(of size: Int) -> UnsafeMutableRawPointer? {
        let block = malloc(size)
        if let block { memset(block, 1, size) }
        return block
    }

    /// The second number of statm, proc(5).
    private static func residentPages() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return .max }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 100)
        guard fgets(&line, Int32(line.count), file) != nil else { return .max }
        let fields = String(decoding: line.map { UInt8($0) }, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? Int(fields[1]) ?? .max : .max
    }
}
