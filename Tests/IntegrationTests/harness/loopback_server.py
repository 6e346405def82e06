"""An HTTP/1.1 server in the test's own process that can do what a well-behaved one never does.

One event loop in a thread of its own: a thousand held requests cost no thousand threads, and all
that it writes down has one clock.
"""

import asyncio
import threading
from dataclasses import dataclass
from http import HTTPStatus

CLOSE_SECONDS = 10.0

# Two daemons with 500 handlers each may connect within one look of a busy event loop.
BACKLOG = 1024

# A head longer than this is no HTTP; a body has no limit.
HEAD_LIMIT = 1 << 20


class ClientGone(Exception):
    """The client closed the connection before it had its answer."""


@dataclass(frozen=True)
class Received:
    """One request, with its header fields in lower case."""

    method: str
    path: str
    headers: dict
    body: bytes


class Connection:
    """What `respond` may do with the client's end of a request."""

    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer

    async def write(self, data):
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self, status, body=b"", headers=None):
        await self.write(head(status, len(body), headers) + body)

    def cut(self):
        """Closes the connection, whatever was promised."""
        self._writer.close()

    async def unless_gone(self, work):
        """The result of the coroutine `work`, which is cancelled when the client hangs up."""
        work = asyncio.ensure_future(work)
        # A client that does not pipeline sends nothing before it has its answer.
        gone = asyncio.ensure_future(self._reader.read(1))
        try:
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise ClientGone
            return work.result()
        finally:
            for task in (work, gone):
                task.cancel()
            await asyncio.gather(work, gone, return_exceptions=True)

    async def until_gone(self):
        await self._reader.read(1)


def head(status, length, headers=None):
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    lines += [f"Content-Length: {length}", "", ""]
    return "\r\n".join(lines).encode("latin-1")


async def read_head(reader):
    """The first line of a request or an answer, and its header fields."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = (line.partition(":") for line in lines if line)
    return first, {name.strip().lower(): value.strip() for name, _, value in fields}


class LoopbackServer:
    """Serves `respond(request, connection)` on a loopback port, a connection at a time."""

    def __init__(self, port=0):
        self._loop = asyncio.new_event_loop()
        self._connections = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self.run(asyncio.start_server(
            self._serve, "127.0.0.1", port, backlog=BACKLOG, limit=HEAD_LIMIT))
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    async def respond(self, request, connection):
        raise NotImplementedError

    def run(self, coroutine):
        """Runs it on the server's event loop, from another thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(CLOSE_SECONDS)

    def call(self, function, *arguments):
        """Calls it on the server's event loop, from another thread, and does not wait."""
        self._loop.call_soon_threadsafe(function, *arguments)

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        self._connections.add(task)
        connection = Connection(reader, writer)
        try:
            while not writer.is_closing():
                await self.respond(await self._read(reader), connection)
        except (ClientGone, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    @staticmethod
    async def _read(reader):
        first, headers = await read_head(reader)
        method, path, _ = first.split(" ", 2)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Received(method, path, headers, body)

    def close(self):
        """Stops listening and cuts every connection."""
        if self._loop.is_closed():
            return
        self.run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSE_SECONDS)
        self._loop.close()

    async def _end(self):
        self._server.close()
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
