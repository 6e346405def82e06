"""Time over restarts of `sqs-subscriber queue --data-dir`, and what goes with it."""

import contextlib
import sqlite3
import time
import urllib.request

import pytest

from harness import servers

FILE = "queues.sqlite"


def post(server, path, body=""):
    urllib.request.urlopen(
        urllib.request.Request(server.url + path, body.encode(), method="POST"), timeout=30).close()


def pass_time(server, seconds):
    post(server, "/time", str(seconds))


def test_a_clock_that_is_behind_the_one_of_before_holds_nothing_up(start_durable):
    """A moved time is a clock that was set back over the restart."""
    first = start_durable("--allow-reset")
    orders = first.create("orders.fifo", FifoQueue="true", VisibilityTimeout=30)
    pass_time(first, 3_600)
    fields = {"MessageGroupId": "g", "MessageDeduplicationId": "d"}
    orders.send("x", **fields)
    assert len(orders.receive_all()) == 1
    first.program.send(9)
    first.program.wait()

    second = start_durable("--allow-reset")
    orders = second.queue("orders.fifo")
    pass_time(second, 30)
    again, = orders.receive_all()
    orders.client.delete_message(QueueUrl=orders.url, ReceiptHandle=again["ReceiptHandle"])
    pass_time(second, 270)
    orders.send("y", **fields)
    assert [message["Body"] for message in orders.receive_all()] == ["y"]
    assert "ahead of this machine's clock" in second.program.stderr


def test_time_that_was_passed_has_passed_after_a_restart_too(start_durable):
    first = start_durable("--allow-reset")
    orders = first.create("orders")
    orders.send("x", DelaySeconds=900)
    pass_time(first, 900)
    first.program.send(9)
    first.program.wait()
    assert [message["Body"] for message in start_durable().queue("orders").receive_all()] == ["x"]


def test_a_reset_brings_the_clock_back_for_good(start_durable):
    first = start_durable("--allow-reset")
    pass_time(first, 86_400)
    post(first, "/reset")
    first.program.send(9)
    first.program.wait()
    second = start_durable()
    second.create("orders").send("x")
    message, = second.queue("orders").receive_all()
    assert int(message["Attributes"]["SentTimestamp"]) < (time.time() + 3_600) * 1_000
    assert "clock" not in second.program.stderr


def test_ids_that_are_forgotten_are_not_kept_on_the_disk(start_durable, tmp_path):
    server = start_durable("--allow-reset")
    orders = server.create("orders.fifo", FifoQueue="true")
    others = server.create("others.fifo", FifoQueue="true")

    def remembered():
        with contextlib.closing(sqlite3.connect(tmp_path / "data" / FILE)) as file:
            return [file.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                    for table in ("deduplication", "attempts")]

    def use(queue, name):
        queue.send("x", MessageGroupId=name, MessageDeduplicationId=name)
        queue.client.receive_message(QueueUrl=queue.url, ReceiveRequestAttemptId=name)

    def restart():
        nonlocal server, orders
        server.program.stop()
        found = remembered()
        server = start_durable("--allow-reset")
        orders = server.queue("orders.fifo")
        return found

    use(orders, "a")
    use(others, "b")
    assert restart() == [2, 2]
    pass_time(server, 301)
    use(orders, "c")
    assert restart() == [1, 1]
    orders.client.purge_queue(QueueUrl=orders.url)
    assert restart() == [0, 0]
    use(orders, "d")
    orders.client.delete_queue(QueueUrl=orders.url)
    server.program.stop()
    assert remembered() == [0, 0]
