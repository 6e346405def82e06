"""Periodic tasks, as cron.yaml of Elastic Beanstalk has them."""

import json
import time

from harness.files import lines
from harness.http_endpoint import Answer
from harness.waiting import eventually

DAY_SECONDS = 24 * 60 * 60


def test_a_time_that_was_missed_is_made_up_for_once(
        embedded, config, start, endpoint, tmp_path):
    server = endpoint(lambda _: Answer(200, b""))
    config.drop_in("tasks", "\n".join([
        'queue = "tasks"', "[http]", f"url = {json.dumps(server.url)}", "[schedule.hourly]",
        'cron = "@hourly"', 'path = "/tasks/hourly"', "[schedule.skipped]", 'cron = "@hourly"',
        'missed = "skip"', ""]))
    queue = embedded.create("tasks")
    state = tmp_path / "state"
    state.mkdir()
    for name in ["hourly", "skipped"]:
        (state / f"schedule.tasks.{name}").write_text(
            f"{int(time.time()) - DAY_SECONDS}\n@hourly UTC\n")

    arguments = (embedded.url, "--config", config.folder)
    daemon = start(*arguments, STATE_DIRECTORY=str(state)).wait_ready()
    server.wait_for(lambda requests: requests, 20)
    queue.wait_until_empty()
    # What was sent is written down: it is not sent again.
    assert daemon.stop() == 0, daemon.output
    daemon = start(*arguments, STATE_DIRECTORY=str(state)).wait_ready()
    daemon.reload()
    assert daemon.stop() == 0, daemon.output

    posts = [request.headers for request in server.requests]
    hourly = [one for one in posts if one["X-Aws-Sqsd-Taskname"] == "hourly"]
    times = {one["X-Aws-Sqsd-Scheduled-At"] for one in hourly}
    # Each time once: the one that was missed, and another where an hour ends meanwhile.
    assert len(times) == len(hourly) and len(hourly) in (1, 2)
    assert len(posts) - len(hourly) < len(hourly)
    for one in hourly:
        assert one["X-Aws-Sqsd-Path"] == "/tasks/hourly"
        assert one["X-Aws-Sqsd-Scheduled-At"].endswith(":00:00Z")


def test_hosts_send_one_message_to_a_fifo_queue(embedded, config, start, tmp_path):
    config.exec("tasks", f'echo "$SQS_ATTR_beanstalk_sqsd_task_name" >> {tmp_path}/runs',
                queue="tasks.fifo")
    with open(config.handlers / "tasks.toml", "a") as file:
        file.write('[schedule.nightly]\ncron = "@daily"\n')
    queue = embedded.create("tasks.fifo", FifoQueue="true")
    daemons = []
    for host in ["one", "two", "three"]:
        state = tmp_path / host
        state.mkdir()
        (state / "schedule.tasks.nightly").write_text(
            f"{int(time.time()) - 2 * DAY_SECONDS}\n@daily UTC\n")
        daemons.append(
            start(embedded.url, "--config", config.folder, STATE_DIRECTORY=str(state)))
    for daemon in daemons:
        daemon.wait_ready().wait_for("task nightly for .*: sent", 20)
    eventually(lambda: lines(tmp_path / "runs"), 20, "the task is run")
    queue.wait_until_empty()
    assert lines(tmp_path / "runs") == ["nightly"]


def test_what_is_missed_without_a_state_directory_is_said(embedded, config, start):
    embedded.create("tasks")
    config.exec("tasks", "cat")
    with open(config.handlers / "tasks.toml", "a") as file:
        file.write('[schedule]\ncron = "@daily"\n')
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    daemon.wait_for(r"no state directory of its own \(tasks\): set state_directory", 20)


def test_the_state_directory_of_the_configuration_counts_for_tasks_too(
        embedded, config, start, tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    config.main(f"state_directory = {json.dumps(str(state))}\n")
    config.exec("tasks", f'echo "$(cat)" >> {tmp_path}/runs')
    with open(config.handlers / "tasks.toml", "a") as file:
        file.write('[schedule]\ncron = "@daily"\n')
    (state / "schedule.tasks.tasks").write_text(
        f"{int(time.time()) - 2 * DAY_SECONDS}\n@daily UTC\n")
    embedded.create("tasks")
    start(embedded.url, "--config", config.folder).wait_ready()
    eventually(lambda: lines(tmp_path / "runs"), 20, "the task is run")
    assert set(lines(tmp_path / "runs")) == {"elasticbeanstalk scheduled job"}


def test_of_two_daemons_with_one_state_directory_the_second_leaves_it_alone(
        embedded, config, start, tmp_path):
    embedded.create("tasks")
    state = tmp_path / "state"
    config.exec("tasks", f'echo "$(cat)" >> {tmp_path}/runs')
    arguments = (embedded.url, "--config", config.folder)
    start(*arguments, STATE_DIRECTORY=str(state)).wait_ready()
    written = f"{int(time.time()) - 2 * DAY_SECONDS}\n@daily UTC\n"
    memory = state / "schedule.tasks.tasks"
    memory.write_text(written)
    with open(config.handlers / "tasks.toml", "a") as file:
        file.write('[schedule]\ncron = "@daily"\n')
    second = start(*arguments, STATE_DIRECTORY=str(state)).wait_ready()
    second.wait_for("another daemon uses it; give each its own", 20)
    second.wait_for(r"no state directory of its own \(tasks\)", 20)
    second.reload()
    assert second.stop() == 0, second.output
    assert memory.read_text() == written
    assert lines(tmp_path / "runs") == []
