"""`kill -9` of the daemon at random moments under load."""

import random
import signal

from subscriber import assert_nothing_lost, send

KILLS = 50
SEED = 9

# Short, so that what a killed daemon held is soon with the next one.
VISIBILITY_SECONDS = 2
MESSAGES = 2000
CONCURRENCY = 16


def moment(generator, work, between):
    """A condition that comes true somewhere in the life of one daemon, told from now on."""
    kind = generator.choice(["start", "end", "request", "request"])
    count = generator.randint(1, 80)
    if kind == "start":
        wanted = len(work.runs) + count
        return lambda: work.wait_for(lambda worker: len(worker.runs) >= wanted, 30)
    if kind == "end":
        wanted = len(work.handled) + count
        return lambda: work.wait_for(lambda worker: len(worker.handled) >= wanted, 30)
    # From the look-up of the queue, before it is ready, to receives, deletes and renewals.
    wanted = len(between.requests) + count // 4 + 1
    return lambda: between.wait_for(lambda requests: len(requests) >= wanted, 30)


def test_fifty_kills_under_load_lose_nothing(embedded, proxy, worker, subscribe):
    generator = random.Random(SEED)
    queue = embedded.create("killed", VisibilityTimeout=VISIBILITY_SECONDS)
    ids = send(queue, MESSAGES)
    # Some outlast the visibility timeout, so that kills fall between renewals too.
    work = worker(hold=lambda run: 2.5 if run.body.endswith("99") else generator.uniform(0, 0.03))
    between = proxy(embedded.url)
    subscriber = subscribe(
        between.url, queue.name, work.url, concurrency=CONCURRENCY, wait=False)
    for kill in range(KILLS):
        moment(generator, work, between)()
        subscriber.daemon.send(signal.SIGKILL)
        assert subscriber.daemon.wait() == -signal.SIGKILL
        # What the server no longer has was handled: nothing is deleted before.
        gone = MESSAGES - sum(queue.counts())
        assert gone <= len(set(work.handled)), f"after kill {kill + 1}"
        if gone == MESSAGES:
            ids += send(queue, MESSAGES, f"after kill {kill + 1}")
        subscriber.start(wait=False)
    subscriber.daemon.wait_ready()

    handled = len(set(work.handled))
    assert_nothing_lost(queue, work, ids)
    subscriber.assert_well()
    print(f"{KILLS} kills, {handled} of {len(ids)} messages handled by then, "
          f"{len(work.handled) - len(ids)} of them more than once")
