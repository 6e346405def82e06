"""`doctor` finds each planted fault, and nothing else."""

import json
import os
import re
import sys

import pytest

from harness import servers
from harness.certificates import Authority
from harness.http_endpoint import service_error
from harness.loopback_server import LoopbackServer
from harness.sound import DAY, scene, service  # noqa: F401

EX_OK, FAILED = 0, 1
FAILURE, WARNING = "failure", "warning"
FAULTS = {}


def fault(verdict, check, words):
    """A fault that shows as one check of that verdict."""

    def note(plant):
        FAULTS[plant.__name__.replace("_", " ")] = (plant, verdict, check, words)
        return plant

    return note


# The way to the service.

@fault(FAILURE, "configuration", "concurency")
def a_misspelt_key(scene):
    scene.kind('concurency = 3\n[exec]\ncommand = ["true"]')


@fault(FAILURE, "settings", 'profile "gone"')
def a_profile_that_is_not_there(scene):
    scene.environment["AWS_PROFILE"] = "gone"


@fault(FAILURE, "name", r"sqs\.invalid has no address.*HTTPS_PROXY")
def a_host_without_an_address(scene):
    scene.endpoint = "https://sqs.invalid"


@fault(FAILURE, "connection", "refused.*endpoint_url")
def an_endpoint_where_nobody_listens(scene):
    scene.endpoint = f"http://127.0.0.1:{servers.free_port()}"


@fault(FAILURE, "connection", "the proxy 127.*refused")
def a_proxy_that_is_down(scene):
    scene.environment["http_proxy"] = f"http://127.0.0.1:{servers.free_port()}"


@fault(FAILURE, "connection", "not trusted.*AWS_CA_BUNDLE")
def a_certificate_of_an_authority_that_nobody_knows(scene):
    scene.distrust()


class SlowClock(LoopbackServer):
    """Answers as SQS does to who is late."""

    async def respond(self, request, connection):
        error = service_error(
            403, "InvalidSignatureException", "Signature expired: 20240101T000000Z is now earlier "
            "than 20240101T010000Z (20240101T010500Z - 5 min.)")
        await connection.answer(
            403, error.body, {**error.headers, "Date": "Mon, 01 Jan 2024 01:05:00 GMT"})


@fault(FAILURE, "clock", "ahead of the service's.*timedatectl")
def a_clock_that_is_wrong(scene):
    server = SlowClock()
    scene.closing = server
    scene.endpoint = server.url


@fault(FAILURE, "credentials", "AWS_SECRET_ACCESS_KEY is not")
def half_a_pair_of_keys(scene):
    scene.environment["AWS_SECRET_ACCESS_KEY"] = None


@fault(FAILURE, "identity", "InvalidClientTokenId.*renew")
def credentials_that_aws_does_not_know(scene):
    scene.sts(
        403, "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>"
        "<Message>The security token included in the request is invalid.</Message></Error>"
        "</ErrorResponse>")


# The queue.

@fault(FAILURE, "queue {name}", "NonExistentQueue|does not exist")
def a_queue_that_is_not_there(scene):
    scene.name = "never-made"
    scene.handler("true")
    scene.main()


@fault(FAILURE, "queue {name}: sqs:ReceiveMessage", "Allow sqs:ReceiveMessage")
def no_permission_to_receive(scene):
    scene.deny("ReceiveMessage")


@fault(FAILURE, "queue {name}: sqs:DeleteMessage", "Allow sqs:DeleteMessage")
def no_permission_to_delete(scene):
    scene.deny("DeleteMessageBatch")


@fault(FAILURE, "queue {name}: sqs:ChangeMessageVisibility", "Allow sqs:ChangeMessageVisibility")
def no_permission_to_change_visibility(scene):
    scene.deny("ChangeMessageVisibilityBatch")


@fault(FAILURE, "queue {name}: dead-letter queue {name}-dead: sqs:SendMessage",
       "Allow sqs:SendMessage")
def no_permission_to_send_to_the_dead_letter_queue(scene):
    scene.main(f'dead_letter_queue = "{scene.name}-dead"')
    scene.deny("SendMessageBatch")


@fault(FAILURE, "queue {name}: attributes", r"Allow sqs:GetQueueAttributes.*visibility_timeout in")
def no_permission_to_read_attributes(scene):
    scene.deny("GetQueueAttributes", f'{scene.name}"')


@fault(FAILURE, "queue {name}: dead-letter queue gone", "NonExistentQueue|does not exist")
def a_dead_letter_queue_that_is_not_there(scene):
    scene.main('dead_letter_queue = "gone"')


# What will hurt.

@fault(WARNING, "queue {name}: visibility timeout", "1 min is less than the 10 min.*orders")
def a_visibility_timeout_below_the_handlers_time(scene):
    scene.handler("true", timeout="10min")


@fault(WARNING, "queue {name}: dead-letter queue", "none.*redrive policy")
def no_dead_letter_queue(scene):
    scene.again(receives=None)
    scene.main()


@fault(WARNING, "queue {name}: dead-letter queue {name}-dead", "24 h .*96 h")
def a_dead_letter_queue_that_forgets_sooner(scene):
    scene.again(dead_retention=DAY)
    scene.main()


@fault(WARNING, "queue {name}: dead-letter queue", "maxReceiveCount is 1")
def a_single_receive(scene):
    scene.again(receives=1)
    scene.main()


@fault(WARNING, "queue {name}: retention", "5 min, and orders has failed messages wait for 15 min")
def delays_that_are_longer_than_the_retention(scene):
    scene.again(retention=300)
    scene.handler("true", more='[retry]\nbackoff = "exponential"\n')
    scene.main()


@fault(WARNING, "queue {name}: backlog", "2 messages at 0.01 per second.*longer than")
def a_fifo_queue_that_cannot_keep_up(scene):
    scene.again(".fifo", retention=60)
    scene.handler("true", more="[limits]\nmessages_per_second = 0.01\n")
    scene.main()
    for body in "ab":
        scene.queue.send(body, MessageGroupId="g", MessageDeduplicationId=body)


# The handlers.

@fault(FAILURE, "handler orders", "'/no/such'.*no such file")
def a_program_that_is_not_there(scene):
    scene.kind('[exec]\ncommand = ["/no/such"]')


@fault(FAILURE, "handler orders", "Windows")
def a_script_with_the_line_ends_of_windows(scene):
    script = scene.config.program("crlf.sh", "")
    script.write_bytes(b"#!/bin/sh\r\nexit 0\r\n")
    scene.kind(f'[exec]\ncommand = ["{script}"]')


@fault(FAILURE, "handler orders", "refused")
def an_http_endpoint_that_is_down(scene):
    scene.kind(f'[http]\nurl = "http://127.0.0.1:{servers.free_port()}"')


@fault(FAILURE, "handler orders", "not trusted")
def an_http_endpoint_with_a_certificate_that_is_not_trusted(scene):
    server = scene.make_endpoint(tls=Authority(scene.tmp_path / "authority").server())
    scene.kind(f'[http]\nurl = "{server.url.replace("http://127.0.0.1", "https://localhost")}"')


@fault(FAILURE, "handler orders", "ended|exit status")
def a_function_that_does_not_start(scene):
    scene.kind(f'[lambda]\ncommand = [{json.dumps(sys.executable)}, "-c", "exit(3)"]')


@fault(FAILURE, "handler orders", "ProtectHome")
def a_program_that_the_sandbox_hides(scene):
    scene.unit.update(User="nobody", ProtectHome="yes")
    scene.environment["HOME"] = "/"
    scene.kind('[exec]\ncommand = ["/home/me/run"]')
    for folder in [scene.tmp_path, *scene.tmp_path.parents]:
        if folder.stat().st_uid == 0 and len(folder.parts) > 2:
            folder.chmod(0o755)
    (scene.tmp_path / "state").mkdir()
    os.chown(scene.tmp_path / "state", 65534, 65534)
    scene.unit["Environment"] = " ".join([
        f"AWS_ENDPOINT_URL={scene.endpoint}", "AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=a",
        "AWS_SECRET_ACCESS_KEY=s"])


# The machine.

@fault(WARNING, "descriptors", "100 may be open.*LimitNOFILE")
def too_few_descriptors(scene):
    scene.unit["LimitNOFILE"] = "100"


@fault(WARNING, "state directory", "not a directory")
def a_state_directory_that_is_a_file(scene):
    (scene.tmp_path / "state").write_text("")


@fault(WARNING, "unit", "not installed")
def a_unit_that_is_not_installed(scene):
    scene.unit["LoadState"] = "not-found"


@fault(WARNING, "unit", "is disabled.*systemctl enable")
def a_unit_that_is_not_enabled(scene):
    scene.unit["UnitFileState"] = "disabled"


@fault(FAILURE, "unit", "has failed.*systemctl status")
def a_unit_that_has_failed(scene):
    scene.unit["ActiveState"] = "failed"


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_and_nothing_else(name, scene):
    plant, verdict, check, words = FAULTS[name]
    plant(scene)
    try:
        status, checks = scene.checks()
    finally:
        if hasattr(scene, "closing"):
            scene.closing.close()
    found = [one for one in checks if one["verdict"] in (FAILURE, WARNING)]
    assert [(one["verdict"], one["check"]) for one in found] == [
        (verdict, check.format(name=scene.name))], found
    assert re.search(words, f'{found[0]["text"]} {found[0].get("remedy")}'), found
    assert status == (FAILED if verdict == FAILURE else EX_OK)
