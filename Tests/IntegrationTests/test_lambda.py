"""Unmodified Lambda functions, run by AWS's own runtime interface client for Python."""

import hashlib
import json

import pytest

from harness.files import lines
from harness.lambda_function import HANDLED, PROLOGUE, START_SECONDS
from harness.waiting import eventually

# Longer than any test: a message that is visible again was released, not forgotten.
VISIBILITY_SECONDS = 600


def test_a_function_gets_the_event_and_the_context_that_lambda_gives_it(
        embedded, config, start, function, tmp_path):
    queue = embedded.create("orders")
    function(PROLOGUE + """
def handler(event, context):
    facts = {name: getattr(context, name) for name in (
        "function_name", "function_version", "invoked_function_arn", "memory_limit_in_mb",
        "aws_request_id", "log_group_name", "log_stream_name")}
    facts["remaining"] = context.get_remaining_time_in_millis()
    facts["trace"] = os.environ["_X_AMZN_TRACE_ID"]
    note("facts", json.dumps({"event": event, "context": facts, "environment": dict(os.environ)}))
""", "orders", environment={"STAGE": "test"}, function_name="bills")
    [message_id] = queue.send("body \"1\" \u00e9\u20ac", MessageAttributes={
        "amount": {"DataType": "Number.int", "StringValue": "12345678901234567890"},
        "seal": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}})

    start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(START_SECONDS)

    [line] = lines(tmp_path / "facts")
    facts = json.loads(line)
    [record] = facts["event"]["Records"]
    assert record["messageId"] == message_id
    assert record["receiptHandle"]
    assert record["body"] == "body \"1\" \u00e9\u20ac"
    assert record["md5OfBody"] == hashlib.md5(record["body"].encode()).hexdigest()
    assert len(record["md5OfMessageAttributes"]) == 32
    assert record["messageAttributes"] == {
        "amount": {
            "stringValue": "12345678901234567890", "stringListValues": [],
            "binaryListValues": [], "dataType": "Number.int"},
        "seal": {
            "binaryValue": "AP8=", "stringListValues": [], "binaryListValues": [],
            "dataType": "Binary"}}
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["attributes"]["SentTimestamp"].isdigit()
    assert record["eventSource"] == "aws:sqs"
    arn = record["eventSourceARN"]
    assert arn.startswith("arn:aws:sqs:") and arn.endswith(":orders")
    assert record["awsRegion"] == arn.split(":")[3]

    context = facts["context"]
    assert context["function_name"] == "bills"
    assert context["function_version"] == "$LATEST"
    assert context["invoked_function_arn"] == (
        arn.replace(":sqs:", ":lambda:").rpartition(":")[0] + ":function:bills")
    assert context["memory_limit_in_mb"].isdigit()
    assert len(context["aws_request_id"]) == 36
    assert context["log_group_name"] == "/aws/lambda/bills"
    assert "[$LATEST]" in context["log_stream_name"]
    assert 0 < context["remaining"] <= 30_000
    assert context["trace"].startswith("Root=1-")

    environment = facts["environment"]
    assert environment["STAGE"] == "test"
    assert environment["_HANDLER"] == "app.handler"
    assert environment["LAMBDA_TASK_ROOT"] == str(tmp_path / "function")
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == record["awsRegion"]
    assert environment["AWS_LAMBDA_INITIALIZATION_TYPE"] == "on-demand"
    assert environment["TZ"] == ":UTC"


def test_a_batch_is_handed_over_when_it_is_full_or_its_window_is_over(
        embedded, config, start, function, tmp_path):
    queue = embedded.create("batches")
    function(HANDLED, "batches", batch_size=20, batch_window="2s")
    queue.send_all([{"MessageBody": str(index)} for index in range(50)])
    start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(START_SECONDS)
    assert sorted(map(int, lines(tmp_path / "handled"))) == list(range(50))
    assert lines(tmp_path / "batches") == ["20", "20", "10"]


def test_a_batch_that_the_slots_never_fill_waits_for_no_window(
        embedded, config, start, function, tmp_path):
    queue = embedded.create("unfilled", VisibilityTimeout=VISIBILITY_SECONDS)
    # Its long poll holds one of the slots.
    embedded.create("other")
    config.drop_in("other", 'queue = "other"\n[journal]\n')
    function(HANDLED, "unfilled", batch_size=100, batch_window="5min")
    queue.send_all([{"MessageBody": str(index)} for index in range(200)])
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    # All but a rest that has room for more to come.
    eventually(
        lambda: len(lines(tmp_path / "handled")) > 126, START_SECONDS, "batches are handled")
    daemon.wait_for("no batch will hold 100 messages, as slots allows 63 at once")
    assert all(int(size) > 30 for size in lines(tmp_path / "batches"))


def test_large_messages_are_spread_over_events_of_six_megabytes(
        embedded, config, start, function, tmp_path):
    queue = embedded.create("large")
    function(PROLOGUE + """
def handler(event, context):
    note("sizes", len(json.dumps(event)))
    for record in event["Records"]:
        note("handled", f"{len(record['body'])} {record['body'][-1]}")
""", "large", batch_size=100, batch_window="1s")
    size = 1024 * 1024
    queue.send(*["x" * (size - 1) + str(index) for index in range(7)])
    start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(START_SECONDS)
    assert sorted(lines(tmp_path / "handled")) == [f"{size} {index}" for index in range(7)]
    assert all(int(size) <= 6 * 1024 * 1024 for size in lines(tmp_path / "sizes"))


def test_reported_failures_come_back_and_the_others_are_deleted(
        embedded, config, start, function, tmp_path):
    queue = embedded.create("partial", VisibilityTimeout=VISIBILITY_SECONDS)
    function(PROLOGUE + """
def handler(event, context):
    failed = [one for one in event["Records"] if int(one["body"]) % 5 == 0]
    for record in event["Records"]:
        note("seen", record["body"])
    return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in failed]}
""", "partial", report_batch_item_failures=True)
    queue.send_all([{"MessageBody": str(index)} for index in range(50)])
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    eventually(lambda: queue.counts() == (0, 10, 0), START_SECONDS, "the others are deleted")
    daemon.wait_for("reported the message as failed")
    assert sorted(map(int, lines(tmp_path / "seen"))) == list(range(50))


@pytest.mark.parametrize("answer", [
    '{"batchItemFailures": [{"itemIdentifier": "no-such-message"}]}',
    '{"batchItemFailures": [{"itemIdentifier": ""}]}',
    '{"batchItemFailures": [{"messageId": event["Records"][0]["messageId"]}]}'])
def test_an_answer_that_cannot_be_used_brings_the_whole_batch_back(
        embedded, config, start, function, tmp_path, answer):
    queue = embedded.create("invalid", VisibilityTimeout=VISIBILITY_SECONDS)
    function(
        PROLOGUE + f"def handler(event, context):\n    return {answer}\n", "invalid",
        report_batch_item_failures=True)
    queue.send_all([{"MessageBody": str(index)} for index in range(5)])
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    daemon.wait_for("the whole batch is tried again", START_SECONDS)
    assert queue.counts() == (0, 5, 0)


# Fails for b1 the first time. AWS asks a function to report what follows in the group as well.
FIFO_PARTIAL = PROLOGUE + """
def handler(event, context):
    failed, groups = [], set()
    note("batches", " ".join(record["body"] for record in event["Records"]))
    for record in event["Records"]:
        group = record["attributes"]["MessageGroupId"]
        is_first = record["attributes"]["ApproximateReceiveCount"] == "1"
        if is_first and record["body"] == "b1":
            groups.add(group)
            failed.append({"itemIdentifier": record["messageId"]})
        elif group in groups and REPORTS_ALL:
            failed.append({"itemIdentifier": record["messageId"]})
        elif group not in groups:
            note("handled", record["body"])
    return {"batchItemFailures": failed}
"""


def send_to_groups(queue, groups, count):
    for index in range(count):
        for group in groups:
            queue.send(f"{group}{index}", MessageGroupId=group,
                       MessageDeduplicationId=f"{group}{index}")


@pytest.mark.parametrize("reports_all", [True, False])
def test_a_failed_message_of_a_fifo_queue_is_not_overtaken_by_its_group(
        embedded, config, start, function, tmp_path, reports_all):
    queue = embedded.create("order.fifo", FifoQueue="true", VisibilityTimeout=2)
    function(FIFO_PARTIAL.replace("REPORTS_ALL", str(reports_all)), "order.fifo",
             report_batch_item_failures=True)
    send_to_groups(queue, "abc", 4)
    start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(START_SECONDS)
    for group in "abc":
        assert [body for body in lines(tmp_path / "handled") if body[0] == group] == [
            f"{group}{index}" for index in range(4)]


def test_a_group_of_a_fifo_queue_comes_in_batches_of_ten_in_order(
        embedded, config, start, function, tmp_path):
    queue = embedded.create("order.fifo", FifoQueue="true")
    function(HANDLED, "order.fifo", batch_size=10)
    send_to_groups(queue, "a", 30)
    start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(START_SECONDS)
    assert lines(tmp_path / "handled") == [f"a{index}" for index in range(30)]
    sizes = [int(size) for size in lines(tmp_path / "batches")]
    assert max(sizes) == 10 and len(sizes) <= 6, sizes


def test_what_a_function_prints_is_logged_with_its_request(
        embedded, config, start, function, tmp_path):
    queue = embedded.create("printing")
    function(PROLOGUE + """
import logging
def handler(event, context):
    note("requests", context.aws_request_id)
    print("printed to stdout")
    print("printed to stderr", file=sys.stderr)
    logging.getLogger().error("logged by the client")
""", "printing")
    [message_id] = queue.send("x")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(START_SECONDS)
    [request_id] = lines(tmp_path / "requests")
    for words in ["printed to stdout", "printed to stderr", "logged by the client"]:
        line = daemon.wait_for(f".*{words}.*").group()
        assert request_id in line and message_id in line and "function=printing" in line
