"""Two daemons on one queue: slow handlers, and a partition of one of them."""

from collections import Counter

import pytest

from harness import faults
from harness.files import lines
from harness.waiting import eventually
from subscriber import assert_nothing_lost, send


def test_handlers_three_times_slower_than_the_visibility_timeout_run_once_each(
        embedded, worker, subscribe):
    # The full size of this is Tests/Performance/measure --full.
    visibility, messages, concurrency = 4, 400, 100
    queue = embedded.create("slow", VisibilityTimeout=visibility)
    work = worker(hold=3.0 * visibility)
    ids = send(queue, messages)
    subscribers = [
        subscribe(embedded.url, queue.name, f"{work.url}/{name}", concurrency=concurrency)
        for name in ("first", "second")]
    assert_nothing_lost(queue, work, ids, 120)
    assert Counter(run.message_id for run in work.runs) == Counter(ids)
    assert {run.path for run in work.runs} == {"/first", "/second"}
    for subscriber in subscribers:
        subscriber.assert_well()


def test_a_slow_daemon_leaves_to_a_fast_one_what_it_could_not_start_soon(
        embedded, worker, subscribe):
    queue = embedded.create("shared", VisibilityTimeout=60)
    hold, concurrency = 0.5, 4
    work = worker(hold=lambda run: hold if run.path == "/slow" else 0.05)
    slow = subscribe(embedded.url, queue.name, f"{work.url}/slow", concurrency=concurrency)
    ids = send(queue, 1000)
    work.wait_for(lambda worker: len(worker.handled) > 2 * concurrency)
    fast = subscribe(embedded.url, queue.name, f"{work.url}/fast", concurrency=8)
    assert_nothing_lost(queue, work, ids)

    last = max(run.end for run in work.runs if run.path == "/fast")
    begun = [run for run in work.runs if run.path == "/slow"]
    waited = [run for run in begun if run.start > last]
    print(f"{len(begun)} of {len(ids)} by the slow one, {len(waited)} of them after the fast one")
    # Eight in a second: within a tenth it starts one, and a second may come with the same answer.
    assert len(waited) <= 2
    for subscriber in (slow, fast):
        subscriber.assert_well()


VISIBILITY_SECONDS = 3


def test_a_partitioned_daemon_cancels_in_time_and_no_message_runs_twice_at_once(
        server, queue_name, proxy, worker, subscribe):
    queue = server.create(queue_name, VisibilityTimeout=VISIBILITY_SECONDS)
    # Longer than the visibility timeout, until the partition is over.
    work = worker(hold=lambda run: None if run.receive_count == 1 else 0.2)
    between = proxy(server.url)
    first = subscribe(between.url, queue.name, f"{work.url}/first", concurrency=20)
    ids = send(queue, 20)
    work.wait_for(lambda worker: len(worker.running) == 20)
    second = subscribe(server.url, queue.name, f"{work.url}/second", concurrency=40)

    between.pause()
    # The second daemon gets them when their visibility timeout ends, and no earlier.
    work.wait_until_handled(ids, 60)
    between.resume()
    work.release()
    ids += send(queue, 20, "after the partition")
    assert_nothing_lost(queue, work, ids)

    assert not work.overlaps()
    cancelled = [run.message_id for run in work.of("cancelled")]
    assert sorted(cancelled) == sorted(ids[:20]), "handlers outlived their leases"
    assert {run.path for run in work.of("cancelled")} == {"/first"}
    for subscriber in (first, second):
        subscriber.assert_well()


# What a program does until it ends; the last that it notes is the end. One that ignores SIGTERM is
# killed, and has more or less time until then.
HEEDS = "trap 'note end; exit 1' TERM; note start; sleep 600 & wait $!"
IGNORES = "trap '' TERM; note start; while :; do sleep 0.1; note end; done"


@pytest.mark.parametrize("visibility, program", [
    pytest.param(VISIBILITY_SECONDS, HEEDS, id="heeds-SIGTERM"),
    pytest.param(2, IGNORES, id="ignores-SIGTERM-2s"),
    pytest.param(6, IGNORES, id="ignores-SIGTERM-6s")])
def test_programs_of_a_partitioned_daemon_are_ended_in_time(
        visibility, program, embedded, proxy, config, worker, start, subscribe, tmp_path):
    queue = embedded.create("programs", VisibilityTimeout=visibility)
    # /proc/uptime is one monotonic clock for every process.
    config.exec("programs", f"""
        note() {{ read -r now _ < /proc/uptime; echo "$1 $SQS_MESSAGE_ID $now" >> {tmp_path}/log; }}
        {program}
        """, concurrency=5)
    between = proxy(embedded.url)
    daemon = start(between.url, "--config", config.folder).wait_ready()
    ids = send(queue, 5)

    def noted(what):
        return {
            words[1]: float(words[2]) for words in map(str.split, lines(tmp_path / "log"))
            if words[0] == what}

    eventually(lambda: len(noted("start")) == 5, 20, "all programs run")
    between.pause()
    started = {}

    def note(run):
        with open("/proc/uptime") as uptime:
            started.setdefault(run.message_id, float(uptime.read().split()[0]))
        return 200

    work = worker(status=note)
    subscribe(embedded.url, queue.name, work.url)
    assert_nothing_lost(queue, work, ids)
    ended = noted("end")
    assert set(ended) == set(ids), daemon.output
    late = {one: (ended[one], started[one]) for one in ids if ended[one] > started[one]}
    assert not late, "ended only after another daemon had started the message"
    assert daemon.process.poll() is None


def test_partitions_under_load_lose_nothing_and_overlap_nothing(
        embedded, proxy, worker, subscribe):
    queue = embedded.create("load", VisibilityTimeout=VISIBILITY_SECONDS)

    def hold(run):
        is_slow = run.body.endswith("5") and run.path == "/first"
        return 3.0 * VISIBILITY_SECONDS if is_slow else 0.2

    work = worker(hold)
    between = proxy(embedded.url)
    first = subscribe(between.url, queue.name, f"{work.url}/first", concurrency=20)
    second = subscribe(embedded.url, queue.name, f"{work.url}/second", concurrency=20)
    ids = []
    for part in range(3):
        ids += send(queue, 200, f"part {part}, message")
        cut = len(work.of("cancelled"))
        work.wait_for(lambda worker: any(
            run.path == "/first" and run.body.endswith("5") for run in worker.running))
        between.pause()
        # Longer than the visibility timeout, by its nature.
        work.wait_for(lambda worker: len(worker.of("cancelled")) > cut)
        between.resume()
    assert_nothing_lost(queue, work, ids)
    assert not work.overlaps()
    assert {run.path for run in work.of("cancelled")} == {"/first"}
    print(f"{len(work.handled) - len(ids)} of {len(ids)} messages were done twice")
    for subscriber in (first, second):
        subscriber.assert_well()


def test_messages_that_arrive_after_their_leases_do_not_run_beside_another_daemon(
        embedded, proxy, worker, subscribe):
    # A FIFO queue, for a standard one renews by the handle of an earlier receive, so that a renewal
    # proves nothing there.
    queue = embedded.create("late.fifo", FifoQueue="true", VisibilityTimeout=VISIBILITY_SECONDS)
    work = worker(hold=1.0)
    late = faults.late(VISIBILITY_SECONDS + 0.5)
    between = proxy(embedded.url, faults.always(late, "ReceiveMessage"))
    first = subscribe(between.url, queue.name, f"{work.url}/first", concurrency=10)
    ids = queue.send_all([
        {"MessageBody": f"message {index}", "MessageGroupId": f"{index}",
         "MessageDeduplicationId": f"{index}"} for index in range(30)])
    # All that the first holds is late when the second asks.
    between.wait_for_faults(2, 30)
    second = subscribe(embedded.url, queue.name, f"{work.url}/second", concurrency=5)
    assert_nothing_lost(queue, work, ids, 90)
    assert not work.overlaps()
    print(f"{len(between.requests)} requests, {len(work.runs)} runs of {len(ids)} messages")
    for subscriber in (first, second):
        subscriber.assert_well()
