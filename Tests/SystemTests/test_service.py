"""The main job under a real systemd and a real journald."""

import pytest

from harness.waiting import eventually
from service import ETC, STATE, UNIT

# Longer than any test: a message that is visible again was released, not forgotten.
VISIBILITY_SECONDS = 600


@pytest.fixture
def queue(server, request):
    """A queue of the test's own."""
    name = request.node.name.removeprefix("test_")[:60]
    return server.create(name, VisibilityTimeout=VISIBILITY_SECONDS)


def test_start_returns_only_when_the_service_is_ready(service, queue):
    service.record(queue.name)
    service.start()
    assert service.show("ActiveState") == "active"
    assert service.show("SubState") == "running"
    # Ready means that every queue has answered: what was sent is received without a restart.
    [message_id] = queue.send("hello")
    eventually(lambda: service.recorded(queue.name) == [message_id], 20, "the message is handled")


def test_start_fails_at_once_when_a_queue_is_missing(service):
    service.record("no-such-queue")
    failed = service.machine.systemctl("start", UNIT, check=False)
    assert failed.returncode != 0
    assert service.show("ExecMainStatus") == "66"
    assert service.show("NRestarts") == "0", "systemd loops on what cannot heal"
    service.wait_for_entry(
        lambda entry: "no-such-queue" in entry["MESSAGE"] and entry["PRIORITY"] <= "3")


def test_status_shows_what_the_service_is_doing(service, queue):
    service.record(queue.name)
    service.start()
    text = service.show("StatusText")
    assert text
    assert f'Status: "{text[:20]}' in service.machine.systemctl("status", UNIT).stdout


def test_each_handled_message_has_a_structured_journal_entry(service, queue):
    service.record(queue.name)
    service.start()
    ids = queue.send("one", "two", "three")
    for message_id in ids:
        entry = service.wait_for_entry(
            lambda entry: entry.get("SQS_MESSAGE_ID") == message_id and "SQS_OUTCOME" in entry)
        assert entry["SQS_QUEUE"] == queue.name
        assert entry["SQS_HANDLER"] == queue.name
        assert entry["SQS_OUTCOME"] == "done"
        assert entry["SQS_RECEIVE_COUNT"] == "1"
        assert int(entry["SQS_DURATION_USEC"]) > 0
        assert len(entry["MESSAGE_ID"]) == 32
        assert entry["SYSLOG_IDENTIFIER"] == "sqs-subscriber"
        assert entry["CODE_FILE"] and int(entry["CODE_LINE"]) > 0


def test_the_journal_explains_an_event(service, queue):
    service.record(queue.name)
    service.start()
    explained = service.machine.run("journalctl", "--catalog", "--no-pager", "-u", UNIT).stdout
    assert "Subject: The subscriber is ready" in explained


def test_the_output_of_a_handler_is_logged_under_its_message(service, queue):
    service.handle(queue.name, "echo to the output; echo to the errors >&2\n")
    service.start()
    [message_id] = queue.send("hello")
    for text in ("to the output", "to the errors"):
        entry = service.wait_for_entry(
            lambda entry: entry["MESSAGE"] == f"{queue.name} {message_id[:8]}: {text}")
        assert entry["SQS_MESSAGE_ID"] == message_id
        assert entry["SQS_QUEUE"] == queue.name and entry["SQS_HANDLER"] == queue.name


def test_a_hung_process_is_killed_by_the_watchdog_and_no_message_is_lost(service, server):
    queue = server.create("watchdog", VisibilityTimeout=5)
    service.override("[Service]\nWatchdogSec=2s\nRestartSec=100ms\n", name="watchdog")
    service.handle(queue.name, f"""
        [ "$SQS_RECEIVE_COUNT" = 1 ] && [ "$(cat)" = held ] && touch {STATE}/held && sleep 60
        echo "$SQS_MESSAGE_ID" >> {STATE}/{queue.name}
        """)
    service.start()
    ids = queue.send("held")
    eventually(
        lambda: service.machine.read("/var/lib/private/sqs-subscriber/held") is not None, 20,
        "the handler holds a message")
    before = service.pid
    # By its name in the machine: the process ids out here are others.
    service.machine.run("kill", "-STOP", before)
    ids += queue.send("sent while it hangs")

    eventually(lambda: service.pid not in (0, before), 30, "systemd has restarted the service")
    eventually(
        lambda: set(service.recorded(queue.name)) == set(ids), 30, "both messages are handled")
    assert service.show("NRestarts") == "1"
    queue.wait_until_empty()


def test_a_working_service_is_not_killed_by_a_short_watchdog(service, queue):
    service.override("[Service]\nWatchdogSec=2s\n", name="watchdog")
    service.handle(queue.name, "exec sleep 5\n")
    service.start()
    queue.send("longer than two watchdog times")
    queue.wait_until_empty(30)
    assert service.show("NRestarts") == "0"
    assert service.show("ActiveState") == "active"


# Each is an entry of some 600 bytes, kept twice: more than the 4 MiB that wait for the journal.
LOGGED_LINES = 6000


def test_a_stopped_journal_holds_up_nothing_and_is_told_what_it_lacks(service, queue):
    service.machine.write(
        f"{ETC}/sqs-subscriber.toml", service.machine.read(f"{ETC}/sqs-subscriber.toml")
        + "[log]\nmessages_per_second = 0\n")
    # The journal's own limit would drop what this is about.
    service.override(
        "[Service]\nWatchdogSec=10s\nLogRateLimitIntervalSec=0\n", name="watchdog")
    service.handle(
        queue.name, f'seq 1500\necho "$SQS_MESSAGE_ID" >> {STATE}/{queue.name}\n')
    service.start()
    pid = service.pid
    journal = ("systemctl", "kill", "--kill-who=main", "systemd-journald", "--signal")
    service.machine.run(*journal, "STOP")
    try:
        ids = queue.send(*map(str, range(LOGGED_LINES // 1500)))
        eventually(
            lambda: sorted(service.recorded(queue.name)) == sorted(ids), 30, "all are handled")
        queue.wait_until_empty(20)
    finally:
        service.machine.run(*journal, "CONT")
    entry = service.wait_for_entry(lambda entry: "log entries were lost" in entry["MESSAGE"])
    assert 0 < int(entry["SQS_LOST"]) < LOGGED_LINES + 100
    assert len(entry["MESSAGE_ID"]) == 32
    assert service.pid == pid


def test_reload_starts_the_subscription_of_a_new_drop_in(service, server, queue):
    service.record(queue.name)
    service.start()
    before = service.pid
    second = server.create("reload-second")
    ids = second.send("for the second")
    service.record("reload-second")
    service.machine.systemctl("reload", UNIT)
    eventually(lambda: service.recorded("reload-second") == ids, 20, "the new queue is handled")
    assert service.pid == before
    eventually(lambda: service.show("ActiveState") == "active", 10, "the reload has ended")


def test_an_invalid_drop_in_keeps_the_old_configuration_and_shows_why(service, queue):
    service.record(queue.name)
    service.start()
    before = service.pid
    service.machine.write(
        f"{ETC}/handlers.d/broken.toml", f'queue = "{queue.name}"\nconcurency = 3\n[journal]\n')
    refused = service.machine.systemctl("reload", UNIT, check=False)
    assert refused.returncode != 0, "systemctl says that a refused reload was done"
    service.wait_for_entry(
        lambda entry: "broken.toml" in entry["MESSAGE"] and "concurency" in entry["MESSAGE"]
        and entry["PRIORITY"] <= "3")
    eventually(
        lambda: "broken.toml" in service.machine.systemctl("status", UNIT).stdout, 10,
        "systemctl status shows why")
    assert "broken.toml" in service.show("StatusText")
    [message_id] = queue.send("still handled")
    eventually(lambda: service.recorded(queue.name) == [message_id], 20, "the old one works on")
    assert service.pid == before


def test_stop_under_load_ends_in_time_and_loses_nothing(service, queue):
    ids = queue.send_all([{"MessageBody": str(index)} for index in range(300)])
    service.handle(queue.name, f"""
        sleep 0.2
        echo "$SQS_MESSAGE_ID" >> {STATE}/{queue.name}
        """, concurrency=8)
    service.start()
    eventually(lambda: len(service.recorded(queue.name)) >= 20, 30, "the work goes on")
    service.machine.systemctl("stop", UNIT)

    assert service.show("Result") == "success"
    assert service.show("ExecMainStatus") == "0"
    handled = service.recorded(queue.name)
    assert len(set(handled)) == len(handled) < len(ids)
    assert queue.counts() == (len(ids) - len(handled), 0, 0)
    rest = [message["MessageId"] for message in queue.receive_all()]
    assert sorted(handled + rest) == sorted(ids)


def test_a_handler_that_ignores_the_stop_is_ended_in_the_grace_time(service, queue):
    toml = f"{ETC}/sqs-subscriber.toml"
    service.machine.write(toml, 'grace_time = "1s"\n' + service.machine.read(toml))
    service.handle(queue.name, f"""
        trap '' TERM
        touch {STATE}/running
        while :; do sleep 1; done
        """)
    service.start()
    queue.send("never ends")
    eventually(
        lambda: service.machine.read("/var/lib/private/sqs-subscriber/running") is not None, 20,
        "the handler runs")
    service.machine.systemctl("stop", UNIT)
    assert service.show("Result") == "success", "systemd had to kill it"
    assert queue.counts() == (1, 0, 0)


def test_the_service_runs_as_a_user_of_its_own_in_its_sandbox(service, queue):
    service.handle(queue.name, """
        id -un
        touch /usr/escaped /etc/escaped /home/escaped 2>/dev/null && echo wrote outside
        echo writable > "$(dirname "$0")/../x" 2>/dev/null && echo wrote beside the program
        grep -h CapEff /proc/self/status
        """)
    service.start()
    queue.send("who am I")
    service.wait_for_entry(lambda entry: entry["MESSAGE"].endswith(": sqs-subscriber"))
    service.wait_for_entry(lambda entry: entry["MESSAGE"].endswith(": CapEff:\t0000000000000000"))
    assert not [entry for entry in service.journal() if "wrote" in str(entry["MESSAGE"])]
    assert service.show("DynamicUser") == "yes"


def test_credentials_can_be_handed_over_by_systemd(service, queue):
    service.machine.write(
        f"{ETC}/credentials", "[default]\naws_access_key_id = testing\n"
        "aws_secret_access_key = testing\n", mode=0o600)
    # In place of the environment variables of the other tests; as the unit's comment has it.
    service.override(
        f"[Service]\nLoadCredential=aws:{ETC}/credentials\n"
        "Environment=AWS_SHARED_CREDENTIALS_FILE=%d/aws\n", name="credentials")
    service.record(queue.name)
    service.start()
    ids = queue.send("signed with a loaded credential")
    eventually(lambda: service.recorded(queue.name) == ids, 20, "the message is handled")


def test_an_unconfigured_service_does_not_loop_and_says_what_is_missing(service):
    failed = service.machine.systemctl("start", UNIT, check=False)
    assert failed.returncode != 0
    assert service.show("NRestarts") == "0"
    assert service.show("ExecMainStatus") == "78"
    service.wait_for_entry(lambda entry: "handlers.d" in entry["MESSAGE"])


# What systemd-analyze makes of the unit as it is: no worse may come.
EXPOSURE_LIMIT = 1.7


@pytest.mark.parametrize("unit", [UNIT, "sqs-subscriber@.service"])
def test_the_units_are_correct_and_well_sandboxed(machine, unit, record_property):
    verified = machine.run("systemd-analyze", "verify", unit)
    assert (verified.stdout, verified.stderr) == ("", "")
    summary = machine.run(
        "systemd-analyze", "security", "--offline=yes", "--threshold=100",
        f"/lib/systemd/system/{unit}").stdout.splitlines()[-1]
    exposure = float(summary.split(":")[1].split()[0])
    record_property(f"exposure of {unit}", str(exposure))
    assert exposure <= EXPOSURE_LIMIT, summary
