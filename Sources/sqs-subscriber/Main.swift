import SQSSubscriber

/// The daemon without handlers of its own: all that it runs is in `handlers.d`.
@main
enum Main {
    static func main() async {
        await Subscriber().main()
    }
}
