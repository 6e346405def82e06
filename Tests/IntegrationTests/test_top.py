"""`top` in a terminal, by tmux(1), and the events that a page is fed with."""

import json
import os
import subprocess
import tempfile

import pytest

from harness.files import lines
from harness.process_facts import is_running
from harness.waiting import eventually


class Window:
    """A terminal of a size, in which one command line runs."""

    def __init__(self, width=80, height=24):
        # A server of its own. The path of a Unix socket is limited to 107 bytes.
        self._folder = tempfile.TemporaryDirectory(prefix="tmux-")
        self._socket = f"{self._folder.name}/socket"
        self._tmux("new-session", "-d", "-x", width, "-y", height, "sh")

    def _tmux(self, *arguments):
        done = subprocess.run(
            ["tmux", "-S", self._socket, "-f", "/dev/null", *map(str, arguments)],
            capture_output=True, text=True, timeout=30,
            env={**os.environ, "TERM": "xterm", "LANG": "C.UTF-8", "PS1": "$ "})
        assert done.returncode == 0, done.stderr
        return done.stdout

    def type(self, text):
        self._tmux("send-keys", "-l", text)

    def press(self, *keys):
        self._tmux("send-keys", *keys)

    def resize(self, width, height):
        self._tmux("resize-window", "-x", width, "-y", height)

    @property
    def screen(self):
        return self._tmux("capture-pane", "-p")

    def wait_for(self, text, within=20):
        eventually(lambda: text in self.screen, within, f"{text!r} is on the screen")

    def wait_for_lines_mode(self):
        """Keys are edited and echoed by the terminal, as a shell's commands have it."""
        self.type("echo mode: $(stty -a | grep -Eo -- '-?(icanon|echo)\\b')")
        self.press("Enter")
        self.wait_for("mode: icanon echo")

    def close(self):
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], timeout=30)
        self._folder.cleanup()


@pytest.fixture
def window():
    window = Window()
    yield window
    window.close()


@pytest.fixture
def subscriber(embedded, config, start, control, gate, tmp_path):
    embedded.create("orders")
    config.exec("orders", f"echo >> {tmp_path}/started; read -r _ < {gate.path}", concurrency=2)
    return start(
        embedded.url, "--config", config.folder, "--control-socket", control.path).wait_ready()


def test_top_shows_what_happens_and_leaves_the_terminal_as_it_was(
        subscriber, embedded, binary, control, window, gate, tmp_path):
    window.type(f"echo before; {binary} top --control-socket {control.path}; echo after")
    window.press("Enter")
    window.wait_for("orders idle")
    assert "before" not in window.screen
    ids = embedded.queue("orders").send("one", "two")
    eventually(lambda: len(lines(tmp_path / "started")) == 2, 20, "both run")
    window.wait_for("orders receiving")
    window.wait_for("2 of 2")
    window.press("r")
    window.wait_for(ids[0])

    window.press("Space")
    window.wait_for("paused, by name")
    gate.open()
    window.press("Space")
    window.wait_for("orders idle")
    window.press("s")
    window.wait_for("by received")

    window.resize(60, 10)
    window.wait_for("q quit")
    assert len(window.screen.rstrip("\n").splitlines()) <= 10
    window.press("h")
    window.wait_for("Any key leaves this page")
    window.press("x", "q")
    window.wait_for("after")
    assert "before" in window.screen and "orders idle" not in window.screen
    window.type("echo typed")
    window.wait_for("echo typed")


def test_ctrl_c_leaves_the_terminal_as_it_was_too(subscriber, binary, control, window):
    window.type(f"{binary} top --control-socket {control.path}; echo after; stty -a")
    window.press("Enter")
    window.wait_for("orders idle")
    window.press("C-c")
    eventually(lambda: "orders idle" not in window.screen, 20, "the screen is left")
    window.wait_for_lines_mode()


def test_ctrl_z_hands_the_terminal_back_until_top_is_in_the_foreground_again(
        subscriber, binary, control, window):
    window.type("echo before")
    window.press("Enter")
    window.type(f"{binary} top --control-socket {control.path}")
    window.press("Enter")
    window.wait_for("orders idle")
    window.press("C-z")
    window.wait_for("Stopped")
    assert "before" in window.screen and "orders idle" not in window.screen
    window.wait_for_lines_mode()
    window.type("fg")
    window.press("Enter")
    window.wait_for("orders idle")
    assert "before" not in window.screen
    window.press("q")
    eventually(lambda: "orders idle" not in window.screen, 20, "the screen is left")


def test_keys_that_come_at_once_all_count(subscriber, binary, control, window):
    window.resize(80, 5)
    window.type(f"{binary} top --control-socket {control.path}")
    window.press("Enter")
    window.wait_for("sqs-subscriber ")
    first = window.screen.splitlines()[0]
    window.press("Down", "Down", "Down")
    eventually(lambda: window.screen.splitlines()[0] != first, 20, "it has scrolled")
    window.type("\x1b[A\x1b[A\x1b[Ah")
    window.wait_for("q         quit")


def test_top_ends_with_its_terminal(subscriber, binary, control, tmp_path):
    window = Window()
    window.type(f"echo $$ > {tmp_path}/pid; exec {binary} top --control-socket {control.path}")
    window.press("Enter")
    window.wait_for("orders idle")
    pid = int((tmp_path / "pid").read_text())
    assert is_running(pid)
    window.close()
    eventually(lambda: not is_running(pid), 20, "top has ended")


def test_top_goes_on_when_the_daemon_has_gone(
        subscriber, binary, control, window):
    window.type(f"{binary} top --control-socket {control.path}")
    window.press("Enter")
    window.wait_for("orders idle")
    subscriber.stop()
    window.wait_for("! no daemon runs")


def test_top_needs_a_terminal(subscriber, command, control):
    done = command("top", "--control-socket", control.path)
    assert done.status == 69
    assert "top needs a terminal" in done.stderr


def test_events_come_once_a_second(subscriber, embedded, control, tmp_path):
    listening = subprocess.Popen(
        ["curl", "--silent", "--no-buffer", "--max-time", "30", "--unix-socket",
         str(control.path), "http://localhost/events"], stdout=subprocess.PIPE, text=True)
    try:
        seen = []
        for line in listening.stdout:
            if line.startswith("data: "):
                seen.append(json.loads(line.removeprefix("data: ")))
                if len(seen) == 1:
                    embedded.queue("orders").send("one")
                if seen[-1]["queues"][0]["in_hand"] == 1:
                    break
        assert 1 < len(seen) < 30
        assert seen[0]["queues"][0]["state"] == "idle"
    finally:
        listening.kill()
        listening.wait()
    # Who has gone is not written to.
    assert control.get("/healthz").status == 200
