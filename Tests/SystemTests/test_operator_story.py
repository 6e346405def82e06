"""An operator's first day with the package, in a fresh Debian, from the installation to the last
dead letter."""

import json

import pytest

import debian
from harness.servers import start_embedded
from harness.waiting import eventually
from service import ETC, STATE, UNIT, Service

VISIBILITY_SECONDS = 60

HANDLER = "/usr/local/bin/process-order"
DROP_IN = f"""
queue = "orders"

[exec]
command = ["{HANDLER}"]
"""
# The handler that is mended in the end: it knows no order without an amount.
FIRST_VERSION = f"""#!/bin/sh
order=$(cat)
case $order in
*amount*) echo "$order" >> {STATE}/processed ;;
*) echo "$order has no amount"; exit 65 ;;
esac
"""
SECOND_VERSION = f"""#!/bin/sh
cat >> {STATE}/processed
"""
GOOD, BAD = '{"id": 41, "amount": 12}', '{"id": 42}'


@pytest.fixture
def server(binary, tmp_path):
    """A queue server of its own: that of the other tests has queues of these names already."""
    server = start_embedded(binary, tmp_path)
    yield server
    server.close()


@pytest.fixture
def operator(fresh):
    """What root does in a shell: a command, its status and all that it says."""
    def do(*words, status=0):
        done = fresh.run(*words, check=False)
        assert done.returncode == status, f"{' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr
    return do


@pytest.fixture
def queues(server):
    dead = server.create("orders-dead")
    arn = server.client.get_queue_attributes(
        QueueUrl=dead.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    orders = server.create(
        "orders", VisibilityTimeout=VISIBILITY_SECONDS,
        RedrivePolicy=json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5}))
    return orders, dead


def test_an_operator_s_first_day(fresh, operator, package, server, queues):
    orders, dead = queues
    service = Service(fresh, server)

    # Installed, and told where the queues are.
    debian.Apt(fresh).install(package)
    service.reset()
    settings = f"{ETC}/sqs-subscriber.toml"
    fresh.write(settings, fresh.read(settings)
                + '[queues.orders]\ndead_letter_queue = "orders-dead"\n')
    fresh.write(f"{ETC}/handlers.d/orders.toml", DROP_IN)

    # The doctor finds what is missing, and then nothing that is in the way.
    assert HANDLER in operator("sqs-subscriber", "doctor", status=1)
    fresh.write(HANDLER, FIRST_VERSION, mode=0o755)
    assert "0 failure" in operator("sqs-subscriber", "doctor")

    # Tried, before any message is received.
    assert "rejected" in operator("sqs-subscriber", "try", "orders", "--body", BAD, status=65)

    # Enabled: what is good is handled, what is bad is a dead letter.
    operator("systemctl", "enable", "--now", UNIT)
    assert fresh.systemctl("is-enabled", UNIT).stdout == "enabled\n"
    orders.send(GOOD, BAD)
    processed = "/var/lib/private/sqs-subscriber/processed"
    eventually(lambda: fresh.read(processed) == GOOD + "\n", 20, "the good order is processed")
    eventually(lambda: dead.counts() == (1, 0, 0), 20, "the bad one is a dead letter")
    orders.wait_until_empty()

    # Seen, in the journal and in the dead-letter queue, with the reason.
    reason = f"{BAD} has no amount"
    assert reason in operator("journalctl", "-u", UNIT, "SQS_OUTCOME=reject")
    listed = operator("sqs-subscriber", "dlq", "list")
    assert "orders-dead: 1 message" in listed and "exit status 65" in listed

    # Mended; the first reload is refused and says why, and the old configuration goes on.
    fresh.write(HANDLER, SECOND_VERSION, mode=0o755)
    fresh.write(f"{ETC}/handlers.d/orders.toml", "concurency = 2\n" + DROP_IN)
    operator("systemctl", "reload", UNIT, status=1)
    assert "concurency" in operator("journalctl", "-u", UNIT, "--lines=20")
    assert fresh.systemctl("is-active", UNIT).stdout == "active\n"
    fresh.write(f"{ETC}/handlers.d/orders.toml", "concurrency = 2\n" + DROP_IN)
    operator("systemctl", "reload", UNIT)

    # Redriven, and done.
    operator("sqs-subscriber", "dlq", "redrive", "orders-dead")
    eventually(lambda: fresh.read(processed) == f"{GOOD}\n{BAD}", 20, "the other is, too")
    orders.wait_until_empty()
    assert "orders-dead: 0 messages" in operator("sqs-subscriber", "dlq", "list")
