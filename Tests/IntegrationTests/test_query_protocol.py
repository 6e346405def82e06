"""Clients from before 2024, which speak the query protocol, do a day's work, in five languages."""

import json
import subprocess
from pathlib import Path

import pytest

from harness.servers import REGION, environment

CLIENTS = Path(__file__).with_name("query_clients")
ROOT = Path(__file__).parents[2]
# A day's work takes a second or two; to build one in Go, ten from nothing.
SECONDS = 120
WHOLE = ["a", "b", "c"]


def run(home, *command, **more):
    return subprocess.run(
        list(map(str, command)), env=environment(home, **more), check=True, text=True,
        stdout=subprocess.PIPE, timeout=SECONDS).stdout


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
    assert (found["moves"], found["cancelled"]) == ("COMPLETED", "CANCELLED")


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


def test_gos_sdk_does_a_days_work(embedded, tmp_path):
    # Debian's packages are a workspace without modules. What is built is kept for the next time.
    run(tmp_path, "go", "build", "-o", tmp_path / "day", CLIENTS / "day.go", GO111MODULE="off",
        GOPATH="/usr/share/gocode", GOCACHE=ROOT / ".build-go")
    found = json.loads(run(tmp_path, tmp_path / "day", embedded.url))
    assert found == {
        "url": True, "listed": [1, 1], "timeout": "7", "tags": {"team": "a&b", "more": "x"},
        "policy": "", "same": [True] * 5, "left": 0,
        "sent": [3, "late", "InvalidParameterValue"], "received": WHOLE, "hidden": 3,
        "deleted": [2, "ReceiptHandleIsInvalid"], "purged": "0", "duplicate": True,
        "order": ["a", "b"], "dead": "poison", "sources": True, "typed": [True] * 3,
        "code": "AWS.SimpleQueueService.NonExistentQueue"}


def test_phps_async_aws_does_a_days_work(embedded, tmp_path):
    found = json.loads(run(tmp_path, "php", CLIENTS / "async_aws.php", embedded.url))
    assert found == {
        "absent": False, "present": True, "url": True, "listed": 2, "timeout": "7",
        "same": [True] * 5, "left": 0, "sent": [2, "late", "InvalidParameterValue"], "hidden": 2,
        "deleted": 2, "purged": 0, "order": ["a", "b"], "dead": ["poison"],
        "handle": ["ReceiptHandleIsInvalidException", "ReceiptHandleIsInvalid"],
        "queue": [
            "QueueDoesNotExistException", "AWS.SimpleQueueService.NonExistentQueue"]}


def test_rubys_sdk_does_a_days_work(embedded, tmp_path):
    found = json.loads(run(tmp_path, "ruby", CLIENTS / "aws_sdk.rb", embedded.url))
    assert found == {
        "url": True, "listed": True,
        "attributes": [7, 20, f"arn:aws:sqs:{REGION}:000000000000:orders"], "same": [True] * 4,
        "left": 0, "received": WHOLE, "failed": ["InvalidParameterValue"], "sources": True,
        "dead": "poison", "handle": "AWS::SQS::Errors::ReceiptHandleIsInvalid",
        "queue": "AWS::SQS::Errors::NonExistentQueue"}
