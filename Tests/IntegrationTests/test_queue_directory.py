"""The directory of `sqs-subscriber queue --data-dir`: what comes back, and what is refused."""

import contextlib
import os
import random
import sqlite3
import subprocess
import urllib.request

import pytest

from harness import servers
from harness.program import Program
from harness.raw_client import RawClient

FILE = "queues.sqlite"


@pytest.fixture
def start(binary, tmp_path):
    """Starts a queue on the directory `data`; the ones before must have ended."""
    running = []

    def start_one(*arguments):
        server = servers.start_embedded(
            binary, tmp_path, "--data-dir", tmp_path / "data", *arguments)
        running.append(server)
        return server

    yield start_one
    for server in running:
        server.close()


def refused(binary, tmp_path, directory):
    """The status and the words of a start that must fail."""
    done = subprocess.run(
        [binary, "queue", "--listen", "127.0.0.1:0", "--data-dir", directory], text=True,
        env=servers.environment(tmp_path), capture_output=True, timeout=60)
    return done.returncode, done.stderr


def attributes(queue):
    return queue.client.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["All"])[
        "Attributes"]


@pytest.mark.parametrize("number", [9, 15], ids=["killed", "stopped"])
def test_all_that_clients_see_is_there_after_the_end(start, number):
    first = start()
    orders = first.create("orders", VisibilityTimeout=40)
    first.client.tag_queue(QueueUrl=orders.url, Tags={"team": "blue"})
    orders.send("now", MessageAttributes={
        "kind": {"DataType": "String", "StringValue": "ü\N{GRINNING FACE}"},
        "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}})
    orders.send("later", DelaySeconds=900)
    held = orders.receive_all()
    before = attributes(orders)
    first.program.send(number)
    first.program.wait()

    orders = start().queue("orders")
    assert attributes(orders) == before
    assert orders.counts() == (0, 1, 1)
    assert orders.client.list_queue_tags(QueueUrl=orders.url)["Tags"] == {"team": "blue"}
    orders.client.change_message_visibility(
        QueueUrl=orders.url, ReceiptHandle=held[0]["ReceiptHandle"], VisibilityTimeout=0)
    again, = orders.receive_all()
    assert again["Body"] == "now" and again["MessageId"] == held[0]["MessageId"]
    assert again["MessageAttributes"] == held[0]["MessageAttributes"]
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"
    assert again["Attributes"]["SentTimestamp"] == held[0]["Attributes"]["SentTimestamp"]
    orders.client.delete_message(QueueUrl=orders.url, ReceiptHandle=again["ReceiptHandle"])
    assert orders.counts() == (0, 0, 1)


def test_regions_keep_their_queues_apart(start):
    first = start()
    for region in ("eu-west-1", "us-west-2"):
        client = servers.sqs_client(first.url, region)
        url = client.create_queue(QueueName="q")["QueueUrl"]
        client.send_message(QueueUrl=url, MessageBody=region)
    first.program.process.kill()
    first.program.wait()
    second = start()
    for region in ("eu-west-1", "us-west-2"):
        client = servers.sqs_client(second.url, region)
        url = client.get_queue_url(QueueName="q")["QueueUrl"]
        message, = client.receive_message(QueueUrl=url)["Messages"]
        assert message["Body"] == region


def test_attributes_of_the_command_line_hold_at_each_start(start):
    first = start("--create", "orders:VisibilityTimeout=5,DelaySeconds=1")
    orders = first.queue("orders")
    orders.client.set_queue_attributes(
        QueueUrl=orders.url, Attributes={"VisibilityTimeout": "9", "MaximumMessageSize": "2048"})
    first.program.stop()
    found = attributes(start("--create", "orders:VisibilityTimeout=6").queue("orders"))
    assert (found["VisibilityTimeout"], found["DelaySeconds"], found["MaximumMessageSize"]) == (
        "6", "1", "2048")


def test_a_reset_empties_the_files(start, tmp_path):
    first = start("--allow-reset")
    first.create("orders").send("secret" * 10_000)
    urllib.request.urlopen(urllib.request.Request(f"{first.url}/reset", method="POST"))
    first.program.process.kill()
    first.program.wait()
    assert not any(b"secret" in path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert "QueueUrls" not in start().client.list_queues()


def test_nobody_else_can_read_the_messages(start, tmp_path):
    start().create("orders").send("x")
    folder = tmp_path / "data"
    assert folder.stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.iterdir() if path.stat().st_mode & 0o077] == []


def test_a_second_process_is_refused_and_the_first_goes_on(start, binary, tmp_path):
    first = start("--create", "orders")
    status, text = refused(binary, tmp_path, tmp_path / "data")
    assert status == 69
    assert f"{tmp_path}/data/{FILE} is in use by another process" in text
    assert first.queue("orders").send("x")


def zero_a_page(path):
    with open(path, "r+b") as file:
        file.seek(4096 * 3)
        file.write(bytes(4096))


def fill_with_noise(path):
    size = path.stat().st_size
    with open(path, "r+b") as file:
        for place in range(4096, size - 64, 4096):
            file.seek(place)
            file.write(random.Random(place).randbytes(64))


def overwrite_the_head(path):
    with open(path, "r+b") as file:
        file.write(b"no database at all")


def cut_in_half(path):
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096)


@pytest.mark.parametrize(
    "damage", [zero_a_page, fill_with_noise, overwrite_the_head, cut_in_half])
def test_a_damaged_file_is_refused_and_left_as_it_is(start, binary, tmp_path, damage):
    first = start("--create", "orders")
    first.queue("orders").send_all([{"MessageBody": f"{n}" * 300} for n in range(200)])
    assert first.program.stop() == 0
    path = tmp_path / "data" / FILE
    damage(path)
    before = path.read_bytes()
    status, text = refused(binary, tmp_path, tmp_path / "data")
    assert status == 69
    assert str(path) in text and "is damaged" in text and "move it" in text
    assert path.read_bytes() == before


def test_a_file_of_a_newer_program_is_refused(start, binary, tmp_path):
    start().program.stop()
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / FILE)) as file:
        file.execute("PRAGMA user_version = 99")
    status, text = refused(binary, tmp_path, tmp_path / "data")
    assert status == 69
    assert "its format is 99" in text and "newer" in text


def test_a_database_of_another_program_is_refused(binary, tmp_path):
    path = tmp_path / "data" / FILE
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE precious (a)")
    before = path.read_bytes()
    status, text = refused(binary, tmp_path, tmp_path / "data")
    assert status == 69
    assert "database of another program" in text
    assert path.read_bytes() == before


def test_a_directory_that_cannot_be_made_is_refused(binary, tmp_path):
    status, text = refused(binary, tmp_path, tmp_path / "not" / "there")
    assert status == 69
    assert f"{tmp_path}/not/there cannot be made: No such file or directory" in text


# In a mount namespace of its own, the file system goes with the process. The log of the database
# is copied to its place when it has 16 MiB, for which the larger one has no room either.
FULL_DISK = """
mount -t tmpfs -o size={size} none "$1" || exit 99
"$2" queue --listen 127.0.0.1:0 --data-dir "$1/data" --create q
echo "ended with $?"
mount -o remount,size=64m "$1"
exec "$2" queue --listen "127.0.0.1:$3" --data-dir "$1/data" --create q
"""


@pytest.mark.parametrize("size", ["600k", "24m"])
def test_a_full_disk_ends_the_server_and_loses_nothing(binary, tmp_path, size):
    port = servers.free_port()
    program = Program(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", FULL_DISK.format(size=size), "sh",
         tmp_path, binary, port],
        servers.environment(tmp_path))
    try:
        client = RawClient(program.wait_for(r"http://127\.0\.0\.1:\d+", 60).group())
        told = set()
        while True:
            status, answer = client.ask(
                "SendMessage", QueueUrl=client.queue_url("q"), MessageBody="x" * 10_000)
            if status != 200:
                break
            told.add(answer["MessageId"])
        assert status == 500
        assert "cannot write to its disk" in answer["message"]
        program.wait_for("ended with 73", 30)
        assert "Make room on the disk" in program.stderr
        client = RawClient(program.wait_for(rf"http://127\.0\.0\.1:{port}", 60).group())
        found = set()
        while messages := client.ask(
                "ReceiveMessage", QueueUrl=client.queue_url("q"), MaxNumberOfMessages=10)[1].get(
                    "Messages"):
            found |= {message["MessageId"] for message in messages}
        assert told <= found
        # The one that was refused may be there or not.
        assert len(found - told) <= 1
        assert len(told) > 10
    finally:
        program.close()
