"""A stop loses nothing and hands back what it does not finish."""

import signal
import threading

from harness.files import lines
from harness.http_endpoint import Answer
from harness.process_facts import is_running
from harness.waiting import eventually

# Longer than any test: a message that is visible again was released, not forgotten.
VISIBILITY_SECONDS = 600

STOP_SECONDS = 15.0
CONCURRENCY = 4


def waiting_handler(config, tmp_path, gate, name, **settings):
    """A handler that writes down its start and its end, and waits at the gate in between."""
    config.exec(name, f"""
        echo "$$" >> {tmp_path}/processes
        echo "$SQS_MESSAGE_ID" >> {tmp_path}/started
        read -r _ < {gate.path}
        echo "$SQS_MESSAGE_ID" >> {tmp_path}/handled
        """, concurrency=CONCURRENCY, **settings)


def wait_for_full_handlers(tmp_path):
    eventually(
        lambda: len(lines(tmp_path / "started")) == CONCURRENCY, 20, "all handlers are busy")


def test_a_stop_finishes_what_runs_and_releases_the_rest_at_once(
        embedded, config, start, gate, tmp_path):
    queue = embedded.create("load", VisibilityTimeout=VISIBILITY_SECONDS)
    queue.send_all([{"MessageBody": str(index)} for index in range(50)])
    waiting_handler(config, tmp_path, gate, "load")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    wait_for_full_handlers(tmp_path)

    daemon.ask_to_stop()
    eventually(
        lambda: queue.counts() == (50 - CONCURRENCY, CONCURRENCY, 0), STOP_SECONDS,
        "messages that no handler has started are visible again")
    assert daemon.process.poll() is None, "did not wait for the running handlers"

    gate.open()
    assert daemon.wait(STOP_SECONDS) == 0, daemon.output
    assert queue.counts() == (50 - CONCURRENCY, 0, 0)
    assert sorted(lines(tmp_path / "handled")) == sorted(lines(tmp_path / "started"))
    assert len(lines(tmp_path / "handled")) == CONCURRENCY


def test_a_second_sigterm_ends_the_handlers_and_releases_their_messages(
        embedded, config, start, gate, tmp_path):
    queue = embedded.create("load", VisibilityTimeout=VISIBILITY_SECONDS)
    queue.send_all([{"MessageBody": str(index)} for index in range(20)])
    waiting_handler(config, tmp_path, gate, "load")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    wait_for_full_handlers(tmp_path)

    daemon.ask_to_stop()
    daemon.send(signal.SIGTERM)
    daemon.wait(STOP_SECONDS)

    assert queue.counts() == (20, 0, 0)
    assert lines(tmp_path / "handled") == []
    processes = [int(line) for line in lines(tmp_path / "processes")]
    assert len(processes) == CONCURRENCY
    assert not [pid for pid in processes if is_running(pid)]


def test_the_end_of_the_grace_time_ends_the_handlers_and_releases_their_messages(
        embedded, config, start, gate, tmp_path):
    queue = embedded.create("load", VisibilityTimeout=VISIBILITY_SECONDS)
    queue.send_all([{"MessageBody": str(index)} for index in range(20)])
    waiting_handler(config, tmp_path, gate, "load")
    config.main('grace_time = "1s"\n')
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    wait_for_full_handlers(tmp_path)

    daemon.ask_to_stop()
    daemon.wait(STOP_SECONDS)
    assert queue.counts() == (20, 0, 0)
    assert lines(tmp_path / "handled") == []


def test_an_idle_long_poll_does_not_hold_up_a_stop(embedded, start):
    embedded.create("idle")
    daemon = start(embedded.url, "--queue", "idle").wait_ready()
    assert daemon.stop(within=5) == 0, daemon.output


def test_sigint_stops_as_sigterm_does(embedded, start):
    embedded.create("idle")
    daemon = start(embedded.url, "--queue", "idle").wait_ready()
    daemon.send(signal.SIGINT)
    assert daemon.wait(5) == 0, daemon.output


def test_stops_amid_fast_work_lose_nothing_and_repeat_nothing(
        ministack, config, start, tmp_path):
    queue = ministack.create("fast", VisibilityTimeout=VISIBILITY_SECONDS)
    ids = queue.send_all([{"MessageBody": str(index)} for index in range(400)])
    config.exec("fast", f'echo "$SQS_MESSAGE_ID" >> {tmp_path}/handled')
    for share in (50, 150):
        daemon = start(ministack.url, "--config", config.folder).wait_ready()
        eventually(lambda: len(lines(tmp_path / "handled")) >= share, 60, f"{share} are handled")
        assert daemon.stop() == 0, daemon.output
        handled = lines(tmp_path / "handled")
        assert queue.counts() == (len(ids) - len(handled), 0, 0)

    start(ministack.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(60)
    assert sorted(lines(tmp_path / "handled")) == sorted(ids)


def test_a_killed_daemon_loses_nothing(embedded, config, start, gate, tmp_path):
    queue = embedded.create("load", VisibilityTimeout=3)
    ids = queue.send_all([{"MessageBody": str(index)} for index in range(20)])
    waiting_handler(config, tmp_path, gate, "load")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    wait_for_full_handlers(tmp_path)
    daemon.send(signal.SIGKILL)
    daemon.wait(STOP_SECONDS)

    gate.open()
    start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(30)
    assert set(lines(tmp_path / "handled")) == set(ids)


def test_a_handler_within_its_grace_time_is_not_left_to_the_service_manager(
        embedded, config, start, gate, tmp_path):
    queue = embedded.create("load", VisibilityTimeout=VISIBILITY_SECONDS)
    queue.send_all([{"MessageBody": str(index)} for index in range(CONCURRENCY)])
    waiting_handler(config, tmp_path, gate, "load")
    config.main('grace_time = "10min"\n')
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    wait_for_full_handlers(tmp_path)

    daemon.ask_to_stop()
    # Nothing changes meanwhile, and still more time is asked for.
    for _ in range(2):
        seen = daemon.manager.count()
        daemon.manager.wait_for(
            lambda message: int(message.get("EXTEND_TIMEOUT_USEC", 0)) >= 10_000_000,
            20, seen, while_running=daemon)
    gate.open()
    assert daemon.wait(STOP_SECONDS) == 0, daemon.output
    assert len(lines(tmp_path / "handled")) == CONCURRENCY


def test_a_daemon_that_is_not_ready_yet_stops_at_once_however_often_it_is_told(endpoint, start):
    # What asks for the queue waits for an answer for as long as the test lasts.
    silence = threading.Event()

    def answer(_):
        silence.wait(STOP_SECONDS * 4)
        return Answer(500, b"")

    server = endpoint(answer)
    daemon = start(server.url, "--queue", "load")
    server.wait_for(lambda requests: requests, 30)
    try:
        daemon.send(signal.SIGTERM)
        daemon.send(signal.SIGTERM)
        assert daemon.wait(STOP_SECONDS) == 0, daemon.output
    finally:
        silence.set()
