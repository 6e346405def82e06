import Daemon
import FoundationEssentials
import Testing

@Suite struct CatalogTests {
    @Test func `every kind of journal entry is explained in the catalog, and no other`() throws {
        let root = String(#filePath.split(separator: "/Tests/", maxSplits: 1)[0])
        let path = root + "/packaging/systemd/sqs-subscriber.catalog"
        let catalog = String(
            decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        let explained = catalog.split(separator: "\n").filter { $0.hasPrefix("-- ") }
            .map { String($0.dropFirst(3)) }
        #expect(explained.sorted() == EventID.allCases.map(\.rawValue).sorted())
    }
}
