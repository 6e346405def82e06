"""Messages that are posted to HTTP endpoints: a worker made for Elastic Beanstalk, and bad ones."""

import hashlib
import hmac
import json
import os
import socket
import socketserver
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from harness import process_facts
from harness.files import lines
from harness.http_endpoint import Answer
from harness.program import Program
from harness.waiting import eventually

VISIBILITY_SECONDS = 3

# How many messages the load has. Enough to see a leak; the whole load is
# SQS_SUBSCRIBER_LOAD=20000 Tests/run --only integration -k load.
LOAD = int(os.environ.get("SQS_SUBSCRIBER_LOAD", "2000"))
LOAD_SECONDS = 60.0 + LOAD / 20

# The daemon keeps an unused connection for 30 s, to the queue's server as well.
IDLE_SECONDS = 90.0


@pytest.fixture
def worker(tmp_path):
    """Starts the Flask application; `worker(**environment)` is the program and its URL."""
    started = []

    def begin(**changes):
        program = Program(
            [sys.executable, Path(__file__).parent / "harness/beanstalk_worker.py"],
            {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **changes})
        started.append(program)
        return program.wait_for(r"Listening on (http://\S+)", 30.0).group(1)

    yield begin
    for program in started:
        program.close()
        print("--- worker\n" + program.output)


def http(config, name, url, *settings):
    config.drop_in(name, "\n".join([
        f'queue = "{name}"', "concurrency = 8", "[http]", f"url = {json.dumps(url)}", *settings,
        ""]))


def test_a_worker_for_elastic_beanstalk_runs_unchanged(
        embedded, config, start, worker, tmp_path):
    log = tmp_path / "worker.log"
    http(
        config, "work", worker(WORKER_LOG=str(log)), 'success = "200"',
        'user_agent = "aws-sqsd/2.0"', "task_paths = true")
    queue = embedded.create("work", VisibilityTimeout=VISIBILITY_SECONDS)
    courses = ["well", "fails once", "busy once"] * 5
    ids = queue.send_all([
        {"MessageBody": json.dumps({"course": course, "index": index}), "MessageAttributes": {
            "Color": {"DataType": "String", "StringValue": "blue"},
            "n": {"DataType": "Number", "StringValue": "1.50"},
            "raw": {"DataType": "Binary", "BinaryValue": b"\x00"}}}
        for index, course in enumerate(courses)])
    [task] = queue.send("{}", MessageAttributes={
        f"beanstalk.sqsd.{name}": {"DataType": "String", "StringValue": value}
        for name, value in [
            ("task_name", "nightly"), ("path", "/tasks/nightly"),
            ("scheduled_time", "2026-01-01T03:00:00Z")]})

    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(60)
    assert daemon.stop() == 0, daemon.output

    posts = [json.loads(line) for line in lines(log)]
    answers = {message_id: [] for message_id in [*ids, task]}
    for post in posts:
        answers[post["headers"]["X-Aws-Sqsd-Msgid"]].append(post)
    for message_id, course in zip(ids, courses):
        assert len(answers[message_id]) == (1 if course == "well" else 2), course
    for count, post in enumerate(answers[ids[1]], 1):
        headers = post["headers"]
        assert headers["X-Aws-Sqsd-Queue"] == "work"
        assert headers["X-Aws-Sqsd-Receive-Count"] == str(count)
        assert headers["X-Aws-Sqsd-First-Received-At"].endswith("Z")
        assert headers["X-Aws-Sqsd-Attr-Color"] == "blue"
        assert headers["X-Aws-Sqsd-Attr-N"] == "1.50"
        assert "X-Aws-Sqsd-Attr-Raw" not in headers
        assert headers["User-Agent"] == "aws-sqsd/2.0"
        assert headers["Content-Type"] == "application/json"
        assert "Authorization" not in headers
    [post] = answers[task]
    assert post["path"] == "/tasks/nightly"
    assert post["headers"]["X-Aws-Sqsd-Taskname"] == "nightly"
    assert post["headers"]["X-Aws-Sqsd-Scheduled-At"] == "2026-01-01T03:00:00Z"
    assert post["headers"]["X-Aws-Sqsd-Path"] == "/tasks/nightly"
    assert not [name for name in post["headers"] if "Beanstalk" in name]


def test_a_load_leaves_no_connection_and_no_descriptor(embedded, config, start, worker):
    url = worker(WORKER_IDLE_SECONDS="2")
    http(config, "load", url)
    queue = embedded.create("load", VisibilityTimeout=600)
    daemon = start(
        embedded.url, "--config", config.folder, "--log-level", "warning").wait_ready()
    before = process_facts.descriptors(daemon.pid)

    queue.send_all([{"MessageBody": json.dumps({"index": index})} for index in range(LOAD)])
    queue.wait_until_empty(LOAD_SECONDS)

    with urllib.request.urlopen(f"{url}handled") as answer:
        assert json.load(answer)["handled"] >= LOAD
    assert daemon.output.count("WARNING") == 0, daemon.output
    eventually(
        lambda: len(process_facts.descriptors(daemon.pid)) <= len(before), IDLE_SECONDS,
        f"no more descriptors than {before}")
    assert process_facts.children(daemon.pid) == []


def test_a_signed_request_reaches_a_unix_socket(embedded, config, start, tmp_path):
    key = tmp_path / "key"
    key.write_text("a shared secret\n")
    with Socket() as server:
        http(
            config, "signed", f"unix:{server.path}:/orders?a=b",
            f"signature_key_file = {json.dumps(str(key))}")
        queue = embedded.create("signed")
        [message_id] = queue.send("the body")
        daemon = start(embedded.url, "--config", config.folder).wait_ready()
        queue.wait_until_empty()

    [(path, headers, body)] = server.requests
    assert path == "/orders?a=b"
    assert headers["Host"] == "localhost"
    parts = dict(part.split("=") for part in headers["X-Sqs-Subscriber-Signature"].split(","))
    signed = f"{parts['t']}.{message_id}.".encode() + body
    assert parts["v1"] == hmac.new(b"a shared secret", signed, hashlib.sha256).hexdigest()
    assert abs(time.time() - int(parts["t"])) < 60
    assert "shared secret" not in daemon.output


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
    http(config, "body", server.url)
    queue = embedded.create("body", VisibilityTimeout=600)
    queue.send("one", "two")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(60)
    assert len(server.requests) == 2
    # Far less than the answers: they are not kept.
    assert process_facts.resident_bytes(daemon.pid) < 100_000_000


def test_an_answer_that_is_cut_or_no_http_brings_the_message_back(embedded, config, start):
    answers = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", b"HTTP/1.1 200", b"",
        b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]
    with Raw(answers) as server:
        http(config, "cut", server.url)
        queue = embedded.create("cut", VisibilityTimeout=1)
        queue.send("body")
        daemon = start(embedded.url, "--config", config.folder).wait_ready()
        queue.wait_until_empty(60)
        assert server.answered == len(answers), daemon.output
        # It waits for its visibility timeout each time, and receiving goes on.
        assert "Receiving stopped" not in daemon.output
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
    http(config, "down", f"http://127.0.0.1:{port}/")
    queue = embedded.create("down", VisibilityTimeout=600)
    queue.send("body")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    daemon.wait_for("Receiving stopped", 20)
    server = endpoint(lambda _: Answer(200, b""), port=port)
    queue.wait_until_empty(60)
    assert [request.body for request in server.requests] == [b"body"]
