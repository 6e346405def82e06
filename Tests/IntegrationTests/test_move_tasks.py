"""Redrive from a dead-letter queue, as boto3 asks for it and as AWS was recorded to answer."""

import base64
import json

import pytest
from botocore.exceptions import ClientError

from harness.waiting import eventually

ACCOUNT = "arn:aws:sqs:us-east-1:000000000000:"


def arn(queue):
    return queue.client.get_queue_attributes(
        QueueUrl=queue.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


@pytest.fixture
def dead(embedded):
    return embedded.create("dead")


@pytest.fixture
def source(embedded, dead):
    """A queue whose messages are dead after one receive."""
    return embedded.create("source", RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": arn(dead), "maxReceiveCount": "1"}))


def bury(source, dead, *bodies):
    source.send(*bodies)
    for _ in range(2 * len(bodies)):
        source.client.receive_message(QueueUrl=source.url, VisibilityTimeout=0)
    assert dead.counts() == (len(bodies), 0, 0)


def error(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    answer = caught.value.response
    return (
        answer["Error"]["Code"], answer["Error"]["Message"],
        answer["ResponseMetadata"]["HTTPStatusCode"])


def test_messages_go_back_to_their_source(source, dead):
    bury(source, dead, "message-1", "message-2")
    client = dead.client
    handle = client.start_message_move_task(SourceArn=arn(dead))["TaskHandle"]
    assert json.loads(base64.b64decode(handle))["sourceArn"] == arn(dead)
    assert {message["Body"] for message in source.receive_all()} == {"message-1", "message-2"}
    [task] = client.list_message_move_tasks(SourceArn=arn(dead))["Results"]
    assert task.pop("StartedTimestamp") > 1_700_000_000_000
    assert task == {
        "Status": "COMPLETED", "SourceArn": arn(dead), "ApproximateNumberOfMessagesMoved": 2,
        "ApproximateNumberOfMessagesToMove": 2}
    assert dead.counts() == (0, 0, 0)


def test_a_task_runs_at_its_rate_until_it_is_cancelled(embedded, source, dead):
    destination = embedded.create("destination")
    bury(source, dead, *"abcdefghij")
    client = dead.client
    handle = client.start_message_move_task(
        SourceArn=arn(dead), DestinationArn=arn(destination),
        MaxNumberOfMessagesPerSecond=1)["TaskHandle"]
    assert error(client.start_message_move_task, SourceArn=arn(dead)) == (
        "InvalidParameterValue",
        "There is already a task running. Only one active task is allowed for a source queue arn"
        " at a given time.", 400)
    eventually(lambda: destination.counts()[0] == 2, 10, "two messages are moved")
    [task] = client.list_message_move_tasks(SourceArn=arn(dead))["Results"]
    assert task.pop("StartedTimestamp")
    assert task == {
        "TaskHandle": handle, "Status": "RUNNING", "SourceArn": arn(dead),
        "DestinationArn": arn(destination), "MaxNumberOfMessagesPerSecond": 1,
        "ApproximateNumberOfMessagesMoved": 2, "ApproximateNumberOfMessagesToMove": 10}
    answer = client.cancel_message_move_task(TaskHandle=handle)
    assert answer["ApproximateNumberOfMessagesMoved"] == 2
    [task] = client.list_message_move_tasks(SourceArn=arn(dead))["Results"]
    assert task["Status"] == "CANCELLED"
    assert "TaskHandle" not in task
    assert dead.counts() == (8, 0, 0)


def test_a_task_whose_destination_is_deleted_fails(embedded, source, dead):
    destination = embedded.create("destination")
    bury(source, dead, "a", "b", "c")
    client = dead.client
    client.start_message_move_task(
        SourceArn=arn(dead), DestinationArn=arn(destination), MaxNumberOfMessagesPerSecond=5)
    client.delete_queue(QueueUrl=destination.url)

    def task():
        [task] = client.list_message_move_tasks(SourceArn=arn(dead))["Results"]
        return task

    eventually(lambda: task()["Status"] == "FAILED", 10, "the task fails")
    assert task()["FailureReason"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert dead.counts() == (2, 0, 0)


def test_refusals_are_those_that_aws_was_recorded_to_give(embedded, source, dead):
    client = embedded.client
    start, cancel = client.start_message_move_task, client.cancel_message_move_task
    assert error(start, SourceArn=arn(source), DestinationArn=arn(dead)) == (
        "InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.", 400)
    assert error(start, SourceArn=arn(dead), DestinationArn=ACCOUNT + "none") == (
        "ResourceNotFoundException",
        "The resource that you specified for the DestinationArn parameter doesn't exist.", 404)
    assert error(cancel, TaskHandle="foobared") == (
        "InvalidParameterValue", "Value for parameter TaskHandle is invalid.", 400)

    def handle(source_arn):
        parts = {"taskId": "10f57157-fc38-4da9-a113-4de7e12d05dd", "sourceArn": source_arn}
        return base64.b64encode(json.dumps(parts).encode()).decode()

    assert error(cancel, TaskHandle=handle(ACCOUNT + "none")) == (
        "ResourceNotFoundException",
        "The resource that you specified for the SourceArn parameter doesn't exist.", 404)
    assert error(cancel, TaskHandle=handle(arn(dead))) == (
        "ResourceNotFoundException", "Task does not exist.", 404)
