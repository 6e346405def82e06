"""How often `sqs-subscriber queue --data-dir` syncs: strace(1) counts."""

import contextlib
import json
import selectors
import socket
from urllib.parse import urlsplit

import pytest

from harness import servers

CALLS = "fsync,fdatasync"
CLIENTS = 16
ROUNDS = 40
TRIES = 5
# Between the one of each round and the two of clients that take turns.
MOST = ROUNDS * 15 / 8


@pytest.fixture
def start_traced(binary, tmp_path):
    """Starts a queue whose syncs take so long, in microseconds, and gives it with a function that
    tells how many there were."""
    running = []

    def start_one(*arguments, delay=0):
        calls = tmp_path / "calls"
        traced = tmp_path / "traced"
        # With -D the process is the queue's; by --seccomp-bpf its other calls are not held up.
        traced.write_text(
            f"#!/bin/sh\nexec strace -D -f --seccomp-bpf -e trace={CALLS} "
            f"-e inject={CALLS}:delay_exit={delay} -o '{calls}' -- '{binary}' \"$@\"\n")
        traced.chmod(0o700)
        server = servers.start_embedded(
            traced, tmp_path, "--data-dir", tmp_path / "data", *arguments)
        running.append(server)
        return server, lambda: calls.read_text().count("sync(")

    yield start_one
    for server in running:
        server.close()


@pytest.mark.parametrize("sync, least, most", [("full", 20, 60), ("off", 0, 5)])
def test_each_answer_waits_for_a_sync_unless_it_is_off(start_traced, sync, least, most):
    server, syncs = start_traced("--create", "orders", "--sync", sync)
    queue = server.queue("orders")
    before = syncs()
    queue.send(*"abcdefghijklmnopqrst")
    assert least <= syncs() - before <= most


def send_at_once(server, name):
    """Each client sends a message as soon as its last one is answered."""
    address = urlsplit(server.url)
    body = json.dumps({"QueueUrl": name, "MessageBody": "x"})
    request = (
        f"POST / HTTP/1.1\r\nHost: {address.netloc}\r\nX-Amz-Target: AmazonSQS.SendMessage\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}").encode()
    with contextlib.ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        connections = [
            stack.enter_context(socket.create_connection((address.hostname, address.port)))
            for _ in range(CLIENTS)]
        left = dict.fromkeys(connections, ROUNDS)
        answers = dict.fromkeys(connections, b"")
        for connection in connections:
            selector.register(connection, selectors.EVENT_READ)
            connection.sendall(request)
        while any(left.values()):
            for ready, _ in selector.select(60):
                connection = ready.fileobj
                answers[connection] += connection.recv(65_536)
                if not answers[connection].endswith(b"}"):
                    continue
                assert answers[connection].startswith(b"HTTP/1.1 200"), answers[connection]
                answers[connection] = b""
                left[connection] -= 1
                if left[connection]:
                    connection.sendall(request)


def test_clients_at_once_share_a_sync(start_traced):
    """Where a sync waits for nobody, the client that was first and all others take turns for ever:
    there are two for each message of a client. One that does not come in time, on a machine that is
    busy, is not waited for: then it is tried again."""
    server, syncs = start_traced("--create", "orders", delay=20_000)
    numbers = []
    while len(numbers) < TRIES and (not numbers or numbers[-1] > MOST):
        before = syncs()
        send_at_once(server, "orders")
        numbers.append(syncs() - before)
    assert ROUNDS <= numbers[-1] <= MOST, numbers
