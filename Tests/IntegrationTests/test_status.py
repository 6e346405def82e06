"""What the daemon says of itself: the reasons it shows are true at the moment they are shown."""

import json
import re
import signal

import pytest

from harness.files import lines
from harness.http_endpoint import service_error
from harness.servers import free_port
from harness.waiting import eventually

TIME = r"\d\d:\d\d:\d\d"


def test_ready_says_how_many_queues_are_served(embedded, start):
    embedded.create("present")
    daemon = start(embedded.url, "--queue", "present", "--queue", "absent").wait_ready()
    daemon.wait_for(r"warning +Ready: only 1 of 2 queues served, 2 handlers, 64 slots")


def test_ready_of_all_queues_is_no_warning(embedded, start):
    embedded.create("present")
    daemon = start(embedded.url, "--queue", "present").wait_ready()
    daemon.wait_for(r"notice +Ready: 1 queue served, 1 handler, 64 slots")


def test_a_queue_that_is_not_served_is_shown_with_since_when_how_often_and_when_next(
        embedded, start):
    embedded.create("present")
    daemon = start(embedded.url, "--queue", "present", "--queue", "absent").wait_ready()
    eventually(
        lambda: re.search(
            rf"absent: retrying, .*does not exist.* \(since {TIME}, [2-9] times, next at {TIME}\)",
            daemon.manager.status), 30, "the status says it")


def test_a_reason_that_is_no_longer_true_is_replaced(endpoint, start):
    port = free_port()
    daemon = start(f"http://127.0.0.1:{port}", "--queue", "demo")
    daemon.wait_for_status("refused", 20)
    endpoint(lambda _: service_error(503, "ServiceUnavailable", "come back later"), port=port)
    daemon.wait_for_status("come back later", 40)
    assert "refused" not in daemon.manager.status


def test_a_name_that_cannot_be_looked_up_is_told_with_what_to_do(start):
    daemon = start("https://sqs.no-such-region.invalid", "--queue", "demo")
    daemon.wait_for("Check region and endpoint_url, and whether this machine can look up names", 20)


def redrive(queue, dead):
    arn = dead.client.get_queue_attributes(
        QueueUrl=dead.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue.client.set_queue_attributes(QueueUrl=queue.url, Attributes={
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})})


def test_a_queue_whose_failures_come_back_for_ever_is_warned_about_once(
        embedded, config, start, tmp_path):
    dead = embedded.create("dead")
    for name in ["bare", "redriven", "ours", "printed"]:
        embedded.create(name)
    redrive(embedded.queue("redriven"), dead)
    for name in ["bare", "redriven", "ours"]:
        config.exec(name, f"echo {name} >> {tmp_path}/ran")
    config.drop_in("printed", 'queue = "printed"\n[journal]\n')
    config.main('[queues.ours]\ndead_letter_queue = "dead"\n')
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    daemon.reload()
    embedded.queue("bare").send("a message")
    eventually(lambda: lines(tmp_path / "ran") == ["bare"], 20, "it is handled")
    warned = re.findall(r"warning +(\w+): it has neither a redrive policy nor", daemon.stderr)
    assert warned == ["bare"], daemon.stderr
    assert "expires, for 96 h" in daemon.stderr


def test_counters_do_not_fall_and_count_what_failed(embedded, config, start, tmp_path):
    for name in ["good", "bad"]:
        embedded.create(name, VisibilityTimeout=600)
    config.exec("good", "true")
    config.drop_in("bad", "\n".join([
        'queue = "bad"', "[exec]", f'command = ["{config.program("bad.sh", "exit 1")}"]']))
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    embedded.queue("good").send("1", "2", "3")
    embedded.queue("bad").send("1", "2")
    daemon.wait_for_status("; 3 handled; 2 failed", 30)
    (config.handlers / "good.toml").unlink()
    daemon.reload()
    eventually(lambda: "Serving 1 of 1 queue" in daemon.manager.status, 30, "the queue is gone")
    assert "; 3 handled; 2 failed" in daemon.manager.status


def test_sigusr1_logs_the_state_and_ends_nothing(embedded, config, start, gate, tmp_path):
    embedded.create("work").send("long")
    config.exec("work", f"echo > {tmp_path}/started; read -r _ < {gate.path}; true")
    daemon = start(embedded.url, "--config", config.folder, "--log-level", "notice").wait_ready()
    eventually((tmp_path / "started").exists, 20, "the handler runs")
    daemon.send(signal.SIGUSR1)
    daemon.wait_for("notice +Serving 1 of 1 queue; 1 of 64 slots in use; 0 handled")
    daemon.wait_for(
        r"notice +work: 1 message in hand; 1 handler running; .* out; .*"
        r"1 received, 0 deleted, 0 made visible, 0 left")
    gate.open()
    embedded.queue("work").wait_until_empty()
    assert daemon.stop() == 0, daemon.output


def test_a_reload_takes_the_log_settings(embedded, config, start, tmp_path):
    queue = embedded.create("chatty")
    config.exec("chatty", 'echo "working on $(cat)"')
    config.main('[log]\nlevel = "warning"\n')
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.send("first")
    queue.wait_until_empty()
    config.main('[log]\nlevel = "info"\n')
    daemon.reload()
    queue.send("second")
    daemon.wait_for("working on second", 20)
    config.main('[log]\nlevel = "error"\n')
    daemon.reload()
    queue.send("third")
    queue.wait_until_empty()
    assert "working on first" not in daemon.output and "working on third" not in daemon.output
    assert "restart the service" not in daemon.output


def test_a_second_daemon_for_the_same_handlers_is_warned_of_it(embedded, config, start):
    embedded.create("orders")
    config.exec("orders", "true")
    first = start(embedded.url, "--config", config.folder).wait_ready()
    second = start(embedded.url, "--config", config.folder).wait_ready()
    words = f"another process on this machine serves the handlers in {config.handlers}"
    second.wait_for(re.escape(words))
    assert words not in first.output
    assert first.stop() == 0 and second.stop() == 0
    third = start(embedded.url, "--config", config.folder).wait_ready()
    assert words not in third.output


def test_a_queue_named_by_variable_beside_handlers_is_said_to_be_ignored(
        embedded, config, start):
    embedded.create("orders")
    config.exec("orders", "true")
    daemon = start(
        embedded.url, "--config", config.folder, SQS_QUEUE_NAME="demo").wait_ready()
    daemon.wait_for("warning +environment variable SQS_QUEUE_NAME: is not used")


@pytest.mark.parametrize("variables", [
    {"AWS_PROFILE": "gone"}, {"AWS_USE_FIPS_ENDPOINT": "true"}, {"AWS_CA_BUNDLE": "/no/such"}])
def test_an_embedded_queue_needs_nothing_of_the_aws_tools(start, variables):
    daemon = start(
        None, "--local", "--listen", "127.0.0.1:0", "--queue", "demo", **variables).wait_ready()
    assert daemon.stop() == 0, daemon.output
