/// The files that every page of the program has, which are part of the program.
package enum PageAssets {
    /// A file that is served as it is.
    package struct File: Sendable {
        package let type: String
        package let bytes: [UInt8]

        package init(type: String, bytes: [UInt8]) {
            self.type = type
            self.bytes = bytes
        }
    }

    package static let icon = File(type: "image/svg+xml", bytes: PackageResources.icon_svg)

    /// The style sheet of a page.
    ///
    /// - Parameter own: what it has beside, or other than, all pages.
    package static func style(_ own: [UInt8]) -> File {
        File(type: "text/css; charset=utf-8", bytes: PackageResources.base_css + own)
    }

    package static func script(_ bytes: [UInt8]) -> File {
        File(type: "text/javascript; charset=utf-8", bytes: bytes)
    }
}
