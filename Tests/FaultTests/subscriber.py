"""A daemon with one `[http]` handler, and what must hold of it whatever happens around it."""

import time

from harness.process_facts import peak_resident_bytes

# What systemd is told as WatchdogSec= in these tests: a daemon that misses it would be killed. The
# daemon sends at half of it; the rest is for a busy machine.
WATCHDOG_SECONDS = 10.0

# The most that may be resident in any of these tests: half more than a debug build was seen to
# take, 170 MiB, of which 40 are its own, and the rest answers of 32 MiB, the largest that are read,
# four at once.
RESIDENT_LIMIT = 256 << 20

READY_SECONDS = 60.0


class Subscriber:
    """Starts at once. `start()` once more starts another process with the same configuration."""

    def __init__(
            self, start, configuration, server_url, queue, url, concurrency=8, retry="",
            timeout="60s", settings=(), main="", wait=True, **environment):
        self.configuration = configuration
        self._start = start
        self._server_url = server_url
        self._environment = environment
        configuration.main(
            main or f"slots = {concurrency}\n[log]\nlevel = \"notice\"\n")
        configuration.http(
            "worker", url, *settings, queue=queue, concurrency=concurrency, timeout=timeout,
            retry=retry)
        self.start(wait)

    def start(self, wait=True):
        self.daemon = self._start(
            self._server_url, "--config", self.configuration.folder,
            WATCHDOG_USEC=str(int(WATCHDOG_SECONDS * 1e6)), **self._environment)
        if wait:
            self.daemon.wait_ready(READY_SECONDS)
        self.started_at = time.monotonic()
        return self.daemon

    @property
    def manager(self):
        return self.daemon.manager

    def assert_well(self):
        """Alive, ready, fed its watchdog all the time, and within its memory."""
        assert self.daemon.process.poll() is None, self.daemon.output
        told = self.manager.messages
        assert any(message.get("READY") == "1" for message in told)
        assert not any("STOPPING" in message or "ERRNO" in message for message in told), told
        gap = self.manager.longest_gap("WATCHDOG", self.started_at)
        assert gap < WATCHDOG_SECONDS, f"the watchdog was not fed for {gap:.1f} s"
        resident = peak_resident_bytes(self.daemon.pid)
        print(f"peak resident: {resident / 2**20:.0f} MiB, longest watchdog gap {gap:.1f} s")
        assert resident < RESIDENT_LIMIT, f"{resident / 2**20:.0f} MiB resident"


def send(queue, count, prefix="message"):
    """Sends `count` messages; their ids."""
    return queue.send_all([{"MessageBody": f"{prefix} {index}"} for index in range(count)])


def assert_nothing_lost(queue, worker, ids, within=60.0):
    """Each message was handled, and what is gone from the queue was handled."""
    worker.wait_until_handled(ids, within)
    queue.wait_until_empty(within)
    assert set(worker.handled) == set(ids)
