"""A forward proxy: connects to servers that it is asked for, and passes plain requests on."""

import asyncio
import base64

from .loopback_server import LoopbackServer, read_head


class ConnectProxy(LoopbackServer):
    """Remembers what it was asked, by method and target. Whatever host it is asked for, it connects
    to this machine; where it has `credentials`, `USER:PASSWORD`, it wants them.
    """

    def __init__(self, credentials=None):
        self.asked = []
        self._wanted = credentials and "Basic " + base64.b64encode(credentials.encode()).decode()
        super().__init__()

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        self._connections.add(task)
        try:
            await self._pass_on(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _pass_on(self, reader, writer):
        first, fields = await read_head(reader)
        method, target, _ = first.split(" ", 2)
        self.asked.append((method, target))
        if self._wanted and fields.pop("proxy-authorization", None) != self._wanted:
            writer.write(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return await writer.drain()
        authority, slash, path = target.removeprefix("http://").partition("/")
        server_reader, server_writer = await asyncio.open_connection(
            "127.0.0.1", int(authority.rpartition(":")[2]))
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            lines = [f"{method} {slash}{path} HTTP/1.1", *(
                f"{name}: {value}" for name, value in fields.items()), "connection: close"]
            server_writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        await asyncio.gather(copy(reader, server_writer), copy(server_reader, writer))


async def copy(reader, writer):
    """Passes on what comes, to its end."""
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
