"""Queues from a TOML file."""

import json
import subprocess

import pytest

from harness import servers

FILE = '''
[orders]
VisibilityTimeout = 5
dlq = "orders-dead/4"
Policy = '{"Version": "2012-10-17", "Statement": []}'

["orders.fifo"]
ContentBasedDeduplication = true
'''


def attributes(queue):
    return queue.client.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["All"])[
        "Attributes"]


def test_a_file_makes_queues_with_attributes_and_dead_letter_queues(binary, tmp_path):
    path = tmp_path / "queues.toml"
    path.write_text(FILE)
    server = servers.start_embedded(
        binary, tmp_path, "--queues", path, "--create", "orders", "--allow-reset")
    try:
        orders = attributes(server.queue("orders"))
        assert orders["VisibilityTimeout"] == "5"
        assert json.loads(orders["Policy"])["Version"] == "2012-10-17"
        redrive = json.loads(orders["RedrivePolicy"])
        assert redrive["maxReceiveCount"] == 4
        assert redrive["deadLetterTargetArn"] == attributes(server.queue("orders-dead"))["QueueArn"]
        assert attributes(server.queue("orders.fifo"))["ContentBasedDeduplication"] == "true"
    finally:
        server.close()


@pytest.mark.parametrize("text, problem", [
    ("orders = 5", "orders is a number: each queue is a table"),
    ("[orders]\nVisibilityTimeout = [1]", "VisibilityTimeout is a list"),
    ("[orders]\nVisibilityTimeout = 43201", "Invalid value for the parameter VisibilityTimeout"),
    ("[orders]\nTimeout = 1", "Unknown Attribute Timeout"),
    ("[orders]\ndlq = \"d/many\"", "NAME/RECEIVES"),
    ("[orders", ":1"), (None, "No such file or directory")])
def test_a_file_that_cannot_be_used_is_refused_with_what_is_wrong(
    binary, tmp_path, text, problem
):
    path = tmp_path / "queues.toml"
    if text is not None:
        path.write_text(text)
    result = subprocess.run(
        [binary, "queue", "--listen", "127.0.0.1:0", "--queues", path], text=True,
        env=servers.environment(tmp_path), capture_output=True, timeout=60)
    assert result.returncode == 69
    assert problem in result.stderr
    assert "queues.toml" in result.stderr or "orders" in result.stderr
