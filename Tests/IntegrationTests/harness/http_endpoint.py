"""HTTP servers of the tests' own: one that answers as it is told, one that passes on and counts."""

import http.client
import json
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PROXY_TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Request:
    at: float
    operation: str
    headers: dict
    body: bytes
    method: str = "POST"


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict = field(default_factory=dict)


def service_error(status, code, message, **headers):
    """An error as SQS words it in the JSON protocol."""
    body = json.dumps({"__type": f"com.amazonaws.sqs#{code}", "message": message}).encode()
    return Answer(status, body, {
        "Content-Type": "application/x-amz-json-1.0", "x-amzn-query-error": f"{code};Sender",
        "x-amzn-RequestId": "7a62c49f-347e-4fc4-9331-6e8e7a96aa73", **headers})


class Endpoint:
    """Serves `answer(request)` on a loopback port and remembers every request.

    `tls` is the context of a server that speaks HTTPS; `url` says http all the same.
    """

    def __init__(self, answer, port=0, tls=None):
        self.requests = []
        self._arrived = threading.Condition()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                length = int(self.headers.get("Content-Length") or 0)
                request = Request(
                    time.monotonic(), self.headers.get("X-Amz-Target", "").split(".")[-1],
                    dict(self.headers), self.rfile.read(length), self.command)
                endpoint._remember(request)
                reply = answer(request)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                try:
                    self.end_headers()
                    self.wfile.write(reply.body)
                except (BrokenPipeError, ConnectionResetError):
                    # A client that stops cuts its long poll.
                    self.close_connection = True

            do_GET = do_DELETE = do_POST

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        if tls:
            # The handshake is for the connection's own thread: one may never end.
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False)
            # A refused certificate is what tests ask for, and no news.
            self._server.handle_error = lambda *_: None
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _remember(self, request):
        with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()

    def operations(self):
        with self._arrived:
            return [request.operation for request in self.requests]

    def wait_for(self, wanted, within=10.0):
        """Waits until `wanted(requests)` is true of all requests so far, and returns them."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: wanted(self.requests), within), (
                f"not within {within} s, only: {[one.operation for one in self.requests]}")
            return list(self.requests)

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def proxy(target, answer=None, tls=None, seen=None):
    """An endpoint that passes every request on to the server at `target`.

    But for those for which `answer(request)` has an answer of its own. `seen(request, answer)` is
    called with what the server answers, before the client has it.
    """
    address = urllib.parse.urlsplit(target)

    def forward(request):
        own = answer(request) if answer else None
        if own:
            return own
        connection = http.client.HTTPConnection(
            address.hostname, address.port, timeout=PROXY_TIMEOUT_SECONDS)
        try:
            headers = {
                name: value for name, value in request.headers.items()
                if name.lower() not in ("host", "connection", "content-length")}
            connection.request("POST", "/", request.body, headers)
            reply = connection.getresponse()
            passed = Answer(reply.status, reply.read(), {
                name: value for name, value in reply.getheaders()
                if name.lower() not in ("connection", "content-length", "transfer-encoding")})
            if seen:
                seen(request, passed)
            return passed
        finally:
            connection.close()

    return Endpoint(forward, tls=tls)
