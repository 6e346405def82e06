"""The directory of `sqs-subscriber queue --data-dir`: what comes back, and what is refused."""

import contextlib
import os
import random
import sqlite3
import subprocess
import urllib.request

import pytest

from harness import servers

FILE = "queues.sqlite"


def refused(binary, tmp_path, directory, *arguments):
    """The status and the words of a start that must fail."""
    done = subprocess.run(
        [binary, "queue", "--listen", "127.0.0.1:0", "--data-dir", directory, *arguments],
        text=True, env=servers.environment(tmp_path), capture_output=True, timeout=60)
    return done.returncode, done.stderr


def attributes(queue):
    return queue.client.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["All"])[
        "Attributes"]


@pytest.mark.parametrize("number", [9, 15], ids=["killed", "stopped"])
def test_all_that_clients_see_is_there_after_the_end(start_durable, number):
    first = start_durable()
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

    orders = start_durable().queue("orders")
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


def test_regions_keep_their_queues_apart(start_durable):
    first = start_durable()
    for region in ("eu-west-1", "us-west-2"):
        client = servers.sqs_client(first.url, region)
        url = client.create_queue(QueueName="q")["QueueUrl"]
        client.send_message(QueueUrl=url, MessageBody=region)
    first.program.process.kill()
    first.program.wait()
    second = start_durable()
    for region in ("eu-west-1", "us-west-2"):
        client = servers.sqs_client(second.url, region)
        url = client.get_queue_url(QueueName="q")["QueueUrl"]
        message, = client.receive_message(QueueUrl=url)["Messages"]
        assert message["Body"] == region


def test_attributes_of_the_command_line_hold_at_each_start(start_durable):
    first = start_durable("--create", "orders:VisibilityTimeout=5,DelaySeconds=1")
    orders = first.queue("orders")
    orders.client.set_queue_attributes(
        QueueUrl=orders.url, Attributes={"VisibilityTimeout": "9", "MaximumMessageSize": "2048"})
    first.program.stop()
    found = attributes(start_durable("--create", "orders:VisibilityTimeout=6").queue("orders"))
    assert (found["VisibilityTimeout"], found["DelaySeconds"], found["MaximumMessageSize"]) == (
        "6", "1", "2048")


def test_a_queue_of_the_start_may_have_been_deleted_a_moment_ago(start_durable):
    first = start_durable("--strict", "--create", "orders:dlq=dead")
    for name in ("orders", "dead"):
        first.client.delete_queue(QueueUrl=first.queue(name).url)
    first.program.stop()
    second = start_durable("--strict", "--create", "orders:dlq=dead")
    assert second.queue("orders").send("x")
    second.program.stop()
    assert start_durable("--strict").queue("orders").counts() == (1, 0, 0)


def test_queues_of_an_earlier_start_are_still_there_for_every_region(start_durable):
    first = start_durable("--create", "orders")
    ireland = servers.sqs_client(first.url, "eu-west-1")
    url = ireland.get_queue_url(QueueName="orders")["QueueUrl"]
    ireland.send_message(QueueUrl=url, MessageBody="x")
    first.program.stop()
    second = start_durable()
    for region in ("eu-west-1", "us-east-1"):
        client = servers.sqs_client(second.url, region)
        assert client.get_queue_url(QueueName="orders")["QueueUrl"] == (
            f"{second.url}/000000000000/orders")


def test_a_queue_of_the_start_does_not_hide_one_of_another_region(start_durable, binary, tmp_path):
    first = start_durable()
    first.create("orders").send("x")
    first.program.stop()
    status, text = refused(binary, tmp_path, tmp_path / "data", "--create", "orders")
    assert status == 69
    assert f"orders in the region {servers.REGION}" in text
    assert start_durable().queue("orders").counts() == (1, 0, 0)


def test_a_reset_empties_the_files(start_durable, tmp_path):
    first = start_durable("--allow-reset")
    first.create("orders").send("secret" * 10_000)
    urllib.request.urlopen(urllib.request.Request(f"{first.url}/reset", method="POST"))
    first.program.process.kill()
    first.program.wait()
    assert not any(b"secret" in path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert "QueueUrls" not in start_durable().client.list_queues()


def test_nobody_else_can_read_the_messages(start_durable, tmp_path):
    start_durable().create("orders").send("x")
    folder = tmp_path / "data"
    assert folder.stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.iterdir() if path.stat().st_mode & 0o077] == []


def test_a_second_process_is_refused_and_the_first_goes_on(start_durable, binary, tmp_path):
    first = start_durable("--create", "orders")
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
def test_a_damaged_file_is_refused_and_left_as_it_is(start_durable, binary, tmp_path, damage):
    first = start_durable("--create", "orders")
    first.queue("orders").send_all([{"MessageBody": f"{n}" * 300} for n in range(200)])
    assert first.program.stop() == 0
    path = tmp_path / "data" / FILE
    damage(path)
    before = path.read_bytes()
    status, text = refused(binary, tmp_path, tmp_path / "data")
    assert status == 69
    assert str(path) in text and "is damaged" in text and "move it" in text
    assert path.read_bytes() == before


def test_a_file_of_a_newer_program_is_refused(start_durable, binary, tmp_path):
    start_durable().program.stop()
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
