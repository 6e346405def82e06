"""A worker application made for Elastic Beanstalk, unchanged behind an `http` handler."""

import json
import re
import os
import sys
import urllib.request
from pathlib import Path

import pytest

from harness import process_facts
from harness.files import lines
from harness.program import Program
from harness.waiting import eventually

VISIBILITY_SECONDS = 3

# How many messages the load has. Enough to see a leak; the whole load is
# SQS_SUBSCRIBER_LOAD=20000 Tests/run --only integration -k load.
LOAD = int(os.environ.get("SQS_SUBSCRIBER_LOAD", "2000"))
LOAD_SECONDS = 60.0 + LOAD / 20

# The daemon keeps an unused connection to the queue's server for 30 s.
IDLE_SECONDS = 90.0


@pytest.fixture
def worker(tmp_path):
    """Starts the Flask application; `worker(**environment)` is the program and its URL."""
    started = []

    def begin(**changes):
        program = Program(
            [sys.executable, Path(__file__).parent / "harness/beanstalk_worker.py"],
            {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **changes})
        started.append(program)
        return program.wait_for(r"Listening on (http://\S+)", 30.0).group(1)

    yield begin
    for program in started:
        program.close()
        print("--- worker\n" + program.output)


def test_a_worker_for_elastic_beanstalk_runs_unchanged(
        embedded, config, start, worker, tmp_path):
    log = tmp_path / "worker.log"
    config.http("work", worker(WORKER_LOG=str(log)), 'success = "200"',
        'user_agent = "aws-sqsd/2.0"', "task_paths = true")
    queue = embedded.create("work", VisibilityTimeout=VISIBILITY_SECONDS)
    courses = ["well", "fails once", "busy once"] * 5
    ids = queue.send_all([
        {"MessageBody": json.dumps({"course": course, "index": index}), "MessageAttributes": {
            "Color": {"DataType": "String", "StringValue": "blue"},
            "n": {"DataType": "Number", "StringValue": "1.50"},
            "raw": {"DataType": "Binary", "BinaryValue": b"\x00"}}}
        for index, course in enumerate(courses)])
    [task] = queue.send("{}", MessageAttributes={
        f"beanstalk.sqsd.{name}": {"DataType": "String", "StringValue": value}
        for name, value in [
            ("task_name", "nightly"), ("path", "/tasks/nightly"),
            ("scheduled_time", "2026-01-01T03:00:00Z")]})

    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(60)
    assert daemon.stop() == 0, daemon.output

    posts = [json.loads(line) for line in lines(log)]
    answers = {message_id: [] for message_id in [*ids, task]}
    for post in posts:
        answers[post["headers"]["X-Aws-Sqsd-Msgid"]].append(post)
    for message_id, course in zip(ids, courses):
        assert len(answers[message_id]) == (1 if course == "well" else 2), course
    for count, post in enumerate(answers[ids[1]], 1):
        headers = post["headers"]
        assert headers["X-Aws-Sqsd-Queue"] == "work"
        assert headers["X-Aws-Sqsd-Receive-Count"] == str(count)
        assert headers["X-Aws-Sqsd-First-Received-At"].endswith("Z")
        assert headers["X-Aws-Sqsd-Attr-Color"] == "blue"
        assert headers["X-Aws-Sqsd-Attr-N"] == "1.50"
        assert "X-Aws-Sqsd-Attr-Raw" not in headers
        assert headers["User-Agent"] == "aws-sqsd/2.0"
        assert headers["Content-Type"] == "application/json"
        assert "Authorization" not in headers
    [post] = answers[task]
    assert post["path"] == "/tasks/nightly"
    assert post["headers"]["X-Aws-Sqsd-Taskname"] == "nightly"
    assert post["headers"]["X-Aws-Sqsd-Scheduled-At"] == "2026-01-01T03:00:00Z"
    assert post["headers"]["X-Aws-Sqsd-Path"] == "/tasks/nightly"
    assert not [name for name in post["headers"] if "Beanstalk" in name]


def test_a_load_leaves_no_connection_and_no_descriptor(embedded, config, start, worker):
    url = worker(WORKER_IDLE_SECONDS="2")
    config.http("load", url)
    dead = embedded.create("load-dead")
    arn = dead.client.get_queue_attributes(
        QueueUrl=dead.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue = embedded.create("load", VisibilityTimeout=600, RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": arn, "maxReceiveCount": 3}))
    daemon = start(
        embedded.url, "--config", config.folder, "--log-level", "warning").wait_ready()
    before = process_facts.descriptors(daemon.pid)

    queue.send_all([{"MessageBody": json.dumps({"index": index})} for index in range(LOAD)])
    queue.wait_until_empty(LOAD_SECONDS)

    with urllib.request.urlopen(f"{url}handled") as answer:
        assert json.load(answer)["handled"] >= LOAD
    assert not re.search(r"(?m)^\S+ \S+ +(warning|error|critical) ", daemon.output), daemon.output
    eventually(
        lambda: len(process_facts.descriptors(daemon.pid)) <= len(before), IDLE_SECONDS,
        f"no more descriptors than {before}")
    assert process_facts.children(daemon.pid) == []
