"""Messages that are larger than an endpoint takes: in their headers, and in their bodies."""

import socket
import threading

import pytest

from harness.waiting import eventually

# Of all headers together: what Tomcat and Jetty take, and less than others do.
HEAD_LIMIT = 8_192
LARGE_BYTES = 900 << 10
MANY = 8


class StrictServer:
    """Answers as soon as it has a request's head, or too much of it, and closes the connection.

    What it has not read by then is lost, as it is with servers that refuse a body.
    """

    def __init__(self, status="200 OK"):
        self.heads = []
        self._status = status
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/work"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        head, status = b"", self._status
        with connection:
            while b"\r\n\r\n" not in head:
                piece = connection.recv(4096)
                if not piece:
                    return
                head += piece
                if len(head.partition(b"\r\n\r\n")[0]) > HEAD_LIMIT:
                    status = "431 Request Header Fields Too Large"
                    break
            self.heads.append(head.partition(b"\r\n\r\n")[0].decode())
            connection.sendall(
                f"HTTP/1.1 {status}\r\nContent-Length: 8\r\nConnection: close\r\n\r\nso it is"
                .encode())

    def close(self):
        self._listener.close()


@pytest.fixture
def strict():
    servers = []

    def make(*arguments):
        servers.append(StrictServer(*arguments))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


def text(value):
    return {"DataType": "String", "StringValue": value}


def test_an_attribute_that_no_header_can_hold_does_not_sink_its_message(
        strict, embedded, config, start):
    server = strict()
    config.http("posted", server.url)
    queue = embedded.create("posted")
    queue.send(
        *map(str, range(MANY)),
        MessageAttributes={"doc": text("x" * 60_000), "tenant": text("a")})
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty()

    assert len(server.heads) == MANY
    for head in server.heads:
        assert "X-Aws-Sqsd-Attr-tenant: a" in head
        assert "X-Sqs-Subscriber-Omitted: X-Aws-Sqsd-Attr-doc" in head
        assert "X-Aws-Sqsd-Attr-doc:" not in head
    assert "posted without X-Aws-Sqsd-Attr-doc: all headers together" in daemon.output


def test_a_server_that_takes_less_than_it_is_sent_is_understood(strict, embedded, config, start):
    config.http("posted", strict().url, 'headers_limit = "1MiB"')
    queue = embedded.create("posted")
    queue.send("body", MessageAttributes={"doc": text("x" * 60_000)})
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    reason = "it takes no headers of this size; lower http.headers_limit: so it is"
    eventually(lambda: reason in daemon.output, 20, "the reason is told")
    assert "the endpoint answered 431" in daemon.output


@pytest.mark.parametrize(
    "status", ["401 Unauthorized", "413 Content Too Large", "400 Bad Request"])
def test_an_answer_that_comes_before_the_body_was_sent_is_told_as_what_it_was(
        status, strict, embedded, config, start):
    queue, dead = embedded.create("posted"), embedded.create("posted-dead")
    config.main('[queues.posted]\ndead_letter_queue = "posted-dead"\n')
    code = status.split()[0]
    config.http("posted", strict(status).url, f"reject_status = [{code}]", concurrency=2)
    queue.send(*(f"{number}" * LARGE_BYTES for number in range(MANY)))
    start(embedded.url, "--config", config.folder).wait_ready()

    eventually(lambda: dead.counts()[0] == MANY, 30, "all are in the dead-letter queue")
    reasons = {
        message["MessageAttributes"]["RejectReason"]["StringValue"]
        for message in dead.receive_all()}
    assert reasons == {f"the endpoint rejected the message with {code}"}
    queue.wait_until_empty()
