import Calendar
import Testing

struct HTTPDateTests {
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (1_767_225_599, "Wed, 31 Dec 2025 23:59:59 GMT"),
    ])
    func `dates are written and read`(seconds: Int, text: String) {
        let time = CivilTime(seconds: seconds)
        #expect(HTTPDate.text(time) == text)
        #expect(HTTPDate.read(text) == time)
    }

    @Test(arguments: [
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:36 GMT",
    ])
    func `obsolete forms are read, with two digits as of this century`(text: String) throws {
        let time = try #require(HTTPDate.read(text))
        #expect([time.month, time.day, time.hour, time.minute] == [11, 6, 8, 49])
        #expect(time.year == (text.contains("-94") ? 2_094 : 1_994))
    }

    @Test(arguments: [
        "", "soon", "120", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 19940 08:49:37 GMT",
    ])
    func `what is no date is not read`(text: String) {
        #expect(HTTPDate.read(text) == nil)
    }
}
