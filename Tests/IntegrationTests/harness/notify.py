"""A stand-in for the service manager's end of $NOTIFY_SOCKET."""

import socket
import threading
import time


class NotifySocket:
    """Collects what a service tells its manager. Source: sd_notify(3)."""

    def __init__(self, path):
        self.path = str(path)
        self.messages = []
        self._arrivals = []
        self._changed = threading.Condition()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        threading.Thread(target=self._receive, daemon=True).start()

    def _receive(self):
        while True:
            try:
                text = self._socket.recv(65536).decode("utf-8", "backslashreplace")
            except OSError:
                return
            with self._changed:
                self._arrivals.append(time.monotonic())
                self.messages.append(
                    dict(line.split("=", 1) for line in text.splitlines() if "=" in line))
                self._changed.notify_all()

    def count(self):
        """How many messages came so far; the start for a `wait_for` of a later one."""
        with self._changed:
            return len(self.messages)

    @property
    def status(self):
        """The latest status line."""
        with self._changed:
            lines = [message["STATUS"] for message in self.messages if "STATUS" in message]
        return lines[-1] if lines else ""

    def longest_gap(self, key, since):
        """The longest time without a message that has `key`, from `since` (monotonic) to now."""
        with self._changed:
            times = [
                at for at, message in zip(self._arrivals, self.messages)
                if key in message and at >= since]
        times = [since, *times, time.monotonic()]
        return max(later - earlier for earlier, later in zip(times, times[1:]))

    def wait_for(self, wanted, within=10.0, start=0, while_running=None):
        """The first message from `start` on for which `wanted(message)` is true.

        Gives up early when the program `while_running` has ended.
        """
        deadline = time.monotonic() + within
        with self._changed:
            while True:
                for message in self.messages[start:]:
                    if wanted(message):
                        return message
                remaining = deadline - time.monotonic()
                ended = while_running is not None and while_running.process.poll() is not None
                if ended or remaining <= 0:
                    break
                self._changed.wait(min(remaining, 0.2))
        output = while_running.output if while_running else ""
        raise AssertionError(
            f"no such notification{' before the end' if ended else f' within {within} s'}, only "
            f"{self.messages[start:]}\n{output}")

    def close(self):
        self._socket.close()
