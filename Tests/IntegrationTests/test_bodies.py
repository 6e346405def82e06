"""What `run` makes of bodies without a handler: they are written out, and only then deleted."""

import os
import resource
import signal
import subprocess
import tempfile
import threading
from collections import Counter
from pathlib import Path

import pytest

from harness.bodies import bodies, lines, send_all
from harness.servers import environment
from harness.waiting import eventually

MANY = 20_000
QUEUE = "demo"
VISIBILITY_SECONDS = 600


class Run:
    """`sqs-subscriber run` of one queue, with standard output where a test wants it."""

    def __init__(self, binary, home, endpoint, output, *arguments, **variables):
        self._log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [binary, "run", *arguments], stdin=subprocess.DEVNULL, stdout=output,
            stderr=self._log, env=environment(home, endpoint, SQS_QUEUE_NAME=QUEUE, **variables))

    @property
    def log(self):
        return os.pread(self._log.fileno(), 1 << 24, 0).decode()

    def wait_for(self, words, within=20.0):
        eventually(lambda: words in self.log, within, words)

    def stop(self, within=20.0):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        print(f"--- sqs-subscriber run\n{self.log[-20_000:]}")


class Reader:
    """Reads a pipe to its end, when it may."""

    def __init__(self, descriptor):
        self.content = bytearray()
        self._descriptor = descriptor
        self._may_read = threading.Event()
        self._may_read.set()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def pause(self):
        self._may_read.clear()

    def resume(self):
        self._may_read.set()

    def _read(self):
        while True:
            self._may_read.wait()
            piece = os.read(self._descriptor, 65_536)
            if not piece:
                return
            self.content += piece

    def finish(self):
        self._thread.join(20)
        assert not self._thread.is_alive()
        return bytes(self.content)


@pytest.fixture
def run(binary, tmp_path):
    started = []

    def begin(*arguments, **variables):
        started.append(Run(binary, tmp_path, *arguments, **variables))
        return started[-1]

    yield begin
    for one in started:
        one.close()


@pytest.fixture
def queue(embedded):
    return embedded.create(QUEUE, VisibilityTimeout=VISIBILITY_SECONDS)


@pytest.fixture
def pipe():
    ends = list(os.pipe())
    yield ends
    for end in ends:
        if end is not None:
            os.close(end)


def close(pipe, end):
    """Closes one end of the pipe in the test; others may have it still."""
    os.close(pipe[end])
    pipe[end] = None


def test_every_body_reaches_a_pipe_exactly_as_it_was_sent(run, embedded, queue, pipe):
    sent = bodies(MANY, seed=1)
    send_all(queue.url, sent)
    reader = Reader(pipe[0])
    daemon = run(embedded.url, pipe[1])
    close(pipe, 1)
    queue.wait_until_empty(300)
    assert daemon.stop() == 0
    assert lines(reader.finish(), sent) == Counter(sent)


def test_cat_shows_the_bodies_and_the_log_apart_from_them(binary, tmp_path, embedded, queue):
    queue.send("first", "<3>second", "third\nof two lines")
    errors = tmp_path / "log"
    program = subprocess.Popen(
        ["sh", "-c", f'"{binary}" run 2>"{errors}" | cat'], stdout=subprocess.PIPE,
        env=environment(tmp_path, embedded.url, SQS_QUEUE_NAME=QUEUE))
    queue.wait_until_empty()
    [daemon] = [
        int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()
        and is_daemon_of(path, tmp_path)]
    os.kill(daemon, signal.SIGTERM)
    shown = program.communicate(timeout=20)[0]
    assert sorted(shown.splitlines()) == [
        b"<3>second", b"first", b"of two lines", b"third"]
    assert "Ready" in errors.read_text() and "second" not in errors.read_text()


def is_daemon_of(path, home):
    """Whether it runs the daemon of this test: by its home folder."""
    try:
        return (
            b"\0run\0" in (path / "cmdline").read_bytes()
            and f"HOME={home}\0".encode() in (path / "environ").read_bytes()
            and (path / "comm").read_text().strip() == "sqs-subscriber")
    except OSError:
        return False


def test_no_log_level_hides_a_body(run, embedded, queue, pipe):
    queue.send("hidden from no one")
    daemon = run(embedded.url, pipe[1], SQS_SUBSCRIBER_LOG_LEVEL="error")
    queue.wait_until_empty()
    assert daemon.stop() == 0
    assert os.read(pipe[0], 100) == b"hidden from no one\n"


def test_a_pipe_that_is_not_read_holds_messages_back_and_loses_none(run, embedded, queue, pipe):
    sent = bodies(2_000, seed=2)
    send_all(queue.url, sent)
    daemon = run(embedded.url, pipe[1])
    close(pipe, 1)
    daemon.wait_for("cannot work: what reads standard output has stopped reading")
    # What was deleted is in the pipe, all of it.
    in_pipe = os.read(pipe[0], 1 << 20)
    remaining = sum(queue.counts())
    deleted = len(sent) - remaining
    assert remaining > 0 and deleted <= in_pipe.count(b"\n")

    reader = Reader(pipe[0])
    daemon.wait_for("works again", 60)
    queue.wait_until_empty(60)
    assert daemon.stop() == 0
    # What the pipe did not take in time was told to have failed, and is there twice then.
    assert set(lines(in_pipe + reader.finish(), sent)) == set(sent)


def test_a_stop_is_not_held_up_by_a_pipe_that_is_not_read(run, embedded, queue, pipe):
    sent = bodies(2_000, seed=3)
    send_all(queue.url, sent)
    daemon = run(embedded.url, pipe[1])
    close(pipe, 1)
    eventually(lambda: queue.counts()[1] > 0 and sum(queue.counts()) < len(sent), 20, "it handles")
    assert daemon.stop() == 0
    visible, in_flight, _ = queue.counts()
    content = os.read(pipe[0], 1 << 20)
    assert in_flight == 0 and len(sent) - visible <= content.count(b"\n")


def test_a_pipe_whose_reader_ended_leaves_the_messages_in_the_queue(run, embedded, queue, pipe):
    send_all(queue.url, ["one", "two", "three"])
    daemon = run(embedded.url, pipe[1])
    close(pipe, 1)
    queue.wait_until_empty()
    assert sorted(os.read(pipe[0], 100).split()) == [b"one", b"three", b"two"]
    close(pipe, 0)
    send_all(queue.url, ["four", "five"])
    daemon.wait_for("cannot work: what read standard output has ended")
    assert daemon.process.poll() is None
    assert daemon.stop() == 0
    # One that was given back may have been in the answer to the receive that was cut just then.
    assert sum(queue.counts()) == 2


def test_a_closed_standard_output_is_no_place_for_bodies(binary, tmp_path, embedded, queue):
    [message_id] = queue.send("for nobody")
    log = tmp_path / "log"
    # Nothing of the daemon's own may get the number of the closed descriptor.
    program = subprocess.Popen(
        ["sh", "-c", f'exec "{binary}" run 2>"{log}" >&-'],
        env=environment(tmp_path, embedded.url, SQS_QUEUE_NAME=QUEUE))
    told = "cannot work: standard output is closed"
    eventually(lambda: log.exists() and told in log.read_text(), 20, "it is told")
    program.send_signal(signal.SIGTERM)
    assert program.wait(20) == 0
    assert [one["MessageId"] for one in queue.receive_all()] == [message_id]


def test_a_file_that_may_not_grow_takes_nothing_that_is_deleted(
        binary, tmp_path, embedded, queue):
    sent = [f"{number} " + "x" * 1000 for number in range(50)]
    send_all(queue.url, sent)
    log, output = tmp_path / "log", tmp_path / "output"

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_500, 10_500))

    with output.open("wb") as file, log.open("wb") as errors:
        program = subprocess.Popen(
            [binary, "run"], stdout=file, stderr=errors, preexec_fn=limit,
            env=environment(tmp_path, embedded.url, SQS_QUEUE_NAME=QUEUE))
    eventually(lambda: "cannot grow" in log.read_text(), 20, "it is told")
    program.send_signal(signal.SIGTERM)
    assert program.wait(20) == 0
    whole = [line for line in output.read_text().split("\n")[:-1]]
    assert len(sent) - queue.counts()[0] <= len(whole) <= 10


def test_a_terminal_gets_the_bodies(run, embedded, queue):
    queue.send("on the screen")
    primary, terminal = os.openpty()
    try:
        daemon = run(embedded.url, terminal)
        queue.wait_until_empty()
        assert os.read(primary, 100) == b"on the screen\r\n"
        assert daemon.stop() == 0
    finally:
        os.close(primary)
        os.close(terminal)
