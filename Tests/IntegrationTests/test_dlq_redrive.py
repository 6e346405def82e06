"""`sqs-subscriber dlq redrive`, against three servers of three makers."""

import json
import os
import pty
import socket
import subprocess

import pytest

from harness.dead_letters import DeadLetters, arn_of, drain, objects, poison, reject
from harness.program import Program
from harness.servers import environment
from harness.waiting import eventually


@pytest.fixture
def letters(embedded):
    return DeadLetters(embedded, "orders")


@pytest.fixture
def dlq(command, embedded):
    def run(*arguments, **more):
        return command("dlq", *arguments, endpoint=embedded.url, **more)
    return run


def test_what_a_redrive_policy_moved_goes_back(letters, dlq):
    poison(letters, "a", "b", "c")
    done = dlq("redrive", "orders-dead", "--json")
    assert done.status == 0, done.output
    assert objects(done)[0]["moved"] == 3
    assert sorted(m["Body"] for m in drain(letters.source)) == ["a", "b", "c"]
    letters.dead.wait_until_empty()


@pytest.mark.parametrize("server", ["moto", "ministack", "embedded"])
@pytest.mark.parametrize("fifo", [False, True], ids=["standard", "fifo"])
def test_what_a_handler_rejected_goes_back_as_it_was_sent(request, server, fifo, command):
    maker, server = server, request.getfixturevalue(server)
    letters = DeadLetters(server, f"rejected{int(fifo)}", fifo)
    origin = {"DataType": "String", "StringValue": json.dumps({"queue": letters.source.name})}
    order = {"MessageGroupId": "g", "MessageDeduplicationId": "d"} if fifo else {}
    binary = {"DataType": "Binary.raw", "BinaryValue": b"\x00\xff\n"}
    letters.dead.send(
        "body ž\r\n", MessageAttributes={"RejectedFrom": origin, "raw": binary},
        MessageSystemAttributes={"AWSTraceHeader": {
            "DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793"}},
        **order)
    done = command("dlq", "redrive", letters.dead.name, "--limit", "5", endpoint=server.url)
    assert done.status == 0, done.output
    [message] = drain(letters.source)
    assert message["Body"] == "body ž\r\n"
    assert message["MessageAttributes"] == {"RejectedFrom": origin, "raw": binary}
    if maker == "embedded":  # the others lose it in a batch
        assert message["Attributes"]["AWSTraceHeader"].startswith("Root=1-5759e988")
    if fifo:
        assert message["Attributes"]["MessageGroupId"] == "g"
    assert letters.dead.counts() == (0, 0, 0)


@pytest.mark.parametrize("server", ["moto", "ministack", "embedded"])
def test_a_letter_that_says_nothing_goes_to_the_only_queue_that_it_can_be_from(
        request, server, command):
    server = request.getfixturevalue(server)
    letters = DeadLetters(server, "only")
    letters.dead.send("a")
    done = command("dlq", "redrive", "only-dead", "--limit", "1", endpoint=server.url)
    assert done.status == 0, done.output
    assert [m["Body"] for m in drain(letters.source)] == ["a"]


def test_a_letter_from_nowhere_stays_until_it_is_told_where_to_go(embedded, dlq):
    dead, other = embedded.create("alone-dead"), embedded.create("other")
    dead.send("a")
    done = dlq("redrive", "alone-dead")
    assert done.status == 1, done.output
    assert "--to QUEUE" in done.stdout
    assert dead.counts() == (1, 0, 0)
    assert dlq("redrive", "alone-dead", "--to", "other").status == 0
    assert [m["Body"] for m in drain(other)] == ["a"]


def from_queue(origin):
    return {"RejectedFrom": {"DataType": "String", "StringValue": json.dumps(origin)}}


@pytest.mark.parametrize("claim", ["http://{host}/123456789012/orders", "secrets", "no-such"])
def test_a_letter_does_not_choose_a_host_or_a_queue_that_it_cannot_be_from(
        letters, embedded, dlq, claim):
    secrets = embedded.create("secrets")
    with socket.create_server(("127.0.0.1", 0)) as thief:
        host = "127.0.0.1:%d" % thief.getsockname()[1]
        letters.dead.send(
            "x", MessageAttributes=from_queue({"queueArn": claim.format(host=host)}))
        done = dlq("redrive", "orders-dead", "--limit", "5")
        thief.setblocking(False)
        with pytest.raises(BlockingIOError):
            thief.accept()
    assert done.status == 1, done.output
    assert "1 left, since they say that they are from a queue that has" in done.stdout
    assert letters.dead.counts() == (1, 0, 0) and secrets.counts() == (0, 0, 0)


def test_origins_that_cannot_be_read_are_told_together(letters, dlq):
    for number in range(3):
        letters.dead.send("x", MessageAttributes=from_queue({"queue": f"no queue {number}!"}))
    done = dlq("redrive", "orders-dead", "--limit", "5")
    assert done.status == 1, done.output
    assert "  3 left, since they say" in done.stdout


def test_what_the_configuration_sends_here_goes_back_without_a_redrive_policy(
        embedded, config, command):
    dead, source = embedded.create("lost"), embedded.create("invoices")
    config.exec("invoices", "true", queue="invoices")
    config.main('[queues.invoices]\ndead_letter_queue = "lost"\n')
    dead.send("x", MessageAttributes=from_queue({"queue": "invoices"}))
    arguments = ["dlq", "redrive", "lost", "--limit", "5"]
    without = command(*arguments, endpoint=embedded.url)
    assert without.status == 1 and "dead_letter_queue" in without.stdout, without.output
    done = command(*arguments, "--config", config.folder, endpoint=embedded.url)
    assert done.status == 0, done.output
    assert [m["Body"] for m in drain(source)] == ["x"]


def test_a_redrive_moves_what_matches_and_gives_the_rest_back(letters, dlq):
    letters.dead.send(*(json.dumps({"n": number}) for number in range(25)))
    done = dlq("redrive", "orders-dead", "--match", '{"body": {"n": [{"numeric": ["<", 12]}]}}')
    assert done.status == 0, done.output
    assert "Moved 12 messages from orders-dead: 12 to orders.\n  13 left" in done.stdout
    assert len(drain(letters.source)) == 12
    assert letters.dead.counts() == (13, 0, 0)


def test_a_dry_run_says_what_would_go_where_and_moves_nothing(letters, dlq):
    reject(letters, "a", "b")
    done = dlq("redrive", "orders-dead", "--dry-run")
    assert done.status == 0, done.output
    assert "Would move 2 messages from orders-dead: 2 to orders." in done.stdout
    assert letters.dead.counts() == (2, 0, 0)
    assert letters.source.counts() == (0, 0, 0)


def test_a_limit_is_kept_and_what_is_beyond_is_not_touched(letters, dlq):
    letters.fill(30)
    assert dlq("redrive", "orders-dead", "--limit", "12", "--to", "orders").status == 0
    assert letters.source.counts()[0] == 12
    assert letters.dead.counts() == (18, 0, 0)


def test_a_fifo_redrive_keeps_each_group_in_order(embedded, dlq):
    letters = DeadLetters(embedded, "ordered", fifo=True)
    letters.fill(60, groups=4)
    done = dlq("redrive", "ordered-dead.fifo", "--limit", "60")
    assert done.status == 0, done.output
    groups = {}
    for message in drain(letters.source):
        groups.setdefault(message["Attributes"]["MessageGroupId"], []).append(
            int(message["Body"].split()[1]))
    assert sum(map(len, groups.values())) == 60
    assert all(numbers == sorted(numbers) for numbers in groups.values())


def test_a_letter_that_fails_again_can_be_redriven_again_at_once(embedded, dlq):
    letters = DeadLetters(embedded, "again", fifo=True)
    letters.source.send("x", MessageGroupId="g", MessageDeduplicationId="d")
    for _ in range(3):
        [message] = letters.source.receive_all()
        letters.source.client.change_message_visibility(
            QueueUrl=letters.source.url, ReceiptHandle=message["ReceiptHandle"],
            VisibilityTimeout=0)
        assert letters.source.receive_all() == []
        assert letters.dead.counts() == (1, 0, 0)
        assert dlq("redrive", "again-dead.fifo", "--limit", "1").status == 0
        assert letters.source.counts() == (1, 0, 0)


def test_ctrl_c_ends_between_two_batches_with_its_own_status(letters, embedded, binary, tmp_path):
    letters.fill(200)
    program = Program(
        [binary, "dlq", "redrive", "orders-dead", "--to", "orders", "--limit", "200", "--rate",
         "10"], environment(tmp_path, embedded.url))
    try:
        eventually(lambda: letters.source.counts()[0] > 0, 20, "something is moved")
        program.send(2)
        assert program.wait(20) == 75, program.output
    finally:
        program.close()
    moved = letters.source.counts()[0]
    assert f"Moved {moved} messages" in program.stdout
    assert letters.dead.counts() == (200 - moved, 0, 0)


def test_a_terminal_gets_a_line_that_counts_and_goes_away(letters, embedded, binary, tmp_path):
    letters.fill(30)
    screen, terminal = pty.openpty()
    try:
        done = subprocess.run(
            [binary, "dlq", "redrive", "orders-dead", "--to", "orders", "--limit", "30"],
            env=environment(tmp_path, embedded.url), stdout=subprocess.PIPE, stderr=terminal,
            text=True, timeout=30)
        shown = os.read(screen, 1 << 16).decode()
    finally:
        os.close(screen)
        os.close(terminal)
    assert done.returncode == 0
    assert "\rMoved 20 of about 30" in shown
    assert shown.endswith("\r")
    assert done.stdout == "Moved 30 messages from orders-dead: 30 to orders.\n"


def test_what_the_service_cannot_move_is_copied_in_the_end(letters, dlq):
    poison(letters, "a", "b")
    reject(letters, "c")
    done = dlq("redrive", "orders-dead", "--json")
    assert done.status == 0, done.output
    [told] = objects(done)
    assert (told["moved"], told["movedByService"], told["to"]) == (3, 2, {"orders": 1})
    assert sorted(m["Body"] for m in drain(letters.source)) == ["a", "b", "c"]
    assert letters.dead.counts() == (0, 0, 0)


def test_ctrl_c_cancels_what_the_service_moves(letters, embedded, binary, tmp_path):
    letters.fill(100)
    program = Program(
        [binary, "dlq", "redrive", "orders-dead", "--to", "orders", "--rate", "10"],
        environment(tmp_path, embedded.url))
    try:
        eventually(lambda: letters.source.counts()[0] > 0, 20, "something is moved")
        program.send(2)
        assert program.wait(20) == 75, program.output
    finally:
        program.close()
    moved = letters.source.counts()[0]
    assert f"Moved {moved} messages" in program.stdout
    assert moved + letters.dead.counts()[0] == 100


def test_a_redrive_that_was_killed_is_followed_when_the_service_goes_on(
        letters, embedded, binary, tmp_path, dlq):
    letters.fill(40)
    arguments = ["redrive", "orders-dead", "--to", "orders", "--rate", "20"]
    program = Program([binary, "dlq", *arguments], environment(tmp_path, embedded.url))
    eventually(lambda: letters.source.counts()[0] > 0, 20, "something is moved")
    program.send(9)
    program.wait()
    other = dlq("redrive", "orders-dead")
    assert other.status == 75 and "to orders already" in other.stderr, other.output
    done = dlq(*arguments)
    assert done.status == 0, done.output
    assert "moving them already" in done.stderr
    assert letters.source.counts() == (40, 0, 0)


def test_a_task_that_somebody_cancels_is_told_with_its_own_status(
        letters, embedded, binary, tmp_path):
    letters.fill(100)
    program = Program(
        [binary, "dlq", "redrive", "orders-dead", "--to", "orders", "--rate", "10"],
        environment(tmp_path, embedded.url))
    try:
        eventually(lambda: letters.source.counts()[0] > 0, 20, "something is moved")
        client = letters.dead.client
        [task] = client.list_message_move_tasks(SourceArn=arn_of(letters.dead))["Results"]
        client.cancel_message_move_task(TaskHandle=task["TaskHandle"])
        assert program.wait(20) == 1, program.output
    finally:
        program.close()
    moved = letters.source.counts()[0]
    assert f"Moved {moved} message" in program.stdout
    assert "told to stop: run it again for the rest" in program.stdout


def test_what_another_receiver_holds_is_told_with_its_own_status(letters, dlq):
    letters.dead.send("a", "b")
    letters.dead.client.receive_message(
        QueueUrl=letters.dead.url, MaxNumberOfMessages=1, VisibilityTimeout=60)
    done = dlq("redrive", "orders-dead", "--to", "orders", "--json")
    assert done.status == 1, done.output
    assert objects(done)[0]["inFlight"] == 1
