"""A day's work of the AWS command line: each of its `sqs` commands, as people type them."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import awscli.clidriver
import pytest

from harness.servers import REGION, environment
from harness.waiting import eventually

class CommandLine:
    """Runs the commands as the program `aws` does, but in this process: its start is most of what
    one takes.
    """

    def __init__(self, server, capsys):
        self.endpoint = server.url
        self.capsys = capsys

    def finished(self, command, *arguments, **options):
        """The exit status, and what was written to standard output and standard error."""
        for name, value in options.items():
            arguments += ("--" + name.replace("_", "-"), *(
                value if isinstance(value, list) else
                [json.dumps(value) if isinstance(value, dict) else str(value)]))
        self.capsys.readouterr()
        status = awscli.clidriver.create_clidriver().main(
            ["--endpoint-url", self.endpoint, "--output", "json", "sqs", command, *arguments])
        return status, *self.capsys.readouterr()

    def __call__(self, command, *arguments, **options):
        """What the command prints, which is JSON or nothing."""
        status, output, complaint = self.finished(command, *arguments, **options)
        assert (status, complaint) == (0, "")
        return json.loads(output) if output else None


@pytest.fixture
def aws(embedded, tmp_path, monkeypatch, capsys):
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    return CommandLine(embedded, capsys)


def text(value):
    return {"DataType": "String", "StringValue": value}


def entries(*members):
    return json.dumps([{"Id": str(number), **entry} for number, entry in enumerate(members)])


def test_every_sqs_command_of_the_aws_cli_is_run_here():
    run = {
        call.args[0].value for call in ast.walk(ast.parse(Path(__file__).read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "aws"}
    # The program lists them where it does not know the one given.
    done = subprocess.run(
        [sys.executable, "-m", "awscli", "sqs", "none"], capture_output=True, text=True)
    commands = done.stderr.partition("valid choices are:")[2].replace("|", " ").split()
    assert run == set(commands) - {"help"}


def test_the_aws_cli_makes_finds_changes_and_deletes_queues(aws, embedded):
    url = aws(
        "create-queue", queue_name="orders", attributes="VisibilityTimeout=7,DelaySeconds=0",
        tags="team=a")["QueueUrl"]
    assert aws("get-queue-url", queue_name="orders") == {"QueueUrl": url}
    assert aws("set-queue-attributes", queue_url=url, attributes={"DelaySeconds": "3"}) is None
    attributes = aws("get-queue-attributes", queue_url=url, attribute_names=["All"])["Attributes"]
    assert attributes.items() >= {
        "VisibilityTimeout": "7", "DelaySeconds": "3",
        "QueueArn": f"arn:aws:sqs:{REGION}:000000000000:orders"}.items()
    aws("tag-queue", queue_url=url, tags="more=x")
    aws("untag-queue", queue_url=url, tag_keys=["team"])
    assert aws("list-queue-tags", queue_url=url) == {"Tags": {"more": "x"}}
    for name in "abc":
        embedded.create(name)
    page = aws("list-queues", page_size=1, max_items=2)
    assert len(page["QueueUrls"]) == 2
    rest = aws("list-queues", starting_token=page["NextToken"])
    assert len(rest["QueueUrls"]) == 2 and url in rest["QueueUrls"]
    assert aws("list-queues", queue_name_prefix="none") is None
    assert aws("delete-queue", queue_url=url) is None
    status, _, complaint = aws.finished("purge-queue", queue_url=url)
    assert status == 255
    assert ("An error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the"
            " PurgeQueue operation: The specified queue does not exist." in complaint)


def test_the_aws_cli_sends_receives_hides_and_deletes_messages(aws, embedded):
    queue = embedded.create("orders")
    sent = aws(
        "send-message", queue_url=queue.url, message_body="grün <&> \"x\"\n",
        message_attributes={"colour": text("ü"), "bytes": {
            "DataType": "Binary", "BinaryValue": "abc"}})
    [message] = aws(
        "receive-message", queue_url=queue.url, wait_time_seconds=20, attribute_names=["All"],
        message_attribute_names=["All"])["Messages"]
    assert (message["MessageId"], message["Body"]) == (sent["MessageId"], "grün <&> \"x\"\n")
    # This version takes bytes as they are, and prints them in base64.
    assert message["MessageAttributes"] == {
        "colour": text("ü"), "bytes": {"DataType": "Binary", "BinaryValue": "YWJj"}}
    aws("change-message-visibility", queue_url=queue.url, visibility_timeout=0,
        receipt_handle=message["ReceiptHandle"])
    [message] = aws("receive-message", queue_url=queue.url)["Messages"]
    assert aws(
        "delete-message", queue_url=queue.url, receipt_handle=message["ReceiptHandle"]) is None
    assert queue.counts() == (0, 0, 0)
    assert aws("receive-message", queue_url=queue.url) is None


def test_the_aws_cli_sends_hides_and_deletes_in_batches_and_purges(aws, embedded):
    queue = embedded.create("orders.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    answer = aws("send-message-batch", queue_url=queue.url, entries=entries(*(
        {"MessageBody": body, "MessageGroupId": "g"} for body in "abca")))
    numbers = [entry["SequenceNumber"] for entry in answer["Successful"]]
    assert numbers[0] == numbers[3]
    messages = aws("receive-message", queue_url=queue.url, max_number_of_messages=10)["Messages"]
    assert [message["Body"] for message in messages] == ["a", "b", "c"]
    handles = [{"ReceiptHandle": message["ReceiptHandle"]} for message in messages]
    answer = aws("delete-message-batch", queue_url=queue.url, entries=entries(
        handles[0], {"ReceiptHandle": "none"}))
    assert [entry["Id"] for entry in answer["Successful"]] == ["0"]
    assert [entry["Code"] for entry in answer["Failed"]] == ["ReceiptHandleIsInvalid"]
    answer = aws("change-message-visibility-batch", queue_url=queue.url, entries=entries(*(
        {**handle, "VisibilityTimeout": 0} for handle in handles[1:])))
    assert len(answer["Successful"]) == 2
    assert queue.counts() == (2, 0, 0)
    assert aws("purge-queue", queue_url=queue.url) is None
    assert queue.counts() == (0, 0, 0)


def test_the_aws_cli_moves_dead_letters_and_gives_leave(aws, embedded):
    dead = embedded.create("dead")
    arn = f"arn:aws:sqs:{REGION}:000000000000:dead"
    queue = embedded.create("orders", RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": arn, "maxReceiveCount": 1}))
    assert aws("list-dead-letter-source-queues", queue_url=dead.url) == {"queueUrls": [queue.url]}
    # More than are moved while the next command starts.
    queue.send(*"0123456789")
    for _ in range(4):
        queue.client.receive_message(
            QueueUrl=queue.url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    task = aws("start-message-move-task", source_arn=arn, max_number_of_messages_per_second=1)
    eventually(lambda: queue.counts()[0] > 0, 10, "a message is moved")
    aws("cancel-message-move-task", task_handle=task["TaskHandle"])
    [task] = aws("list-message-move-tasks", source_arn=arn)["Results"]
    assert task["Status"] == "CANCELLED"
    assert queue.counts()[0] == task["ApproximateNumberOfMessagesMoved"]
    aws("add-permission", queue_url=queue.url, label="l", aws_account_ids=["111111111111"],
        actions=["SendMessage"])
    aws("remove-permission", queue_url=queue.url, label="l")
    status, _, complaint = aws.finished("remove-permission", queue_url=queue.url, label="l")
    assert status == 255 and "(InvalidParameterValue)" in complaint
