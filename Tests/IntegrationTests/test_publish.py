"""`sqs-subscriber publish`, as people and scripts use it."""

import hashlib
import json
import os
import pty

import pytest

from harness.http_endpoint import Answer
from harness.program import Program
from harness.servers import environment
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
