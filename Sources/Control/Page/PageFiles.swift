import WebPage

/// The files of the page, which are part of the program.
enum PageFiles {
    /// The files by the paths of requests.
    static let files = [
        "/page.css": PageAssets.style(PackageResources.page_css),
        "/page.js": PageAssets.script(PackageResources.page_js),
        "/graphs.js": PageAssets.script(PackageResources.graphs_js),
        "/icon.svg": PageAssets.icon,
    ]

    /// The page, with places that are to be filled.
    static let page = PageTemplate(String(decoding: PackageResources.page_html, as: UTF8.self))
}

/// HTML with places, `{{name}}`.
struct PageTemplate {
    private enum Part {
        case text(String)
        case place(String)
    }

    private let parts: [Part]

    init(_ text: String) {
        var parts: [Part] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "{{"), let end = rest.firstRange(of: "}}") {
            parts.append(.text(String(rest[..<start.lowerBound])))
            parts.append(.place(String(rest[start.upperBound..<end.lowerBound])))
            rest = rest[end.upperBound...]
        }
        parts.append(.text(String(rest)))
        self.parts = parts
    }

    /// - Parameter places: what they hold by their names; one without stays empty.
    func filled(_ places: [String: HTML]) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .place(let name): places[name]?.text ?? ""
            }
        }.joined()
    }
}
