"""The example handlers that are installed, run as they are but for what they run."""

import sys
from pathlib import Path

import pytest

from harness.files import lines
from harness.http_endpoint import Answer

EXAMPLES = Path(__file__).resolve().parents[2] / "config/handlers.d"
# What the examples name, and no machine has.
PROGRAM = "/usr/local/bin/process-order"
URL = "http://127.0.0.1:8080"
PYTHON = "/opt/orders/bin/python"
FOLDER = '#working_directory = "/opt/orders"'

FUNCTION = """
def handler(event, context):
    for record in event["Records"]:
        print("the function has", record["body"])
"""


BODIES = {"swift": '{"id": 7, "item": "the body"}'}


@pytest.mark.parametrize("kind", ["exec", "http", "journal", "lambda", "swift"])
def test_an_example_handles_messages(
        kind, binary, order_worker, embedded, config, start, endpoint, tmp_path):
    server = endpoint(lambda _: Answer(200, b""))
    program = config.program("process-order", f'echo "$1 $(cat)" >> {tmp_path}/handled')
    (tmp_path / "app.py").write_text(FUNCTION)
    text = (EXAMPLES / f"{kind}.toml.example").read_text()
    for shown, real in [
            (PROGRAM, str(program)), (URL, server.url), (PYTHON, sys.executable),
            (FOLDER, f'working_directory = "{tmp_path}"')]:
        text = text.replace(shown, real)
    # The name of the handler, which is what the program of the kind swift has registered.
    config.drop_in("orders", text)
    queue = embedded.create("orders")
    queue.send(BODIES.get(kind, "the body"))
    program = order_worker if kind == "swift" else binary
    daemon = start(embedded.url, "--config", config.folder, program=program).wait_ready()
    queue.wait_until_empty()
    assert daemon.stop() == 0, daemon.output

    seen = {
        "exec": lambda: lines(tmp_path / "handled") == ["--fast the body"],
        "http": lambda: [request.body for request in server.requests] == [b"the body"],
        "journal": lambda: "the body" in daemon.output,
        "lambda": lambda: "the function has the body" in daemon.output,
        "swift": lambda: "order 7: the body" in daemon.output}
    assert seen[kind](), daemon.output


def test_every_example_is_run():
    assert {path.name.split(".")[0] for path in EXAMPLES.iterdir()} == {
        "exec", "http", "journal", "lambda", "swift"}
