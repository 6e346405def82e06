"""A child process whose output is read as it comes, and which does not outlive the test run."""

import re
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    stream: str
    text: str


class Program:
    """A running program.

    Started through setpriv(1), so that it gets SIGTERM when the test runner dies before it could
    stop it. Its lines are kept, each with the stream that it came from. With `reads=False` nothing
    that it writes is read until `read()` or its end.
    """

    def __init__(
            self, arguments, environment, folder=None, stdin=subprocess.DEVNULL, reads=True):
        self.name = Path(str(arguments[0])).name
        self.lines = []
        self._changed = threading.Condition()
        self._may_read = threading.Event()
        if reads:
            self.read()
        command = ["setpriv", "--pdeathsig", "TERM", "--", *map(str, arguments)]
        self.process = subprocess.Popen(
            command, env=environment, cwd=folder, stdin=stdin,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._readers = [
            threading.Thread(target=self._read, args=(stream, pipe), daemon=True)
            for stream, pipe in (("stdout", self.process.stdout), ("stderr", self.process.stderr))]
        for reader in self._readers:
            reader.start()
        threading.Thread(target=self._announce_end, daemon=True).start()

    def read(self):
        """Reads what it writes, from now on."""
        self._may_read.set()

    def _read(self, stream, pipe):
        self._may_read.wait()
        for raw in pipe:
            text = raw.decode("utf-8", "backslashreplace").rstrip("\n")
            with self._changed:
                self.lines.append(Line(stream, text))
                self._changed.notify_all()

    def _announce_end(self):
        self.process.wait()
        self.read()
        with self._changed:
            self._changed.notify_all()

    @property
    def pid(self):
        return self.process.pid

    @property
    def output(self):
        """All lines so far, of both streams, in the order in which they were read."""
        with self._changed:
            return "\n".join(line.text for line in self.lines)

    @property
    def stdout(self):
        with self._changed:
            return "\n".join(line.text for line in self.lines if line.stream == "stdout")

    @property
    def stderr(self):
        with self._changed:
            return "\n".join(line.text for line in self.lines if line.stream == "stderr")

    def wait_for(self, pattern, within=10.0):
        """The match of `pattern` in the first line that has one, among those before and to come."""
        expression = re.compile(pattern)
        deadline = time.monotonic() + within
        seen = 0
        with self._changed:
            while True:
                for line in self.lines[seen:]:
                    if found := expression.search(line.text):
                        return found
                seen = len(self.lines)
                remaining = deadline - time.monotonic()
                ended = self.process.poll() is not None and not self._reading()
                if ended or remaining <= 0:
                    break
                # The end of the readers is not announced: look again soon after the exit.
                self._changed.wait(min(remaining, 0.2))
        state = f"ended with {self.process.returncode}" if ended else f"silent for {within} s"
        raise AssertionError(f"{self.name} {state} without /{pattern}/:\n{self.output}")

    def _reading(self):
        return any(reader.is_alive() for reader in self._readers)

    def send(self, number):
        self.process.send_signal(number)

    def wait(self, within=10.0):
        """The exit status, once the program has ended and its output was read to the end."""
        try:
            status = self.process.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {within} s:\n{self.output}")
        for reader in self._readers:
            reader.join(5)
        return status

    def stop(self, within=20.0):
        """Asks the program to end, and returns its exit status."""
        if self.process.poll() is None:
            self.send(signal.SIGTERM)
        return self.wait(within)

    def close(self):
        """Makes sure that nothing is left, whatever the test did."""
        if self.process.poll() is None:
            self.send(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
