"""Several daemons on a host, each the instance of a template unit."""

import pytest

from harness.waiting import eventually
from service import Service, UNIT

VISIBILITY_SECONDS = 600
NAMES = ("east", "west")


@pytest.fixture
def instances(machine, server):
    """Two daemons, stopped, each with a handler for the queue of its name."""
    instances = []
    for name in NAMES:
        instance = Service(machine, server, name=f"sqs-subscriber@{name}")
        instance.reset()
        instance.queue = server.create(f"of-{name}", VisibilityTimeout=VISIBILITY_SECONDS)
        instance.handle(instance.queue.name, f"""
            echo "$SQS_MESSAGE_ID" >> {instance.state}/{instance.queue.name}
            id -un
            pwd
            cat /var/lib/private/sqs-subscriber@*/of-* 2>/dev/null | wc -l
            """)
        instances.append(instance)
    yield instances
    for instance in instances:
        print(f"--- journal of {instance.unit}\n{instance.log(last=100)}")
        instance.reset()


def test_two_daemons_run_side_by_side_and_share_nothing(instances, service):
    for instance in instances:
        instance.start()
    assert instances[0].pid != instances[1].pid
    ids = [instance.queue.send("one", "two", "three") for instance in instances]
    for instance, expected in zip(instances, ids):
        eventually(
            lambda: sorted(instance.recorded(instance.queue.name)) == sorted(expected), 20,
            f"{instance.unit} has handled its messages")
        instance.queue.wait_until_empty()
    assert service.show("ActiveState") == "inactive", "the only daemon has nothing to do with it"
    for instance, name in zip(instances, NAMES):
        entry = instance.wait_for_entry(lambda entry: "SQS_OUTCOME" in entry)
        assert entry["SYSLOG_IDENTIFIER"] == f"sqs-subscriber@{name}"
        said = {entry["MESSAGE"].partition(": ")[2] for entry in instance.journal()}
        assert f"sqs-subscriber-{name}" in said, "it runs as a user of its own"
        assert f"/var/lib/sqs-subscriber@{name}" in {
            text.replace("/private", "") for text in said}
        assert said & {"1", "2", "3"} and not said & {"4", "5", "6"}, "it reads the other's state"


def test_one_stops_and_the_other_goes_on(instances):
    east, west = instances
    east.start()
    west.start()
    before = west.pid
    east.machine.systemctl("stop", east.unit)
    [message_id] = west.queue.send("after the other has stopped")
    eventually(lambda: west.recorded(west.queue.name) == [message_id], 20, "it is handled")
    assert west.pid == before and east.show("ActiveState") == "inactive"


def test_a_command_speaks_with_the_instance_that_is_meant(instances, machine):
    for instance in instances:
        instance.start()
    east, west = instances
    for told in (["--config", east.etc], ["--instance", "east"]):
        shown = machine.run("sqs-subscriber", "status", *told).stdout
        assert f"pid {east.pid}" in shown and east.queue.name in shown
    # The daemon that the others are not is asked by none of them.
    alone = machine.run("sqs-subscriber", "status", check=False)
    assert alone.returncode == 3, alone.stdout
    assert "There are instances, for --instance: east, west" in alone.stderr


def test_a_reload_of_an_instance_is_its_own_wherever_its_socket_is(instances, machine):
    east, west = instances
    folder = "/run/sqs-subscriber@west/control"
    toml = machine.read(f"{west.etc}/sqs-subscriber.toml")
    machine.write(
        f"{west.etc}/sqs-subscriber.toml", f'control_socket = "{folder}/own.sock"\n{toml}')
    for instance in instances:
        instance.start()
        machine.systemctl("reload", instance.unit)
    for told in (["--config", west.etc], ["--instance", "west"]):
        assert f"pid {west.pid}" in machine.run("sqs-subscriber", "status", *told).stdout
    machine.write(f"{west.etc}/handlers.d/broken.toml", "queue = 7\n")
    assert machine.systemctl("reload", west.unit, check=False).returncode != 0
    machine.systemctl("reload", east.unit)
    assert "broken.toml" in west.log() and "broken.toml" not in east.log()


def test_check_judges_an_instance_for_its_own_user(instances, machine):
    east = instances[0]
    done = machine.run("sqs-subscriber", "check", "--config", east.etc)
    assert f"judged for the user sqs-subscriber-east of {east.unit}" in done.stdout


def test_without_a_configuration_an_instance_says_where_it_belongs(machine, server):
    failed = machine.systemctl("start", "sqs-subscriber@nowhere", check=False)
    assert failed.returncode != 0
    log = machine.journal("sqs-subscriber@nowhere.service")
    assert any("/etc/sqs-subscriber@nowhere" in entry["MESSAGE"] for entry in log)
    machine.systemctl("reset-failed", "sqs-subscriber@nowhere")


def test_the_template_differs_from_the_unit_in_what_is_its_own_alone(machine):
    units = [
        machine.read(f"/lib/systemd/system/{unit}").splitlines()
        for unit in (UNIT, "sqs-subscriber@.service")]
    settings = [{line for line in unit if line[:1].isupper()} for unit in units]
    assert {line.partition("=")[0] for line in settings[1] - settings[0]} == {
        "Description", "ExecStart", "ExecStartPre", "ExecReload", "User", "RuntimeDirectory",
        "StateDirectory", "WorkingDirectory"}
