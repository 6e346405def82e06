"""A service that runs short of processes: what that costs the message that meets it."""

import json
import os
import time

from harness.waiting import eventually
from service import STATE

OUTAGE_SECONDS = float(os.environ.get("SQS_SUBSCRIBER_OUTAGE_SECONDS", "6"))


CROWD = "crowd.service"
PROCESSES = 40


def begin_crowd(service):
    """As many processes of the service's user as it may have."""
    status = service.machine.run("cat", f"/proc/{service.pid}/status").stdout
    user = status.partition("Uid:")[2].split()[0]
    service.machine.run(
        "systemd-run", f"--unit={CROWD}", "setpriv", f"--reuid={user}", "--clear-groups",
        "sh", "-c", f"for each in $(seq {PROCESSES}); do sleep 600 & done; wait")

    def is_there():
        counted = service.machine.run("pgrep", "--count", "--uid", user, check=False).stdout
        return int(counted or 0) > PROCESSES

    eventually(is_there, 20, "the crowd is there")


def test_a_service_without_room_for_a_process_costs_a_message_no_receive(service, server):
    dead = server.create("no-room-dead")
    arn = dead.client.get_queue_attributes(
        QueueUrl=dead.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue = server.create("no-room", VisibilityTimeout=5, RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": arn, "maxReceiveCount": 3}))
    service.handle("no-room", f'echo "$SQS_RECEIVE_COUNT" >> {STATE}/no-room\n')
    service.override(f"[Service]\nLimitNPROC={PROCESSES}\n", name="processes")
    service.start()
    # A first run, so that every thread of the daemon is there.
    queue.send("first")
    eventually(lambda: service.recorded("no-room") == ["1"], 20, "the first one is handled")
    queue.wait_until_empty(20)
    begin_crowd(service)

    queue.send("second")
    service.wait_for_entry(
        lambda entry: "receiving stopped" in entry["MESSAGE"]
        and "raise TasksMax=" in entry["MESSAGE"])
    started = time.monotonic()
    # Kept with its lease, and received by nobody meanwhile.
    while time.monotonic() - started < OUTAGE_SECONDS:
        assert queue.counts() == (0, 1, 0)
    assert service.show("ActiveState") == "active" and service.show("NRestarts") == "0"

    service.machine.systemctl("stop", CROWD)
    eventually(lambda: service.recorded("no-room") == ["1", "1"], 40, "it is handled")
    queue.wait_until_empty(20)
    assert dead.counts() == (0, 0, 0)
