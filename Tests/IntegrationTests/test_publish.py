"""`sqs-subscriber publish`, as people and scripts use it."""

import hashlib
import json
import os
import pty

import pytest

from harness.http_endpoint import Answer
from harness.program import Program
from harness.servers import TestedQueue, environment, sqs_client
from harness.waiting import eventually

EX_USAGE = 64


@pytest.fixture
def queue(embedded):
    return embedded.create("demo")


def bodies(queue):
    return sorted(message["Body"] for message in queue.receive_all())


def test_bodies_as_arguments_are_sent(queue, embedded, command):
    done = command("publish", "one", "two words", "--queue", "demo", endpoint=embedded.url)
    assert done.status == 0, done.output
    assert bodies(queue) == ["one", "two words"]


def test_a_pipe_gives_one_message_per_line(queue, embedded, command):
    text = "\n".join(f"line {index}" for index in range(25))
    done = command("publish", "--queue", "demo", endpoint=embedded.url, input=text)
    assert done.status == 0, done.output
    assert bodies(queue) == sorted(text.split("\n"))


def test_a_file_gives_one_message_per_line(queue, embedded, command, tmp_path):
    (tmp_path / "messages").write_text("from\na\nfile\n")
    done = command(
        "publish", "--queue", "demo", "--file", tmp_path / "messages", endpoint=embedded.url)
    assert done.status == 0, done.output
    assert bodies(queue) == ["a", "file", "from"]


def test_a_file_from_windows_gives_its_lines(queue, embedded, command, tmp_path):
    (tmp_path / "messages").write_bytes("\ufeffone\r\nt\rwo\r\n\r\nthree\r".encode())
    done = command(
        "publish", "--queue", "demo", "--file", tmp_path / "messages", endpoint=embedded.url)
    assert done.status == 0, done.output
    assert bodies(queue) == ["one", "t\rwo", "three"]


def test_a_file_that_is_missing_is_named(queue, embedded, command):
    done = command("publish", "--queue", "demo", "--file", "/no/such", endpoint=embedded.url)
    assert done.status != 0
    assert "/no/such" in done.stderr
    assert queue.counts() == (0, 0, 0)


def test_count_sends_that_many_generated_messages(queue, embedded, command):
    done = command("publish", "--queue", "demo", "--count", "37", endpoint=embedded.url)
    assert done.status == 0, done.output
    assert len(set(bodies(queue))) == 37


def test_attributes_travel_with_the_message(queue, embedded, command):
    done = command(
        "publish", "body", "--queue", "demo", "--attribute", "colour=green",
        "--attribute", "formula=a=b", endpoint=embedded.url)
    assert done.status == 0, done.output
    [message] = queue.receive_all()
    assert {
        name: value["StringValue"] for name, value in message["MessageAttributes"].items()
    } == {"colour": "green", "formula": "a=b"}


def test_group_and_deduplication_id_reach_a_fifo_queue(embedded, command):
    queue = embedded.create("demo.fifo", FifoQueue="true")
    for _ in range(2):
        done = command(
            "publish", "once", "--queue", "demo.fifo", "--group", "g1",
            "--deduplication-id", "d1", endpoint=embedded.url)
        assert done.status == 0, done.output
    [message] = queue.receive_all()
    assert message["Attributes"]["MessageGroupId"] == "g1"
    assert message["Attributes"]["MessageDeduplicationId"] == "d1"


def test_a_delay_hides_the_message_at_first(queue, embedded, command):
    done = command("publish", "later", "--queue", "demo", "--delay", "5min", endpoint=embedded.url)
    assert done.status == 0, done.output
    assert queue.counts() == (0, 0, 1)


def test_what_the_service_refuses_is_reported_and_the_rest_is_sent(queue, embedded, command):
    done = command(
        "publish", "good", "bad\x01", "fine", "--queue", "demo", endpoint=embedded.url)
    assert done.status == 1, done.output
    assert "InvalidMessageContents" in done.stderr
    assert bodies(queue) == ["fine", "good"]


def test_an_entry_that_failed_in_the_service_is_sent_again(embedded, command, endpoint):
    batches = []

    def answer(request):
        if request.operation == "GetQueueUrl":
            return Answer(200, json.dumps({"QueueUrl": server.url + "/1/demo"}).encode())
        entries = json.loads(request.body)["Entries"]
        batches.append([entry["MessageBody"] for entry in entries])
        failed = entries[1:2] if len(batches) == 1 else []
        return Answer(200, json.dumps({
            "Successful": [
                {"Id": entry["Id"], "MessageId": entry["Id"],
                 "MD5OfMessageBody": hashlib.md5(entry["MessageBody"].encode()).hexdigest()}
                for entry in entries if entry not in failed],
            "Failed": [
                {"Id": entry["Id"], "SenderFault": False, "Code": "InternalFailure",
                 "Message": "try again"} for entry in failed],
        }).encode())

    server = endpoint(answer)
    done = command("publish", "a", "b", "c", "--queue", "demo", endpoint=server.url)
    assert done.status == 0, done.output
    assert batches == [["a", "b", "c"], ["b"]]


def test_a_terminal_gets_a_prompt_and_every_line_is_sent(queue, embedded, binary, tmp_path):
    keyboard, terminal = pty.openpty()
    try:
        program = Program(
            [binary, "publish"],
            environment(tmp_path, embedded.url, SQS_QUEUE_NAME="demo", TERM="xterm"),
            stdin=terminal)
        os.write(keyboard, b"typed by hand\n")
        eventually(lambda: queue.counts() == (1, 0, 0), 20, "the first line is sent")
        os.write(keyboard, b"and another\n\x04")
        assert program.wait(20) == 0, program.output
    finally:
        os.close(keyboard)
        os.close(terminal)
        program.close()
    assert bodies(queue) == ["and another", "typed by hand"]


def test_without_a_queue_publish_says_how_to_name_one(embedded, command):
    done = command("publish", "hello", endpoint=embedded.url)
    assert done.status == EX_USAGE, done.output
    assert "SQS_QUEUE_NAME" in done.stderr and "--queue" in done.stderr


EX_CONFIG, EX_NOINPUT = 78, 66


@pytest.mark.parametrize("arguments, variables, words", [
    (["--profile", "gone"], {}, "gone"),
    ([], {"AWS_PROFILE": "gone"}, "AWS_PROFILE"),
    ([], {"AWS_USE_FIPS_ENDPOINT": "true"}, "AWS_USE_FIPS_ENDPOINT"),
    ([], {"AWS_ENDPOINT_URL": "http://192.0.2.1"}, "allow_plaintext"),
    ([], {"AWS_CA_BUNDLE": "/no/such.pem"}, "AWS_CA_BUNDLE"),
    ([], {"AWS_ENDPOINT_URL": "ftp://127.0.0.1"}, "AWS_ENDPOINT_URL"),
])
def test_a_setting_that_cannot_be_used_is_named_with_its_status(
        queue, embedded, command, arguments, variables, words):
    done = command(
        "publish", "--queue", "demo", *arguments, "x", endpoint=embedded.url, **variables)
    assert done.status == EX_CONFIG, done.output
    assert words in done.stderr
    assert "USAGE" not in done.stderr
    assert queue.counts() == (0, 0, 0)


def test_a_file_of_messages_that_is_missing_has_its_status(queue, embedded, command):
    done = command("publish", "--queue", "demo", "--file", "/no/such", endpoint=embedded.url)
    assert done.status == EX_NOINPUT, done.output


@pytest.mark.parametrize("arguments, words", [
    ([], "SQS_QUEUE_NAME"),
    (["--queue", "demo.fifo"], "--group"),
    (["--queue", "demo.fifo", "--group", "g", "--delay", "3s"], "delay"),
    (["--queue", "demo", "--delay", "1h"], "--delay"),
])
def test_what_is_missing_on_the_line_is_told_with_the_usage_of_publish(
        embedded, command, arguments, words):
    done = command("publish", "x", *arguments, endpoint=embedded.url)
    assert done.status == EX_USAGE, done.output
    assert words in done.stderr
    assert "publish [" in done.stderr, done.stderr


def test_a_server_on_this_machine_needs_neither_region_nor_credentials(embedded, command):
    client = sqs_client(embedded.url, "us-east-1")
    queue = TestedQueue(client, "demo", client.create_queue(QueueName="demo")["QueueUrl"])
    done = command(
        "publish", "--queue", "demo", "x", endpoint=embedded.url, AWS_REGION=None,
        AWS_DEFAULT_REGION=None, AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
    assert done.status == 0, done.output
    assert bodies(queue) == ["x"]
