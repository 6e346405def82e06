"""A handler that cannot work stops its queue, says so once, and is served again when it can."""

import json

import pytest

from harness.files import lines
from harness.http_endpoint import Answer
from harness.servers import free_port
from harness.waiting import eventually

# The pauses between two probes grow to a minute; the first ones are a second or two.
WAIT_SECONDS = 40.0
# The daemon says that it lives at half of it: a clock for what must not happen meanwhile.
WATCHDOG_USEC = "4000000"
# 6 s and more: where every probe is a receive, the fourth comes before.
BEATS = 4


class Program:
    """A program that is missing, or may not be executed."""

    def __init__(self, config, tmp_path, exists):
        self.path = config.folder / "work.sh"
        self.handled = tmp_path / "handled"
        if exists:
            self._write()
        config.drop_in("load", f'queue = "load"\n[exec]\ncommand = ["{self.path}"]\n')

    def _write(self):
        self.path.write_text(
            f'#!/bin/sh\necho "$SQS_MESSAGE_ID $SQS_RECEIVE_COUNT" >> {self.handled}\n')

    def mend(self):
        self._write()
        self.path.chmod(0o755)

    def count(self):
        return len(lines(self.handled))

    def receive_counts(self):
        return [int(line.split()[1]) for line in lines(self.handled)]


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


@pytest.mark.parametrize("kind", ["program missing", "program not executable", "server down"])
def test_a_handler_that_cannot_work_pauses_its_queue_until_it_can(
        kind, embedded, config, start, endpoint, tmp_path):
    queue = embedded.create("load", VisibilityTimeout=600)
    ids = queue.send_all([{"MessageBody": str(index)} for index in range(20)])
    broken = (
        Server(config, endpoint) if kind == "server down"
        else Program(config, tmp_path, exists=kind == "program not executable"))
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    daemon.wait_for_status("paused, handler load cannot work", within=WAIT_SECONDS)
    eventually(lambda: queue.counts() == (20, 0, 0), WAIT_SECONDS, "all are visible again")

    broken.mend()
    queue.wait_until_empty(WAIT_SECONDS)
    assert broken.count() == len(ids)
    daemon.wait_for("load: the handler works again", WAIT_SECONDS)
    assert daemon.output.count("receiving stopped") == 1, daemon.output
    eventually(lambda: "paused" not in daemon.manager.status, WAIT_SECONDS, "shown no longer")


@pytest.mark.parametrize("kind", ["program missing", "server down"])
def test_a_message_is_not_dead_lettered_for_a_handler_that_cannot_work(
        kind, embedded, config, start, endpoint, tmp_path):
    dead = embedded.create("dead")
    arn = dead.client.get_queue_attributes(
        QueueUrl=dead.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue = embedded.create("load", VisibilityTimeout=600, RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": arn, "maxReceiveCount": 3}))
    ids = queue.send_all([{"MessageBody": str(index)} for index in range(3)])
    broken = (
        Server(config, endpoint) if kind == "server down"
        else Program(config, tmp_path, exists=False))
    config.drop_in("audit", 'queue = "load"\n[journal]\n')
    daemon = start(
        embedded.url, "--config", config.folder, WATCHDOG_USEC=WATCHDOG_USEC).wait_ready()
    daemon.wait_for_status("paused for audit too, handler load cannot work", within=WAIT_SECONDS)
    daemon.wait_for("The whole queue waits, for audit too", WAIT_SECONDS)
    for _ in range(BEATS):
        daemon.manager.wait_for(
            lambda message: message.get("WATCHDOG") == "1", WAIT_SECONDS, daemon.manager.count())
    eventually(lambda: queue.counts() == (3, 0, 0), WAIT_SECONDS, "all are visible")

    broken.mend()
    # Does not wait for the time of the next look.
    daemon.reload()
    queue.wait_until_empty(WAIT_SECONDS)
    assert dead.counts() == (0, 0, 0)
    assert broken.count() == len(ids)
    assert max(broken.receive_counts()) == 2, broken.receive_counts()
