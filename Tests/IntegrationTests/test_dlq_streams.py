"""`dlq import` of what comes through a pipe."""

import json
import os
import threading

import pytest

from harness.dead_letters import drain, objects
from harness.program import Program
from harness.scripted_queue import ScriptedQueue
from harness.servers import environment
from harness.waiting import eventually

EX_DATAERR, EX_TEMPFAIL = 65, 75


def lines(*bodies):
    return "".join(json.dumps({"Body": body}) + "\n" for body in bodies)


@pytest.fixture
def pipe():
    """A pipe's two ends, the one to read first."""
    ends = list(os.pipe())
    yield ends
    for end in ends:
        os.close(end)


@pytest.mark.parametrize("arguments", [["-"], ["/dev/stdin"]])
def test_what_was_written_is_sent_while_the_writer_pauses(
        embedded, binary, tmp_path, pipe, arguments):
    queue = embedded.create("restored")
    program = Program(
        [binary, "dlq", "import", "restored", *arguments, "--json"],
        environment(tmp_path, embedded.url), stdin=pipe[0])
    try:
        os.write(pipe[1], lines("a", "b").encode())
        eventually(lambda: queue.counts() == (2, 0, 0), 20, "the first two are sent")
        os.write(pipe[1], (lines("c") + '{"Body": "cut').encode())
        eventually(lambda: queue.counts() == (3, 0, 0), 20, "the third is sent")
        program.send(2)
        assert program.wait(20) == EX_TEMPFAIL, program.output
    finally:
        program.close()
    assert "Stopped after line 3 of" in program.stderr
    assert json.loads(program.stdout)["sent"] == 3


def test_all_that_was_read_is_sent_at_an_interrupt(endpoint, binary, tmp_path, pipe):
    """It is nowhere else."""
    asked, may_answer = threading.Event(), threading.Event()

    def wait(operation, body):
        if operation == "SendMessageBatch":
            asked.set()
            may_answer.wait(20)

    server = ScriptedQueue(endpoint, fail=wait)
    os.write(pipe[1], lines(*(f"m{number}" for number in range(25))).encode())
    program = Program(
        [binary, "dlq", "import", "restored", "-"], environment(tmp_path, server.url),
        stdin=pipe[0])
    try:
        assert asked.wait(20), program.output
        program.send(2)
        program.wait_for("Stopping after what is under way")
        may_answer.set()
        assert program.wait(20) == EX_TEMPFAIL, program.output
    finally:
        program.close()
    assert server.bodies == [f"m{number}" for number in range(25)]
    assert "Stopped after line 25 of standard input." in program.stderr


def test_a_dry_run_reads_standard_input(embedded, command):
    queue = embedded.create("restored")

    def tried(text):
        return command(
            "dlq", "import", "restored", "-", "--dry-run", "--json", endpoint=embedded.url,
            input=text)

    done = tried(lines("a", "b"))
    assert done.status == 0, done.output
    assert objects(done)[0]["messages"] == 2
    bad = tried(lines("a") + "{\n")
    assert bad.status == EX_DATAERR, bad.output
    assert "standard input: line 2: not valid JSON" in bad.stderr
    assert queue.counts() == (0, 0, 0)


def test_the_lines_of_a_pipe_that_has_a_name_are_sent(embedded, binary, tmp_path):
    """They are there once: what was read to be checked cannot be read again to be sent."""
    queue = embedded.create("restored")
    named = tmp_path / "letters"
    os.mkfifo(named)
    program = Program(
        [binary, "dlq", "import", "restored", named], environment(tmp_path, embedded.url))
    try:
        with named.open("w") as writer:
            writer.write(lines("a", "b"))
        assert program.wait(20) == 0, program.output
    finally:
        program.close()
    assert [message["Body"] for message in drain(queue)] == ["a", "b"]
