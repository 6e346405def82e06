/// What a program's file says of the machine that it is for, and of its dynamic loader.
///
/// Source: elf(5).
struct ELFHeader: Equatable {
    enum Fault: Error, Equatable {
        /// Something that the header names is not in the file.
        case cutOff
        /// It is no program: an object file, or a core dump.
        case noProgram
    }

    private enum Width {
        case bits32, bits64
    }

    /// The most of a file that is looked at for its header: far more than linkers put before the
    /// loader's name.
    static let readLength = 4096
    /// What a program may have of parts. Linkers make about a dozen; the kernel reads 64 KiB.
    private static let partsLimit = 128
    private static let loaderPart: UInt64 = 3
    /// `ET_EXEC` and `ET_DYN`.
    private static let programTypes: Set<UInt64> = [2, 3]

    /// `e_machine`.
    let machine: UInt64
    /// Nil where it needs none.
    let loader: String?

    /// - Parameter start: the first ``readLength`` bytes of the file, or all of it. Nil: no ELF
    ///   file of this machine's byte order.
    init?(_ start: [UInt8]) throws(Fault) {
        guard start.starts(with: [0x7F] + "ELF".utf8) else { return nil }
        guard start.count >= 64 else { throw .cutOff }
        let width: Width
        switch (start[4], start[5]) {
        case (1, 1): width = .bits32
        case (2, 1): width = .bits64
        default: return nil
        }
        let read = { (offset: UInt64, size: Int) throws(Fault) in
            try Self.number(start, offset, size)
        }
        guard Self.programTypes.contains(try read(16, 2)) else { throw .noProgram }
        machine = try read(18, 2)
        let isWide = width == .bits64
        let table = try isWide ? read(32, 8) : read(28, 4)
        let size = try read(isWide ? 54 : 42, 2)
        let count = min(try read(isWide ? 56 : 44, 2), UInt64(Self.partsLimit))
        for index in 0..<count {
            let part = table &+ index * size
            guard try read(part, 4) == Self.loaderPart else { continue }
            let offset = try isWide ? read(part &+ 8, 8) : read(part &+ 4, 4)
            let length = try isWide ? read(part &+ 32, 8) : read(part &+ 16, 4)
            loader = try Self.text(start, offset, length)
            return
        }
        loader = nil
    }

    /// The machine's name. Nil where programs for it can run on this one, as far as that is known.
    var foreignMachine: String? {
        guard !Self.ownMachines.isEmpty, !Self.ownMachines.contains(machine) else { return nil }
        return Self.names[machine] ?? "machine number \(machine)"
    }

    private static let names: [UInt64: String] = [
        3: "32-bit x86", 8: "MIPS", 21: "PowerPC", 22: "S/390", 40: "32-bit ARM", 62: "x86-64",
        183: "64-bit ARM", 243: "RISC-V", 258: "LoongArch",
    ]

    #if arch(x86_64)
        private static let ownMachines: Set<UInt64> = [62, 3]
    #elseif arch(arm64)
        private static let ownMachines: Set<UInt64> = [183, 40]
    #else
        private static let ownMachines: Set<UInt64> = []
    #endif

    private static func number(
        _ bytes: [UInt8], _ offset: UInt64, _ size: Int
    ) throws(Fault) -> UInt64 {
        guard let start = Int(exactly: offset), start <= bytes.count - size else { throw .cutOff }
        return bytes[start..<start + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func text(
        _ bytes: [UInt8], _ offset: UInt64, _ length: UInt64
    ) throws(Fault) -> String {
        guard let start = Int(exactly: offset), let length = Int(exactly: length),
            start <= bytes.count, length <= bytes.count - start
        else { throw .cutOff }
        return String(decoding: bytes[start..<start + length].prefix { $0 != 0 }, as: UTF8.self)
    }
}
