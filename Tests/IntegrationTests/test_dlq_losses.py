"""`dlq redrive`, `export`, `import` amid kills: nothing is lost, and what is doubled is known."""

import fcntl
import json
import os
import random
from collections import Counter

import pytest

from harness.dead_letters import DeadLetters, doubles, drain
from harness.program import Program
from harness.servers import environment
from harness.waiting import eventually

KILLS = 10
# What a kill may cut: the deletes of one round, whose messages are in both queues then.
ROUND = 10
# DLQ_MESSAGES=5000 is the acceptance's number; a suite that runs often does with fewer. moto has
# fewer always: each send and receive costs it more the more it holds, and with 1000 it leaves a
# call unanswered for a minute.
MESSAGES = int(os.environ.get("DLQ_MESSAGES", "400"))
MOTO_MESSAGES = min(100, MESSAGES)
# Long enough for a round, short enough for the last run to see what the kills left in flight.
HIDDEN = "2s"
WHOLE_RUN_SECONDS = 300


@pytest.fixture(params=["moto", "ministack", "embedded"])
def server(request):
    server = request.getfixturevalue(request.param)
    is_moto = request.param == "moto"
    server.messages = MOTO_MESSAGES if is_moto else MESSAGES
    # moto serves receives side by side without a lock, each with the groups that were in flight
    # when it began: one of a killed client, and the next one's, take messages of a group at once.
    server.keeps_order = not is_moto
    return server


def killed_at_random(binary, home, server, arguments, moved, total, seed):
    """Starts the command again and again, and kills it when a random share more is done."""
    fate = random.Random(seed)
    for kill in range(1, KILLS + 1):
        program = Program([binary, *arguments], environment(home, server.url))
        mark = fate.randrange((kill - 1) * total // (KILLS + 2), kill * total // (KILLS + 2))
        eventually(
            lambda: moved() >= mark or program.process.poll() is not None, WHOLE_RUN_SECONDS,
            f"{mark} of {total} are moved")
        program.send(9)
        program.wait()
        program.close()


@pytest.mark.parametrize("fifo", [False, True], ids=["standard", "fifo"])
def test_a_redrive_that_is_killed_ten_times_loses_none(server, fifo, command, binary, tmp_path):
    letters = DeadLetters(server, f"killed{int(fifo)}", fifo)
    total = server.messages
    bodies = letters.fill(total, groups=50)
    arguments = [
        "dlq", "redrive", letters.dead.name, "--to", letters.source.name, "--visibility-timeout",
        HIDDEN, "--limit", str(10 * total)]
    killed_at_random(
        binary, tmp_path, server, arguments, lambda: letters.source.counts()[0], total, 11)

    def finished():
        done = command(*arguments, endpoint=server.url, within=WHOLE_RUN_SECONDS)
        # 1: what a killed one held is not back yet.
        assert done.status in (0, 1), done.output
        return letters.dead.counts() == (0, 0, 0)

    eventually(finished, WHOLE_RUN_SECONDS, "the dead-letter queue is empty")
    received = drain(letters.source)
    assert {m["Body"] for m in received} == set(bodies)
    if fifo:
        assert doubles(received) == 0, "the target drops what it has"
        if server.keeps_order:
            in_order(received)
    else:
        assert doubles(received) <= KILLS * ROUND, "only those whose delete was cut"


def in_order(received):
    groups = {}
    for message in received:
        groups.setdefault(message["Attributes"]["MessageGroupId"], []).append(
            int(message["Body"].split()[1]))
    for numbers in groups.values():
        assert numbers == sorted(numbers)


def content(message):
    kept = ("MessageGroupId", "AWSTraceHeader")
    return json.dumps([
        message["Body"], {name: [a["DataType"], a.get("StringValue"), repr(a.get("BinaryValue"))]
                          for name, a in message.get("MessageAttributes", {}).items()},
        {name: message["Attributes"].get(name) for name in kept}], sort_keys=True)


def odd_entries(fifo):
    bodies = [
        "ž \U0001f40e\r\n\ttab", '"quotes" \\ / \u2028', "x" * 200_000, "{\"n\": 1.50}", " "]
    return [
        {"MessageBody": body, "MessageAttributes": {
            "raw": {"DataType": "Binary.x", "BinaryValue": bytes([number, 0, 255])},
            "n": {"DataType": "Number.int", "StringValue": "1.50"}},
         "MessageSystemAttributes": {"AWSTraceHeader": {
             "DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793"}},
         **({"MessageGroupId": f"g{number % 2}", "MessageDeduplicationId": f"odd{number}"}
            if fifo else {})}
        for number, body in enumerate(bodies)]


@pytest.mark.parametrize("fifo", [False, True], ids=["standard", "fifo"])
def test_export_purge_and_import_bring_the_same_back(server, fifo, command, tmp_path):
    letters = DeadLetters(server, f"saved{int(fifo)}", fifo)
    queue = letters.dead
    queue.send_all(odd_entries(fifo))
    letters.fill(40, groups=50)
    reference = server.create(f"reference{int(fifo)}" + (".fifo" if fifo else ""), **(
        {"FifoQueue": "true"} if fifo else {}))
    reference.send_all(odd_entries(fifo))
    letters.fill(40, groups=50, queue=reference)
    archive = tmp_path / "letters.jsonl"

    def dlq(verb, *more):
        return command("dlq", verb, queue.name, *more, endpoint=server.url)

    saved = dlq("export", archive, *(["--delete"] if fifo else []))
    assert saved.status == 0, saved.output
    assert archive.read_bytes().count(b"\n") == 45
    assert (archive.stat().st_mode & 0o777) == 0o600
    assert dlq("purge", "--yes").status == 0
    assert queue.counts() == (0, 0, 0)
    sent = dlq("import", archive)
    assert sent.status == 0, sent.output
    assert not (tmp_path / "letters.jsonl.imported").exists()
    assert Counter(map(content, drain(queue))) == Counter(map(content, drain(reference)))


def test_an_export_that_is_killed_goes_on_with_its_file(embedded, command, binary, tmp_path):
    queue = embedded.create("saved")
    queue.send_all([{"MessageBody": f"letter {n}"} for n in range(MESSAGES)])
    archive = tmp_path / "letters.jsonl"
    arguments = ["dlq", "export", "saved", archive, "--delete", "--visibility-timeout", HIDDEN]
    program = Program([binary, *arguments], environment(tmp_path, embedded.url))
    eventually(lambda: archive.exists() and archive.stat().st_size > 9_000, 20, "it has begun")
    program.send(9)
    program.wait()
    # What a power cut may leave of the last line.
    with archive.open("a") as file:
        file.write('{"MessageId":"cut')

    def finished():
        done = command(*arguments, endpoint=embedded.url)
        assert done.status == 0, done.output
        return queue.counts() == (0, 0, 0)

    eventually(finished, 60, "all is saved")
    bodies = [json.loads(line)["Body"] for line in archive.read_text().splitlines()]
    assert sorted(bodies) == sorted(f"letter {n}" for n in range(MESSAGES))


def test_a_file_that_another_export_writes_is_left_alone(embedded, command, tmp_path):
    """What the other had appended, and deleted from its queue, would be cut off."""
    queue = embedded.create("saved")
    queue.send("a")
    archive = tmp_path / "letters.jsonl"
    with archive.open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        other.write('{"MessageId":"be')
        other.flush()
        done = command("dlq", "export", "saved", archive, "--delete", endpoint=embedded.url)
        assert done.status == 73, done.output
        assert f"{archive}: another export is writing it" in done.stderr
        assert archive.read_text() == '{"MessageId":"be'
    assert queue.counts() == (1, 0, 0)
    assert command(
        "dlq", "export", "saved", archive, "--delete", endpoint=embedded.url).status == 0
    assert [json.loads(line)["Body"] for line in archive.read_text().splitlines()] == ["a"]


def test_an_import_that_is_killed_goes_on_after_its_last_batch(
        embedded, command, binary, tmp_path):
    queue = embedded.create("restored.fifo", FifoQueue="true")
    archive = tmp_path / "letters.jsonl"
    archive.write_text("".join(
        json.dumps({"MessageId": str(n), "Body": f"letter {n}", "Attributes": {
            "MessageGroupId": f"g{n % 7}"}}) + "\n" for n in range(MESSAGES)))
    arguments = ["dlq", "import", "restored.fifo", archive]
    for kill in range(1, 4):
        program = Program([binary, *arguments], environment(tmp_path, embedded.url))
        mark = kill * MESSAGES // 5
        eventually(lambda: queue.counts()[0] >= mark, 30, f"{mark} are sent")
        program.send(9)
        program.wait()
    done = command(*arguments, endpoint=embedded.url)
    assert done.status == 0, done.output
    assert "Going on after line" in done.stderr
    received = drain(queue)
    assert len(received) == MESSAGES
    in_order(received)
    again = command(*arguments, endpoint=embedded.url)
    assert again.status == 0 and len(drain(queue)) == MESSAGES, "another import is not dropped"


def letters_of(kind, count):
    return "".join(json.dumps({"MessageId": f"{kind}{n}", "Body": f"{kind} {n}"}) + "\n"
                   for n in range(count))


@pytest.mark.parametrize("other", [letters_of("other", 400), letters_of("letter", 3)])
def test_what_is_noted_of_one_file_is_not_believed_of_another(
        embedded, command, binary, tmp_path, other):
    queue = embedded.create("restored")
    archive = tmp_path / "letters.jsonl"
    archive.write_text(letters_of("letter", 10 * MESSAGES))
    arguments = ["dlq", "import", "restored", archive]
    program = Program([binary, *arguments], environment(tmp_path, embedded.url))
    eventually(lambda: queue.counts()[0] >= 20, 30, "some are sent")
    program.send(9)
    program.wait()
    drain(queue)
    archive.write_text(other)
    done = command(*arguments, endpoint=embedded.url)
    assert done.status == 65, done.output
    assert f"{archive}.imported is there, of another import" in done.stderr
    assert queue.counts() == (0, 0, 0)
    (tmp_path / "letters.jsonl.imported").unlink()
    assert command(*arguments, endpoint=embedded.url).status == 0
    assert len(drain(queue)) == other.count("\n")


def test_a_file_that_another_import_sends_is_left_alone(embedded, command, tmp_path):
    queue = embedded.create("restored")
    archive = tmp_path / "letters.jsonl"
    archive.write_text(letters_of("letter", 3))
    with archive.open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        done = command("dlq", "import", "restored", archive, endpoint=embedded.url)
        assert done.status == 75, done.output
        assert f"{archive}: another import or export is at work on it" in done.stderr
        assert command(
            "dlq", "import", "restored", archive, "--dry-run", endpoint=embedded.url).status == 0
    assert queue.counts() == (0, 0, 0)
    assert command("dlq", "import", "restored", archive, endpoint=embedded.url).status == 0
    assert queue.counts() == (3, 0, 0)


def test_a_note_that_cannot_be_read_is_not_taken_for_none(embedded, command, tmp_path):
    queue = embedded.create("restored")
    archive = tmp_path / "letters.jsonl"
    archive.write_text(letters_of("letter", 3))
    (tmp_path / "letters.jsonl.imported").mkdir()
    done = command("dlq", "import", "restored", archive, endpoint=embedded.url)
    assert done.status == 65, done.output
    assert f"{archive}.imported: cannot be read: Is a directory" in done.stderr
    assert queue.counts() == (0, 0, 0)


@pytest.mark.parametrize("lines, words", [
    (['{"Body": "good"}', "{"], ["line 2", "not valid JSON", "Nothing was sent"]),
    (['{"Body": ""}', "", '{"Body": 5}'], ["line 1", "empty", "line 3", "not a text"]),
])
def test_an_import_names_each_bad_line_and_sends_nothing(
        embedded, command, tmp_path, lines, words):
    queue = embedded.create("restored")
    archive = tmp_path / "letters.jsonl"
    archive.write_text("\n".join(lines))
    done = command("dlq", "import", "restored", archive, endpoint=embedded.url)
    assert done.status == 65, done.output
    for word in words:
        assert word in done.stderr
    assert queue.counts() == (0, 0, 0)


def test_what_the_service_refuses_is_told_with_its_line(embedded, command, tmp_path):
    queue = embedded.create("restored")
    archive = tmp_path / "letters.jsonl"
    archive.write_text('{"Body": "a"}\n{"Body": "bad\\u0001"}\n{"Body": "c"}\n')
    done = command("dlq", "import", "restored", archive, "--json", endpoint=embedded.url)
    assert done.status == 1, done.output
    assert "line 2" in done.stderr
    assert json.loads(done.stdout)["refused"] == 1
    assert sorted(m["Body"] for m in drain(queue)) == ["a", "c"]


@pytest.mark.parametrize("text", ["something else", "a\nb\n", '{"a": 1}\n'])
def test_an_export_does_not_touch_a_file_that_is_none_of_its_own(
        embedded, command, tmp_path, text):
    embedded.create("saved").send("a")
    archive = tmp_path / "notes.txt"
    archive.write_text(text)
    done = command("dlq", "export", "saved", archive, endpoint=embedded.url)
    assert done.status == 65, done.output
    assert archive.read_text() == text
