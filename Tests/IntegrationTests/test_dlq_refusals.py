"""`dlq import`, `redrive`, `export` and `publish` where the service refuses an entry, or a call."""

import json

import pytest

from harness.dead_letters import objects
from harness.program import Program
from harness.scripted_queue import MovingQueue, ScriptedQueue, letter, task
from harness.servers import environment
from harness.waiting import eventually

EX_NOINPUT, EX_NOPERM, EX_CONFIG = 66, 77, 78
INVALID = ("InvalidMessageContents", True)
INTERNAL = ("InternalFailure", False)


def once(code, body, verb="send"):
    """Refuses a body the first time that it comes."""
    left = [body]

    def refuse(operation, entry):
        if operation == verb and entry.get("MessageBody") in left:
            left.remove(entry["MessageBody"])
            return code
        return None
    return refuse


@pytest.fixture
def archive(tmp_path):
    def write(*letters):
        path = tmp_path / "letters.jsonl"
        path.write_text("".join(
            json.dumps({"MessageId": body, "Body": body,
                        "Attributes": {"MessageGroupId": group} if group else {}}) + "\n"
            for body, group in letters))
        return path
    return write


@pytest.mark.parametrize("status, code, exit_status", [
    (403, "AccessDeniedException", EX_NOPERM), (403, "ExpiredTokenException", EX_NOPERM),
    (400, "QueueDoesNotExist", EX_NOINPUT), (400, "InvalidAddress", EX_CONFIG)])
def test_a_call_that_fails_as_a_whole_ends_an_import_which_goes_on_later(
        endpoint, command, archive, status, code, exit_status):
    troubles = [None]

    def fail(operation, body):
        if operation == "SendMessageBatch" and len(server.batches) == 1:
            return troubles[0]
        return None

    server = ScriptedQueue(endpoint, fail=fail)
    path = archive(*((f"m{number}", None) for number in range(25)))
    troubles[0] = (status, code)
    done = command("dlq", "import", "orders", path, endpoint=server.url)
    assert done.status == exit_status, done.output
    assert "Sent 10 messages" in done.stderr and "Not sent" not in done.stderr, done.output
    troubles[0] = None
    again = command("dlq", "import", "orders", path, endpoint=server.url)
    assert again.status == 0, again.output
    assert server.bodies == [f"m{number}" for number in range(25)]


def test_a_call_that_is_refused_for_one_of_its_messages_is_asked_again_for_each(
        endpoint, command, archive):
    def fail(operation, body):
        if operation == "SendMessageBatch" and any(
                entry["MessageBody"] == "b" for entry in body["Entries"]):
            return 400, "InvalidMessageContents"
        return None

    server = ScriptedQueue(endpoint, fail=fail)
    done = command(
        "dlq", "import", "orders", archive(("a", None), ("b", None), ("c", None)), "--json",
        endpoint=server.url)
    assert done.status == 1, done.output
    assert "line 2" in done.stderr and "line 1" not in done.stderr
    assert (objects(done)[0]["sent"], objects(done)[0]["refused"]) == (2, 1)
    assert server.bodies == ["a", "c"]


@pytest.mark.parametrize("code, sent", [
    (INTERNAL, ["x", "a", "b", "y"]), (INVALID, ["x", "b", "y"])], ids=["again", "refused"])
def test_no_message_of_an_import_overtakes_one_of_its_group(
        endpoint, command, archive, code, sent):
    server = ScriptedQueue(endpoint, once(code, "a"))
    path = archive(("x", "g1"), ("a", "g2"), ("b", "g2"), ("y", "g3"))
    done = command("dlq", "import", "orders.fifo", path, endpoint=server.url)
    assert done.status == (0 if code == INTERNAL else 1), done.output
    assert server.bodies == sent


def test_no_message_of_publish_overtakes_one_of_its_group(endpoint, command):
    server = ScriptedQueue(endpoint, once(INTERNAL, "a"))
    done = command(
        "publish", "--queue", "orders.fifo", "--group", "g", "a", "b", "c", endpoint=server.url)
    assert done.status == 0, done.output
    assert server.bodies == ["a", "b", "c"]


def test_publish_ends_when_the_service_denies_the_call(endpoint, command):
    server = ScriptedQueue(endpoint, fail=lambda operation, _: (
        (403, "AccessDeniedException") if operation == "SendMessageBatch" else None))
    done = command("publish", "--queue", "orders", "--count", "100", endpoint=server.url)
    assert done.status == EX_NOPERM, done.output
    assert "10 not sent" in done.output


def test_a_group_of_which_one_is_refused_stays_in_order(endpoint, command):
    """What is behind it waits with it, in the dead-letter queue."""
    letters = [letter("a1", "a"), letter("a2", "a"), letter("b1", "b"), letter("b2", "b")]
    server = ScriptedQueue(
        endpoint, lambda verb, entry: INVALID if entry.get("MessageBody") == "a1" else None,
        messages=letters)
    done = command(
        "dlq", "redrive", "dead.fifo", "--to", "orders.fifo", "--limit", "10", "--json",
        endpoint=server.url)
    assert done.status == 1, done.output
    [told] = objects(done)
    assert (told["moved"], told["failed"]) == (2, 2)
    assert server.bodies == ["b1", "b2"]
    assert server.deleted == ["handle-b1", "handle-b2"]


def test_a_copied_letter_that_cannot_be_deleted_is_told(endpoint, command):
    server = ScriptedQueue(
        endpoint, lambda verb, entry: (
            ("ReceiptHandleIsInvalid", True) if entry.get("ReceiptHandle") == "handle-b" else None),
        messages=[letter("a"), letter("b")])
    done = command(
        "dlq", "redrive", "dead", "--to", "orders", "--limit", "10", endpoint=server.url)
    assert done.status == 1, done.output
    assert "1 in both queues: they were copied, and could not be deleted" in done.stdout
    assert server.deleted == ["handle-a"]


def test_a_saved_letter_that_cannot_be_deleted_is_told(endpoint, command, tmp_path):
    server = ScriptedQueue(
        endpoint, lambda verb, entry: (
            ("ReceiptHandleIsInvalid", True) if entry.get("ReceiptHandle") == "handle-b" else None),
        messages=[letter("a"), letter("b")])
    done = command(
        "dlq", "export", "dead", tmp_path / "letters.jsonl", "--delete", endpoint=server.url)
    assert done.status == 1, done.output
    assert "1 could not be deleted: run it again" in done.stdout
    assert server.deleted == ["handle-a"]


@pytest.mark.parametrize("arguments, words", [
    (["redrive", "--to", "orders", "--limit", "30"], "10 in both queues"),
    (["export", "letters.jsonl", "--delete"], "10 could not be deleted")],
    ids=["redrive", "export"])
def test_no_more_is_copied_when_nothing_can_be_deleted(
        endpoint, command, tmp_path, arguments, words):
    server = ScriptedQueue(
        endpoint, messages=[letter(f"m{n}") for n in range(30)],
        fail=lambda operation, _: (
            (403, "AccessDeniedException") if operation == "DeleteMessageBatch" else None))
    verb, *more = arguments
    more = [tmp_path / word if word.endswith(".jsonl") else word for word in more]
    done = command("dlq", verb, "dead", *more, endpoint=server.url)
    assert done.status == EX_NOPERM, done.output
    assert words in done.output
    assert len(server.waiting) == 20, "no more is received"


def denied_for(queue, code="AccessDeniedException"):
    def fail(operation, body):
        if operation == "SendMessageBatch" and body["QueueUrl"].endswith("/" + queue):
            return 403, code
        return None
    return fail


def test_a_target_that_takes_nothing_ends_a_redrive(endpoint, command):
    server = ScriptedQueue(
        endpoint, fail=denied_for("orders"), messages=[letter(f"m{n}") for n in range(30)])
    done = command("dlq", "redrive", "dead", "--to", "orders", "--limit", "30", endpoint=server.url)
    assert done.status == EX_NOPERM, done.output
    assert "Moved 0 messages from dead." in done.stdout
    assert len(server.waiting) == 20, "no more is received"


def test_a_target_that_takes_nothing_does_not_keep_the_others_letters(endpoint, command):
    server = ScriptedQueue(endpoint, fail=denied_for("orders"), messages=[
        letter(f"m{n}", source="orders" if n % 2 else "invoices") for n in range(30)])
    done = command("dlq", "redrive", "dead", "--limit", "30", "--json", endpoint=server.url)
    assert done.status == 1, done.output
    [told] = objects(done)
    assert (told["to"], told["withoutTarget"]) == ({"invoices": 15}, 15)
    assert len(told["reasons"]) == 1 and "orders takes none of them" in told["reasons"][0]
    tried = [r for r in server.requests_of("SendMessageBatch") if b"/orders" in r.body]
    assert len(tried) == 1, "it is asked once"


def test_credentials_that_expire_end_a_redrive(endpoint, command):
    server = ScriptedQueue(
        endpoint, fail=denied_for("orders", "ExpiredTokenException"),
        messages=[letter("a", source="orders"), letter("b", source="invoices")])
    done = command("dlq", "redrive", "dead", "--limit", "2", endpoint=server.url)
    assert done.status == EX_NOPERM, done.output


def test_an_older_task_is_not_taken_for_the_one_that_was_started(endpoint, command):
    old = task("COMPLETED", 1_000, 99)
    server = MovingQueue(endpoint)
    server.tasks = [
        [old], [old], [task("RUNNING", 2_000, 3), old], [task("COMPLETED", 2_000, 5), old]]
    done = command("dlq", "redrive", "dead", "--json", endpoint=server.url)
    assert done.status == 0, done.output
    assert objects(done)[0]["movedByService"] == 5


def test_a_cancel_that_meets_a_task_that_has_ended_is_no_error(
        endpoint, binary, tmp_path):
    def fail(operation, body):
        if operation == "CancelMessageMoveTask":
            server.tasks = [[task("COMPLETED", 2_000, 5)]]
            return 404, "ResourceNotFoundException"
        return None

    server = MovingQueue(endpoint, fail=fail)
    server.tasks = [[], [task("RUNNING", 2_000, 3)]]
    program = Program([binary, "dlq", "redrive", "dead"], environment(tmp_path, server.url))
    try:
        eventually(lambda: len(server.requests_of("ListMessageMoveTasks")) > 1, 20, "it looks")
        program.send(2)
        assert program.wait(20) == 75, program.output
    finally:
        program.close()
    assert "Moved 5 messages from dead." in program.stdout
    assert "Error" not in program.stderr
