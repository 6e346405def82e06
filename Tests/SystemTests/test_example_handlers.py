"""The example handlers that are installed, run by the service in its sandbox."""

import pytest

from harness.fixtures import ROOT
from harness.http_endpoint import Answer
from harness.waiting import eventually
from service import ETC, STATE

# What the examples name: the program is put there, the endpoint is another.
PROGRAM = "/usr/local/bin/process-order"
URL = "http://127.0.0.1:8080"


@pytest.mark.parametrize("kind", ["exec", "http", "journal"])
def test_an_example_handles_messages_in_the_sandbox(kind, service, server, endpoint):
    machine = service.machine
    web = endpoint(lambda _: Answer(200, b""))
    machine.write(PROGRAM, f'#!/bin/sh\necho "$1 $(cat)" >> {STATE}/orders\n', mode=0o755)
    example = (ROOT / f"config/handlers.d/{kind}.toml.example").read_text()
    machine.write(f"{ETC}/handlers.d/{kind}.toml", example.replace(URL, web.url))
    queue = server.create("orders", VisibilityTimeout=600)
    service.start()
    queue.send("the body")
    queue.wait_until_empty()

    seen = {
        "exec": lambda: service.recorded("orders") == ["--fast the body"],
        "http": lambda: [request.body for request in web.requests] == [b"the body"],
        "journal": lambda: "the body" in service.log()}
    eventually(seen[kind], 20, f"the {kind} handler has seen the message")


def test_the_limits_of_a_program_can_be_set_in_the_sandbox(service, server):
    queue = server.create("limits", VisibilityTimeout=600)
    program = "/usr/local/lib/handlers/limits"
    service.machine.write(
        program, f"#!/bin/sh\necho $(nice) $(ulimit -v) > {STATE}/limits\n", mode=0o755)
    service.machine.write(f"{ETC}/handlers.d/limits.toml", "\n".join([
        'queue = "limits"', "[exec]", f'command = ["{program}"]', "nice = 5",
        'memory_max = "512MiB"', ""]))
    service.start()
    queue.send("the body")
    queue.wait_until_empty()
    assert service.recorded("limits") == ["5 524288"]
