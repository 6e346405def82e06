import Calendar
import Testing

struct DurationTests {
    @Test(arguments: [
        (Duration.microseconds(850), "850 µs"), (.milliseconds(12), "12 ms"),
        (.milliseconds(3_200), "3.2 s"), (.seconds(45), "45 s"), (.seconds(60), "1 min"),
        (.seconds(320), "5 min 20 s"), (.seconds(43_200), "12 h"), (.seconds(9_017), "2 h 30 min"),
    ])
    func `a time is said as people say it`(time: Duration, text: String) {
        #expect(time.readable == text)
    }
}
