"""Lambda functions that raise, hang, crash or do not start: their batches come back."""

import re
from collections import Counter

import pytest

from harness.files import lines
from harness.lambda_function import HANDLED, PROLOGUE, START_SECONDS
from harness.process_facts import is_running
from harness.waiting import eventually

# Longer than any test: a message that is visible again was released, not forgotten.
VISIBILITY_SECONDS = 600
MESSAGES = 200


def test_a_batch_whose_function_raises_comes_back_and_the_error_is_told(
        embedded, config, start, function, tmp_path):
    queue = embedded.create("raising", VisibilityTimeout=1)
    function(PROLOGUE + """
def handler(event, context):
    [record] = event["Records"]
    if record["attributes"]["ApproximateReceiveCount"] == "1":
        raise ValueError(f"bad order {record['body']}")
    note("handled", f"{os.getpid()} {record['body']}")
""", "raising", batch_size=1)
    queue.send("17")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(START_SECONDS)
    daemon.wait_for("the function failed.* receive 1, .*: ValueError: bad order 17")
    # The function's own lines are found by the message, and the outcome by the request.
    [request] = set(re.findall(r"outcome=retry.* request_id=(\S+)", daemon.output))
    assert re.search(rf"bad order 17.*message_id=\S+.*request_id={request}.*stream=", daemon.output)
    assert len(lines(tmp_path / "handled")) == 1


def test_a_function_that_exceeds_its_timeout_is_replaced_with_all_that_it_started(
        embedded, config, start, function, tmp_path):
    queue = embedded.create("slow", VisibilityTimeout=1)
    function(PROLOGUE + """
import signal, subprocess
def handler(event, context):
    [record] = event["Records"]
    note("processes", os.getpid())
    if record["attributes"]["ApproximateReceiveCount"] == "1":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen(["sleep", "600"])
        note("processes", child.pid)
        child.wait()
    note("handled", record["body"])
""", "slow", batch_size=1, timeout="2s")
    queue.send("x")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(START_SECONDS)
    daemon.wait_for(r"still running after 2 s \(timeout\)")
    first, child, second = map(int, lines(tmp_path / "processes"))
    assert not is_running(first) and not is_running(child)
    assert is_running(second)


@pytest.mark.parametrize("ending", ["os._exit(3)", "os.kill(os.getpid(), 11)"])
def test_a_batch_whose_process_ends_comes_back_to_a_new_one(
        embedded, config, start, function, tmp_path, ending):
    queue = embedded.create("crashing", VisibilityTimeout=1)
    function(PROLOGUE + f"""
def handler(event, context):
    note("processes", os.getpid())
    if event["Records"][0]["attributes"]["ApproximateReceiveCount"] == "1":
        {ending}
    note("handled", "x")
""", "crashing")
    queue.send("x")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(START_SECONDS)
    daemon.wait_for("process ended with .* before it had answered")
    assert len(set(lines(tmp_path / "processes"))) == 2


@pytest.mark.parametrize("source, words", [
    ("import sys\nsys.exit(7)\n", "exit status 7"),
    ("import no_such_module\n", "no_such_module"),
    ("def other(event, context): pass\n", "Handler 'handler' missing")])
def test_a_function_that_cannot_start_stops_the_receiving_until_it_is_mended(
        embedded, config, start, function, tmp_path, source, words):
    queue = embedded.create("broken", VisibilityTimeout=1)
    broken = function(source, "broken", batch_size=1)
    queue.send_all([{"MessageBody": str(index)} for index in range(30)])
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    daemon.wait_for(f"cannot work: .*{words}", START_SECONDS)
    daemon.wait_for_status(words, START_SECONDS)
    counts = [
        int(one["Attributes"]["ApproximateReceiveCount"]) for one in peek(queue)]
    assert counts.count(1) >= 15, "most messages were left alone"

    broken.write(HANDLED)
    queue.wait_until_empty(60)
    assert Counter(lines(tmp_path / "handled")) == Counter(str(index) for index in range(30))


def peek(queue):
    """All messages, which are visible again at once."""
    messages = queue.receive_all()
    for message in messages:
        queue.client.change_message_visibility(
            QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    return messages


def test_a_batch_that_fails_is_found_by_each_of_its_messages(
        embedded, config, start, function):
    queue = embedded.create("batch", VisibilityTimeout=VISIBILITY_SECONDS)
    function("""
def handler(event, context):
    if len(event["Records"]) == 3:
        print("<4>the ledger is locked")
        raise KeyError("ledger")
""", "batch", batch_size=3, batch_window="20s")
    ids = queue.send("a", "b", "c")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    for message_id in ids:
        daemon.wait_for(
            f"message_id={message_id} .*outcome=retry.* request_id=", START_SECONDS)
    [request] = set(re.findall(r"outcome=retry.* request_id=(\S+)", daemon.output))
    [printed] = re.findall(r".*the ledger is locked.*stream=.*", daemon.output)
    assert " warning " in printed and f"request_id={request}" in printed
    for message_id in ids:
        assert message_id in printed


def test_a_function_that_only_crashes_has_run_and_is_not_called_unavailable(
        embedded, config, start, function, tmp_path):
    queue = embedded.create("loop", VisibilityTimeout=VISIBILITY_SECONDS)
    function(
        PROLOGUE + "def handler(event, context):\n    note('starts', 1)\n    os._exit(1)\n",
        "loop", batch_size=1)
    queue.send_all([{"MessageBody": str(index)} for index in range(8)])
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    eventually(
        lambda: len(lines(tmp_path / "starts")) == 8, 2 * START_SECONDS, "each has been tried")
    daemon.wait_for("its process ended with exit status 1 before it had answered")
    assert "cannot work" not in daemon.output


def test_a_function_that_fails_in_every_way_loses_no_message(
        embedded, config, start, function, tmp_path):
    queue = embedded.create("chaos", VisibilityTimeout=3)
    function(PROLOGUE + """
import signal
def handler(event, context):
    failed = []
    for record in event["Records"]:
        count = int(record["attributes"]["ApproximateReceiveCount"])
        course = int(record["body"]) % 50 if count == 1 else None
        if course == 0: os._exit(0)
        if course == 1: raise ValueError("raised")
        if course == 2: signal.pause()
        if course == 3: os.kill(os.getpid(), 9)
        if course == 4: return {"batchItemFailures": "none"}
        if course == 5: sys.exit(0)
        if course == 6: failed.append({"itemIdentifier": record["messageId"]})
        else: note("handled", record["body"])
    return {"batchItemFailures": failed}
""", "chaos", concurrency=4, timeout="2s", batch_size=5, report_batch_item_failures=True)
    queue.send_all([{"MessageBody": str(index)} for index in range(MESSAGES)])
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(90)
    assert set(map(int, lines(tmp_path / "handled"))) == set(range(MESSAGES))
    assert daemon.stop() == 0, daemon.output
