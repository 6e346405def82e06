"""A Celery application as people write it, with SQS for its broker.

Knows nothing of this project. Each step of a task is a line in the file that TASK_LOG names.
"""

import os
import threading

import celery

application = celery.Celery("tasks", broker=os.environ["BROKER_URL"])
application.conf.update(
    broker_transport_options={
        "region": os.environ["AWS_REGION"], "wait_time_seconds": 20, "polling_interval": 0.1,
        "visibility_timeout": int(os.environ["VISIBILITY_TIMEOUT"])},
    # A task is done when it has run, not when it has been received.
    task_acks_late=True, worker_prefetch_multiplier=1, task_default_queue="celery",
    # The queues over which workers talk with one another are of no use here.
    worker_enable_remote_control=False, worker_send_task_events=False)


def note(step):
    with open(os.environ["TASK_LOG"], "a") as log:
        log.write(step + "\n")


@application.task
def add(one, other):
    note(f"added {one + other}")


@application.task(bind=True, max_retries=2)
def flaky(self):
    note(f"try {self.request.retries}")
    if self.request.retries < 2:
        raise self.retry(countdown=0)


@application.task
def slow(first, later):
    """Takes `first` seconds where it runs for the first time."""
    with open(os.environ["TASK_LOG"]) as log:
        again = "begun\n" in log
    note("begun")
    threading.Event().wait(later if again else first)
    note("ended")
