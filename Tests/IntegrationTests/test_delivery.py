"""Messages that boto3 sends to servers that other people wrote, handled by programs."""

from collections import Counter

import pytest

from harness.files import lines
from harness.waiting import eventually

# moto copies every message of a queue at each receive, so it gets fewer.
MESSAGES = {"moto": 300, "ministack": 1000}

# Long enough for a handler's turn on a busy machine, short enough that a failed message comes
# back while the test runs.
VISIBILITY_SECONDS = 10

DELIVERY_SECONDS = 240.0


@pytest.mark.parametrize("server", MESSAGES)
def test_messages_by_the_hundred_are_each_handled_exactly_once(
        server, request, config, start, tmp_path):
    count = MESSAGES[server]
    server = request.getfixturevalue(server)
    queue = server.create("hundreds", VisibilityTimeout=VISIBILITY_SECONDS)
    entries = [
        {"MessageBody": f"message {index}", "MessageAttributes": {
            "index": {"DataType": "Number", "StringValue": str(index)},
            "course": {
                "DataType": "String", "StringValue": "twice" if index % 10 == 0 else "once"},
        }} for index in range(count)]
    ids = queue.send_all(entries)
    config.exec("hundreds", f"""
        echo "$SQS_MESSAGE_ID" >> {tmp_path}/attempts
        [ "$SQS_ATTR_course" = twice ] && [ "$SQS_RECEIVE_COUNT" = 1 ] && exit 1
        echo "$SQS_MESSAGE_ID $SQS_ATTR_index" >> {tmp_path}/handled
        """)
    # Two receives at the same moment may get the same message of moto, and count it twice.
    config.main("[queues.hundreds]\npollers = 1\n")

    daemon = start(server.url, "--config", config.folder).wait_ready()
    handled = tmp_path / "handled"
    eventually(
        lambda: len(lines(handled)) >= count, DELIVERY_SECONDS,
        f"all of {count} messages are handled")
    queue.wait_until_empty()
    assert daemon.stop() == 0, daemon.output

    expected = {f"{message_id} {index}" for index, message_id in enumerate(ids)}
    assert Counter(lines(handled)) == Counter(expected)
    attempts = Counter(lines(tmp_path / "attempts"))
    assert attempts == {
        message_id: 2 if index % 10 == 0 else 1 for index, message_id in enumerate(ids)}


BODIES = {
    "of 1 MiB": "x" * (1024 * 1024 - 3) + "end",
    "with every allowed control character": "".join(
        map(chr, [0x9, 0xA, 0xD, 0x20, *range(0x7F, 0xA0), 0x200B, 0x2028, 0x2029, 0xFEFF])),
    "at the edges of what is allowed": "\ud7ff\ue000\ufdd0\ufffd\U00010000\U0010ffff",
    "with emoji": "👩‍👩‍👧‍👦 🇩🇪 é e\u0301 🤷🏽‍♀️",
    "with quotes and newlines": "\"double\" 'single' `back` $(id) ${HOME} \\n\\\n\r\n\t<&amp;>\n\n",
    "of white space": " \n\t ",
    "that looks like a number": "007",
    "of JSON": '{"Records": [{"body": "{\\"a\\": \\u0041}"}]}',
}


@pytest.mark.parametrize("server", ["moto", "ministack", "embedded"])
def test_odd_bodies_arrive_byte_for_byte_on_standard_input(
        server, request, config, start, tmp_path):
    server = request.getfixturevalue(server)
    queue = server.create("odd-bodies")
    received = tmp_path / "received"
    received.mkdir()
    # Renamed when complete, so that the test never reads half a body.
    config.exec("odd-bodies", f"""
        cat > {received}/.$SQS_MESSAGE_ID && mv {received}/.$SQS_MESSAGE_ID \\
            {received}/$SQS_MESSAGE_ID""")
    sent = {queue.send(body)[0]: name for name, body in BODIES.items()}

    start(server.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(60)

    arrived = {sent[path.name]: path.read_bytes() for path in received.iterdir()}
    assert arrived.keys() == BODIES.keys()
    for name, body in BODIES.items():
        assert arrived[name] == body.encode(), f"the body {name} differs"


def test_attributes_reach_the_handler_by_name(ministack, config, start, tmp_path):
    queue = ministack.create("attributes")
    config.exec("attributes", f"env > {tmp_path}/.env && mv {tmp_path}/.env {tmp_path}/env")
    [message_id] = queue.send("body", MessageAttributes={
        "Order.Id": {"DataType": "String", "StringValue": "A 1\n'2'"},
        "amount": {"DataType": "Number.int", "StringValue": "12345678901234567890"},
        "seal": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}})

    start(ministack.url, "--config", config.folder).wait_ready()
    eventually((tmp_path / "env").exists, 20, "the handler ran")

    environment = (tmp_path / "env").read_text()
    for line in [
            f"SQS_MESSAGE_ID={message_id}", "SQS_QUEUE=attributes", f"SQS_QUEUE_URL={queue.url}",
            "SQS_RECEIVE_COUNT=1", "SQS_ATTR_Order_Id=A 1\n'2'",
            "SQS_ATTR_amount=12345678901234567890", "SQS_ATTR_seal=AP8="]:
        assert line in environment
    assert "AWS_SECRET_ACCESS_KEY" not in environment
