"""The example handlers that are installed, run as they are but for what they run."""

from pathlib import Path

import pytest

from harness.files import lines
from harness.http_endpoint import Answer

EXAMPLES = Path(__file__).resolve().parents[2] / "config/handlers.d"
# What the examples name, and no machine has.
PROGRAM = "/usr/local/bin/process-order"
URL = "http://127.0.0.1:8080"


@pytest.mark.parametrize("kind", ["exec", "http", "journal"])
def test_an_example_handles_messages(kind, embedded, config, start, endpoint, tmp_path):
    server = endpoint(lambda _: Answer(200, b""))
    program = config.program("process-order", f'echo "$1 $(cat)" >> {tmp_path}/handled')
    text = (EXAMPLES / f"{kind}.toml.example").read_text()
    config.drop_in(kind, text.replace(PROGRAM, str(program)).replace(URL, server.url))
    queue = embedded.create("orders")
    queue.send("the body")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty()
    assert daemon.stop() == 0, daemon.output

    seen = {
        "exec": lambda: lines(tmp_path / "handled") == ["--fast the body"],
        "http": lambda: [request.body for request in server.requests] == [b"the body"],
        "journal": lambda: "the body" in daemon.output}
    assert seen[kind](), daemon.output


def test_every_example_is_run():
    assert {path.name.split(".")[0] for path in EXAMPLES.iterdir()} == {"exec", "http", "journal"}
