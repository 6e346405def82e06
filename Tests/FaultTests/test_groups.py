"""Message groups: order within each, speed from many.

The full size of this, 200 groups × 50 messages, is Tests/Performance/measure --full.
"""

import signal
import time

import pytest

from harness import faults
from harness.groups import Groups, order_violations, sequence
from subscriber import assert_nothing_lost

GROUPS = 40
MESSAGES = 10
FAILING = 0.1
HOLD_SECONDS = 0.2
RETRY = 'backoff = "list"\ndelays = ["1s"]'

# Forty groups side by side could be forty times as fast; the rest is for a busy machine.
SPEED_UP = 8


def run(server, subscribe, worker, name, groups):
    """Seconds from the first start of a handler to the last end."""
    queue = server.create(
        f"{name}.fifo", FifoQueue="true", VisibilityTimeout=30)
    ids = queue.send_all(groups.entries)
    work = worker(hold=HOLD_SECONDS, status=groups.status)
    subscriber = subscribe(server.url, queue.name, work.url, concurrency=400, retry=RETRY)
    began = time.monotonic()
    assert_nothing_lost(queue, work, ids, 120)
    seconds = max(run.end for run in work.runs) - began
    assert not order_violations(work.runs)
    assert len(work.of("failed")) == groups.failures
    assert len(work.handled) == groups.count
    subscriber.assert_well()
    subscriber.daemon.stop()
    return seconds


def test_groups_keep_their_order_and_run_side_by_side(embedded, worker, subscribe):
    alone = Groups(1, 2 * MESSAGES, FAILING)
    rate_alone = alone.count / run(embedded, subscribe, worker, "alone", alone)
    many = Groups(GROUPS, MESSAGES, FAILING)
    rate = many.count / run(embedded, subscribe, worker, "many", many)
    print(f"one group {rate_alone:.1f}/s, {GROUPS} groups {rate:.1f}/s: "
          f"{rate / rate_alone:.1f} times as fast")
    assert rate >= SPEED_UP * rate_alone


MIXED = [
    faults.delayed(0.3), faults.lost_request, faults.lost_answer, faults.cut_answer,
    faults.INTERNAL, faults.THROTTLED, faults.done_but(500, "InternalError"), faults.late(2),
    faults.failed_entries(though_done=False), faults.failed_entries(though_done=True),
]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kills", [0, 5])
def test_order_is_kept_amid_faults_and_kills(seed, kills, embedded, proxy, worker, subscribe):
    groups = Groups(8, 6, FAILING, seed)
    queue = embedded.create("amid.fifo", FifoQueue="true", VisibilityTimeout=3)
    ids = queue.send_all(groups.entries)
    # Every sixth outlasts its visibility timeout.
    work = worker(
        hold=lambda run: 4.0 if run.body.endswith("3") else 0.1, status=groups.status)
    between = proxy(embedded.url)
    subscriber = subscribe(
        between.url, queue.name, work.url, concurrency=50, retry=RETRY)
    between.plan = faults.mix(seed, 0.3, MIXED)
    for kill in range(kills):
        work.wait_for(lambda worker: len(worker.handled) > 6 * kill)
        subscriber.daemon.send(signal.SIGKILL)
        subscriber.daemon.wait()
        subscriber.start(wait=False)
    work.wait_until_handled(ids, 120)
    between.heal()
    assert_nothing_lost(queue, work, ids)
    violations = order_violations(work.runs, replays=kills > 0)
    assert not violations, sequence(work.runs, violations[0].body.split()[0])
    print(sequence(work.runs, "group-0"))
    if not kills:
        assert len(work.handled) == len(ids), "a message that was done ran again"
    assert not work.overlaps()
