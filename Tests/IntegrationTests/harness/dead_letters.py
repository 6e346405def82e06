"""A queue with its dead-letter queue, and what tests of `dlq` put into it."""

import json
from collections import Counter

REJECTED = {
    "RejectReason": {"DataType": "String", "StringValue": "card declined"},
    "RejectedFrom": {"DataType": "String", "StringValue": json.dumps(
        {"queue": "orders", "messageId": "old-id", "handler": "charge"})}}


def arn_of(queue):
    return queue.client.get_queue_attributes(
        QueueUrl=queue.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


class DeadLetters:
    """`NAME` and `NAME-dead`, the one's redrive policy naming the other."""

    def __init__(self, server, name, fifo=False, visibility=2):
        suffix = ".fifo" if fifo else ""
        attributes = {"VisibilityTimeout": visibility, **({"FifoQueue": "true"} if fifo else {})}
        self.fifo = fifo
        self.dead = server.create(f"{name}-dead{suffix}", **attributes)
        self.source = server.create(f"{name}{suffix}", **attributes, RedrivePolicy=json.dumps(
            {"deadLetterTargetArn": arn_of(self.dead), "maxReceiveCount": "1"}))

    def fill(self, count, groups=50, queue=None):
        """Sends `count` messages, straight into the dead-letter queue; their bodies."""
        entries = [self.entry(number, groups) for number in range(count)]
        (queue or self.dead).send_all(entries)
        return [entry["MessageBody"] for entry in entries]

    def entry(self, number, groups):
        entry = {
            "MessageBody": f"letter {number}",
            "MessageAttributes": {"n": {"DataType": "Number", "StringValue": str(number)}}}
        if self.fifo:
            entry["MessageGroupId"] = f"g{number % groups}"
            entry["MessageDeduplicationId"] = f"d{number}"
        return entry


def drain(queue):
    """Takes all messages out of a queue, in the order in which they come."""
    messages = []
    while True:
        received = queue.client.receive_message(
            QueueUrl=queue.url, MaxNumberOfMessages=10, WaitTimeSeconds=1, VisibilityTimeout=60,
            AttributeNames=["All"], MessageAttributeNames=["All"]).get("Messages", [])
        if not received:
            return messages
        messages += received
        queue.client.delete_message_batch(QueueUrl=queue.url, Entries=[
            {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
            for index, message in enumerate(received)])


def doubles(messages):
    """How many there are beyond one of each body."""
    return sum(count - 1 for count in Counter(m["Body"] for m in messages).values())


def reject(letters, *bodies):
    return letters.dead.send(*bodies, MessageAttributes=REJECTED)


def poison(letters, *bodies):
    """Sends messages that the redrive policy moves, for they are received once too often."""
    letters.source.send(*bodies)
    for message in letters.source.receive_all():
        letters.source.client.change_message_visibility(
            QueueUrl=letters.source.url, ReceiptHandle=message["ReceiptHandle"],
            VisibilityTimeout=0)
    letters.source.receive_all()
    assert letters.dead.counts()[0] == len(bodies)


def objects(done):
    return [json.loads(line) for line in done.stdout.splitlines()]
