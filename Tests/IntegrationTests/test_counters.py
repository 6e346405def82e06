"""What the daemon counts is what its queue server and its endpoint have seen."""

import json
import threading
from collections import Counter

import pytest

from harness.http_endpoint import Answer
from harness.waiting import eventually

# Ten thousand take longer, and show nothing that these do not.
MESSAGES = 2_000
# Long enough that on a busy machine no lease lapses but those that are to.
VISIBILITY_SECONDS = 10
LOST = 10


class Seen:
    """Every answer of the queue server about the queue, and every answer of the endpoint."""

    def __init__(self):
        self._lock = threading.Lock()
        self.requests = Counter()
        self.entries = Counter()
        self.answers = Counter()
        self.handles = {}

    def server(self, request, answer):
        body = json.loads(answer.body) if answer.body else {}
        with self._lock:
            self.requests[request.operation, answer.status == 200] += 1
            self.entries[request.operation] += len(
                body.get("Messages", body.get("Successful", [])))
            for message in body.get("Messages", []):
                self.handles[message["MessageId"]] = message["ReceiptHandle"]

    def endpoint(self, status):
        with self._lock:
            self.answers[status] += 1
        return Answer(status, b"")


def metrics(text):
    """The samples by their names with labels."""
    samples = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            samples[name] = float(value)
    return samples


@pytest.fixture
def read(control):
    def run():
        return metrics(control.text("/metrics")), control.get("/status").body

    return run


def of_queue(name):
    return f'sqs_subscriber_{name}{{queue="orders"}}'


def of_runs(outcome):
    return f'sqs_subscriber_runs_total{{queue="orders",handler="orders",outcome="{outcome}"}}'


def of_requests(operation, result="ok"):
    return f'sqs_subscriber_requests_total{{operation="{operation}",result="{result}"}}'


def arrived(counted, sent, cancelled):
    """How many messages have reached the daemon, which says `counted`, of those `sent` to it: all,
    but for ten at most with each receive that it called off when they were on their way."""
    return counted if sent - 10 * cancelled <= counted <= sent else sent


def test_the_counters_are_those_of_the_queue_and_of_the_endpoint(
        embedded, config, start, endpoint, control, read):
    dead = embedded.create("dead")
    queue = embedded.create("orders", VisibilityTimeout=VISIBILITY_SECONDS)
    seen, may_end = Seen(), threading.Event()

    def handle(request):
        kind = request.body.partition(b" ")[0]
        is_first = request.headers["X-Aws-Sqsd-Receive-Count"] == "1"
        if kind == b"lost":
            # The message goes, as if another host had handled it: no renewal can succeed.
            handle = seen.handles[request.headers["X-Aws-Sqsd-Msgid"]]
            queue.client.delete_message(QueueUrl=queue.url, ReceiptHandle=handle)
            may_end.wait(60)
        if kind == b"once" and is_first:
            return seen.endpoint(500)
        return seen.endpoint(422 if kind == b"bad" else 200)

    server = endpoint(handle)
    proxy = endpoint(proxy_to=embedded.url, seen=seen.server)
    config.main('[queues.orders]\ndead_letter_queue = "dead"\n')
    config.http(
        "orders", f"{server.url}/", "reject_status = [422]", concurrency=LOST + 16,
        retry='backoff = "exponential"\ninitial = "1s"')
    kinds = {0: "once", 1: "bad"}
    entries = [{"MessageBody": f"{kinds.get(number % 10, 'fine')} {number}"}
               for number in range(MESSAGES - LOST)]
    entries += [{"MessageBody": f"lost {number}"} for number in range(LOST)]
    queue.send_all(entries)
    start(proxy.url, "--config", config.folder, "--control-socket", control.path).wait_ready()

    eventually(
        lambda: read()[0][of_queue("leases_lost_total")] >= LOST, 120, "leases are lost")
    may_end.set()
    eventually(lambda: queue.counts() == (0, 0, 0), 240, "all are done with")

    def differences():
        """What the daemon says and what was seen, where they are not the same."""
        counted, status = read()
        [orders] = status["queues"]
        [handler] = orders["handlers"]
        visibility = seen.entries["ChangeMessageVisibilityBatch"]
        deleted = seen.entries["DeleteMessageBatch"]
        rejected, failed = seen.answers[422], seen.answers[500]
        received = arrived(
            counted[of_queue("messages_received_total")], seen.entries["ReceiveMessage"],
            counted.get(of_requests("ReceiveMessage", "cancelled"), 0))
        pairs = {
            "received": (counted[of_queue("messages_received_total")], received),
            "deleted": (counted[of_queue("messages_deleted_total")], deleted),
            "visibility": (counted[of_queue("messages_returned_total")]
                           + counted[of_queue("leases_renewed_total")], visibility),
            "done": (counted[of_runs("done")], seen.answers[200] - LOST),
            "retried": (counted[of_runs("retry")], failed),
            "rejected": (counted[of_runs("reject")], rejected),
            "dead letters": (status["messages"]["rejected"], dead.counts()[0]),
            "status, received": (orders["received"], received),
            "status, deleted": (orders["deleted"], deleted),
            "status, handled": (status["messages"]["handled"], deleted),
            "status, failed": (status["messages"]["failed"], failed),
            "status, retried": (handler["retried"], failed),
            "every message ended": (
                orders["received"],
                sum(orders[name] for name in ("deleted", "returned", "lapsed", "in_hand"))),
            **{operation: (counted[of_requests(operation)], seen.requests[operation, True])
               for operation in ("DeleteMessageBatch", "ChangeMessageVisibilityBatch")},
        }
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    try:
        eventually(lambda: not differences(), 30, "they agree")
    except AssertionError:
        assert differences() == {}
    counted, _ = read()
    assert counted[of_queue("leases_lost_total")] >= LOST
    starts = 'sqs_subscriber_sent_to_start_seconds_count{queue="orders",handler="orders"}'
    assert counted[starts] == seen.answers.total()


def test_a_pause_takes_nothing_back(embedded, config, start, control, read, tmp_path):
    queue = embedded.create("orders")
    config.exec("orders", f"echo >> {tmp_path}/handled")
    daemon = start(
        embedded.url, "--config", config.folder, "--control-socket", control.path).wait_ready()
    deleted, runs = of_queue("messages_deleted_total"), of_runs("done")
    queue.send("one", "two")
    eventually(lambda: read()[0][deleted] == 2, 20, "two are deleted")
    assert control.post("/pause?queue=orders").status == 200
    daemon.wait_for("paused, and nothing of it is in hand")
    counted, status = read()
    # A series that ends meanwhile would take along what was counted since Prometheus looked last.
    assert (counted[deleted], counted[runs]) == (2, 2)
    [orders] = status["queues"]
    assert (orders["state"], orders["received"], orders["deleted"]) == ("paused", 2, 2)
    assert [(one["name"], one["done"]) for one in orders["handlers"]] == [("orders", 2)]
    assert control.post("/resume?queue=orders").status == 200
    queue.send("three")
    eventually(lambda: read()[0][deleted] == 3, 20, "the third is deleted")
    counted, status = read()
    assert counted[runs] == 3
    assert status["messages"]["handled"] == 3
    [orders] = status["queues"]
    assert orders["deleted_per_second"]["1m"] >= 0
