"""The example program built on the library: the whole daemon with handlers of its own."""

import json
import subprocess

import pytest


@pytest.fixture
def empty(tmp_path):
    """A configuration directory without a file in it."""
    folder = tmp_path / "configuration"
    folder.mkdir()
    return folder


def test_a_program_in_swift_is_the_whole_daemon(order_worker, embedded, start, empty):
    orders = embedded.create("orders")
    sent = [json.dumps({"id": 7, "item": "tea"}), json.dumps({"item": "no id"})]
    orders.send(*sent)
    (empty / "handlers.d").mkdir()
    (empty / "handlers.d/loud.toml").write_text('queue = "words"\n[swift]\nhandler = "shout"\n')
    words = embedded.create("words")
    words.send("hello")

    daemon = start(embedded.url, "--config", empty, program=order_worker).wait_ready()
    daemon.wait_for("order 7: tea")
    daemon.wait_for("HELLO")
    daemon.wait_for("the body is not a Order: id is missing")
    words.wait_until_empty()
    assert daemon.stop() == 0, daemon.output


def test_its_command_line_knows_its_handlers(order_worker, empty, tmp_path):
    def run(*arguments):
        return subprocess.run(
            [order_worker, *arguments, "--config", empty], capture_output=True, text=True,
            timeout=30, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"})

    shown = run("config")
    assert shown.returncode == 0, shown.stderr
    assert "[handlers.orders]" in shown.stdout and "the program" in shown.stdout

    (empty / "handlers.d").mkdir()
    (empty / "handlers.d/loud.toml").write_text('queue = "words"\n[swift]\nhandler = "shuot"\n')
    checked = run("check")
    assert checked.returncode == 78
    assert '"shuot" is not registered; allowed: "orders", "shout"' in checked.stderr
