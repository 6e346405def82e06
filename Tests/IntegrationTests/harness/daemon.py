"""`sqs-subscriber run` under a stand-in for the service manager."""

import signal
import tempfile
from pathlib import Path

from harness.notify import NotifySocket
from harness.program import Program
from harness.servers import environment

READY_SECONDS = 30.0


class Daemon(Program):
    """A running subscriber daemon, and what it tells its service manager.

    `environment_changes` go over the environment of `servers.environment`; None removes one.
    `reads` is that of `Program`.
    """

    def __init__(self, binary, home, endpoint, *arguments, reads=True, **environment_changes):
        # A folder of its own: the path of a Unix socket is limited to 107 bytes.
        self._folder = tempfile.TemporaryDirectory(prefix="notify-")
        self.manager = NotifySocket(Path(self._folder.name) / "socket")
        variables = {"NOTIFY_SOCKET": self.manager.path, **environment_changes}
        super().__init__(
            [binary, "run", *arguments], environment(home, endpoint, **variables), reads=reads)

    def wait_ready(self, within=READY_SECONDS):
        self.manager.wait_for(
            lambda message: message.get("READY") == "1", within, while_running=self)
        return self

    def wait_for_status(self, words, within=10.0, start=0):
        """The first status line, from notification `start` on, that has one of the `words`."""
        wanted = [words] if isinstance(words, str) else words
        return self.manager.wait_for(
            lambda message: any(
                word.lower() in message.get("STATUS", "").lower() for word in wanted),
            within, start, while_running=self)["STATUS"]

    def reload(self, within=15.0):
        """Sends SIGHUP and waits until the daemon says that it is ready again."""
        start = self.manager.count()
        self.send(signal.SIGHUP)
        reloading = self.manager.wait_for(
            lambda message: message.get("RELOADING") == "1", within, start, while_running=self)
        self.manager.wait_for(
            lambda message: message.get("READY") == "1", within, start, while_running=self)
        return reloading

    def ask_to_stop(self, within=10.0):
        """Sends SIGTERM and waits until the daemon says that it is stopping."""
        start = self.manager.count()
        self.send(signal.SIGTERM)
        self.manager.wait_for(
            lambda message: message.get("STOPPING") == "1", within, start, while_running=self)

    def close(self):
        super().close()
        self.manager.close()
        self._folder.cleanup()
