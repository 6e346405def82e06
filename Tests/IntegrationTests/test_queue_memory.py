"""Memory of `sqs-subscriber queue` after messages came and went."""

import contextlib
import os
import sqlite3
import uuid

import pytest

from harness import servers
from harness.process_facts import resident_bytes
from harness.raw_client import RawClient
from harness.waiting import eventually

# 200,000 are the acceptance of the queue.
MESSAGES = int(os.environ.get("SQS_SUBSCRIBER_QUEUE_MESSAGES", "10000"))
# Enough to have used every part of the program that is used later.
FIRST = 2_000
# What the messages take while they are there is twice as much at least.
MARGIN = 3 << 20


def come_and_go(client, name, count):
    """Sends so many messages, ten at a time, and takes them when all are there."""
    url = client.queue_url(name)
    for start in range(0, count, 10):
        status, _ = client.ask("SendMessageBatch", QueueUrl=url, Entries=[
            {"Id": str(n), "MessageBody": f"{start + n}".zfill(200)} for n in range(10)])
        assert status == 200
    taken = 0
    while messages := client.ask("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)[1].get(
            "Messages"):
        taken += len(messages)
        client.ask("DeleteMessageBatch", QueueUrl=url, Entries=[
            {"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]}
            for n, message in enumerate(messages)])
    assert taken == count


@pytest.mark.parametrize("is_kept", [False, True], ids=["memory", "disk"])
def test_memory_is_back_when_messages_came_and_went(binary, tmp_path, is_kept, record_property):
    arguments = ["--data-dir", tmp_path / "data", "--sync", "off"] if is_kept else []
    server = servers.start_embedded(binary, tmp_path, "--create", "q", *arguments)
    try:
        client = RawClient(server.url)
        pid = server.program.pid
        come_and_go(client, "q", FIRST)
        before = resident_bytes(pid)
        come_and_go(client, "q", MESSAGES)
        at_the_end = resident_bytes(pid)
        eventually(
            lambda: resident_bytes(pid) < before + MARGIN, 30, "what was taken is given back")
        record_property("resident", f"{before >> 20} MiB before, {at_the_end >> 20} at the end, "
                        f"{resident_bytes(pid) >> 20} later")
    finally:
        server.close()


WAITING = 100_000
BODY = 200
# Its text and that of its id take 320, with what malloc adds; what is known of it and where it is
# found the rest.
MOST_EACH = 650


def fill(file, count):
    """Writes so many messages into the only queue of a file that no process has open."""
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        [(queue, created)] = database.execute("SELECT number, created_at FROM queues")
        database.executemany(
            "INSERT INTO messages (number, id, body, sender_id, sent_at, enqueued_at)"
            " VALUES (?, ?, ?, '000000000000', ?, ?)",
            ((queue << 40 | serial, str(uuid.UUID(int=serial)), str(serial).zfill(BODY), created,
              created) for serial in range(1, count + 1)))
        database.execute("UPDATE queues SET last_serial = ?", [count])


def test_a_message_that_waits_takes_little_more_than_its_text(start_durable, tmp_path):
    """Just more than fit in a hash table of two to the power of 17 places, for which one of twice
    as many would be made."""
    server = start_durable("--create", "q")
    before = resident_bytes(server.program.pid)
    server.program.stop()
    fill(tmp_path / "data" / "queues.sqlite", WAITING)
    server = start_durable()
    assert server.queue("q").counts() == (WAITING, 0, 0)
    assert resident_bytes(server.program.pid) - before < WAITING * MOST_EACH
