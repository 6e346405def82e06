"""Handlers that fail whatever the message: none is hammered, and no message pays for it."""

import json
import os
import time
from collections import Counter, defaultdict

import pytest

from harness.http_endpoint import Answer
from plain_consumer import PlainConsumer
from subscriber import assert_nothing_lost, send

LONG = 600
CONCURRENCY = 8
# FailurePace: failures in a row from which on a handler gets less, and only a few now and then.
STEP = 75
PROBES_FROM = 300
PROBE_SIZE = 3
# The longest time between two attempts.
INTERVAL = 5
BAD = 200
GOOD = 400
# How long a handler fails everything; the figure is the same, only larger, for ten minutes.
FAILING_SECONDS = float(os.environ.get("SQS_SUBSCRIBER_FAILING_SECONDS", "20"))
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


def test_pain_13_failures_with_a_configured_delay_slow_the_handler_down(
        embedded, worker, subscribe):
    queue = embedded.create("failing", VisibilityTimeout=LONG)
    work = worker(status=500)
    subscriber = subscribe(
        embedded.url, queue.name, work.url, concurrency=CONCURRENCY,
        settings=['error_visibility_timeout = "2s"'])
    ids = send(queue, 80)
    subscriber.daemon.wait_for(f"{STEP} failures in a row and no success", 60)
    subscriber.daemon.wait_for(f"{PROBES_FROM} failures in a row and no success", 60)
    before = len(work.runs)
    work.wait_for(lambda worker: len(worker.runs) >= before + 4 * PROBE_SIZE, 60)
    times = [run.start for run in work.runs[before:before + 4 * PROBE_SIZE]]
    # After 1, 2, 4 seconds, and in the end every five.
    assert times[-1] - times[0] > 5, times
    assert "failures in a row" not in subscriber.daemon.output.split("300 failures", 1)[1]
    work.status = 200
    assert_nothing_lost(queue, work, ids, 90)
    subscriber.daemon.wait_for("succeeds again", 30)
    subscriber.assert_well()


def time_of_good_ones(queue, work, begin):
    """How long the good messages behind the bad ones take, whoever works on them."""
    for kind, count in [("bad", BAD), ("good", GOOD)]:
        queue.send_all([
            {"MessageBody": f"{kind} {index}", **(
                {"MessageGroupId": f"{kind}-{index}", "MessageDeduplicationId": f"{kind}-{index}"}
                if queue.name.endswith(".fifo") else {})}
            for index in range(count)])
    started = time.monotonic()
    begin()
    work.wait_for(lambda worker: len(worker.handled) >= GOOD, 120)
    return time.monotonic() - started


@pytest.mark.parametrize("suffix", ["", ".fifo"])
def test_bad_messages_ahead_hold_up_good_ones_no_longer_than_for_a_plain_consumer(
        suffix, embedded, worker, subscribe):
    times = {}
    for name in ["plain", "ours"]:
        fifo = {"FifoQueue": "true"} if suffix else {}
        queue = embedded.create(f"{name}{suffix}", VisibilityTimeout=LONG, **fifo)
        work = worker(hold=0.005, status=lambda run: 500 if run.body.startswith("bad") else 200)
        if name == "plain":
            consumers = []
            times[name] = time_of_good_ones(
                queue, work,
                lambda: consumers.append(PlainConsumer(queue, work.url, CONCURRENCY)))
            consumers[0].close()
        else:
            times[name] = time_of_good_ones(queue, work, lambda: subscribe(
                embedded.url, queue.name, work.url, concurrency=CONCURRENCY,
                settings=['error_visibility_timeout = "2s"']))
    print(f"seconds for {GOOD} good messages behind {BAD} bad ones: {times}")
    assert times["ours"] < 2 * times["plain"], times


def test_a_handler_that_fails_everything_costs_few_receives_and_no_dead_letter(
        embedded, worker, subscribe):
    dead = embedded.create("dead")
    arn = dead.client.get_queue_attributes(
        QueueUrl=dead.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue = embedded.create("all-fail", VisibilityTimeout=30, RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": arn, "maxReceiveCount": 3}))
    work = worker(status=500)
    ids = send(queue, 1_000)
    started = time.monotonic()
    subscriber = subscribe(embedded.url, queue.name, work.url, concurrency=CONCURRENCY)
    work.wait_for(
        lambda worker: len(worker.runs) >= PROBES_FROM
        and worker.runs[-1].start - started >= FAILING_SECONDS, FAILING_SECONDS + 60)
    runs = list(work.runs)
    counts = Counter(Counter(run.message_id for run in runs).values())
    print(f"after {FAILING_SECONDS:.0f} s of failures: {len(runs)} runs, {dead.counts()[0]} dead "
          f"letters, messages by their receives: {dict(counts)}")
    # The first seconds have shorter pauses.
    attempts = 4 + FAILING_SECONDS / INTERVAL
    assert len(runs) <= PROBES_FROM + CONCURRENCY + PROBE_SIZE * attempts
    assert dead.counts() == (0, 0, 0)
    work.status = 200
    assert_nothing_lost(queue, work, ids, 120)
    subscriber.assert_well()
