"""A proxy between a daemon and its queue server that injects faults and remembers every request."""

import asyncio
import json
import threading
import time
import urllib.parse
from collections import Counter
from dataclasses import dataclass, field

from harness.http_endpoint import Answer
from harness.loopback_server import LoopbackServer, read_head

# Fields that concern one connection, or that are set anew. RFC 9110 section 7.6.1.
HOP_FIELDS = ("connection", "content-length", "transfer-encoding", "host", "keep-alive")


@dataclass(frozen=True)
class ProxiedRequest:
    """A request of the daemon, and the fault that it met."""

    at: float
    operation: str
    parameters: dict
    access_key: str
    fault: object = field(default=None)

    @property
    def fault_name(self):
        return self.fault.fault_name if self.fault else None


class FaultProxy(LoopbackServer):
    """Passes on what comes, but for what `plan` has in store for it.

    `plan(request)` gives a fault (see `faults`) or None; it may be replaced at any time.
    """

    def __init__(self, target, plan=None, port=0):
        address = urllib.parse.urlsplit(target)
        self._target = (address.hostname, address.port)
        self.plan = plan
        self.requests = []
        self._arrived = threading.Condition()
        self._passable = asyncio.Event()
        self._passable.set()
        super().__init__(port)

    # What tests ask for.

    def heal(self):
        self.plan = None

    def pause(self):
        """A partition: connections stand and new ones are taken, but nothing comes through."""
        self.call(self._passable.clear)

    def resume(self):
        self.call(self._passable.set)

    def wait_for(self, wanted, within=10.0):
        """Waits until `wanted(requests)` is true of all requests so far, and returns them."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: wanted(self.requests), within), (
                f"not within {within} s, only: {self.summary()}")
            return list(self.requests)

    def wait_for_faults(self, count, within=30.0, *operations):
        """Waits until `count` requests (of the named operations) have met a fault."""
        return self.wait_for(lambda requests: count <= sum(
            request.fault is not None and (not operations or request.operation in operations)
            for request in requests), within)

    def of(self, operation):
        with self._arrived:
            return [one for one in self.requests if one.operation == operation]

    def summary(self):
        with self._arrived:
            return Counter((one.operation, one.fault_name) for one in self.requests)

    def busiest_second(self, since=0.0):
        """The most requests that met a fault within any one second."""
        with self._arrived:
            times = [one.at for one in self.requests if one.at >= since and one.fault]
        most = start = 0
        for end, at in enumerate(times):
            while times[start] < at - 1.0:
                start += 1
            most = max(most, end - start + 1)
        return most

    # The way of a request.

    async def respond(self, received, connection):
        key = received.headers.get("authorization", "").partition("Credential=")[2]
        request = ProxiedRequest(
            time.monotonic(), received.headers.get("x-amz-target", "").rpartition(".")[2],
            json.loads(received.body or b"{}"), key.partition("/")[0])
        plan = self.plan
        fault = plan(request) if plan else None
        request = ProxiedRequest(
            request.at, request.operation, request.parameters, request.access_key, fault)
        with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()
        passage = Passage(self, request, received, connection)
        try:
            if fault:
                await fault(passage)
            else:
                await passage.answer(await passage.forward())
        except OSError:
            # The server is gone: so is the connection to it, for the client.
            connection.cut()
        finally:
            passage.close()


class Passage:
    """One request on its way, in the hands of a fault."""

    def __init__(self, proxy, request, received, connection):
        self._proxy = proxy
        self.request = request
        self._received = received
        self._connection = connection
        self._server = None

    async def forward(self, parameters=None):
        """The server's answer, to the request as it came or to other parameters."""
        body = self._received.body if parameters is None else json.dumps(parameters).encode()
        # A client that hangs up ends its long poll at the server too.
        return await self._connection.unless_gone(self._exchange(body))

    async def answer(self, answer):
        await self._proxy._passable.wait()
        await self._connection.answer(answer.status, answer.body, answer.headers)

    async def write(self, data):
        await self._proxy._passable.wait()
        await self._connection.write(data)

    async def until_gone(self):
        await self._connection.until_gone()

    def cut(self):
        self._connection.cut()

    async def _exchange(self, body):
        await self._proxy._passable.wait()
        host, port = self._proxy._target
        reader, self._server = await asyncio.open_connection(host, port)
        lines = [f"{self._received.method} {self._received.path} HTTP/1.1"]
        lines += [
            f"{name}: {value}" for name, value in self._received.headers.items()
            if name not in HOP_FIELDS]
        lines += [f"host: {host}:{port}", "connection: close", f"content-length: {len(body)}"]
        self._server.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        first, headers = await read_head(reader)
        length = headers.get("content-length")
        content = await (reader.readexactly(int(length)) if length else reader.read())
        return Answer(int(first.split()[1]), content, {
            name: value for name, value in headers.items() if name not in HOP_FIELDS})

    def close(self):
        if self._server:
            self._server.close()
