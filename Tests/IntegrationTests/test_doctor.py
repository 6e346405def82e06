"""`doctor` has nothing against a sound set-up, says what it sees, and touches no message."""

import re

import pytest

from harness.sound import scene, service  # noqa: F401
from harness.waiting import eventually

EX_OK = 0
FAILURE, WARNING = "failure", "warning"


def test_a_sound_set_up_has_neither_failures_nor_warnings(scene):
    scene.sts(200, "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>"
        "arn:aws:iam::123456789012:user/worker</Arn></GetCallerIdentityResult>"
        "</GetCallerIdentityResponse>")
    scene.main(f'dead_letter_queue = "{scene.name}-dead"')
    status, checks = scene.checks()
    assert status == EX_OK
    assert not [one for one in checks if one["verdict"] in (FAILURE, WARNING)]
    said = {one["check"]: one["text"] for one in checks if one["verdict"] == "ok"}
    assert said["identity"] == "arn:aws:iam::123456789012:user/worker"
    assert "testing" in said["credentials"] and said["clock"] == "as the service's"
    assert scene.endpoint in said["endpoint"] and "eu-west-1" in said["endpoint"]
    assert "orders.toml" in said["configuration"]
    for action in ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"]:
        assert said[f"queue {scene.name}: sqs:{action}"] == "allowed"
    assert said["handler orders"] and said["unit"] and said["descriptors"]


def test_people_get_a_line_for_each_check_with_its_remedy(scene):
    scene.unit["UnitFileState"] = "disabled"
    done = scene.run()
    assert done.status == EX_OK, done.output
    *lines, last = done.stdout.splitlines()
    assert re.search(r"^warning  unit: .* -> systemctl enable", done.stdout, re.MULTILINE)
    assert all(re.match(r"(ok|unknown|warning|failure) +\S.*: ", line) for line in lines)
    assert re.fullmatch(r"0 failure, 1 warning, \d+ unknown, \d+ ok", last)


def test_the_certificate_that_is_not_trusted_is_told_whose_it_is(scene):
    scene.distrust()
    _, checks = scene.checks()
    [told] = [one["text"] for one in checks if one["check"] == "certificate"]
    assert told.startswith("of localhost, by a private authority, until ")


def test_what_the_running_daemon_has_seen_of_a_handler_is_held_against_its_lease(
        scene, start, control):
    scene.again(timeout=1)
    program = scene.config.program("slow", "cat > /dev/null; sleep 1.2")
    scene.kind(f'[exec]\ncommand = ["{program}"]')
    scene.main(top=f'control_socket = "{control.path}"')
    start(scene.endpoint, "--config", scene.config.folder).wait_ready()
    scene.queue.send("takes its time")

    def done():
        [queue] = control.get("/status").body["queues"]
        return queue["handlers"][0]["done"] == 1

    eventually(done, 20, "the message is handled")
    _, checks = scene.checks()
    [told] = [one for one in checks if one["check"] == f"queue {scene.name}: visibility timeout"]
    assert told["verdict"] == WARNING
    assert re.search(r"1 s is less than the 1\.\d+ s that orders usually takes", told["text"])


@pytest.mark.parametrize("server", ["embedded", "moto", "ministack"])
@pytest.mark.parametrize("suffix", ["", ".fifo"])
def test_no_receive_count_rises(server, suffix, scene, request):
    scene.service = request.getfixturevalue(server)
    scene.endpoint = scene.service.url
    scene.again(suffix)
    scene.main(f'dead_letter_queue = "{scene.name.removesuffix(suffix)}-dead{suffix}"')
    group = {"MessageGroupId": "g", "MessageDeduplicationId": "d"} if suffix else {}
    scene.queue.send("waits", **group)
    status, checks = scene.checks()
    assert status == EX_OK, checks
    [message] = scene.queue.receive_all()
    assert message["Body"] == "waits"
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    dead = scene.service.queue(f"{scene.name.removesuffix(suffix)}-dead{suffix}")
    assert dead.counts() == (0, 0, 0)
