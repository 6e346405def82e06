"""Whom the daemon trusts: AWS by the operator's authorities, and endpoints before it receives."""

import json
import os

import pytest

from harness.certificates import Authority
from harness.http_endpoint import Answer
from harness.servers import free_port

EX_CONFIG = 78
WAIT_SECONDS = 40.0
# The daemon says that it lives at half of it: a clock for what must not happen meanwhile.
WATCHDOG_USEC = "4000000"
# 10 s and more: where every probe is a receive, the fourth comes before.
BEATS = int(os.environ.get("SQS_SUBSCRIBER_OUTAGE_BEATS", "4"))


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path / "authority")


@pytest.fixture
def https(embedded, endpoint, authority):
    """The embedded queue by TLS, under a certificate of the private authority."""
    server = endpoint(proxy_to=embedded.url, tls=authority.server())
    return server.url.replace("http://127.0.0.1", "https://localhost")


def test_a_private_authority_is_trusted_for_aws(embedded, https, authority, command, tmp_path):
    queue = embedded.create("demo")
    config = tmp_path / "aws-config"

    def publish(body, **environment):
        return command("publish", body, "--queue", "demo", endpoint=https, **environment)

    refused = publish("refused")
    assert refused.status != 0
    assert "certificate is not trusted" in refused.stderr
    done = publish("by the variable", AWS_CA_BUNDLE=str(authority.file))
    assert done.status == 0, done.output
    config.write_text(f"[default]\nca_bundle = {authority.file}\n")
    done = publish("by the profile", AWS_CONFIG_FILE=str(config))
    assert done.status == 0, done.output
    # The variable goes before the profile.
    wrong = publish("no", AWS_CONFIG_FILE=str(config), AWS_CA_BUNDLE="/etc/passwd")
    assert wrong.status != 0
    assert "AWS_CA_BUNDLE: '/etc/passwd' has no certificate" in wrong.stderr
    bodies = sorted(message["Body"] for message in queue.receive_all())
    assert bodies == ["by the profile", "by the variable"]


@pytest.mark.parametrize("path, reason", [
    ("/no/such/bundle.pem", "cannot be read: No such file or directory"),
    ("/etc/passwd", "has no certificate in PEM")])
def test_a_bundle_that_cannot_be_used_is_named_by_check_and_run(
        path, reason, embedded, config, start, command):
    config.drop_in("demo", 'queue = "demo"\n[journal]\n')
    checked = command("check", "--config", config.folder, AWS_CA_BUNDLE=path)
    assert checked.status == EX_CONFIG, checked.output
    assert f"AWS_CA_BUNDLE: '{path}' {reason}" in checked.stderr
    daemon = start(embedded.url, "--config", config.folder, AWS_CA_BUNDLE=path)
    assert daemon.wait(30) == EX_CONFIG
    assert f"AWS_CA_BUNDLE: '{path}' {reason}" in daemon.output


@pytest.mark.parametrize("trouble", ["not trusted", "expired", "no TLS"])
def test_a_handshake_that_fails_costs_one_receive(
        trouble, embedded, config, start, endpoint, authority):
    dead = embedded.create("dead")
    arn = dead.client.get_queue_attributes(
        QueueUrl=dead.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue = embedded.create("load", VisibilityTimeout=600, RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": arn, "maxReceiveCount": 3}))
    port = free_port()
    bad = {
        "not trusted": lambda: Authority(authority.folder / "other").server(),
        "expired": lambda: authority.server(days=-1), "no TLS": lambda: None}[trouble]()
    broken = endpoint(lambda _: Answer(200, b""), port=port, tls=bad)
    config.http("load", f"https://localhost:{port}", f'ca_file = "{authority.file}"')
    queue.send("one")
    daemon = start(
        embedded.url, "--config", config.folder, WATCHDOG_USEC=WATCHDOG_USEC).wait_ready()
    daemon.wait_for("no TLS connection with the endpoint", WAIT_SECONDS)
    for _ in range(BEATS):
        daemon.manager.wait_for(
            lambda message: message.get("WATCHDOG") == "1", WAIT_SECONDS, daemon.manager.count())
    broken.close()
    mended = endpoint(lambda _: Answer(200, b""), port=port, tls=authority.server())
    queue.wait_until_empty(WAIT_SECONDS)
    assert dead.counts() == (0, 0, 0)
    [request] = mended.requests
    assert request.headers["X-Aws-Sqsd-Receive-Count"] == "1"
