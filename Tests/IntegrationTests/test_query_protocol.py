"""Clients from before 2024, which speak the query protocol, do a day's work."""

import json
import subprocess
from pathlib import Path

import pytest

from harness.servers import environment

CLIENTS = Path(__file__).with_name("query_clients")
ROOT = Path(__file__).parents[2]
# A day's work takes a second or two.
SECONDS = 60


def run(home, *command):
    return subprocess.run(
        command, env=environment(home), check=True, text=True, stdout=subprocess.PIPE,
        timeout=SECONDS).stdout


@pytest.fixture(scope="module")
def found(binary, tmp_path_factory):
    """What a boto3 of 2023 found."""
    from harness.servers import start_embedded

    home = tmp_path_factory.mktemp("old-boto3")
    server = start_embedded(binary, home)
    try:
        return json.loads(run(
            home, ROOT / ".build-venv-2023/bin/python", CLIENTS / "old_boto3.py", server.url))
    finally:
        server.close()


def test_an_old_boto3_speaks_the_query_protocol(found):
    assert found["protocol"] == "query"


def test_an_old_boto3_manages_queues(found):
    assert found["listed"] and found["url"] and found["sources"]
    assert found["attributes"] == {
        "VisibilityTimeout": "7", "DelaySeconds": "0",
        "QueueArn": "arn:aws:sqs:us-east-1:000000000000:orders"}
    assert found["tags"] == {"team": "a&b", "more": "x"}
    assert found["policy"] == "l"
    assert found["moves"] == "COMPLETED"


def test_an_old_boto3_gets_messages_as_they_were_sent(found):
    assert all(found["same"]), found["same"]
    assert found["gone"] and found["purged"]


def test_an_old_boto3_sends_receives_changes_and_deletes_in_batches(found):
    assert found["batch"] == [9, [["late", "InvalidParameterValue", True]]]
    assert found["received"] == [str(number) for number in range(9)]
    assert found["changed"] == [["a"], ["ReceiptHandleIsInvalid"]]
    assert found["deleted"] == 9


def test_an_old_boto3_uses_a_fifo_queue(found):
    assert found["duplicate"]
    assert found["order"] == ["a", "b"]


def test_an_old_boto3_understands_the_errors(found):
    assert [(name, code, status) for name, code, _, _, status, _ in found["errors"]] == [
        ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", 400),
        ("InvalidMessageContents", "InvalidMessageContents", 400),
        ("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", 404),
        ("ClientError", "InvalidParameterValue", 400), ("ClientError", "MissingParameter", 400)]
    assert all(sender == "Sender" and has_id for *_, sender, _, has_id in found["errors"])
    assert found["errors"][0][2] == "The specified queue does not exist."
    assert found["after"] == "AWS.SimpleQueueService.NonExistentQueue"


def test_perls_client_does_a_days_work(embedded, tmp_path):
    assert run(tmp_path, "perl", CLIENTS / "simple.pl", embedded.url).splitlines() == [
        "body: grün & <b>+1", "batch: one three two", "left: none", "timeout: 5",
        "error: AWS.SimpleQueueService.NonExistentQueue"]
