"""A disk that takes no more under `sqs-subscriber queue --data-dir`."""

import socket
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from harness import servers
from harness.program import Program
from harness.raw_client import RawClient

# In a mount namespace of its own, the file system goes with the process. The log of the database
# is copied to its place when it has 16 MiB, for which the larger one has no room either.
FULL_DISK = """
mount -t tmpfs -o size={size} none "$1" || exit 99
"$2" queue --listen 127.0.0.1:0 --data-dir "$1/data" --allow-reset
echo "ended with $?"
mount -o remount,size=64m "$1"
exec "$2" queue --listen "127.0.0.1:$3" --data-dir "$1/data" --create q
"""

FULL_AT_START = """
mount -t tmpfs -o size=600k none "$1" || exit 99
"$2" queue --listen 127.0.0.1:0 --data-dir "$1/data" --create q &
until test -s "$1/data/queues.sqlite-wal"; do :; done
kill $! && wait $!
cat /dev/zero > "$1/filler" 2> /dev/null
"$2" queue --listen 127.0.0.1:0 --data-dir "$1/data" --create another
echo "ended with $?"
"""

# For the shell a block is 512 bytes, or 1 KiB.
FILE_SIZE_LIMIT = """
ulimit -f 600
"$2" queue --listen 127.0.0.1:0 --data-dir "$1/data" --create q
echo "ended with $?"
"""

URL = r"http://127\.0\.0\.1:\d+"


@contextmanager
def shell(script, tmp_path, binary, *arguments):
    program = Program(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh", tmp_path, binary,
         *arguments],
        servers.environment(tmp_path))
    try:
        yield program
    finally:
        program.close()


def send_until_refused(client):
    """The ids of messages that were taken, and what the first that was not was told."""
    told = set()
    while True:
        status, answer = client.ask(
            "SendMessage", QueueUrl=client.queue_url("q"), MessageBody="x" * 10_000)
        if status != 200:
            assert status == 500
            return told, answer["message"]
        told.add(answer["MessageId"])


@pytest.mark.parametrize("size", ["600k", "24m"])
def test_a_full_disk_ends_the_server_and_loses_nothing(binary, tmp_path, size):
    port = servers.free_port()
    with shell(FULL_DISK.format(size=size), tmp_path, binary, port) as program:
        client = RawClient(program.wait_for(URL, 60).group())
        client.ask("CreateQueue", QueueName="q")
        told, words = send_until_refused(client)
        assert "cannot write to its disk" in words
        program.wait_for("ended with 73", 30)
        program.wait_for("Make room on the disk")
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


class SlowRequest:
    """A request whose body comes when the test likes."""

    def __init__(self, url, head, body):
        address = urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=30)
        self.socket.sendall(
            f"{head}\r\nHost: {address.netloc}\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        self.body = body

    def finish(self):
        self.socket.sendall(self.body.encode())

    def answer(self):
        data = b""
        while more := self.socket.recv(65536):
            data += more
            if b"}" in data:
                break
        return data.decode()


def test_whoever_asks_when_the_disk_has_failed_is_told(binary, tmp_path):
    with shell(FULL_DISK.format(size="600k"), tmp_path, binary, servers.free_port()) as program:
        url = program.wait_for(URL, 60).group()
        client = RawClient(url)
        for name in ("q", "empty"):
            client.ask("CreateQueue", QueueName=name)
        poll = SlowRequest(
            url, "POST / HTTP/1.1\r\nX-Amz-Target: AmazonSQS.ReceiveMessage",
            '{"QueueUrl":"empty","WaitTimeSeconds":20}')
        poll.finish()
        # Begun before, so that it is waited for.
        reset = SlowRequest(url, "POST /reset HTTP/1.1", " ")
        send_until_refused(client)
        reset.finish()
        for request in (poll, reset):
            answer = request.answer()
            assert answer.startswith("HTTP/1.1 500"), answer
            assert "cannot write to its disk" in answer
        program.wait_for("ended with 73", 30)


def test_a_disk_that_is_full_at_the_start_is_told_as_such(binary, tmp_path):
    with shell(FULL_AT_START, tmp_path, binary) as program:
        program.wait_for("ended with 73", 60)
        program.wait_for("Make room on the disk")


def test_a_file_that_may_grow_no_more_is_told_as_a_full_disk(binary, tmp_path):
    with shell(FILE_SIZE_LIMIT, tmp_path, binary) as program:
        send_until_refused(RawClient(program.wait_for(URL, 60).group()))
        program.wait_for("ended with 73", 30)
        program.wait_for(r"\(File too large\).*Make room on the disk")
