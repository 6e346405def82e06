"""Bodies in a real journal: each as it was sent, before its message is deleted, whatever happens to
journald."""

import json
import threading
import time
from collections import Counter

import pytest

from harness.bodies import bodies, send_all
from harness.fault_proxy import FaultProxy
from harness.faults import named
from harness.waiting import eventually

MANY = 20_000
BODY = "a8a7982dcdae454a9bb7344a96bb225f"
LOG_LOST = "82908278aa4145d7abafc4e6da671436"
JOURNALD = (
    "systemd-journald.socket", "systemd-journald-dev-log.socket",
    "systemd-journald-audit.socket", "systemd-journald.service")
STOPPED_SECONDS = 20
# Some seconds, and many times that beside other work.
EMPTY_SECONDS = 300


class DeleteWatch(FaultProxy):
    """A proxy before the queue server that knows when the delete of each message arrived."""

    def __init__(self, target):
        self._ids = {}
        super().__init__(
            target, lambda one: self._note if one.operation == "ReceiveMessage" else None)

    @named("noted answer")
    async def _note(self, passage):
        answer = await passage.forward()
        for message in json.loads(answer.body).get("Messages", []):
            self._ids[message["ReceiptHandle"]] = message["MessageId"]
        await passage.answer(answer)

    @property
    def deleted(self):
        """By message id, on the clock that the journal has."""
        difference = time.time() - time.monotonic()
        times = {}
        for request in self.of("DeleteMessageBatch"):
            for entry in request.parameters["Entries"]:
                times.setdefault(self._ids[entry["ReceiptHandle"]], request.at + difference)
        return times


@pytest.fixture(scope="module")
def room(machine):
    """Room for all bodies: else journald makes it by leaving out the oldest. And a limit of its own
    that they would exceed, if the unit did not lift it: some thousand, by how much room there is.
    """
    machine.write("/run/systemd/journald.conf.d/room.conf", "\n".join([
        "[Journal]", "Storage=volatile", "RuntimeMaxUse=1G", "RuntimeKeepFree=1M",
        "RuntimeMaxFileSize=128M", "RateLimitIntervalSec=1h", "RateLimitBurst=500", ""]))
    machine.systemctl("restart", "systemd-journald")


@pytest.fixture
def watch(server, service):
    """The service with nothing but a queue's name, and the watch between both."""
    watch = DeleteWatch(server.url)
    service.machine.write("/etc/sqs-subscriber/sqs-subscriber.toml", "\n".join([
        "[aws]", 'region = "eu-west-1"', f'endpoint_url = "{watch.url}"', ""]))
    yield watch
    watch.close()


@pytest.fixture
def queue(server, service, room, request):
    """A queue of the test's own, which the service is given by the environment alone."""
    name = request.node.name.removeprefix("test_")[:60].replace("[", "-").replace("]", "")
    service.override(f"[Service]\nEnvironment=SQS_QUEUE_NAME={name}\n", name="queue")
    return server.create(name, VisibilityTimeout=600)


def restart(machine, watch):
    """Three times, one after the other, while messages are handled."""
    for share in (1, 2, 3):
        eventually(lambda: len(watch.deleted) > MANY * share // 5, 60, f"{share} of 5 are done")
        machine.systemctl("restart", "systemd-journald")


def stop(machine, watch):
    """With its sockets, so that nothing keeps for it what is written meanwhile."""
    eventually(lambda: len(watch.deleted) > MANY // 4, 60, "a quarter is done")
    machine.systemctl("stop", *JOURNALD)
    try:
        stopped = threading.Event()
        # Deletes of what was taken before are on their way.
        stopped.wait(2)
        deleted = len(watch.deleted)
        assert deleted < MANY
        stopped.wait(STOPPED_SECONDS - 2)
        assert len(watch.deleted) == deleted, "deleted although nobody took it"
    finally:
        machine.systemctl("start", *JOURNALD)


@pytest.mark.parametrize("trouble", [None, restart, stop], ids=["none", "restart", "stop"])
def test_every_body_is_in_the_journal_before_its_delete(trouble, service, watch, queue):
    sent = bodies(MANY, seed=4)
    ids = send_all(queue.url, sent)
    service.start()
    pid = service.pid
    if trouble:
        trouble(service.machine, watch)
    queue.wait_until_empty(EMPTY_SECONDS)

    written, first = Counter(), {}
    for entry in service.export(f"MESSAGE_ID={BODY}"):
        body = entry["MESSAGE"].decode()
        assert entry["SQS_MESSAGE_ID"].decode() == ids[body]
        assert entry["SQS_QUEUE"].decode() == queue.name and entry["PRIORITY"] == b"6"
        written[body] += 1
        first.setdefault(ids[body], int(entry["__REALTIME_TIMESTAMP"]) / 1e6)
    assert [ids[body] for body in sent if body not in written] == []
    assert [one for one, at in watch.deleted.items() if at < first[one]] == []
    # Twice is only what journald had not confirmed: no more than are handled at once, each time.
    twice = written.total() - len(sent)
    assert twice <= {None: 0, restart: 30, stop: 20}[trouble], twice
    assert service.pid == pid and service.show("NRestarts") == "0"
    if trouble is stop:
        [entry] = eventually(lambda: service.export(f"MESSAGE_ID={LOG_LOST}"), 20, "it is told")
        assert int(entry["SQS_LOST"]) > 0 and b"nobody took entries" in entry["MESSAGE"]


def test_a_body_of_the_largest_size_is_whole_in_the_journal(service, queue):
    body = "é\n" * ((1 << 20) // 3)
    queue.send(body)
    service.start()
    queue.wait_until_empty()
    [entry] = service.export(f"MESSAGE_ID={BODY}")
    assert entry["MESSAGE"].decode() == body
    assert entry["SQS_HANDLER"].decode() == queue.name
    assert entry["SQS_RECEIVE_COUNT"] == b"1"
    assert entry["SYSLOG_IDENTIFIER"] == b"sqs-subscriber"


def test_a_journald_that_stands_still_holds_messages_back_and_not_the_stop(service, queue):
    service.start()
    journal = ("systemctl", "kill", "--kill-who=main", "systemd-journald", "--signal")
    service.machine.run(*journal, "STOP")
    try:
        queue.send("held back")
        eventually(lambda: "has stopped reading" in service.show("StatusText"), 20, "it is told")
        assert sum(queue.counts()) == 1
        service.machine.systemctl("stop", "sqs-subscriber.service")
        assert service.show("Result") == "success"
        assert queue.counts() == (1, 0, 0)
    finally:
        service.machine.run(*journal, "CONT")
    service.start()
    queue.wait_until_empty()
    assert service.export(f"MESSAGE_ID={BODY}")[-1]["MESSAGE"] == b"held back"


def test_no_log_level_hides_a_body(service, queue):
    service.override("[Service]\nEnvironment=SQS_SUBSCRIBER_LOG_LEVEL=error\n", name="level")
    queue.send("not a line of the log")
    service.start()
    queue.wait_until_empty()
    assert [entry["MESSAGE"] for entry in service.export(f"MESSAGE_ID={BODY}")] == [
        b"not a line of the log"]


@pytest.mark.parametrize("interval", ["30s", None], ids=["limited", "as-packaged"])
def test_a_unit_that_leaves_the_limit_of_journald_in_force_is_told(interval, service, queue):
    if interval:
        service.override(f"[Service]\nLogRateLimitIntervalSec={interval}\n", name="limit")
    service.start()
    assert ("set LogRateLimitIntervalSec=1us" in service.log()) == bool(interval)


def test_the_unit_lets_threads_have_the_priority_that_they_ask_for(machine):
    # libdispatch asks for -4 at each start, and logs a line where it is refused. 20 - -4 = 24.
    shown = machine.systemctl("show", "sqs-subscriber.service", "--property=LimitNICE").stdout
    assert shown.strip() == "LimitNICE=24"


# What a program of the same user may try: opening the file is what is refused.
PEEK = """
    for file in environ mem; do
        if true <"/proc/$PPID/$file"; then echo "opened $file"; fi 2>/dev/null
    done
    echo "tried as $(id -un)"
    """


@pytest.mark.parametrize("allowed", [False, True], ids=["usually", "where-core-dumps-are-allowed"])
def test_a_handler_reads_the_memory_of_the_daemon_only_if_allowed(allowed, service, server):
    queue = server.create(f"peek-{allowed}")
    toml = "/etc/sqs-subscriber/sqs-subscriber.toml"
    if allowed:
        service.machine.write(toml, "core_dumps = true\n" + service.machine.read(toml))
    service.handle(queue.name, PEEK)
    service.start()
    queue.send("peek")
    queue.wait_until_empty()
    log = service.log()
    assert "tried as sqs-subscriber" in log
    assert ("opened environ" in log) == allowed
    # A kernel may have this refused where core dumps are allowed, too (Yama, ptrace_scope).
    assert allowed or "opened mem" not in log
