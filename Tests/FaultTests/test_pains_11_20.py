"""What users of other SQS consumers suffer from, the second ten: see PAINS.md beside this file."""

import datetime
import itertools
import json
from collections import Counter

import pytest

from harness import faults
from harness.http_endpoint import Answer
from harness.payloads import Payloads
from harness.process_facts import resident_bytes
from harness.waiting import eventually
from subscriber import assert_nothing_lost, send

LONG = 600

# Credentials are used until 5 s before their end.
LIFETIME = datetime.timedelta(seconds=8)


def test_pain_11_credentials_that_expire_are_renewed_in_time(
        embedded, endpoint, proxy, worker, subscribe):
    expiry = {}

    def credentials(_):
        name = f"KEY{len(expiry) + 1}"
        expiry[name] = datetime.datetime.now(datetime.UTC) + LIFETIME
        return Answer(200, json.dumps({
            "AccessKeyId": name, "SecretAccessKey": "secret", "Token": "token",
            "Expiration": expiry[name].strftime("%Y-%m-%dT%H:%M:%SZ")}).encode())

    def plan(request):
        expired = datetime.datetime.now(datetime.UTC) > expiry[request.access_key]
        return faults.error(403, "ExpiredToken", "expired") if expired else None

    queue = embedded.create("credentials")
    work = worker()
    between = proxy(embedded.url, plan)
    subscriber = subscribe(
        between.url, queue.name, work.url, AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None,
        AWS_CONTAINER_CREDENTIALS_FULL_URI=endpoint(credentials).url)
    ids = []
    while len({request.access_key for request in between.requests}) < 3:
        ids += send(queue, 1)
        work.wait_until_handled(ids)
    assert_nothing_lost(queue, work, ids)
    assert not [request for request in between.requests if request.fault]
    subscriber.assert_well()


def test_pain_12_the_http_timeout_is_longer_than_the_long_poll(
        embedded, proxy, worker, subscribe):
    # And not endless: test_faults.py, test_a_stalled_receive_is_noticed.
    queue = embedded.create("patience")
    between = proxy(embedded.url, faults.always(faults.delayed(4), "ReceiveMessage"))
    subscriber = subscribe(between.url, queue.name, worker().url)
    between.wait_for(lambda _: len(between.of("ReceiveMessage")) == 2, 60)
    first, second = between.of("ReceiveMessage")
    assert first.parameters["WaitTimeSeconds"] == 20
    assert second.at - first.at >= 23
    assert "receiving fails" not in subscriber.daemon.output
    subscriber.assert_well()


def test_pain_13_an_endpoint_that_is_down_pauses_the_queue(embedded, proxy, worker, subscribe):
    queue = embedded.create("downstream", VisibilityTimeout=LONG)
    work = worker()
    between = proxy(embedded.url)
    subscriber = subscribe(between.url, queue.name, work.url)
    work.close()
    ids = send(queue, 40)
    subscriber.daemon.wait_for_status("cannot be reached", 30)
    before = len(between.of("ReceiveMessage"))
    work = worker(port=work.port)
    assert_nothing_lost(queue, work, ids, 90)
    # Nothing was received before the message that was kept was handled, and then two.
    assert between.of("ReceiveMessage")[before].parameters["MaxNumberOfMessages"] == 2
    # Most messages never noticed: their receive counts are not used up.
    counts = Counter(run.receive_count for run in work.runs)
    assert counts[1] >= 25 and max(counts) <= 2, counts
    subscriber.daemon.wait_for("(?i)recovered|works again", 30)
    subscriber.assert_well()


def test_pain_14_the_queues_own_visibility_timeout_is_used(embedded, proxy, worker, subscribe):
    for name, main, expected in [
            ("own", "", 7), ("configured", '[queues.configured]\nvisibility_timeout = "5s"\n', 5)]:
        queue = embedded.create(name, VisibilityTimeout=7)
        work = worker(hold=5.0)
        between = proxy(embedded.url)
        subscribe(between.url, queue.name, work.url, main=main)
        assert_nothing_lost(queue, work, send(queue, 2))
        asked = {one.parameters["VisibilityTimeout"] for one in between.of("ReceiveMessage")}
        renewed = {
            entry["VisibilityTimeout"] for one in between.of("ChangeMessageVisibilityBatch")
            for entry in one.parameters["Entries"]}
        assert (asked, renewed) == ({expected}, {expected})
        attributes = queue.client.get_queue_attributes(
            QueueUrl=queue.url, AttributeNames=["VisibilityTimeout"])["Attributes"]
        assert attributes["VisibilityTimeout"] == "7", "the queue itself was changed"


@pytest.mark.parametrize("own", [0, 1])
def test_pain_14_a_visibility_timeout_that_is_too_short_is_raised_and_it_is_said(
        own, embedded, worker, subscribe):
    queue = embedded.create("short", VisibilityTimeout=own)
    work = worker(hold=3.0)
    subscriber = subscribe(embedded.url, queue.name, work.url)
    subscriber.daemon.wait_for(f"visibility timeout is {own} s; .* received with 2 s", 20)
    ids = send(queue, 1)
    assert_nothing_lost(queue, work, ids)
    assert len(work.runs) == 1


def test_pain_15_scaling_in_and_low_concurrency_burn_no_receive_counts(
        embedded, worker, subscribe):
    dead = embedded.create("dead")
    arn = dead.client.get_queue_attributes(
        QueueUrl=dead.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue = embedded.create("scaled", VisibilityTimeout=LONG, RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": arn, "maxReceiveCount": 1}))
    work = worker(hold=lambda run: 1.5 if run.path == "/second" else 0.3)
    _, second = [
        subscribe(embedded.url, queue.name, f"{work.url}/{name}", concurrency=1)
        for name in ("first", "second")]
    ids = send(queue, 12)
    work.wait_for(lambda worker: any(run.path == "/second" for run in worker.running))
    # With its one slot taken it has no receive out: whatever it was given it may finish.
    assert second.daemon.stop() == 0, second.daemon.output
    assert_nothing_lost(queue, work, ids)
    assert dead.counts() == (0, 0, 0)
    assert Counter(run.message_id for run in work.runs) == Counter(ids)


def test_pain_16_the_timeout_of_an_endpoint_is_the_configured_one(embedded, worker, subscribe):
    queue = embedded.create("timeouts", VisibilityTimeout=LONG)
    slow, gateway = "message 0", "message 1"
    # A message that a gateway refused is kept, and tried again under the same receive.
    def is_first(run):
        return [one for one in work.runs if one.body == run.body][0] is run

    work = worker(
        hold=lambda run: 30.0 if run.body == slow and run.receive_count == 1 else 0.0,
        status=lambda run: 504 if run.body == gateway and is_first(run) else 200)
    subscriber = subscribe(
        embedded.url, queue.name, work.url, timeout="2s",
        retry='backoff = "list"\ndelays = ["0s"]')
    assert_nothing_lost(queue, work, send(queue, 3))
    # Each is named: the daemon's own limit, and that of a proxy in front of the endpoint.
    subscriber.daemon.wait_for("the endpoint answered 504")
    subscriber.daemon.wait_for("the endpoint gave no usable answer.*within 2")
    [cut] = [run for run in work.of("cancelled") if run.body == slow]
    assert 1.5 < cut.end - cut.start < 15


def test_pain_17_each_entry_of_a_batch_counts_and_its_id_is_its_own(
        embedded, proxy, worker, subscribe):
    queue = embedded.create("batches", VisibilityTimeout=LONG)
    ids = send(queue, 60)
    work = worker()
    between = proxy(embedded.url, faults.first(
        4, faults.failed_entries(though_done=False), "DeleteMessageBatch"))
    subscribe(between.url, queue.name, work.url, concurrency=20)
    assert_nothing_lost(queue, work, ids)
    assert Counter(run.message_id for run in work.runs) == Counter(ids)
    batches = [
        [entry["Id"] for entry in one.parameters["Entries"]]
        for one in between.of("DeleteMessageBatch")]
    assert all(len(set(batch)) == len(batch) <= 10 for batch in batches), batches
    # Those that failed were sent again; those that worked were not.
    handles = Counter(itertools.chain.from_iterable(
        [entry["ReceiptHandle"] for entry in one.parameters["Entries"]]
        for one in between.of("DeleteMessageBatch")))
    failed = sum(
        len(one.parameters["Entries"][::2]) for one in between.requests if one.fault)
    assert sum(handles.values()) == len(ids) + failed


def test_pain_18_a_payload_in_s3_blocks_nothing_and_goes_after_its_message(
        moto, proxy, worker, subscribe):
    # What else can be wrong with a payload: IntegrationTests/test_s3_payloads.py.
    queue = moto.create("pain-18", VisibilityTimeout=LONG)
    dead = moto.create("pain-18-dead")
    payloads = Payloads(moto, "pain-18")
    keys = [f"payload {number}" for number in range(10)]
    for key in keys:
        payloads.put(key, key.encode())
    payloads.point(queue, "missing")
    ids = [payloads.point(queue, key) for key in keys]
    payloads.point(queue, "missing")
    seen = []

    def plan(request):
        if request.operation != "DeleteMessageBatch" or seen:
            return None
        seen.extend(key for key in keys if payloads.exists(key))
        return faults.error(503, "ServiceUnavailable", "down")

    work = worker()
    between = proxy(moto.url, plan)
    subscriber = subscribe(
        between.url, queue.name, work.url, concurrency=1, AWS_ENDPOINT_URL_S3=moto.url,
        main='[queues.pain-18]\nunwrap = ["s3"]\ndelete_payload = true\n'
             'dead_letter_queue = "pain-18-dead"\n')
    assert_nothing_lost(queue, work, ids)
    assert sorted(run.body for run in work.runs) == keys
    assert dead.counts()[0] == 2
    assert seen == keys, "a payload was deleted before its message"
    eventually(lambda: not any(payloads.exists(key) for key in keys), 20, "they are deleted")
    subscriber.assert_well()


# Measured: below 3 MiB, of which the allocator's own is most.
GROWTH_LIMIT = 20 << 20


def test_pain_19_memory_does_not_grow_with_messages(embedded, worker, subscribe):
    queue = embedded.create("memory", VisibilityTimeout=LONG)
    work = worker()
    subscriber = subscribe(embedded.url, queue.name, work.url, concurrency=20)
    ids = send(queue, 200, "warm-up")
    assert_nothing_lost(queue, work, ids)
    before = resident_bytes(subscriber.daemon.pid)
    ids += send(queue, 1000)
    assert_nothing_lost(queue, work, ids)
    growth = resident_bytes(subscriber.daemon.pid) - before
    print(f"{growth / 2**20:.1f} MiB more after 1,000 messages")
    assert growth < GROWTH_LIMIT


def test_pain_19_empty_answers_from_a_server_that_does_not_wait_are_no_loop(
        embedded, proxy, worker, subscribe):
    async def empty_at_once(passage):
        await passage.answer(Answer(200, b"{}"))
    empty_at_once.fault_name = "empty at once"

    queue = embedded.create("empty")
    between = proxy(embedded.url, faults.always(empty_at_once, "ReceiveMessage"))
    subscriber = subscribe(between.url, queue.name, worker().url)
    between.wait_for_faults(5, 60)
    assert between.busiest_second() <= 2
    subscriber.assert_well()


# A full receive and a full delete batch for each ten messages are 0.2, and one by one 2; 0.29 were
# seen. What it is without the noise of a busy machine: `a busy queue costs about a fifth …`.
REQUESTS_PER_MESSAGE = 0.5


def test_pain_20_an_idle_queue_is_polled_slowly_and_a_busy_one_in_batches(
        embedded, proxy, worker, subscribe):
    # The cost of an idle queue over a minute: IntegrationTests/test_idle.py.
    queue = embedded.create("cost", VisibilityTimeout=LONG)
    ids = send(queue, 600)
    work = worker(hold=0.01)
    between = proxy(embedded.url)
    subscribe(between.url, queue.name, work.url, concurrency=40)
    assert_nothing_lost(queue, work, ids)
    used = between.summary()
    assert set(used) <= {(name, None) for name in (
        "GetQueueUrl", "GetQueueAttributes", "ReceiveMessage", "DeleteMessageBatch")}, used
    cost = (used["ReceiveMessage", None] + used["DeleteMessageBatch", None]) / len(ids)
    print(f"{cost:.2f} requests per message")
    assert cost <= REQUESTS_PER_MESSAGE
    last = between.of("ReceiveMessage")[-1]
    assert last.parameters["WaitTimeSeconds"] >= 1, "a queue without messages is asked in a loop"
