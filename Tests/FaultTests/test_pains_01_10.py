"""What users of other SQS consumers suffer from, the first ten: see PAINS.md beside this file."""

import time
from collections import Counter

import pytest

from harness import faults
from harness.groups import Groups, order_violations
from harness.process_facts import cpu_seconds
from subscriber import assert_nothing_lost, send

# Longer than any test: what comes back sooner was given back.
LONG = 600


def test_pain_01_slow_and_buffered_messages_are_not_delivered_twice(embedded, worker, subscribe):
    # One group, received together and run one after the other: the last waits for twice its
    # visibility timeout. Slow handlers alone: test_two_daemons.py.
    queue = embedded.create("buffered.fifo", FifoQueue="true", VisibilityTimeout=3)
    groups = Groups(1, 4, failing=0)
    ids = queue.send_all(groups.entries)
    work = worker(hold=2.0)
    for name in ("first", "second"):
        subscribe(embedded.url, queue.name, f"{work.url}/{name}")
    assert_nothing_lost(queue, work, ids)
    assert [run.message_id for run in work.runs] == ids
    assert [run.receive_count for run in work.runs] == [1] * 4


def test_pain_02_polling_goes_on_after_the_network_was_gone(
        embedded, proxy, worker, subscribe):
    queue = embedded.create("network")
    work = worker()
    between = proxy(embedded.url)
    subscriber = subscribe(between.url, queue.name, work.url)
    assert_nothing_lost(queue, work, before := send(queue, 1))
    between.close()
    subscriber.daemon.wait_for("receiving fails", 30)
    # Refused connections are no news after that, so some health checks tell the time.
    for _ in range(2):
        count = subscriber.manager.count()
        subscriber.manager.wait_for(lambda message: "WATCHDOG" in message, 30, count)
    ids = send(queue, 5)
    proxy(embedded.url, port=between.port)
    assert_nothing_lost(queue, work, before + ids)
    subscriber.daemon.wait_for("receiving works again")
    subscriber.assert_well()


def test_pain_03_the_status_tells_trouble_from_health(embedded, proxy, worker, subscribe):
    queue = embedded.create("health")
    work = worker()
    between = proxy(embedded.url)
    subscriber = subscribe(between.url, queue.name, work.url)
    between.plan = faults.always(faults.UNAVAILABLE)
    ids = send(queue, 1)
    subscriber.daemon.wait_for_status("ServiceUnavailable", 30)
    count = subscriber.manager.count()
    between.heal()
    # An idle long poll says that it works when it ends: have it end at once.
    ids += send(queue, 1)
    assert_nothing_lost(queue, work, ids)
    subscriber.manager.wait_for(
        lambda message: "STATUS" in message and "Unavailable" not in message["STATUS"], 30, count)
    # A service in trouble is not a stuck daemon: the watchdog was fed. A stuck one is killed:
    # SystemTests/test_service.py.
    subscriber.assert_well()


def test_pain_04_a_rolling_deploy_strands_and_repeats_nothing(embedded, worker, subscribe):
    queue = embedded.create("deploy", VisibilityTimeout=LONG)
    ids = send(queue, 300)
    work = worker(hold=0.1)
    subscribers = [subscribe(embedded.url, queue.name, work.url) for _ in range(2)]
    for turn in range(6):
        seen = len(work.handled)
        work.wait_for(lambda worker: len(worker.handled) >= min(seen + 20, len(ids)))
        restarted = subscribers[turn % 2]
        assert restarted.daemon.stop() == 0, restarted.daemon.output
        restarted.start()
    assert_nothing_lost(queue, work, ids)
    assert Counter(run.message_id for run in work.runs) == Counter(ids)


def test_pain_05_many_run_at_once_and_the_slowest_holds_up_nothing(
        embedded, worker, subscribe):
    queue = embedded.create("many", VisibilityTimeout=LONG)
    ids = send(queue, 150)
    held = {f"message {index}" for index in range(30)}
    work = worker(hold=lambda run: None if run.body in held else 0.05)
    subscribe(embedded.url, queue.name, work.url, concurrency=40)
    work.wait_for(lambda worker: len(worker.handled) == 120 and len(worker.running) == 30, 60)
    work.release()
    assert_nothing_lost(queue, work, ids)


def test_pain_05_a_handler_that_is_full_keeps_no_message_from_another(
        embedded, config, worker, start):
    queue = embedded.create("shared", VisibilityTimeout=LONG)
    work = worker(hold=lambda run: None if run.path == "/slow" else 0.05)
    for name in ("slow", "fast"):
        match = ["[match]", f'body = [{{ prefix = "{name}" }}]']
        config.http(name, f"{work.url}/{name}", *match, queue=queue.name, concurrency=4)
    start(embedded.url, "--config", config.folder).wait_ready()
    slow = send(queue, 4, "slow")
    work.wait_for(lambda worker: len(worker.running) == 4)
    fast = send(queue, 20, "fast")
    # All but those that are held, although their handler is full.
    work.wait_for(lambda worker: len(worker.handled) == 20, 60)
    assert set(work.handled) == set(fast)
    work.release()
    assert_nothing_lost(queue, work, slow + fast)


def test_pain_06_delays_grow_with_the_receive_count(embedded, worker, subscribe):
    queue = embedded.create("delays", VisibilityTimeout=LONG)
    work = worker(status=lambda run: 500 if run.receive_count < 4 else 200)
    subscribe(
        embedded.url, queue.name, work.url,
        retry='backoff = "exponential"\ninitial = "1s"\nmaximum = "1min"')
    assert_nothing_lost(queue, work, send(queue, 3))
    for message_id in set(work.handled):
        runs = [run for run in work.runs if run.message_id == message_id]
        # Counted on by the server, so that a redrive policy still works.
        assert [run.receive_count for run in runs] == [1, 2, 3, 4]
        delays = [later.start - earlier.end for earlier, later in zip(runs, runs[1:])]
        for delay, configured in zip(delays, (1, 2, 4)):
            # A fifth of jitter; the rest is for a busy machine.
            assert configured <= delay < 1.2 * configured + 5, delays


def test_pain_07_a_failed_message_holds_back_its_own_group_only(embedded, worker, subscribe):
    queue = embedded.create("groups.fifo", FifoQueue="true", VisibilityTimeout=LONG)
    groups = Groups(4, 5, failing=0)
    ids = queue.send_all(groups.entries)
    work = worker(status=lambda run: (
        500 if run.body == "group-0 0" and run.receive_count == 1 else 200))
    subscribe(
        embedded.url, queue.name, work.url, concurrency=20,
        retry='backoff = "list"\ndelays = ["4s"]')
    assert_nothing_lost(queue, work, ids)
    assert not order_violations(work.runs)
    # The three other groups were done before the failed message came back.
    assert not [run for run in work.runs[16:] if not run.body.startswith("group-0 ")]


def test_pain_08_no_more_is_held_than_can_run(embedded, worker, subscribe):
    queue = embedded.create("hoard", VisibilityTimeout=LONG)
    ids = send(queue, 30)
    work = worker(hold=None)
    subscribe(embedded.url, queue.name, work.url, concurrency=4)
    work.wait_for(lambda worker: len(worker.running) == 4)
    assert queue.counts() == (26, 4, 0)
    # Another host gets all the rest at once.
    rest = queue.receive_all()
    assert len(rest) == 26
    for message in rest:
        queue.client.change_message_visibility(
            QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    work.release()
    assert_nothing_lost(queue, work, ids)


INVALID = faults.failed_entries(False, "ReceiptHandleIsInvalid", sender=True)


def test_pain_09_an_invalid_receipt_handle_is_outlived(embedded, proxy, worker, subscribe):
    queue = embedded.create("handles", VisibilityTimeout=3)
    work = worker()
    between = proxy(embedded.url, faults.first(1, INVALID, "DeleteMessageBatch"))
    subscriber = subscribe(between.url, queue.name, work.url)
    ids = send(queue, 5)
    assert_nothing_lost(queue, work, ids)
    # What was done and could not be deleted is deleted when it comes back, and not run again.
    assert sorted(run.message_id for run in work.runs) == sorted(ids)

    # A refused renewal: the handler is cancelled, and the message is run when it comes back.
    work.hold = lambda run: 6.0 if run.receive_count == 1 else 0.0
    between.plan = faults.first(1, INVALID, "ChangeMessageVisibilityBatch")
    ids += send(queue, 4, "slow")
    assert_nothing_lost(queue, work, ids)
    assert len(work.of("cancelled")) >= 1
    assert not work.overlaps()
    subscriber.assert_well()


# The most of one processor, on a busy machine; a loop that spins takes all of it.
CPU_SHARE = 0.2


@pytest.mark.parametrize("trouble", ["errors", "no queue"])
def test_pain_10_errors_cost_neither_cpu_nor_log(trouble, embedded, proxy, worker, subscribe):
    queue = embedded.create("spin")
    work = worker()
    between = proxy(embedded.url)
    subscriber = subscribe(between.url, queue.name, work.url)
    between.wait_for(lambda _: between.of("ReceiveMessage"))
    # What it says of its start is not counted.
    subscriber.daemon.wait_for("Ready: ")
    lines, cpu = len(subscriber.daemon.lines), cpu_seconds(subscriber.daemon.pid)
    began, before = time.monotonic(), len(between.of("ReceiveMessage"))
    if trouble == "errors":
        between.plan = faults.always(faults.INTERNAL)
        queue.send("ends the long poll")
    else:
        queue.client.delete_queue(QueueUrl=queue.url)
    # Seven pauses from 50 ms on, or one of 10 s, each shortened by half at most.
    receives = 8 if trouble == "errors" else 1
    between.wait_for(lambda _: len(between.of("ReceiveMessage")) >= before + receives, 60)
    seconds = time.monotonic() - began
    cpu = cpu_seconds(subscriber.daemon.pid) - cpu
    lines = len(subscriber.daemon.lines) - lines
    print(f"{trouble}: {lines} lines and {cpu:.2f} s of CPU in {seconds:.1f} s")
    assert seconds > 2.0, "no backoff"
    assert 1 <= lines <= 3, subscriber.daemon.output
    assert cpu < CPU_SHARE * seconds
