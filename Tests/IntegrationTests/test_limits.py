"""Rates, and message groups that do not move on."""

import json

from harness.files import lines
from harness.waiting import eventually

WAIT_SECONDS = 30.0


def test_a_handler_gets_no_more_messages_than_its_limit(embedded, config, start, tmp_path):
    queue = embedded.create("load")
    queue.send_all([{"MessageBody": str(index)} for index in range(30)])
    command = [str(config.program("load.sh", f"date +%s%N >> {tmp_path}/handled"))]
    config.drop_in("load", "\n".join([
        'queue = "load"', "concurrency = 30", "[exec]", f"command = {json.dumps(command)}",
        "[limits]", "messages_per_second = 10", ""]))
    start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(WAIT_SECONDS)
    times = [int(line) / 1e9 for line in lines(tmp_path / "handled")]
    assert len(times) == 30
    # Ten at once, then ten a second. A slow machine takes longer.
    assert max(times) - min(times) > 1.5


def test_a_group_whose_message_keeps_failing_is_reported_and_shown(
        embedded, config, start, tmp_path):
    queue = embedded.create("load.fifo", FifoQueue="true", VisibilityTimeout=1)
    for group in ("good", "bad"):
        queue.send(group, MessageGroupId=group, MessageDeduplicationId=group)
    config.exec("load", f"""
        test "$SQS_MESSAGE_GROUP_ID" = good -o -e {tmp_path}/mended
        """, queue="load.fifo")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    daemon.wait_for_status("group bad does not move on", within=WAIT_SECONDS)
    (tmp_path / "mended").touch()
    daemon.wait_for("message group bad moves on", WAIT_SECONDS)
    assert daemon.output.count("message group bad does not move on") == 1, daemon.output
    eventually(
        lambda: "does not move on" not in daemon.manager.status, WAIT_SECONDS,
        "the status line is clear again")
