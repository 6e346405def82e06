"""Handlers that fail whatever the message: none is hammered, and no message pays for it."""

from collections import defaultdict

from harness.http_endpoint import Answer
from subscriber import assert_nothing_lost, send

LONG = 600
CONCURRENCY = 8
# What counts as a broken handler: FailureGate.failuresInRow.
FAILURES_IN_ROW = 50
# Before the n-th receive after the first a message waits so long at least, where no delay is named.
PAUSES = [0, 1, 2, 4]
OVER = "Thu, 01 Jan 1970 00:00:00 GMT"


def test_pain_13_an_error_without_a_delay_makes_no_hot_loop(embedded, endpoint, subscribe):
    answers = {
        b"message 0": Answer(500, b""),
        b"message 1": Answer(429, b"", {"Retry-After": "0"}),
        b"message 2": Answer(429, b"", {"Retry-After": OVER})}
    queue = embedded.create("at-once", VisibilityTimeout=LONG)
    server = endpoint(lambda request: answers[request.body])
    subscriber = subscribe(
        embedded.url, queue.name, server.url, settings=['error_visibility_timeout = "0s"'])
    send(queue, len(answers))

    def arrivals(requests):
        times = defaultdict(list)
        for request in requests:
            times[request.body].append(request.at)
        return times

    def is_enough(requests):
        times = arrivals(requests)
        return all(len(times[body]) > len(PAUSES) for body in answers)

    for times in arrivals(server.wait_for(is_enough, 60)).values():
        gaps = [later - earlier for earlier, later in zip(times, times[1:])]
        assert all(gap >= pause for gap, pause in zip(gaps, PAUSES)), gaps
    subscriber.assert_well()


def test_pain_13_failures_with_a_configured_delay_pause_the_queue(
        embedded, proxy, worker, subscribe):
    queue = embedded.create("failing", VisibilityTimeout=LONG)
    work = worker(status=500)
    between = proxy(embedded.url)
    subscriber = subscribe(
        between.url, queue.name, work.url, concurrency=CONCURRENCY,
        settings=['error_visibility_timeout = "2s"'])
    ids = send(queue, 80)
    subscriber.daemon.wait_for_status(f"{FAILURES_IN_ROW} failures in a row", 60)
    before = len(between.of("ReceiveMessage"))
    # What ran when the gate shut, and from then on one message for each probe.
    between.wait_for(lambda _: len(between.of("ReceiveMessage")) >= before + 2, 60)
    probes = between.of("ReceiveMessage")[before:]
    assert {one.parameters["MaxNumberOfMessages"] for one in probes} == {1}
    assert len(work.runs) <= FAILURES_IN_ROW + CONCURRENCY + len(probes)
    work.status = 200
    assert_nothing_lost(queue, work, ids, 90)
    subscriber.daemon.wait_for("works again", 30)
    subscriber.assert_well()
