"""Queue servers on loopback, each a process of its own, and boto3 clients for them."""

import os
import socket
import sys
from pathlib import Path

import boto3
import botocore.config

from harness.program import Program
from harness.waiting import eventually

REGION = "eu-west-1"
START_SECONDS = 60.0


def environment(home, endpoint=None, **more):
    """What a program needs to reach `endpoint`, and nothing else of this shell's environment."""
    values = {
        "PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8",
        "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": REGION,
        # The name that boto3 and the AWS command line know.
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    if endpoint:
        values["AWS_ENDPOINT_URL"] = endpoint
    values.update(more)
    return {name: value for name, value in values.items() if value is not None}


def sqs_client(endpoint, region=REGION):
    return boto3.client(
        "sqs", endpoint_url=endpoint, region_name=region,
        aws_access_key_id="testing", aws_secret_access_key="testing",
        config=botocore.config.Config(retries={"max_attempts": 1}, read_timeout=30))


class QueueServer:
    """A running SQS server, with the client that tests look at it with."""

    def __init__(self, program, url):
        self.program = program
        self.url = url
        self.client = sqs_client(url)

    def create(self, name, **attributes):
        url = self.client.create_queue(
            QueueName=name,
            Attributes={key: str(value) for key, value in attributes.items()})["QueueUrl"]
        return TestedQueue(self.client, name, url)

    def queue(self, name):
        """A queue that exists already."""
        url = self.client.get_queue_url(QueueName=name)["QueueUrl"]
        return TestedQueue(self.client, name, url)

    def close(self):
        self.program.close()


class TestedQueue:
    """A queue as the test sees it, by boto3."""

    __test__ = False

    def __init__(self, client, name, url):
        self.client = client
        self.name = name
        self.url = url

    def send(self, *bodies, **parameters):
        """Sends one message per body, each with the same parameters; their ids in that order."""
        return [
            self.client.send_message(QueueUrl=self.url, MessageBody=body, **parameters)["MessageId"]
            for body in bodies]

    def send_all(self, entries):
        """Sends any number of batch entries (without `Id`), ten at a time; their message ids."""
        ids = []
        for start in range(0, len(entries), 10):
            batch = [
                {"Id": str(index), **entry}
                for index, entry in enumerate(entries[start:start + 10])]
            answer = self.client.send_message_batch(QueueUrl=self.url, Entries=batch)
            assert not answer.get("Failed"), answer["Failed"]
            by_entry = {sent["Id"]: sent["MessageId"] for sent in answer["Successful"]}
            ids += [by_entry[entry["Id"]] for entry in batch]
        return ids

    def counts(self):
        """(visible, in flight, delayed), as the server counts them."""
        names = [
            "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed"]
        answer = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return tuple(int(answer["Attributes"][name]) for name in names)

    def wait_until_empty(self, within=20.0):
        eventually(lambda: self.counts() == (0, 0, 0), within, f"{self.name} is empty")

    def receive_all(self):
        """Receives until nothing visible is left. Leaves the messages in flight."""
        messages = []
        while True:
            answer = self.client.receive_message(
                QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=0,
                AttributeNames=["All"], MessageAttributeNames=["All"])
            received = answer.get("Messages", [])
            if not received:
                return messages
            messages += received


def start_embedded(binary, home, *arguments, port=0):
    """`sqs-subscriber queue` on `port`, or on a free one."""
    program = Program(
        [binary, "queue", "--listen", f"127.0.0.1:{port}", *arguments], environment(home))
    return _started(program, lambda: program.wait_for(
        r"http://127\.0\.0\.1:\d+", START_SECONDS).group())


def start_moto(home):
    program = Program(
        [sys.executable, Path(__file__).with_name("moto_server.py")], environment(home))
    return _started(program, lambda: program.wait_for(
        r"Running on (http://127\.0\.0\.1:\d+)", START_SECONDS).group(1))


def start_ministack(home):
    port = free_port()
    program = Program(
        [sys.executable, "-m", "ministack"],
        environment(
            home, BIND_HOST="127.0.0.1", GATEWAY_PORT=str(port), SERVICES="sqs",
            IOT_MTLS_ENABLED="0"))

    def url():
        program.wait_for(rf"Running on http://127\.0\.0\.1:{port}\b", START_SECONDS)
        return f"http://127.0.0.1:{port}"

    return _started(program, url)


def _started(program, url):
    try:
        return QueueServer(program, url())
    except BaseException:
        program.close()
        raise


def free_port():
    """A loopback port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
