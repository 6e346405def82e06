"""What reads the log stops reading: a paused terminal, a full pipe, a stopped journald."""

import re
import signal
import time
from collections import defaultdict

from harness.process_facts import descriptors
from harness.waiting import eventually
from subscriber import WATCHDOG_SECONDS, send

MESSAGES = 20
# Together more than the daemon keeps for a reader: 16,384 entries.
LINES_PER_MESSAGE = 1500

# Of which the daemon waits 2 s for a reader that might go on.
STOP_SECONDS = 10.0

LINE = re.compile(
    r"[0-9-]{10} [0-9:.]{12} info     flood [0-9a-f]{8}: line ([0-9]+) of (\S+) "
    r"message_id=\2 .*stream=stdout")


def flood(embedded, config):
    """A queue whose handler writes a line for each number."""
    config.exec("flood", f'seq -f "line %g of $SQS_MESSAGE_ID" {LINES_PER_MESSAGE}\n')
    return embedded.create("flood", VisibilityTimeout=600)


def start_unread(embedded, config, start):
    return start(
        embedded.url, "--config", config.folder, reads=False,
        WATCHDOG_USEC=str(int(WATCHDOG_SECONDS * 1e6))).wait_ready(60)


def sockets(pid):
    return [name for name in descriptors(pid).values() if name.startswith("socket:")]


def test_a_log_that_nobody_reads_holds_up_nothing_and_tells_what_it_lacks(
        embedded, config, start, gate):
    queue = flood(embedded, config)
    slow = embedded.create("slow", VisibilityTimeout=3)
    config.exec(
        "slow", f'[ "$SQS_RECEIVE_COUNT" -gt 1 ] || read -r _ < {gate.path}\n', timeout="2s")
    daemon = start_unread(embedded, config, start)
    since = time.monotonic()
    ids = send(queue, MESSAGES)
    queue.wait_until_empty(60)
    # Its handler hangs at the first receive: only the timeout lets it come back, and be deleted.
    send(slow, 1)
    slow.wait_until_empty(60)
    gap = daemon.manager.longest_gap("WATCHDOG", since)
    assert gap < WATCHDOG_SECONDS, f"the watchdog was not fed for {gap:.1f} s"

    daemon.read()
    lost = int(daemon.wait_for("([0-9]+) log entries were lost between .* look at", 30)[1])
    assert daemon.stop() == 0, daemon.output
    before, after = re.split("[^\n]* log entries were lost [^\n]*\n", daemon.stderr)
    assert "Stopped" in after
    numbers = defaultdict(list)
    for line in before.splitlines():
        if " line " in line:
            whole = LINE.fullmatch(line)
            assert whole, line
            numbers[whole[2]].append(int(whole[1]))
    assert set(numbers) <= set(ids)
    for kept in numbers.values():
        assert kept == list(range(1, len(kept) + 1))
    missing = MESSAGES * LINES_PER_MESSAGE - sum(map(len, numbers.values()))
    assert 0 < missing <= lost


def test_a_log_that_nobody_reads_does_not_hold_up_a_stop(embedded, config, start):
    queue = flood(embedded, config)
    daemon = start_unread(embedded, config, start)
    send(queue, MESSAGES)
    queue.wait_until_empty(60)
    daemon.send(signal.SIGTERM)
    assert daemon.wait(STOP_SECONDS) == 0, daemon.output


def test_what_is_queued_at_the_end_is_written_when_the_reader_goes_on(embedded, config, start):
    queue = flood(embedded, config)
    daemon = start_unread(embedded, config, start)
    send(queue, 4)
    queue.wait_until_empty(60)
    daemon.ask_to_stop()
    # It has closed its connections, so all that is left is its log.
    eventually(lambda: not sockets(daemon.pid), STOP_SECONDS, "it is at its end")
    daemon.read()
    assert daemon.wait(STOP_SECONDS) == 0, daemon.output
    lines = daemon.stderr.splitlines()
    assert len(list(filter(LINE.fullmatch, lines))) == 4 * LINES_PER_MESSAGE
    assert "Stopped" in lines[-1]
