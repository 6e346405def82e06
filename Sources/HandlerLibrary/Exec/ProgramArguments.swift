internal import MessageHandling

/// A command with the fields of a message in it.
struct ProgramArguments {
    /// A message that cannot be an argument, by no fault of the handler's.
    struct Unfit: Error {
        let reason: String
    }

    private enum Word {
        case constant(String)
        case template(MessageTemplate)
    }

    private let words: [Word]
    /// Whether the program is to be given the file that holds the body.
    let namesBodyFile: Bool

    /// What is no template is taken as it is: the configuration refuses it.
    init(_ command: [String]) {
        var namesBodyFile = false
        words = command.map { text in
            guard let template = try? MessageTemplate(text) else { return .constant(text) }
            if template.namesBodyFile { namesBodyFile = true }
            return template.constant.map { .constant($0) } ?? .template(template)
        }
        self.namesBodyFile = namesBodyFile
    }

    /// `argv` for one message: as many words as the command has, whatever the message holds.
    func list(for message: Message) throws(Unfit) -> [String] {
        var list: [String] = []
        list.reserveCapacity(words.count)
        for word in words {
            switch word {
            case .constant(let text): list.append(text)
            case .template(let template):
                let text = template.text(for: message, bodyFile: ChildLaunch.filePath) {
                    $0.base64
                }
                try Self.check(text, at: list.count)
                list.append(text)
            }
        }
        return list
    }

    /// Rather than cut it: a program that is given half a name acts on something else.
    private static func check(_ text: String, at index: Int) throws(Unfit) {
        if text.utf8.contains(0) {
            throw Unfit(reason: "argument \(index) of the program would have a NUL in it")
        }
        if text.utf8.count >= EnvironmentBlock.stringLimit {
            throw Unfit(
                reason: "argument \(index) of the program would be longer than the kernel's "
                    + "\(EnvironmentBlock.stringLimit) bytes; use {body_file} or stdin")
        }
    }
}
