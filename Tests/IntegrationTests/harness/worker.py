"""An HTTP endpoint for `[http]` handlers that writes down every run, with one clock for all."""

import asyncio
import threading
import time
from collections import defaultdict
from dataclasses import dataclass

from harness.loopback_server import ClientGone, LoopbackServer


@dataclass
class Run:
    """One call of a handler."""

    message_id: str
    body: str
    # The path of the handler's URL, which tells daemons apart.
    path: str
    receive_count: int
    start: float
    end: float = None
    # "done", "failed" or "cancelled"; None while it runs.
    outcome: str = None


class Worker(LoopbackServer):
    """Answers each message after `hold(run)` seconds with `status(run)`.

    Both may be plain values. A hold of None lasts until `release()`.
    """

    def __init__(self, hold=0.0, status=200, port=0):
        self.runs = []
        self._done = []
        self._done_ids = set()
        self.hold = hold
        self.status = status
        self._released = asyncio.Event()
        self._changed = threading.Condition()
        super().__init__(port)

    async def respond(self, received, connection):
        run = Run(
            received.headers["x-aws-sqsd-msgid"], received.body.decode(), received.path,
            int(received.headers["x-aws-sqsd-receive-count"]), time.monotonic())
        self._note(lambda: self.runs.append(run))
        try:
            await connection.unless_gone(self._hold(run))
            status = self.status(run) if callable(self.status) else self.status
            outcome = "done" if 200 <= status < 300 else "failed"
        except ClientGone:
            self._finish(run, "cancelled")
            raise
        except asyncio.CancelledError:
            # The server ends: nobody will know whether this was handled.
            self._finish(run, "cancelled")
            raise
        # Written down before the daemon can know of it.
        self._finish(run, outcome)
        await connection.answer(status)

    async def _hold(self, run):
        seconds = self.hold(run) if callable(self.hold) else self.hold
        if seconds is None:
            await self._released.wait()
        elif seconds > 0:
            await asyncio.sleep(seconds)

    def _finish(self, run, outcome):
        def end():
            run.end = time.monotonic()
            run.outcome = outcome
            if outcome == "done":
                self._done.append(run.message_id)
                self._done_ids.add(run.message_id)
        self._note(end)

    def _note(self, change):
        with self._changed:
            change()
            self._changed.notify_all()

    def release(self):
        """Lets all runs with a hold of None go on."""
        self.call(self._released.set)

    def wait_for(self, wanted, within=30.0):
        """Waits until `wanted(worker)` is true."""
        with self._changed:
            assert self._changed.wait_for(lambda: wanted(self), within), (
                f"not within {within} s: {len(self.runs)} runs, {len(self.handled)} done, "
                f"{len(self.running)} running")

    def wait_until_handled(self, ids, within=60.0):
        wanted = set(ids)
        self.wait_for(
            lambda worker: len(worker._done_ids) >= len(wanted) and wanted <= worker._done_ids,
            within)

    def of(self, outcome):
        with self._changed:
            return [run for run in self.runs if run.outcome == outcome]

    @property
    def handled(self):
        """The message ids of runs that were done, in the order of their ends."""
        with self._changed:
            return list(self._done)

    @property
    def running(self):
        return self.of(None)

    def overlaps(self):
        """Pairs of runs of one message, of whatever daemon, that were under way together."""
        runs = defaultdict(list)
        with self._changed:
            for run in self.runs:
                runs[run.message_id].append(run)
        return [
            (one, other)
            for of_message in runs.values() for one, other in zip(of_message, of_message[1:])
            if one.end is None or other.start < one.end]
