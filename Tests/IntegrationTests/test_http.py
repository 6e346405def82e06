"""Messages that are posted to HTTP endpoints: at sockets, with TLS, and to bad ones."""

import hashlib
import hmac
import json
import os
import socket
import socketserver
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harness import process_facts
from harness.http_endpoint import Answer


def test_a_signed_request_reaches_a_unix_socket(embedded, config, start, tmp_path):
    key = tmp_path / "key"
    key.write_text("a shared secret\n")
    with Socket() as server:
        config.http(
            "signed", f"unix:{server.path}:/orders?a=b",
            f"signature_key_file = {json.dumps(str(key))}",
            "[http.headers]", 'Authorization = "Bearer hunter2"')
        queue = embedded.create("signed")
        [message_id] = queue.send("the body")
        daemon = start(embedded.url, "--config", config.folder).wait_ready()
        queue.wait_until_empty()

    [(path, headers, body)] = server.requests
    assert path == "/orders?a=b"
    assert headers["Host"] == "localhost"
    assert headers["Authorization"] == "Bearer hunter2"
    parts = dict(part.split("=") for part in headers["X-Sqs-Subscriber-Signature"].split(","))
    signed = f"{parts['t']}.{message_id}.".encode() + body
    assert parts["v1"] == hmac.new(b"a shared secret", signed, hashlib.sha256).hexdigest()
    assert abs(time.time() - int(parts["t"])) < 60
    assert "shared secret" not in daemon.output and "hunter2" not in daemon.output


class Socket:
    """An HTTP server at a Unix socket, which remembers what it was asked and answers 200."""

    def __enter__(self):
        self.requests = requests = []
        # A folder of its own would be too long: a socket's path is limited to 107 bytes.
        self.path = f"/tmp/t-{os.getpid()}.sock"

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                requests.append((self.path, dict(self.headers), body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

            def address_string(self):
                return "socket"

        self._server = socketserver.ThreadingUnixStreamServer(self.path, Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        os.unlink(self.path)


@pytest.mark.parametrize("body", [
    b"<html>" + b"x" * 50_000_000, b"<!DOCTYPE html><p>Welcome", b"\xff\xfe\x00"],
    ids=["50 MB", "HTML", "not a text"])
def test_what_is_in_a_200_does_not_matter(body, embedded, config, start, endpoint):
    server = endpoint(lambda _: Answer(200, body))
    config.http("body", server.url)
    queue = embedded.create("body", VisibilityTimeout=600)
    queue.send("one", "two")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(60)
    assert len(server.requests) == 2
    # Far less than the answers: they are not kept.
    assert process_facts.resident_bytes(daemon.pid) < 100_000_000


def test_an_endpoint_that_asks_for_a_certificate_is_shown_one(
        embedded, config, start, endpoint, tmp_path):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    server = endpoint(lambda _: Answer(200, b""), tls=context)
    url = server.url.replace("http://127.0.0.1", "https://localhost")
    config.http("shown", url, f'ca_file = "{certificate}"',
         f'client_certificate_file = "{certificate}"', f'client_key_file = "{key}"')
    config.http("not-shown", url, f'ca_file = "{certificate}"')
    config.http("not-trusting", url)
    queues = [embedded.create(name, VisibilityTimeout=600)
              for name in ["shown", "not-shown", "not-trusting"]]
    for queue in queues:
        queue.send(queue.name)
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queues[0].wait_until_empty()
    daemon.wait_for("no TLS connection with the endpoint", 20)
    assert [request.body for request in server.requests] == [b"shown"]
    assert queues[1].counts() != (0, 0, 0) and queues[2].counts() != (0, 0, 0)


def test_statuses_reject_and_delay_as_configured(embedded, config, start, endpoint):
    def answer(request):
        if request.body == b"bad":
            return Answer(422, b"")
        return Answer(200 if request.headers["X-Aws-Sqsd-Receive-Count"] == "2" else 500, b"")

    server = endpoint(answer)
    config.http("statuses", server.url, "reject_status = [422]",
         'error_visibility_timeout = "1s"')
    config.main('[queues.statuses]\ndead_letter_queue = "dead"\n')
    queue = embedded.create("statuses", VisibilityTimeout=600)
    dead = embedded.create("dead")
    queue.send("bad", "late")
    start(embedded.url, "--config", config.folder).wait_ready()
    # Ten minutes without error_visibility_timeout.
    queue.wait_until_empty(60)
    assert [message["Body"] for message in dead.receive_all()] == ["bad"]
    assert sorted(request.body for request in server.requests) == [b"bad", b"late", b"late"]


def test_a_server_that_closes_kept_connections_costs_a_second_and_no_visibility_timeout(
        embedded, config, start):
    with Closing() as server:
        config.http("kept", server.url, concurrency=1)
        queue = embedded.create("kept", VisibilityTimeout=600)
        queue.send_all([{"MessageBody": str(index)} for index in range(8)])
        daemon = start(embedded.url, "--config", config.folder).wait_ready()
        # Ten minutes with the visibility timeout.
        queue.wait_until_empty(60)
        assert server.cut > 0, "no connection was closed under a request"
        assert "the message could not be posted" in daemon.output
        assert "receiving stopped" not in daemon.output


class Closing:
    """An HTTP server that answers once on each connection, and closes it at the next request."""

    def __enter__(self):
        self.cut = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            is_used = False

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                if self.is_used:
                    server.cut += 1
                    self.close_connection = True
                    return
                self.is_used = True
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


def test_an_answer_that_is_cut_or_no_http_brings_the_message_back(embedded, config, start):
    answers = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", b"HTTP/1.1 200", b"",
        b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]
    with Raw(answers) as server:
        config.http("cut", server.url)
        queue = embedded.create("cut", VisibilityTimeout=1)
        queue.send("body")
        daemon = start(embedded.url, "--config", config.folder).wait_ready()
        queue.wait_until_empty(60)
        assert server.answered == len(answers), daemon.output
        # It waits for its visibility timeout each time, and receiving goes on.
        assert "receiving stopped" not in daemon.output
        assert daemon.output.count("gave no usable answer") == len(answers) - 1, daemon.output


class Raw:
    """Answers each connection with the next of some bytes, then closes it."""

    def __init__(self, answers):
        self.answered = 0
        self._answers = answers

    def __enter__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def _serve(self):
        while self.answered < len(self._answers):
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                asked = b""
                while not asked.endswith(b"body"):
                    asked += connection.recv(65536)
                connection.sendall(self._answers[self.answered])
                self.answered += 1

    def __exit__(self, *_):
        self._socket.close()


def test_an_endpoint_that_is_down_stops_receiving_until_it_is_up(
        embedded, config, start, endpoint):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    config.http("down", f"http://127.0.0.1:{port}/")
    queue = embedded.create("down", VisibilityTimeout=600)
    queue.send("body")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    daemon.wait_for("receiving stopped", 20)
    server = endpoint(lambda _: Answer(200, b""), port=port)
    queue.wait_until_empty(60)
    assert [request.body for request in server.requests] == [b"body"]
