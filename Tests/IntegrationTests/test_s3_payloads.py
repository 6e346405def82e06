"""Payloads that the extended client library put into S3: fetched, limited, and deleted after."""

import base64
import gzip
import json

import pytest

from harness import faults
from harness.fault_proxy import FaultProxy
from harness.files import lines
from harness.http_endpoint import Answer
from harness.payloads import Payloads
from harness.servers import free_port
from harness.waiting import eventually

# A failed message comes back after this: soon, but not before a handler has ended.
VISIBILITY_SECONDS = 2
# More than a message may have, and more than a pipe or a socket holds.
LARGE_BYTES = 2 << 20


@pytest.fixture
def name(request):
    """Of the test's own: moto's queues and buckets outlive a test."""
    last = request.node.name.rpartition("_")[2].lower()
    return "s3-" + "".join(letter if letter.isalnum() else "-" for letter in last).strip("-")


@pytest.fixture
def payloads(moto, name):
    return Payloads(moto, name)


@pytest.fixture
def queues(moto, config, name):
    """A queue of the test's own with `settings`, and its dead-letter queue."""

    def make(*settings, unwrap='["s3"]'):
        config.main("\n".join([
            f"[queues.{name}]", f"unwrap = {unwrap}", f'dead_letter_queue = "{name}-dead"',
            *settings, ""]))
        return (
            moto.create(name, VisibilityTimeout=VISIBILITY_SECONDS), moto.create(f"{name}-dead"))

    return make


def rejected(dead, count=1):
    """The bodies and reasons of what is in the dead-letter queue."""
    eventually(lambda: dead.counts()[0] == count, 20, "all are in the dead-letter queue")
    return {
        message["Body"]: message["MessageAttributes"]["RejectReason"]["StringValue"]
        for message in dead.receive_all()}


def test_a_payload_is_delivered_byte_for_byte_and_kept(
        moto, config, start, tmp_path, queues, payloads):
    queue, _ = queues()
    large = ("größer\r\n\0 " * (LARGE_BYTES // 12)).encode()
    keys = ["plain", "a b/ü?#%&+=", "/slashes//and/../dots"]
    for key in keys:
        payloads.put(key, large)
        payloads.point(queue, key, size=len(large), tenant="a")
    queue.send("small")
    config.exec(
        "handler",
        f"cd {tmp_path}; cat > $SQS_MESSAGE_ID.body; env | grep SQS_ATTR > $SQS_MESSAGE_ID.env; :",
        queue=queue.name)

    start(moto.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty()

    bodies = [path.read_bytes() for path in tmp_path.glob("*.body")]
    assert sorted(map(len, bodies)) == [5, *[len(large)] * 3]
    assert set(bodies) == {b"small", large}
    attributes = sorted(tuple(lines(path)) for path in tmp_path.glob("*.env"))
    assert attributes == [(), *[("SQS_ATTR_tenant=a",)] * 3]
    assert all(payloads.exists(key) for key in keys)


def test_a_pointer_may_come_by_sns_and_lead_to_something_compressed(
        moto, config, start, tmp_path, queues, payloads):
    queue, dead = queues("delete_payload = true", unwrap='["sns", "s3", "gzip"]')
    log = tmp_path / "log"
    config.exec("handler", f'echo "$(cat) $SQS_ATTR_tenant" >> {log}', queue=queue.name)
    packed = base64.b64encode(gzip.compress("größer".encode())).decode()
    payloads.put("packed", packed.encode())
    queue.send(packed, json.dumps({
        "Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:123456789012:orders",
        "Message": payloads.pointer("packed"),
        "MessageAttributes": {
            "ExtendedPayloadSize": {"Type": "Number", "Value": str(len(packed))},
            "tenant": {"Type": "String", "Value": "a"}}}))

    start(moto.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty()

    assert sorted(lines(log)) == ["größer ", "größer a"]
    assert dead.counts() == (0, 0, 0)
    eventually(lambda: not payloads.exists("packed"), 20, "the payload is deleted")


def test_a_payload_that_cannot_be_is_rejected_and_blocks_nothing(
        moto, config, start, tmp_path, queues, payloads):
    queue, dead = queues('payload_limit = "300KiB"', "delete_payload = true")
    log = tmp_path / "log"
    config.exec("handler", f"cat >> {log}; echo >> {log}", queue=queue.name, concurrency=1)
    payloads.put("large", b"x" * (301 << 10))
    payloads.put("binary", b"\xff\xfe")
    payloads.put("good", b"good")
    for key, bucket, size in [
            ("gone", None, 1), ("x", "no-such-bucket", 1), ("x", "../evil.com/", 1),
            ("large", None, 1), ("said/large", None, 5 << 30), ("binary", None, 2)]:
        payloads.point(queue, key, bucket, size)
    payloads.point(queue, "good")

    start(moto.url, "--config", config.folder).wait_ready()

    more = "more than payload_limit allows: 307200"
    here = f"the payload s3://{payloads.bucket}"
    pointer = payloads.pointer
    assert rejected(dead, 6) == {
        pointer("gone"): f"{here}/gone does not exist (NoSuchKey)",
        pointer("x", "no-such-bucket"): (
            "the payload s3://no-such-bucket/x does not exist: there is no such bucket "
            "(NoSuchBucket)"),
        pointer("x", "../evil.com/"): 'the payload "../evil.com/" is no name of a bucket',
        pointer("large"): f"{here}/large is larger than 307200 bytes, {more}",
        pointer("said/large"): f"{here}/said/large has 5368709120 bytes, {more}",
        pointer("binary"): (
            "the body points to a payload in S3 that holds bytes that are no text in UTF-8; "
            'without "s3" in unwrap it is handed over as it is'),
    }
    queue.wait_until_empty()
    assert lines(log) == ["good"]
    eventually(lambda: not payloads.exists("good"), 20, "the payload of the handled message")
    # Whoever looks into the dead-letter queue needs these.
    assert payloads.exists("large") and payloads.exists("binary")


def test_a_payload_is_deleted_after_its_message_and_not_before(
        moto, config, start, tmp_path, queues, payloads):
    queue, _ = queues("delete_payload = true")
    runs = tmp_path / "runs"
    # Fails the first time: then the payload is needed once more.
    config.exec(
        "handler", f'cat >> {runs}; echo >> {runs}; [ "$SQS_RECEIVE_COUNT" -gt 1 ]',
        queue=queue.name)
    payloads.put("once", b"payload")
    payloads.point(queue, "once")
    seen = []

    def failing_deletes(request):
        if request.operation != "DeleteMessageBatch" or len(seen) == 3:
            return None
        seen.append(payloads.exists("once"))
        return faults.error(503, "ServiceUnavailable", "down")

    between = FaultProxy(moto.url, failing_deletes)
    try:
        daemon = start(
            between.url, "--config", config.folder, AWS_ENDPOINT_URL_S3=moto.url).wait_ready()
        queue.wait_until_empty(30)
        eventually(lambda: not payloads.exists("once"), 20, "the payload is deleted")
        assert daemon.stop() == 0
    finally:
        between.close()
    assert seen == [True] * 3
    assert lines(runs) == ["payload"] * 2


def test_a_payload_that_cannot_be_deleted_costs_one_warning(
        moto, config, start, queues, payloads, endpoint, tmp_path):
    queue, dead = queues("delete_payload = true")
    log = tmp_path / "log"
    config.exec("handler", f"cat >> {log}; echo >> {log}", queue=queue.name)
    payloads.point(queue, "a/key")

    def refuse_deletes(request):
        # What reads is answered, what deletes is not: an identity that may only read.
        if "x-amz-content-sha256" not in {name.lower() for name in request.headers}:
            return Answer(400, b"")
        return Answer(200, b"payload") if request.method == "GET" else Answer(
            403, b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>")

    objects = endpoint(refuse_deletes)
    daemon = start(
        moto.url, "--config", config.folder, AWS_ENDPOINT_URL_S3=objects.url).wait_ready()
    queue.wait_until_empty()
    daemon.wait_for(
        r"its payload stays in S3: S3 refuses deleting s3://\S+/a/key \(AccessDenied\): "
        "allow s3:DeleteObject", 20)
    assert daemon.stop() == 0
    assert daemon.output.count("stays in S3") == 1
    assert lines(log) == ["payload"]
    assert dead.counts() == (0, 0, 0)


@pytest.mark.parametrize("code", ["InvalidAccessKeyId", "AccessDenied"])
def test_a_refusal_loses_nothing_and_says_what_to_allow(
        code, moto, config, start, queues, payloads, endpoint, tmp_path):
    queue, dead = queues()
    log = tmp_path / "log"
    config.exec("handler", f"cat >> {log}; echo >> {log}", queue=queue.name)
    payloads.point(queue, "refused")
    refusal = Answer(403, f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode())
    answers = {"GET": refusal}
    objects = endpoint(lambda request: answers[request.method])
    daemon = start(
        moto.url, "--config", config.folder, AWS_ENDPOINT_URL_S3=objects.url).wait_ready()

    if code == "AccessDenied":
        daemon.wait_for("allow s3:GetObject, and s3:ListBucket", 20)
    else:
        daemon.wait_for_status("S3 does not accept the credentials", 20)
    answers["GET"] = Answer(200, b"payload")
    queue.wait_until_empty(60)
    assert lines(log) == ["payload"]
    assert dead.counts() == (0, 0, 0)


@pytest.mark.parametrize("trouble", ["nobody answers", "503"])
def test_a_storage_that_is_down_is_no_fault_of_the_message(
        trouble, moto, config, start, queues, payloads, endpoint, tmp_path):
    queue, dead = queues()
    log = tmp_path / "log"
    config.exec("handler", f"cat >> {log}; echo >> {log}", queue=queue.name)
    payloads.point(queue, "waiting")
    answers = {"GET": Answer(503, b"<Error><Code>SlowDown</Code></Error>")}
    port = free_port()
    if trouble == "503":
        endpoint(lambda request: answers[request.method], port=port)
    daemon = start(
        moto.url, "--config", config.folder,
        AWS_ENDPOINT_URL_S3=f"http://127.0.0.1:{port}").wait_ready()
    daemon.wait_for("handler cannot work: payloads cannot be read: reading s3://", 30)
    answers["GET"] = Answer(200, b"payload")
    if trouble != "503":
        endpoint(lambda request: answers[request.method], port=port)
    queue.wait_until_empty(60)
    assert lines(log) == ["payload"]
    assert dead.counts() == (0, 0, 0)
