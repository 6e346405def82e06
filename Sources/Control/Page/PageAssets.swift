/// The files of the page, which are part of the program.
enum PageAssets {
    /// A file that is served as it is.
    struct File {
        let type: String
        let bytes: [UInt8]
    }

    /// The files by the paths of requests.
    static let files = [
        "/page.css": File(type: "text/css; charset=utf-8", bytes: PackageResources.page_css),
        "/page.js": File(type: "text/javascript; charset=utf-8", bytes: PackageResources.page_js),
        "/graphs.js": File(
            type: "text/javascript; charset=utf-8", bytes: PackageResources.graphs_js),
        "/icon.svg": File(type: "image/svg+xml", bytes: PackageResources.icon_svg),
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

    /// - Parameter places: HTML by the names of the places; one without stays empty.
    func filled(_ places: [String: String]) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .place(let name): places[name] ?? ""
            }
        }.joined()
    }
}
