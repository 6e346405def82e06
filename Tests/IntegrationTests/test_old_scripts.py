"""The habits of the two scripts that the program replaces."""

import boto3

from harness.servers import REGION


def old_subscriber(endpoint, name):
    """What the old subscriber.py did: list what is there, print each body, delete by handle."""
    credentials = {
        "endpoint_url": endpoint, "region_name": REGION,
        "aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    queue = boto3.resource("sqs", **credentials).get_queue_by_name(QueueName=name)
    client = boto3.client("sqs", **credentials)
    bodies = []
    while messages := queue.receive_messages(MaxNumberOfMessages=10, WaitTimeSeconds=1):
        for message in messages:
            bodies.append(message.body)
            client.delete_message(QueueUrl=queue.url, ReceiptHandle=message.receipt_handle)
    return bodies


def test_the_old_subscriber_sees_what_publish_sent(embedded, command):
    queue = embedded.create("demo")
    bodies = ["hello", "second line", "naïve ☕", '"quoted"']
    done = command(
        "publish", endpoint=embedded.url, input="\n".join(bodies) + "\n", SQS_QUEUE_NAME="demo")
    assert done.status == 0, done.output
    assert sorted(old_subscriber(embedded.url, "demo")) == sorted(bodies)
    assert queue.counts() == (0, 0, 0)


def test_run_with_only_a_queue_name_prints_and_deletes_what_boto3_sent(embedded, start):
    queue = embedded.create("demo")
    queue.send("hello from boto3", "another one")
    daemon = start(embedded.url, SQS_QUEUE_NAME="demo").wait_ready()
    daemon.wait_for("hello from boto3")
    daemon.wait_for("another one")
    queue.wait_until_empty()
    assert daemon.stop() == 0, daemon.output


def test_run_with_a_queue_by_flag_and_embedded_queue_inside_serves_both(start, command):
    daemon = start(None, "--local", "--listen", "127.0.0.1:0", "--queue", "inside").wait_ready()
    endpoint = daemon.wait_for(r"http://127\.0\.0\.1:\d+").group()
    done = command("publish", "to the inside", "--queue", "inside", endpoint=endpoint)
    assert done.status == 0, done.output
    daemon.wait_for("to the inside")
