"""Message groups: order within each, speed from many.

The full size of this, 200 groups × 50 messages, is Tests/Performance/measure --full.
"""

import time

from harness.groups import Groups, order_violations
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
