"""The judges themselves: what the other tests of this folder rely on finds what it is to find."""

import os
import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from harness import faults, process_facts
from harness.fault_proxy import ProxiedRequest
from harness.groups import order_violations
from harness.servers import TestedQueue, sqs_client
from harness.waiting import eventually
from harness.worker import Run


def run(body, start, end, outcome="done", message_id=None):
    return Run(message_id or body, body, "/", 1, start, end, outcome)


def test_an_overlap_of_two_runs_is_found(worker):
    work = worker()
    work.runs = [run("a", 0, 2), run("b", 1, 3), run("a", 2, 3), run("b", 2.9, 4)]
    assert [one.body for one, _ in work.overlaps()] == ["b"]
    work.runs = [run("a", 0, None, None), run("a", 5, 6)]
    assert work.overlaps(), "a run without an end is under way"


GOOD = [run("g 0", 0, 1, "failed"), run("g 0", 2, 3), run("h 0", 2, 9), run("g 1", 3, 4)]


def test_an_order_kept_is_told_from_one_broken():
    assert not order_violations(GOOD)
    assert order_violations([run("g 0", 0, 1, "failed"), run("g 1", 2, 3)]), "overtaken"
    assert order_violations([run("g 0", 0, 2), run("g 1", 1, 3)]), "side by side"
    assert order_violations([run("g 0", 0, 1), run("g 2", 2, 3)]), "skipped"
    replayed = [run("g 0", 0, 1), run("g 1", 1, 2), run("g 0", 3, 4), run("g 1", 4, 5)]
    assert order_violations(replayed)
    assert not order_violations(replayed, replays=True)
    killed = replayed[:3]
    deleted = [*killed, run("g 2", 4, 5)]
    assert not order_violations(deleted, replays=True), "g 1 was done and deleted"
    assert order_violations([*deleted, run("g 1", 5, 6)], replays=True), "skipped in a replay"
    assert order_violations([*killed, run("g 3", 4, 5)], replays=True), "skipped and never done"
    undone = [run("g 0", 0, 1), run("g 1", 1, 2, "failed"), run("g 0", 3, 4), run("g 2", 4, 5)]
    assert order_violations(undone, replays=True), "skipped when it had failed"


def test_the_busiest_second_is_that_of_the_faults(proxy):
    between = proxy("http://127.0.0.1:9")
    between.requests = [
        ProxiedRequest(at, "ReceiveMessage", {}, "", fault)
        for at, fault in [(0, faults.html), (0.1, None), (1.5, faults.html), (2.4, faults.html),
                          (2.5, faults.html), (9, faults.html)]]
    assert between.busiest_second() == 3
    assert between.busiest_second(since=2.45) == 1


def test_the_worker_writes_down_who_hung_up(worker):
    work = worker(hold=None)
    request = urllib.request.Request(work.url, b"body", {
        "X-Aws-Sqsd-Msgid": "id", "X-Aws-Sqsd-Receive-Count": "1"})
    with pytest.raises(TimeoutError):
        urllib.request.urlopen(request, timeout=0.2)
    work.wait_for(lambda worker: [one.message_id for one in worker.of("cancelled")] == ["id"])


# What a client of another kind makes of each fault, and whether the server did what it asked for.
FAULTS = [
    (faults.lost_request, False), (faults.lost_answer, True), (faults.cut_answer, True),
    (faults.half_json, True), (faults.html, False), (faults.INTERNAL, False),
    (faults.THROTTLED, False), (faults.done_but(500, "InternalError"), True),
]


@pytest.mark.parametrize("fault, done", FAULTS, ids=lambda value: getattr(
    value, "fault_name", str(value)))
def test_a_fault_leaves_its_client_in_doubt_and_is_done_or_not(fault, done, embedded, proxy):
    queue = embedded.create("judged")
    between = proxy(embedded.url, faults.always(fault))
    client = sqs_client(between.url)
    try:
        # boto3 takes a 200 that it cannot read for an answer without members.
        assert "MessageId" not in client.send_message(QueueUrl=queue.url, MessageBody="body")
    except (BotoCoreError, ClientError):
        pass
    assert queue.counts()[0] > 0 if done else queue.counts()[0] == 0
    between.heal()
    assert client.send_message(QueueUrl=queue.url, MessageBody="body")["MessageId"]


@pytest.mark.parametrize("though_done", [False, True])
def test_entries_fail_done_or_not(though_done, embedded, proxy):
    queue = embedded.create("judged")
    between = proxy(embedded.url, faults.first(1, faults.failed_entries(though_done)))
    answer = sqs_client(between.url).send_message_batch(QueueUrl=queue.url, Entries=[
        {"Id": str(index), "MessageBody": "body"} for index in range(5)])
    assert [entry["Id"] for entry in answer["Failed"]] == ["0", "2", "4"]
    assert [entry["Id"] for entry in answer["Successful"]] == ["1", "3"]
    assert queue.counts()[0] == (5 if though_done else 2)


def test_a_pause_holds_everything_until_it_ends(embedded, proxy):
    # The request says nothing of a region, and so is taken for one of the server's own.
    client = sqs_client(embedded.url, "us-east-1")
    queue = TestedQueue(client, "judged", client.create_queue(QueueName="judged")["QueueUrl"])
    between = proxy(embedded.url)
    between.pause()
    request = urllib.request.Request(between.url, b'{"QueueName": "judged"}', {
        "X-Amz-Target": "AmazonSQS.GetQueueUrl", "Content-Type": "application/x-amz-json-1.0"})
    with pytest.raises(TimeoutError):
        urllib.request.urlopen(request, timeout=0.2)
    between.resume()
    assert queue.url in urllib.request.urlopen(request, timeout=20).read().decode()
    client = sqs_client(between.url, "us-east-1")
    assert TestedQueue(client, queue.name, queue.url).counts() == (0, 0, 0)


STAGES = Path(__file__).parent.parent / "stages"


@pytest.mark.parametrize(("command", "says"), [
    ("kill -STOP $$", "ok"), ("kill -STOP $$; exit 3", "FAILED"), ("exit 3", "FAILED")])
def test_a_stage_that_is_stopped_and_goes_on_counts_by_its_end(tmp_path, command, says):
    stages = subprocess.Popen(
        ["bash", "-euc", f'results=$1; source "{STAGES}"; stage it bash -c "$2" || true', "run",
         str(tmp_path), f"echo $$; {command}"],
        stdout=subprocess.PIPE, text=True)
    log = tmp_path / "it.log"
    eventually(lambda: log.exists() and log.read_text().endswith("\n"), within=20)
    stage = int(log.read_text())
    if "STOP" in command:
        eventually(lambda: process_facts.state(stage) == "T", within=20)
        os.kill(stage, signal.SIGCONT)
    output, _ = stages.communicate(timeout=20)
    assert output.split()[:2] == ["it", says]
