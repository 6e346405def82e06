/// The `MESSAGE_ID` of each kind of journal entry: `journalctl MESSAGE_ID=…` finds all of a kind,
/// `journalctl -x` explains one.
///
/// An id never changes its meaning; a new kind gets one from `systemd-id128 new`. The texts are in
/// `packaging/systemd/sqs-subscriber.catalog`. Source: systemd.journal-fields(7).
package enum EventID: String, CaseIterable, Sendable {
    case ready = "99454c7daee1fca5b7d77535bab7448b"
    case stopping = "30c3c16d0352fda1ecc0efcf19e83425"
    case stopped = "fadd5856c6734f15c60985cc52e42459"
    case reloaded = "501f709cf425202a2ad85958997a0f0e"
    case reloadFailed = "632e5622e8c7096fd4ffa1d5f3db5d7c"
    case startFailed = "28d9960a0f2dafe4664e388b2a6696e9"
    case queueServed = "9f1a543ca55371f2c08e11c53db93c67"
    case queueLeft = "8e16d1b9eda0b274afb42fd8ddd9380e"
    case queueTroubled = "edac30544aa9c7af348ea021652f42a0"
    case messageBody = "a8a7982dcdae454a9bb7344a96bb225f"
    case messageHandled = "16c848a1f4ac617f3071ce585b00a79e"
    case messageReturned = "8535fbb89724c29a9e0975c149123b6b"
    case messageRejected = "379c0017ce9f633f29a9583078f7146c"
    case messageUnmatched = "2674899d6cb621d0e13c74df9a5f478d"
    case messageCorrupted = "aaa15d145a2dc7fca1e97c1b087637d6"
    case messagesReleased = "3dba4a9a53ccc5b610a143c682be16da"
    case messagesSummarised = "48fe2ee0c355f7a713f00b16347e41d7"
    case serviceTroubled = "dacf60e33ffb1ef3abb3442d10b485a2"
    case serviceRecovered = "241461552fb2f4c175ae588b769d9f01"
    case leaseLost = "f2e37d43e86db5be040ba489ce3efed8"
    case outcomeDiscarded = "80e01c10ee7bb32f8b1dac578cc9eb39"
    case deleteFailed = "8dbf4302c1446eb9a4ba3fbe8ead3bf4"
    case handlerBroken = "bc49ed04cb3fa79584a80936afad731d"
    case handlerRecovered = "c46271a9e5b5410035c75396938b1743"
    case groupStalled = "101063617576414eba90a534ecd69713"
    case groupMoves = "789c7db64d52465db9925a8a42e9fdfa"
    case stateTroubled = "1e928caac7c54cb4919bf8f281648c88"
    case taskSent = "eed480323b2e426d8687e91d9c2f1cd1"
    case taskMissed = "76c987d54d3e4973b0afa022a5638f96"
    case taskTroubled = "a5eb5f5b164a4957a2ed1706b05ff2dc"
    case logLost = "82908278aa4145d7abafc4e6da671436"
    case unhealthy = "7cb18ba654a741b3f337708f6e0eb674"
}
