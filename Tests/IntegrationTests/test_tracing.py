"""The trace of a message: it reaches its handler as it was sent, and each line about it."""

import json

import pytest

from harness.files import lines
from harness.http_endpoint import Answer
from harness.lambda_function import PROLOGUE, START_SECONDS
from harness.waiting import eventually

TRACE = "0af7651916cd43dd8448eb211c80319c"
CONTEXT = f"00-{TRACE}-b7ad6b7169203331-01"
ROOT = "1-5759e988-bd862e3fe1be46a994272793"
HEADER = f"Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1"


def text(value):
    return {"DataType": "String", "StringValue": value}


def send(queue, body, *, context=CONTEXT, header=HEADER):
    parameters = {}
    if context:
        parameters["MessageAttributes"] = {"traceparent": text(context)}
    if header:
        parameters["MessageSystemAttributes"] = {"AWSTraceHeader": text(header)}
    [message_id] = queue.send(body, **parameters)
    return message_id


def test_a_program_has_it_in_its_environment(embedded, config, start, tmp_path):
    queue = embedded.create("orders")
    config.exec("orders", f'echo "$TRACEPARENT $_X_AMZN_TRACE_ID" >> {tmp_path}/seen')
    start(embedded.url, "--config", config.folder).wait_ready()
    send(queue, "traced")
    eventually(lambda: lines(tmp_path / "seen") == [f"{CONTEXT} {HEADER}"], 20, "it was handed on")


def test_an_endpoint_has_it_in_its_headers(embedded, config, start, endpoint):
    queue = embedded.create("orders")
    server = endpoint(lambda request: Answer(200, b""))
    config.http("orders", f"{server.url}/")
    start(embedded.url, "--config", config.folder).wait_ready()
    send(queue, "traced")
    [request] = server.wait_for(lambda requests: requests, 20)
    assert request.headers["traceparent"] == CONTEXT
    assert request.headers["X-Amzn-Trace-Id"] == HEADER


def test_a_function_has_it_in_its_environment_and_in_the_record(
        embedded, config, start, function, tmp_path):
    queue = embedded.create("orders")
    function(PROLOGUE + """
def handler(event, context):
    [record] = event["Records"]
    note("seen", json.dumps([
        os.environ["_X_AMZN_TRACE_ID"], record["attributes"]["AWSTraceHeader"],
        record["messageAttributes"]["traceparent"]["stringValue"]]))
""", "orders")
    send(queue, "traced")
    start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(START_SECONDS)
    [line] = lines(tmp_path / "seen")
    assert json.loads(line) == [HEADER, HEADER, CONTEXT]


@pytest.mark.parametrize("context, header, trace", [
    (CONTEXT, HEADER, TRACE), (None, HEADER, ROOT),
    ("00-forged trace_id=1-00", None, None)])
def test_each_line_about_a_message_has_its_trace(
        embedded, config, start, tmp_path, context, header, trace):
    dead = embedded.create("dead")
    queue = embedded.create("orders", VisibilityTimeout=1)
    config.main('[log]\nlevel = "debug"\n[queues.orders]\ndead_letter_queue = "dead"\n')
    config.exec("orders", """
        echo "a line of the program"
        [ "$SQS_RECEIVE_COUNT" = 1 ] && exit 1
        exit 65""")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    message_id = send(queue, "traced", context=context, header=header)
    daemon.wait_for("sent to dead as")
    eventually(lambda: dead.counts()[0] == 1 and queue.counts() == (0, 0, 0), 20, "it is there")
    about = [line for line in daemon.output.splitlines() if f"message_id={message_id}" in line]
    # Twice what the program says, twice the end of its run, its return, its new place.
    assert len(about) >= 6, daemon.output
    for line in about:
        assert line.count("trace_id=") == (1 if trace else 0), line
        assert trace is None or f"trace_id={trace}" in line
