"""HTTP as no client means it, against the embedded queue: it costs little, and others are served.

Memory is what /proc says of the process. The times of `ServerLimits` are 60 s and more, too long
for a test to wait for; `DoorTests` see them kept, with shorter ones.
"""

import contextlib
import json
import resource
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest

from harness.process_facts import peak_resident_bytes, resident_bytes
from harness.raw_client import RawClient
from harness.servers import start_embedded

MIB = 1 << 20
HOST = "Host: localhost\r\n"
CALL = f"POST / HTTP/1.1\r\n{HOST}X-Amz-Target: AmazonSQS.ListQueues\r\n"
FORM = f"POST / HTTP/1.1\r\n{HOST}Content-Type: application/x-www-form-urlencoded\r\n"
# How long another client waits at most for an answer, on a machine that does other things.
PATIENCE = 10
# What is kept of one hostile request at most, many times over.
COST = 200 * MIB


class Raw:
    """A connection that sends what it is told."""

    def __init__(self, server):
        address = urlsplit(server.url)
        self.socket = socket.create_connection((address.hostname, address.port), 60)

    def send(self, data):
        """False where the server takes no more."""
        try:
            self.socket.sendall(data.encode("latin1") if isinstance(data, str) else data)
        except OSError:
            return False
        return True

    def answers(self):
        """The statuses of all answers until the server ends the connection."""
        received = b""
        with contextlib.suppress(ConnectionError):
            while more := self.socket.recv(65_536):
                received += more
        return [int(line.split()[1]) for line in received.split(b"\r\n")
                if line.startswith(b"HTTP/1.1 ")]

    def status(self):
        """The status of the next answer; None where there is none."""
        try:
            received = self.socket.recv(65_536)
        except OSError:
            return None
        return int(received.split()[1]) if received else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


@pytest.fixture(scope="module")
def shared(binary, tmp_path_factory):
    server = start_embedded(binary, tmp_path_factory.mktemp("hostile"))
    yield server
    server.close()


@pytest.fixture
def others(embedded):
    """Another client, which sends and receives all the while, and the longest that it waited."""
    queue = embedded.create("others")
    stop, waits = threading.Event(), []

    def work():
        client = RawClient(embedded.url)
        number = 0
        while not stop.is_set():
            start = time.monotonic()
            status, _ = client.ask("SendMessage", QueueUrl=queue.url, MessageBody=str(number))
            _, answer = client.ask("ReceiveMessage", QueueUrl=queue.url)
            [message] = answer["Messages"]
            assert (status, message["Body"]) == (200, str(number))
            client.ask(
                "DeleteMessage", QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
            waits.append(time.monotonic() - start)
            number += 1
            stop.wait(0.02)
        client.close()

    worker = threading.Thread(target=work)
    worker.start()
    yield waits
    stop.set()
    worker.join()
    # Served to the end, without a long wait.
    assert waits and max(waits) < PATIENCE, waits


def chunked(*chunks):
    return "".join(f"{len(chunk):x}\r\n{chunk}\r\n" for chunk in [*chunks]) + "0\r\n\r\n"


HIDDEN = f"GET /health HTTP/1.1\r\n{HOST}\r\n"


@pytest.mark.parametrize("request_text", [
    CALL + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked("{}") + HIDDEN,
    CALL + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" + chunked("{}") + HIDDEN,
    CALL + "Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}" + HIDDEN,
    CALL + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}" + HIDDEN,
    CALL + "Content-Length: 2, 2\r\n\r\n{}" + HIDDEN,
    CALL + "Content-Length: +2\r\n\r\n{}" + HIDDEN,
    CALL + "Content-Length: -2\r\n\r\n{}" + HIDDEN,
    CALL + "Content-Length: 0x2\r\n\r\n{}" + HIDDEN,
    CALL + "Content-Length: 99999999999999999999\r\n\r\n{}" + HIDDEN,
    CALL + "Content-Length : 2\r\n\r\n{}" + HIDDEN,
    CALL + "Transfer-Encoding: xchunked\r\n\r\n" + chunked("{}") + HIDDEN,
    CALL + "Transfer-Encoding: \x0bchunked\r\n\r\n" + chunked("{}") + HIDDEN,
    CALL + "Transfer-Encoding: chunked, identity\r\n\r\n" + chunked("{}") + HIDDEN,
    CALL + "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}" + HIDDEN,
    CALL + "Transfer-Encoding:\r\n chunked\r\n\r\n" + chunked("{}") + HIDDEN,
    CALL + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n" + HIDDEN,
    CALL + "Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n" + HIDDEN,
    CALL + "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n" + HIDDEN,
    CALL + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n" + HIDDEN,
    CALL + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx\r\n0\r\n\r\n" + HIDDEN,
    CALL + "Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n" + HIDDEN,
    CALL + "X-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}" + HIDDEN,
    CALL.replace("\r\n", "\n") + "Content-Length: 2\n\n{}" + HIDDEN,
    CALL + "X-A: b\rc\r\nContent-Length: 2\r\n\r\n{}" + HIDDEN,
    CALL + "X-A: b\0c\r\nContent-Length: 2\r\n\r\n{}" + HIDDEN,
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + HIDDEN,
    "GET /\r\n\r\n" + HIDDEN,
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + HIDDEN,
    # A head larger than is read, in one field and in many.
    f"GET /health HTTP/1.1\r\n{HOST}X-A: {'a' * MIB}\r\n\r\n",
    f"GET /health HTTP/1.1\r\n{HOST}{'X-A: b' * 100}{'X-A: b' * 100_000}\r\n\r\n",
    f"GET /health HTTP/1.1\r\n{HOST}" + "X-A: b\r\n" * 100_000 + "\r\n",
    f"GET /{'a' * MIB} HTTP/1.1\r\n{HOST}\r\n",
], ids=lambda _: "")
def test_what_may_be_read_in_two_ways_is_refused_and_nothing_after_it_is_read(
    shared, request_text
):
    with Raw(shared) as connection:
        connection.send(request_text)
        assert connection.answers() in ([400], [])


# Answered without a body, so that answers are lines.
SEEN = HIDDEN.replace("GET", "HEAD")


@pytest.mark.parametrize("head", [
    "HEAD /health HTTP/1.1\r\n", f"HEAD /health HTTP/1.1\r\n{HOST}{HOST}",
    f"HEAD /health HTTP/1.0\r\n{HOST}Host: other\r\n"], ids=["none", "one twice", "two"])
def test_a_request_that_names_no_host_or_two_is_refused(shared, head):
    with Raw(shared) as connection:
        connection.send(SEEN + head + "\r\n" + SEEN)
        assert connection.answers() == [200, 400]


@pytest.mark.parametrize("head", [
    "HEAD /health HTTP/1.0\r\n", f"HEAD /health HTTP/1.0\r\n{HOST}Connection: close\r\n",
    f"HEAD /health HTTP/1.1\r\n{HOST}Connection: TE, Close\r\n"])
def test_a_connection_ends_with_an_answer_after_which_it_is_not_to_be_kept(shared, head):
    kept = "HEAD /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    with Raw(shared) as connection:
        connection.send(kept + head + "\r\n" + SEEN)
        assert connection.answers() == [200, 200]


def test_two_thousand_idle_and_slow_clients_hold_nobody_up(embedded, others):
    allow_descriptors(6_000)
    before = resident_bytes(embedded.program.pid)
    with contextlib.ExitStack() as connections:
        for number in range(2_000):
            connection = connections.enter_context(Raw(embedded))
            # Nothing, a head that does not end, a body that does not come, a chunk that does not.
            connection.send([
                "", "POST / HTTP/1.1\r\nX-A: ", CALL + "Content-Length: 9000000\r\n\r\n{",
                CALL + "Transfer-Encoding: chunked\r\n\r\n10000000\r\n{"][number % 4])
        seen = len(others)
        served = threading.Event()
        while len(others) < seen + 20:
            served.wait(0.05)
        # 30 KiB for a connection, with what the kernel and the allocator round up.
        assert peak_resident_bytes(embedded.program.pid) - before < 2_000 * 30 * 1024


def allow_descriptors(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, max(count, hard)))


def announced(size):
    yield CALL + f"Content-Length: {size}\r\n\r\n"
    for _ in range(size // MIB):
        yield b"x" * MIB


def in_chunks(size):
    yield CALL + "Transfer-Encoding: chunked\r\n\r\n"
    for _ in range(size // MIB):
        yield f"{MIB:x}\r\n".encode() + b"x" * MIB + b"\r\n"
    yield "0\r\n\r\n"


@pytest.mark.parametrize("parts", [announced, in_chunks])
def test_of_bodies_of_100_mb_little_is_kept(embedded, others, parts):
    before = resident_bytes(embedded.program.pid)

    def send(statuses):
        with Raw(embedded) as connection:
            for part in parts(100 * MIB):
                connection.send(part)
            statuses.append(connection.status())

    statuses = at_once(3, send)
    assert set(statuses) == {413}
    assert peak_resident_bytes(embedded.program.pid) - before < COST


def at_once(count, work):
    """What `work(results)` of so many threads found."""
    results = []
    threads = [threading.Thread(target=work, args=(results,)) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == count
    return results


LARGEST = 8 * MIB - 100


def repeated(unit, *, around=("", "")):
    begin, end = around
    return begin + unit * ((LARGEST - len(begin) - len(end)) // len(unit)) + end


@pytest.mark.parametrize("head, body", [
    (CALL, repeated("[")),
    (CALL, repeated('{"a":')),
    (CALL, repeated("0,", around=('{"x":[', "0]}"))),
    (CALL, repeated("{},", around=('{"x":[', "0]}"))),
    (CALL, repeated('"":0,', around=("{", '"a":0}'))),
    (CALL, repeated("1", around=('{"MaxResults":', "}"))),
    (FORM, repeated("&a=b", around=("Action=ListQueues", ""))),
    (FORM, repeated("&")),
    (FORM, repeated("a.", around=("Action=ListQueues&", "=1"))),
    (FORM, repeated(".")),
    (FORM, repeated("%61")),
], ids=[
    "lists", "objects", "numbers", "empty objects", "members", "digits", "fields", "no fields",
    "deep names", "dots", "escapes"])
def test_a_document_that_is_deep_or_wide_is_refused_cheaply(shared, head, body):
    before = resident_bytes(shared.program.pid)

    def send(statuses):
        with Raw(shared) as connection:
            connection.send(f"{head}Content-Length: {len(body)}\r\n\r\n{body}")
            statuses.append(connection.status())

    assert set(at_once(3, send)) == {400}
    assert peak_resident_bytes(shared.program.pid) - before < COST
    status, answer = RawClient(shared.url).ask("ListQueues")
    assert (status, json.dumps(answer)) == (200, "{}")


def test_large_bodies_that_do_not_end_keep_no_small_ones_out(embedded, others):
    """Each keeps almost as much as one may; all of them may not keep so much together."""
    before = resident_bytes(embedded.program.pid)
    body = b"x" * (LARGEST - 1)
    with contextlib.ExitStack() as connections:
        held = [connections.enter_context(Raw(embedded)) for _ in range(32)]
        for connection in held:
            connection.send(CALL + f"Content-Length: {LARGEST}\r\n\r\n")
            connection.send(body)
        assert peak_resident_bytes(embedded.program.pid) - before < 300 * MIB
        for connection in held:
            connection.send("x")
        statuses = [connection.status() for connection in held]
    # What was read is no JSON; the rest are told to come again: RequestThrottled.
    assert set(statuses) == {400, 403}
    assert statuses.count(400) >= 16
