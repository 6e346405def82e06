"""The journal of a busy service with failures, as it is read at night."""

import re

import pytest

from harness.waiting import eventually
from service import ETC, STATE, UNIT

MESSAGES = 500
FAILING = 5
BUSY_SECONDS = 60


@pytest.fixture
def busy(service, server):
    """Has handled 500 messages, but for five that failed: their ids and bodies."""
    queue = server.create("orders", VisibilityTimeout=600)
    service.machine.write("/usr/local/lib/handlers/charge", """#!/bin/sh
body=$(cat)
echo "asking the bank"
case $body in
    bad*) echo "database says no to $body" >&2; exit 1 ;;
esac
echo "$SQS_MESSAGE_ID" >> %s/orders
""" % STATE, mode=0o755)
    service.machine.write(f"{ETC}/handlers.d/charge.toml", "\n".join([
        'queue = "orders"', "concurrency = 8", "[exec]",
        'command = ["/usr/local/lib/handlers/charge"]',
        "[retry]", 'backoff = "list"', 'delays = ["1h"]', ""]))
    every = MESSAGES // FAILING
    bodies = [
        f"bad {index}" if index % every == every // 2 else f"good {index}"
        for index in range(MESSAGES)]
    ids = queue.send_all([{"MessageBody": body} for body in bodies])
    service.start()
    eventually(
        lambda: len(service.recorded("orders")) == MESSAGES - FAILING, BUSY_SECONDS,
        "all good ones are handled")
    return {id: body for id, body in zip(ids, bodies) if body.startswith("bad")}


def test_of_each_failed_message_the_journal_says_why(service, busy):
    assert len(busy) == FAILING
    for message_id, body in busy.items():
        entry = service.wait_for_entry(
            lambda entry: entry.get("SQS_MESSAGE_ID") == message_id
            and entry.get("SQS_OUTCOME") == "retry")
        first, *rest = entry["MESSAGE"].splitlines()
        assert re.fullmatch(
            rf"orders/charge {message_id[:8]}: exit status 1 after \S+ m?s, receive 1, "
            rf"back in 1 h( \d+ min)?: database says no to {body}", first), first
        # Where its lines were left out, the whole output is there.
        assert rest in ([], ["asking the bank", f"database says no to {body}"])
        assert f"database says no to {body}" in entry["SQS_OUTPUT"]
        assert entry["SQS_EXIT_STATUS"] == "1" and entry["PRIORITY"] == "4"
    shown = service.machine.run("journalctl", "--no-pager", "--output=cat", "-u", UNIT).stdout
    for message_id, body in busy.items():
        assert re.search(f"orders/charge {message_id[:8]}: .*: database says no to {body}", shown)


def test_what_is_left_out_of_a_busy_service_is_counted(service, busy):
    left_out = {}

    def is_complete():
        left_out.clear()
        for entry in service.journal():
            if "SQS_LEFT_OUT" in entry:
                assert entry["MESSAGE"].startswith("orders/charge: ")
                kind = entry["SQS_KIND"]
                left_out[kind] = left_out.get(kind, 0) + int(entry["SQS_LEFT_OUT"])
        done = sum(entry.get("SQS_OUTCOME") == "done" for entry in service.journal())
        printed = sum("SQS_STREAM" in entry for entry in service.journal())
        return (
            done + left_out.get("successes", 0) == MESSAGES - FAILING
            and printed + left_out.get("output", 0) == MESSAGES + FAILING)

    eventually(is_complete, 30, "every line is logged or counted")
    assert set(left_out) <= {"successes", "output"}, "a failure was left out"


def test_every_problem_of_an_invalid_configuration_is_an_entry_of_its_own(service):
    for name in ("first", "second", "third"):
        service.machine.write(
            f"{ETC}/handlers.d/{name}.toml",
            f'queue = "{name}"\nconcurency = 3\n[exec]\ncommand = ["/bin/true"]\n')
    failed = service.machine.systemctl("start", UNIT, check=False)
    assert failed.returncode != 0
    assert service.show("ExecMainStatus") == "78"
    for name in ("first", "second", "third"):
        entry = service.wait_for_entry(
            lambda entry: f"{name}.toml" in entry["MESSAGE"] and "MESSAGE_ID" in entry)
        assert entry["PRIORITY"] == "3" and "concurency" in entry["MESSAGE"]
    status = service.show("StatusText")
    assert status.startswith("Cannot start, the configuration is invalid (3 errors): ")
    shown = service.machine.systemctl("status", UNIT, check=False).stdout
    for name in ("first", "second", "third"):
        assert re.search(rf"sqs-subscriber\[\d+\]: .*{name}\.toml", shown), shown
    explained = service.machine.run("journalctl", "-x", "--no-pager", "-u", UNIT).stdout
    assert "Subject: The subscriber could not start" in explained
