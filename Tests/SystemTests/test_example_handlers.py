"""The example handlers that are installed, run by the service in its sandbox."""

from pathlib import Path

import pytest

from harness.fixtures import ROOT
from harness.http_endpoint import Answer
from harness.waiting import eventually
from machine import shared_libraries
from service import ETC, STATE
from test_lambda_service import CLIENT

# What the examples name: the program is put there, the endpoint is another.
PROGRAM = "/usr/local/bin/process-order"
URL = "http://127.0.0.1:8080"
FUNCTION = '["/opt/orders/bin/python", "-m", "awslambdaric", "app.handler"]'
RUNTIME = "/usr/local/lib/handlers/client.py"
WORKER = "/usr/local/bin/order-worker"

BODIES = {"swift": '{"id": 7, "item": "the body"}'}


def install(program, machine):
    """Puts a program into the machine, with the libraries it was linked with."""
    for path, target in [
            (program, WORKER), *((library, library) for library in shared_libraries(program))]:
        copy = machine.root / str(target).lstrip("/")
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
            copy.chmod(0o755)


@pytest.mark.parametrize("kind", ["exec", "http", "journal", "lambda", "swift"])
def test_an_example_handles_messages_in_the_sandbox(
        kind, service, server, endpoint, order_worker):
    machine = service.machine
    web = endpoint(lambda _: Answer(200, b""))
    machine.write(PROGRAM, f'#!/bin/sh\necho "$1 $(cat)" >> {STATE}/orders\n', mode=0o755)
    machine.write(RUNTIME, CLIENT)
    if kind == "swift":
        install(Path(order_worker), machine)
        service.override(f"[Service]\nExecStart=\nExecStart={WORKER} run\n", name="program")
    example = (ROOT / f"config/handlers.d/{kind}.toml.example").read_text()
    for shown, real in [(URL, web.url), (FUNCTION, f'["/usr/bin/python3", "{RUNTIME}"]')]:
        example = example.replace(shown, real)
    # The handler's name is what the program of the kind swift has registered.
    machine.write(f"{ETC}/handlers.d/orders.toml", example)
    queue = server.create("orders", VisibilityTimeout=600)
    service.start()
    queue.send(BODIES.get(kind, "the body"))
    queue.wait_until_empty()

    seen = {
        "exec": lambda: service.recorded("orders") == ["--fast the body"],
        "http": lambda: [request.body for request in web.requests] == [b"the body"],
        "journal": lambda: "the body" in service.log(),
        "lambda": lambda: "handling the body" in service.log(),
        "swift": lambda: "order 7: the body" in service.log()}
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
