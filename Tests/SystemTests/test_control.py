"""The control socket of the installed service."""

import json
import re

import pytest

from harness.waiting import eventually
from service import ETC, UNIT

SOCKET = "/run/sqs-subscriber/control.sock"


@pytest.fixture
def queue(server, request):
    """A queue of the test's own."""
    return server.create(request.node.name.removeprefix("test_")[:60])


def test_root_asks_it_and_others_may_not(service, queue):
    service.record(queue.name)
    service.start()
    shown = service.machine.run("sqs-subscriber", "status")
    assert f"pid {service.pid}" in shown.stdout and queue.name in shown.stdout
    asked = service.machine.run(
        "curl", "--silent", "--unix-socket", SOCKET, "http://localhost/status")
    [name] = [entry["name"] for entry in json.loads(asked.stdout)["queues"]]
    assert name == queue.name
    denied = service.machine.run(
        "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups",
        "sqs-subscriber", "status", check=False)
    assert denied.returncode == 77, denied.stderr


def test_a_group_of_the_operators_may_use_it(service, queue):
    service.override("[Service]\nGroup=adm\n", name="group")
    service.record(queue.name)
    service.start()
    shown = service.machine.run(
        "setpriv", "--reuid=nobody", "--regid=adm", "--clear-groups", "sqs-subscriber", "status")
    assert queue.name in shown.stdout


def test_status_tells_that_the_service_does_not_run(service, queue):
    service.record(queue.name)
    assert service.machine.run("sqs-subscriber", "status", check=False).returncode == 3
    service.start()
    service.machine.systemctl("stop", UNIT)
    assert service.machine.run("sqs-subscriber", "status", check=False).returncode == 3


def test_top_shows_the_service_in_a_terminal(service, queue):
    service.record(queue.name)
    service.start()
    # A terminal, whose keyboard is there and still.
    shown = service.machine.run(
        "env", "TERM=xterm", "bash", "-c", """
            watch='stty rows 24 cols 80; timeout --foreground 4 sqs-subscriber top'
            script --quiet --command "$watch" /dev/null < \\
                <(exec timeout 6 tail --follow /dev/null 2>/dev/null)""", check=False)
    assert queue.name in shown.stdout, shown.stderr


def test_the_log_of_the_service_can_say_more_for_a_while(service, queue):
    service.record(queue.name)
    service.start()
    assert service.machine.run("sqs-subscriber", "log-level", "debug").stdout == "debug\n"
    assert service.machine.run("sqs-subscriber", "log-level").stdout == "debug\n"
    service.machine.systemctl("reload", UNIT)
    assert service.machine.run("sqs-subscriber", "log-level").stdout == "info\n"


def test_handlers_of_the_run_directory_outlive_a_restart(service, queue):
    service.record(queue.name)
    machine = service.machine
    text = machine.read(f"{ETC}/handlers.d/{queue.name}.toml")
    machine.run("rm", f"{ETC}/handlers.d/{queue.name}.toml")
    machine.write(f"/run/sqs-subscriber/handlers.d/{queue.name}.toml", text)
    try:
        service.start()
        machine.systemctl("restart", UNIT)
        assert queue.name in machine.run("sqs-subscriber", "status").stdout
        [message_id] = queue.send("after the restart")
        eventually(lambda: service.recorded(queue.name) == [message_id], 20, "it is handled")
    finally:
        machine.run("rm", "-r", "/run/sqs-subscriber/handlers.d")


def test_a_pause_to_persist_outlasts_a_restart(service, queue):
    service.record(queue.name)
    service.start()
    service.machine.run("sqs-subscriber", "pause", queue.name, "--persist")
    service.machine.systemctl("restart", UNIT)
    queue.send("not yet")
    assert f"paused: {queue.name}" in service.show("StatusText")
    assert queue.counts() == (1, 0, 0)
    service.machine.run("sqs-subscriber", "resume", queue.name)
    eventually(lambda: len(service.recorded(queue.name)) == 1, 20, "it is served again")


def test_the_page_is_seen_and_its_button_pauses(service, queue):
    service.record(queue.name)
    machine = service.machine
    main = f"{ETC}/sqs-subscriber.toml"
    machine.write(
        main, machine.read(main) + '[web]\nlisten = "127.0.0.1:0"\nactions = true\n')
    service.start()
    entry = service.wait_for_entry(lambda entry: "The page is at" in str(entry.get("MESSAGE")))
    url = re.search(r"http://[\w.:]+", entry["MESSAGE"])[0]
    [message_id] = queue.send("seen")
    eventually(lambda: service.recorded(queue.name) == [message_id], 20, "it is handled")
    shown = machine.run("curl", "--silent", f"{url}/?message={message_id}").stdout
    assert "Working" in shown and queue.name in shown and "done in" in shown
    token = re.search(r'data-token="(\w+)"', shown)[1]
    form = ["--data", f"queue={queue.name}", "--data", f"token={token}", f"{url}/pause"]
    refused = machine.run("curl", "--silent", "--header", "Origin: http://evil.example", *form)
    assert "another site" in refused.stdout
    assert "paused" not in service.show("StatusText")
    machine.run("curl", "--silent", "--fail", "--header", f"Origin: {url}", *form)
    assert f"paused: {queue.name}" in service.show("StatusText")
