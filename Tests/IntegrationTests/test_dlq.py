"""`sqs-subscriber dlq` and `queues`: what they show, refuse and delete."""

import json
import os
import pty
import re

import pytest

from harness.dead_letters import DeadLetters, arn_of, objects, reject
from harness.program import Program
from harness.servers import environment

EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_CANTCREAT, EX_CONFIG = 64, 65, 66, 73, 78


@pytest.fixture
def letters(embedded):
    return DeadLetters(embedded, "orders")


@pytest.fixture
def dlq(command, embedded):
    def run(*arguments, **more):
        return command("dlq", *arguments, endpoint=embedded.url, **more)
    return run


def test_list_says_how_many_since_when_and_why(letters, dlq):
    reject(letters, "a", "b")
    letters.dead.send("c")
    done = dlq("list", "orders-dead")
    assert done.status == 0, done.output
    assert re.match(r"orders-dead: 3 messages, the oldest sent (.+ ago|just now)\n", done.stdout)
    assert "  2 × charge: card declined\n  1 × no reason noted\n" in done.stdout
    assert letters.dead.counts() == (3, 0, 0), "what was looked at is given back"


def test_list_without_a_queue_asks_for_all_that_the_configuration_names(
        embedded, letters, config, command):
    invoices, lost = embedded.create("invoices"), embedded.create("lost")
    config.exec("orders", "true", queue="orders")
    config.exec("invoices", "true", queue="invoices")
    config.main('[queues.invoices]\ndead_letter_queue = "lost"\n')
    lost.send("x")
    done = command("dlq", "list", "--json", "--config", config.folder, endpoint=embedded.url)
    assert done.status == 0, done.output
    found = {line["queue"]: (line["visible"], line["sources"]) for line in objects(done)}
    assert found == {"lost": (1, ["invoices"]), "orders-dead": (0, ["orders"])}
    assert invoices.counts() == (0, 0, 0)


def test_a_queue_that_is_missing_does_not_hide_the_others(embedded, letters, config, command):
    config.exec("orders", "true", queue="orders")
    config.exec("gone", "true", queue="gone")
    done = command("dlq", "list", "--config", config.folder, endpoint=embedded.url)
    assert done.status == EX_NOINPUT, done.output
    assert "orders-dead: 0 messages; of orders" in done.stdout
    assert "gone" in done.stderr


def test_counts_only_receives_nothing(letters, dlq):
    reject(letters, "a")
    [told] = objects(dlq("list", "orders-dead", "--counts-only", "--json"))
    assert (told["visible"], told["looked"], told["reasons"]) == (1, 0, [])
    [message] = letters.dead.receive_all()
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"


def test_show_prints_whole_messages_and_gives_them_back(letters, dlq):
    reject(letters, "first line\nsecond line")
    done = dlq("show", "orders-dead")
    assert done.status == 0, done.output
    for words in ("from orders, as old-id", "charge: card declined", "first line\nsecond line"):
        assert words in done.stdout
    assert letters.dead.counts() == (1, 0, 0)


def test_show_matches_a_pattern_and_stops_at_the_limit(letters, dlq):
    letters.dead.send(*(json.dumps({"n": number}) for number in range(30)))
    done = dlq(
        "show", "orders-dead", "--json", "--limit", "3", "--match",
        '{"body": {"n": [{"numeric": [">=", 20]}]}}')
    assert done.status == 0, done.output
    shown = [json.loads(line["Body"])["n"] for line in objects(done)]
    assert len(shown) == 3 and min(shown) >= 20
    assert letters.dead.counts() == (30, 0, 0)


@pytest.mark.parametrize("pattern, words", [
    ("{", "--match: not valid JSON"), ('{"body": 5}', "--match"), ("/no/such", "/no/such")])
def test_a_pattern_that_is_none_is_named(letters, dlq, pattern, words):
    for verb in ("show", "redrive"):
        done = dlq(verb, "orders-dead", "--match", pattern)
        assert done.status == EX_DATAERR, done.output
        assert words in done.stderr


def test_purge_asks_and_refuses_where_nobody_can_answer(
        letters, dlq, embedded, binary, tmp_path):
    letters.dead.send("a")
    refused = dlq("purge", "orders-dead")
    assert refused.status == EX_USAGE and "--yes" in refused.stderr
    keyboard, terminal = pty.openpty()
    try:
        for answer, status, left in ((b"no\n", 1, 1), (b"yes\n", 0, 0)):
            program = Program(
                [binary, "dlq", "purge", "orders-dead"], environment(tmp_path, embedded.url),
                stdin=terminal)
            os.write(keyboard, answer)
            assert program.wait(20) == status, program.output
            program.close()
            assert letters.dead.counts() == (left, 0, 0)
    finally:
        os.close(keyboard)
        os.close(terminal)


@pytest.mark.parametrize("arguments, status", [
    (["show", "no-such"], EX_NOINPUT), (["redrive", "no-such"], EX_NOINPUT),
    (["purge", "no-such", "--yes"], EX_NOINPUT), (["list", "no-such"], EX_NOINPUT),
    (["show", "bad name"], EX_CONFIG), (["show", "orders-dead", "--limit", "0"], EX_USAGE),
    (["redrive", "orders-dead", "--rate", "501"], EX_USAGE),
    (["redrive", "orders-dead", "--to", "orders-dead"], EX_USAGE),
    (["redrive", "orders-dead", "--to", "no-such"], EX_NOINPUT),
    (["redrive", "orders-dead", "--visibility-timeout", "x"], EX_USAGE),
    (["import", "orders-dead", "/no/such"], EX_NOINPUT),
    (["export", "orders-dead", "/no/such/file"], EX_CANTCREAT),
    (["export", "orders-dead", "-", "--delete"], EX_USAGE),
    (["list"], EX_CONFIG),
])
def test_what_cannot_be_done_has_its_status(letters, dlq, arguments, status):
    done = dlq(*arguments)
    assert done.status == status, done.output
    assert done.stderr


def test_a_pipe_gets_neither_progress_nor_colour(letters, dlq):
    letters.fill(30)
    for arguments in (["redrive", "orders-dead", "--to", "orders", "--limit", "30"],
                      ["show", "orders-dead"], ["list", "orders-dead"]):
        done = dlq(*arguments)
        assert "\r" not in done.output and "\x1b" not in done.output


def test_queues_list_and_show_say_what_there_is(letters, embedded, command):
    letters.source.send("a")
    done = command("queues", "list", endpoint=embedded.url)
    assert done.status == 0, done.output
    assert re.search(r"^orders +1 +0 +0 +orders-dead$", done.stdout, re.M), done.stdout
    listed = objects(
        command("queues", "list", "--json", "--prefix", "orders-", endpoint=embedded.url))
    assert [(q["queue"], q["arn"]) for q in listed] == [("orders-dead", arn_of(letters.dead))]
    shown = command("queues", "show", "orders", endpoint=embedded.url)
    assert "orders: 1 message\n" in shown.stdout
    assert "dead letters go to orders-dead after 1 receive\n" in shown.stdout
    assert "dead-letter queue of orders\n" in command(
        "queues", "show", "orders-dead", endpoint=embedded.url).stdout
    [whole] = objects(command("queues", "show", "orders", "--json", endpoint=embedded.url))
    assert whole["deadLetterQueue"] == "orders-dead"
    assert whole["attributes"]["VisibilityTimeout"] == "2"


def test_ministack_is_asked_queue_by_queue_who_feeds_one(ministack, command):
    DeadLetters(ministack, "fed")
    done = command("queues", "show", "fed-dead", "--json", endpoint=ministack.url)
    assert done.status == 0, done.output
    assert objects(done)[0]["deadLetterQueueOf"] == ["fed"]


def test_a_purge_that_is_tried_deletes_nothing_and_does_not_ask(letters, dlq):
    letters.dead.send("a", "b")
    done = dlq("purge", "orders-dead", "--dry-run")
    assert done.status == 0, done.output
    assert done.stdout == "Would delete all of orders-dead: 2 messages.\n"
    [told] = objects(dlq("purge", "orders-dead", "--dry-run", "--yes", "--json"))
    assert told == {"queue": "orders-dead", "dryRun": True, "purged": 2}
    assert letters.dead.counts() == (2, 0, 0)


def test_an_export_that_is_tried_saves_and_deletes_nothing(letters, dlq, tmp_path):
    letters.dead.send("a")
    archive = tmp_path / "letters.jsonl"
    arguments = ["export", "orders-dead", archive, "--delete"]
    done = dlq(*arguments, "--dry-run")
    assert done.status == 0, done.output
    assert done.stdout == f"Would save, and delete, 1 message of orders-dead in {archive}.\n"
    assert not archive.exists()
    assert dlq("export", "orders-dead", archive).status == 0
    before = archive.read_text() + '{"MessageId":"cut'
    archive.write_text(before)
    letters.dead.send("b")
    [told] = objects(dlq(*arguments, "--dry-run", "--json"))
    assert (told["dryRun"], told["written"], told["writtenBefore"]) == (True, 1, 1)
    assert archive.read_text() == before
    assert letters.dead.counts() == (2, 0, 0)
