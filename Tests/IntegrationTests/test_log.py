"""What a person reads: the log off the journal, of a service with failures."""

import json
import re
import socket

import pytest

EX_CONFIG = 78


@pytest.fixture
def orders(embedded):
    """A queue that lets a message be received twice."""
    dead = embedded.create("orders-dead")
    arn = dead.client.get_queue_attributes(
        QueueUrl=dead.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue = embedded.create("orders", VisibilityTimeout=600, RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": arn, "maxReceiveCount": 2}))
    queue.dead = dead
    return queue


def charge(config, script):
    """A handler called `charge` of the queue `orders`, which tries again after a second."""
    path = config.program("charge.sh", script)
    config.drop_in("charge", "\n".join([
        'queue = "orders"', "[exec]", f"command = {json.dumps([str(path)])}", "[retry]",
        'backoff = "list"', 'delays = ["1s"]', ""]))


def lines_about(daemon, message_id):
    """Of the lines of one message, what stands between time and fields."""
    found = []
    for line in daemon.stderr.splitlines():
        if f"message_id={message_id}" in line:
            found.append(re.sub(r"^\S+ \S+ +(\w+ +.*?) message_id=.*$", r"\1", line))
    return found


def test_one_line_tells_why_a_message_failed_and_when_it_comes_back(
        orders, embedded, config, start):
    charge(config, 'echo "asking the bank"; echo "card declined" >&2; exit 1\n')
    [message_id] = orders.send("an order")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    daemon.wait_for("redrive policy", 20)
    short = message_id[:8]
    about = [re.sub(r"[0-9.]+ m?s,", "T,", line) for line in lines_about(daemon, message_id)]
    ends = [line for line in about if "receive" in line]
    assert ends == [
        f"warning  orders/charge {short}: exit status 1 after T, receive 1 of 2, back in 1 s: "
        "card declined",
        f"warning  orders/charge {short}: exit status 1 after T, receive 2 of 2, "
        "to the dead-letter queue by the redrive policy in 1 s: card declined"]
    assert about.count(f"info     orders/charge {short}: asking the bank") == 2
    # What the text says does not stand beside it once more.
    assert not re.search("queue=|handler=|duration_usec=|output=", daemon.stderr)
    assert not re.search("receive [12] of 2.*receive_count=", daemon.stderr)


def test_a_failure_tells_why_where_the_level_keeps_the_output_out(
        orders, embedded, config, start):
    charge(config, 'echo "asking the bank"; echo "card declined" >&2; exit 1\n')
    [message_id] = orders.send("an order")
    daemon = start(
        embedded.url, "--config", config.folder, "--log-level", "warning").wait_ready()
    daemon.wait_for("receive 1 of 2", 20)
    [line] = lines_about(daemon, message_id)[:1]
    assert re.fullmatch(
        rf"warning +orders/charge {message_id[:8]}: exit status 1 after \S+ ms, receive 1 of 2, "
        r"back in 1 s: card declined\\nasking the bank\\ncard declined", line), line


def test_three_concurrent_messages_can_be_told_apart(orders, embedded, config, start, tmp_path):
    charge(config, f"""
        body=$(cat)
        echo "$body begins"
        touch {tmp_path}/$body
        until [ -e {tmp_path}/a ] && [ -e {tmp_path}/b ] && [ -e {tmp_path}/c ]
        do sleep 0.02; done
        echo "$body ends"
        """)
    ids = orders.send("a", "b", "c")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    orders.wait_until_empty(20)
    for message_id, body in zip(ids, "abc"):
        prefix = f"info     orders/charge {message_id[:8]}: "
        first, second, last = lines_about(daemon, message_id)
        assert (first, second) == (f"{prefix}{body} begins", f"{prefix}{body} ends")
        assert re.fullmatch(rf"{prefix}done in \S+ m?s", last), last


def test_a_dead_letter_leads_back_to_its_message_and_its_log(
        orders, embedded, config, start):
    charge(config, "echo 'no amount' >&2; exit 65\n")
    config.main('[queues.orders]\ndead_letter_queue = "orders-dead"\n')
    [message_id] = orders.send("an order")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    orders.wait_until_empty(20)
    [letter] = orders.dead.receive_all()
    origin = json.loads(letter["MessageAttributes"]["RejectedFrom"]["StringValue"])
    origin["output"] = origin["output"].strip()
    time = origin.pop("time")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", time), time
    assert origin.pop("queueArn", "arn:aws:sqs").startswith("arn:aws:sqs")
    assert origin == {
        "queue": "orders", "messageId": message_id, "receiveCount": 1, "handler": "charge",
        "host": socket.gethostname(), "output": "no amount"}
    assert "65" in letter["MessageAttributes"]["RejectReason"]["StringValue"]
    about = lines_about(daemon, message_id)
    prefix = f"orders/charge {message_id[:8]}: "
    assert any(
        re.match(rf"warning  {prefix}rejected after \S+ ms, receive 1 of 2, "
                 "to the dead-letter queue: .*65.*no amount", line) for line in about), about
    assert f"notice   {prefix}sent to orders-dead as {letter['MessageId']}" in about, about


def test_an_invalid_configuration_is_in_the_status_too(config, start):
    for name in ("first", "second"):
        config.drop_in(name, f'queue = "{name}"\nconcurency = 3\n[exec]\ncommand = ["true"]\n')
    daemon = start("http://127.0.0.1:9", "--config", config.folder)
    assert daemon.wait(30) == EX_CONFIG, daemon.output
    told = daemon.manager.wait_for(lambda message: "ERRNO" in message)
    assert told["STATUS"].startswith(
        "Cannot start, the configuration is invalid (2 errors): ")
    assert "first.toml" in told["STATUS"] and "concurency" in told["STATUS"]
