/// Where the embedded queue keeps its queues.
package struct QueueStorage: Sendable {
    let directory: String
    let sync: StoreFile.Sync

    package init(directory: String, sync: StoreFile.Sync = .full) {
        self.directory = directory
        self.sync = sync
    }
}
