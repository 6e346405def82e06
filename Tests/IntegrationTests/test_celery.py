"""Celery with the embedded queue for its broker: its own worker, and tasks sent from elsewhere."""

import signal
import sys
from collections import Counter
from pathlib import Path

import celery

from harness.program import Program
from harness.servers import REGION, environment
from harness.waiting import eventually

HARNESS = Path(__file__).with_name("harness")
START_SECONDS = 60


class Workers:
    """Celery workers of one application, what their tasks write down, and who sends to them."""

    def __init__(self, server, home, visibility_timeout=30):
        self.log = home / "tasks.log"
        self.log.touch()
        broker = server.url.replace("http://", "sqs://testing:testing@")
        self._environment = environment(
            home, BROKER_URL=broker, TASK_LOG=str(self.log), PYTHONPATH=str(HARNESS),
            VISIBILITY_TIMEOUT=str(visibility_timeout))
        self._home = home
        self._sender = celery.Celery("sender", broker=broker)
        self._sender.conf.broker_transport_options = {
            "region": REGION, "visibility_timeout": visibility_timeout}
        self._started = []

    def start(self, pool="prefork"):
        worker = Program(
            [sys.executable, "-m", "celery", "-A", "celery_tasks", "worker", "--pool", pool,
             "--concurrency", "2", "--loglevel", "INFO", "--without-mingle", "--without-gossip"],
            self._environment, self._home)
        self._started.append(worker)
        worker.wait_for("ready.", START_SECONDS)
        return worker

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._sender.close()
        for worker in self._started:
            worker.close()
            print(f"--- celery\n{worker.output}")

    def send(self, task, *arguments):
        self._sender.send_task(f"celery_tasks.{task}", arguments)

    def steps(self):
        return Counter(self.log.read_text().splitlines())

    def wait_for(self, steps, within=30):
        eventually(lambda: self.steps() == Counter(steps), within, steps)


def test_celerys_worker_runs_tasks_and_tries_them_again_and_stops_cleanly(embedded, tmp_path):
    with Workers(embedded, tmp_path) as workers:
        worker = workers.start()
        for number in range(20):
            workers.send("add", number, 1)
        workers.send("flaky")
        done = [f"added {number + 1}" for number in range(20)] + [f"try {n}" for n in range(3)]
        workers.wait_for(done)
        workers.send("slow", 1, 0)
        workers.wait_for([*done, "begun"])
        # What runs ends, and its message is deleted, before the worker does.
        worker.send(signal.SIGTERM)
        assert worker.wait(within=30) == 0
        assert workers.steps() == Counter([*done, "begun", "ended"])
        assert embedded.queue("celery").counts() == (0, 0, 0)


def test_a_task_of_a_killed_celery_worker_runs_at_another_after_its_visibility_timeout(
    embedded, tmp_path
):
    with Workers(embedded, tmp_path, visibility_timeout=2) as workers:
        # The task is run by the worker itself, so that it ends with it.
        worker = workers.start(pool="solo")
        workers.send("slow", 60, 0)
        workers.wait_for(["begun"])
        worker.send(signal.SIGKILL)
        worker.wait()
        workers.start(pool="solo")
        workers.wait_for(["begun", "begun", "ended"])
        embedded.queue("celery").wait_until_empty()
