"""The processes of a Lambda function: what they can see, and how long they live."""

import json
import os
import signal
import subprocess

import pytest

from harness.files import lines
from harness.lambda_function import PROLOGUE, START_SECONDS
from harness.process_facts import children, is_running
from harness.waiting import eventually

# Longer than any test: a message that is visible again was released, not forgotten.
VISIBILITY_SECONDS = 600


# Writes down all that a function can see of itself: its arguments, its environment, where each of
# its descriptors leads, with what can be read there; and the environment of the daemon.
CREDENTIALS = PROLOGUE + """
from pathlib import Path
def handler(event, context):
    own = Path("/proc/self/environ").read_text() + Path("/proc/self/cmdline").read_text()
    for number in os.listdir("/proc/self/fd"):
        link = Path(f"/proc/self/fd/{number}")
        try:
            own += os.readlink(link) + " "
            if link.is_file():
                own += link.read_text(errors="replace")
        except OSError:
            pass
    daemon = Path(f"/proc/{os.getppid()}/environ").read_text()
    note("seen", json.dumps({"environment": dict(os.environ), "own": own, "daemon": daemon}))
"""
SECRETS = {
    "AWS_ACCESS_KEY_ID": "AKIDDAEMON", "AWS_SECRET_ACCESS_KEY": "the-daemons-secret",
    "AWS_SESSION_TOKEN": "the-daemons-token"}


@pytest.mark.parametrize("passed", [False, True])
def test_the_daemons_credentials_reach_a_function_only_when_asked_for(
        embedded, config, start, function, tmp_path, passed):
    queue = embedded.create("secrets")
    function(CREDENTIALS, "secrets", aws_credentials=passed)
    queue.send("x")
    daemon = start(
        embedded.url, "--config", config.folder, OTHER_SECRET="another-secret",
        **SECRETS).wait_ready()
    queue.wait_until_empty(START_SECONDS)
    [line] = lines(tmp_path / "seen")
    seen = json.loads(line)
    assert "PATH=" in seen["daemon"]
    for name, value in SECRETS.items():
        assert (f"{name}={value}" in seen["own"]) == passed
        assert (value in seen["own"]) == passed
        assert value not in seen["daemon"]
        assert seen["environment"].get(name) == (value if passed else None)
    assert "another-secret" not in seen["own"] and "NOTIFY_SOCKET" not in seen["own"]
    for value in [SECRETS["AWS_SECRET_ACCESS_KEY"], SECRETS["AWS_SESSION_TOKEN"]]:
        assert value not in daemon.output


WAITING = PROLOGUE + """
def handler(event, context):
    note("processes", os.getpid())
    with open(os.environ["GATE"]) as gate:
        gate.read(1)
    for record in event["Records"]:
        note("handled", record["body"])
"""


def test_a_stop_lets_an_invocation_finish_and_ends_every_process(
        embedded, config, start, function, gate, tmp_path):
    queue = embedded.create("stopping", VisibilityTimeout=VISIBILITY_SECONDS)
    function(WAITING, "stopping", environment={"GATE": str(gate.path)}, concurrency=2,
             batch_size=5)
    queue.send_all([{"MessageBody": str(index)} for index in range(20)])
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    eventually(lambda: len(lines(tmp_path / "processes")) == 2, START_SECONDS, "two are at work")
    daemon.ask_to_stop()
    gate.open()
    assert daemon.wait(15) == 0, daemon.output
    assert len(lines(tmp_path / "handled")) == 10
    assert queue.counts() == (10, 0, 0)
    assert not [pid for pid in lines(tmp_path / "processes") if is_running(int(pid))]


def test_a_second_sigterm_ends_the_invocations_and_releases_their_messages(
        embedded, config, start, function, gate, tmp_path):
    queue = embedded.create("stopping", VisibilityTimeout=VISIBILITY_SECONDS)
    function(WAITING, "stopping", environment={"GATE": str(gate.path)})
    queue.send_all([{"MessageBody": str(index)} for index in range(20)])
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    eventually(lambda: lines(tmp_path / "processes"), START_SECONDS, "one is at work")
    daemon.ask_to_stop()
    daemon.send(signal.SIGTERM)
    assert daemon.wait(15) == 0, daemon.output
    assert queue.counts() == (20, 0, 0)
    assert lines(tmp_path / "handled") == []
    assert not [pid for pid in lines(tmp_path / "processes") if is_running(int(pid))]


def test_no_process_outlives_a_killed_daemon(
        embedded, config, start, function, gate, tmp_path):
    queue = embedded.create("killed", VisibilityTimeout=VISIBILITY_SECONDS)
    function(WAITING, "killed", environment={"GATE": str(gate.path)})
    queue.send("x")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    eventually(lambda: lines(tmp_path / "processes"), START_SECONDS, "it is at work")
    [pid] = map(int, lines(tmp_path / "processes"))
    assert pid in children(daemon.pid)
    daemon.send(signal.SIGKILL)
    daemon.wait(10)
    eventually(lambda: not is_running(pid), 10, "the process has ended")


def test_a_reload_keeps_the_processes_of_an_unchanged_function_and_replaces_those_of_a_changed_one(
        embedded, config, start, function, tmp_path):
    queue = embedded.create("reloaded")
    made = function(PROLOGUE + """
def handler(event, context):
    note("handled", f"{event['Records'][0]['body']} {os.getpid()} {os.environ.get('STAGE')}")
""", "reloaded")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()

    def handle(body):
        queue.send(body)
        eventually(
            lambda: [line for line in lines(tmp_path / "handled") if line.startswith(f"{body} ")],
            START_SECONDS, f"{body} is handled")
        return lines(tmp_path / "handled")[-1].split()[1:]

    first = handle("first")
    daemon.reload()
    assert handle("second") == first
    made.drop_in("reloaded", environment={"STAGE": "changed"})
    daemon.reload()
    process, stage = handle("third")
    assert process != first[0] and stage == "changed"
    eventually(lambda: not is_running(int(first[0])), 15, "the old process has ended")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_of_the_machine_cannot_ask_for_the_functions_messages(
        embedded, config, start, function, tmp_path):
    queue = embedded.create("private")
    function(PROLOGUE + """
def handler(event, context):
    note("address", os.environ["AWS_LAMBDA_RUNTIME_API"])
""", "private")
    queue.send("x")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(START_SECONDS)
    [address] = lines(tmp_path / "address")
    ask = (
        "import http.client\n"
        f"connection = http.client.HTTPConnection('{address}', timeout=10)\n"
        "connection.request('GET', '/2018-06-01/runtime/invocation/next')\n"
        "connection.getresponse()\n")
    stranger = subprocess.run(
        ["setpriv", "--reuid=65534", "--clear-groups", "/usr/bin/python3", "-c", ask],
        capture_output=True, text=True, timeout=30)
    assert stranger.returncode != 0
    assert "RemoteDisconnected" in stranger.stderr or "ConnectionReset" in stranger.stderr
    daemon.wait_for("a connection to the function's Runtime API was refused")
    queue.send("y")
    eventually(lambda: len(lines(tmp_path / "address")) == 2, 10, "the function goes on")
