"""A handler that cannot work stops its queue, says so once, and is served again when it can."""

import json
import os
import resource

import pytest

from harness.files import lines
from harness.http_endpoint import Answer
from harness.lambda_function import PROLOGUE
from harness.servers import free_port
from harness.waiting import eventually

# The pauses between two probes grow to a minute; the first ones are a second or two.
WAIT_SECONDS = 40.0
# The daemon says that it lives at half of it: a clock for what must not happen meanwhile.
WATCHDOG_USEC = "4000000"
# 6 s and more: where every probe is a receive, the fourth comes before.
BEATS = int(os.environ.get("SQS_SUBSCRIBER_OUTAGE_BEATS", "4"))


GOOD_LINE = b"#!/bin/sh\n"
# The first line of a program that may be executed, and that the kernel, or env(1), cannot start.
BROKEN_LINES = {
    "no interpreter": b"#!/no/such/interpreter\n",
    "Windows line ends": b"#!/bin/sh\r\n",
    "a byte order mark": b"\xef\xbb\xbf#!/bin/sh\n",
    "no first line": b"\n",
    "env finds none": b"#!/usr/bin/env no-such-interpreter\n",
}


class Program:
    """A program that is missing, may not be executed, or has a first line of `BROKEN_LINES`."""

    def __init__(self, config, tmp_path, kind):
        self.path = config.folder / "work.sh"
        self.handled = tmp_path / "handled"
        self.writer = None
        if kind == "program not executable":
            self._write(GOOD_LINE, mode=0o644)
        elif kind in BROKEN_LINES:
            self._write(BROKEN_LINES[kind], mode=0o755)
        elif kind == "being written":
            self._write(GOOD_LINE, mode=0o755)
            self.writer = open(self.path, "ab")
        config.drop_in("load", f'queue = "load"\n[exec]\ncommand = ["{self.path}"]\n')

    def _write(self, first_line, mode):
        # Beside it and renamed: what is being written cannot be started.
        new = self.path.with_suffix(".new")
        new.write_bytes(
            first_line + f'echo "$SQS_MESSAGE_ID $SQS_RECEIVE_COUNT" >> {self.handled}\n'.encode())
        new.chmod(mode)
        new.rename(self.path)

    def mend(self):
        if self.writer:
            self.writer.close()
        else:
            self._write(GOOD_LINE, mode=0o755)

    def count(self):
        return len(lines(self.handled))

    def receive_counts(self):
        return [int(line.split()[1]) for line in lines(self.handled)]


class Function:
    """A Lambda function whose module does not import."""

    def __init__(self, function, tmp_path):
        self.handled = tmp_path / "handled"
        self.function = function("import no_such_module\n", "load", batch_size=1)

    def mend(self):
        self.function.write(PROLOGUE + """
def handler(event, context):
    for record in event["Records"]:
        note("handled", record["attributes"]["ApproximateReceiveCount"])
""")

    def count(self):
        return len(lines(self.handled))

    def receive_counts(self):
        return [int(line) for line in lines(self.handled)]


class Server:
    """An endpoint where nobody listens yet."""

    def __init__(self, config, endpoint):
        self.port = free_port()
        self.endpoint = endpoint
        self.server = None
        config.drop_in("load", f'queue = "load"\n[http]\nurl = "http://127.0.0.1:{self.port}/"\n')

    def mend(self):
        self.server = self.endpoint(lambda _: Answer(200, b""), port=self.port)

    def count(self):
        return len(self.server.requests)

    def receive_counts(self):
        return [int(one.headers["X-Aws-Sqsd-Receive-Count"]) for one in self.server.requests]


@pytest.mark.parametrize(
    "kind", ["program missing", "program not executable", "no interpreter", "server down"])
def test_a_handler_that_cannot_work_pauses_its_queue_until_it_can(
        kind, embedded, config, start, endpoint, tmp_path):
    queue = embedded.create("load", VisibilityTimeout=600)
    ids = queue.send_all([{"MessageBody": str(index)} for index in range(20)])
    broken = (
        Server(config, endpoint) if kind == "server down"
        else Program(config, tmp_path, kind))
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    daemon.wait_for_status("paused, handler load cannot work", within=WAIT_SECONDS)
    # One is kept, to be started first.
    eventually(lambda: queue.counts() == (19, 1, 0), WAIT_SECONDS, "the others are visible again")

    broken.mend()
    queue.wait_until_empty(WAIT_SECONDS)
    assert broken.count() == len(ids)
    daemon.wait_for("load: the handler works again", WAIT_SECONDS)
    assert daemon.output.count("receiving stopped") == 1, daemon.output
    eventually(lambda: "paused" not in daemon.manager.status, WAIT_SECONDS, "shown no longer")


@pytest.mark.parametrize(
    "kind", ["program missing", "server down", "function does not import", "being written",
             *BROKEN_LINES])
def test_a_message_is_not_dead_lettered_for_a_handler_that_cannot_work(
        kind, embedded, config, start, endpoint, function, tmp_path):
    dead = embedded.create("dead")
    arn = dead.client.get_queue_attributes(
        QueueUrl=dead.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue = embedded.create("load", VisibilityTimeout=600, RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": arn, "maxReceiveCount": 3}))
    ids = queue.send_all([{"MessageBody": str(index)} for index in range(3)])
    if kind == "server down":
        broken = Server(config, endpoint)
    elif kind == "function does not import":
        broken = Function(function, tmp_path)
    else:
        broken = Program(config, tmp_path, kind)
    config.drop_in("audit", 'queue = "load"\n[journal]\n')
    daemon = start(
        embedded.url, "--config", config.folder, WATCHDOG_USEC=WATCHDOG_USEC).wait_ready()
    daemon.wait_for_status("paused for audit too, handler load cannot work", within=WAIT_SECONDS)
    daemon.wait_for("The whole queue waits, for audit too", WAIT_SECONDS)
    wait_for_beats(daemon)
    eventually(lambda: queue.counts() == (2, 1, 0), WAIT_SECONDS, "all but one are visible")

    broken.mend()
    # Does not wait for the time of the next look.
    daemon.reload()
    queue.wait_until_empty(WAIT_SECONDS)
    assert dead.counts() == (0, 0, 0)
    assert broken.count() == len(ids)
    # The one that was kept was received once, the others once more when the queue opened again.
    assert sorted(broken.receive_counts())[0] == 1, broken.receive_counts()
    assert max(broken.receive_counts()) <= 2, broken.receive_counts()


def wait_for_beats(daemon):
    for _ in range(BEATS):
        daemon.manager.wait_for(
            lambda message: message.get("WATCHDOG") == "1", WAIT_SECONDS, daemon.manager.count())


class Descriptors(Program):
    """A program whose daemon has no descriptor left for it."""

    def __init__(self, config, tmp_path):
        super().__init__(config, tmp_path, "all is well")
        self._write(GOOD_LINE, mode=0o755)
        self.process = None

    def run_out(self, daemon):
        self.process = daemon.process.pid
        used = {int(name) for name in os.listdir(f"/proc/{self.process}/fd")}
        free = [number for number in range(max(used) + 5) if number not in used]
        self.usual = resource.prlimit(self.process, resource.RLIMIT_NOFILE)
        # None is left, and the daemon still has to say that it lives.
        resource.prlimit(self.process, resource.RLIMIT_NOFILE, (free[0], self.usual[1]))

    def mend(self):
        resource.prlimit(self.process, resource.RLIMIT_NOFILE, self.usual)


@pytest.mark.parametrize(
    "kind", ["program missing", "server down", "function does not import", "being written",
             "no descriptor is left", *BROKEN_LINES])
def test_a_message_alone_is_received_once_however_long_its_handler_cannot_work(
        kind, embedded, config, start, endpoint, function, tmp_path):
    """It is kept with its lease, and handled in place once its handler works."""
    dead = embedded.create("dead")
    arn = dead.client.get_queue_attributes(
        QueueUrl=dead.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    # Renewed often while the message is kept.
    queue = embedded.create("load", VisibilityTimeout=5, RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": arn, "maxReceiveCount": 3}))
    if kind == "server down":
        broken = Server(config, endpoint)
    elif kind == "function does not import":
        broken = Function(function, tmp_path)
    elif kind == "no descriptor is left":
        broken = Descriptors(config, tmp_path)
    else:
        broken = Program(config, tmp_path, kind)
    daemon = start(
        embedded.url, "--config", config.folder, WATCHDOG_USEC=WATCHDOG_USEC).wait_ready()
    if kind == "no descriptor is left":
        broken.run_out(daemon)
    queue.send("one")
    daemon.wait_for_status("paused, handler load cannot work", within=WAIT_SECONDS)
    wait_for_beats(daemon)
    assert queue.counts() == (0, 1, 0)

    broken.mend()
    queue.wait_until_empty(WAIT_SECONDS)
    assert dead.counts() == (0, 0, 0)
    assert broken.receive_counts() == [1]
    daemon.wait_for("load: the handler works again", WAIT_SECONDS)
