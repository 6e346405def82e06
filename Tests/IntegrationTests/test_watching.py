"""`status` and `log-level`, as an operator uses them."""

import json
import os
import signal
import socket
import subprocess
import tempfile

from harness.files import lines
from harness.waiting import eventually
from harness.watched import ask, begin, queue_of, record  # noqa: F401


def test_status_counts_what_became_of_messages(begin, embedded, config, control, tmp_path):
    queue = embedded.create("orders", VisibilityTimeout=2)
    config.exec("orders", """
        body=$(cat)
        [ "$body" = bad ] && exit 65
        [ "$body" = once ] && [ "$SQS_RECEIVE_COUNT" = 1 ] && { echo card declined >&2; exit 1; }
        exit 0""")
    begin()
    queue.send("fine", "fine too", "once", "bad")
    # Deletes wait for others to be sent with.
    eventually(lambda: queue_of(control)["deleted"] == 3, 20, "three are done and deleted")
    status = control.get("/status").body
    assert status["state"] == "running"
    assert status["slots"] == 64
    assert status["messages"]["failed"] == 1
    assert str(config.folder / "handlers.d/orders.toml") in status["configuration"]["files"]
    [orders] = status["queues"]
    [handler] = orders["handlers"]
    assert (handler["done"], handler["retried"]) == (3, 1)
    assert handler["rejected"] >= 1
    assert 0 < handler["p50_seconds"] <= handler["p99_seconds"] < 30
    assert "orders" in orders["last_failure"]["text"]


def test_status_shows_what_runs_and_for_how_long(
        begin, ask, embedded, config, control, gate, tmp_path):
    queue = embedded.create("orders")
    config.exec("orders", f"echo >> {tmp_path}/started; read -r _ < {gate.path}", concurrency=2)
    begin()
    ids = queue.send("one", "two")
    eventually(lambda: len(lines(tmp_path / "started")) == 2, 20, "both run")
    orders = queue_of(control)
    assert orders["state"] == "receiving"
    assert orders["in_hand"] == 2
    assert {run["message_id"] for run in orders["runs"]} == set(ids)
    assert orders["handlers"][0]["running"] == 2
    assert orders["oldest_in_hand_seconds"] >= 0
    eventually(
        lambda: queue_of(control).get("approximate", {}).get("in_flight") == 2, 30,
        "the queue's own counts are there")
    shown = ask("status", "--running")
    assert shown.status == 0
    assert "2 of 2" in shown.stdout and "orders receiving" in shown.stdout
    for message_id in ids:
        assert f"orders/orders {message_id}" in shown.stdout


def test_the_exit_status_tells_whether_all_is_well(
        begin, ask, embedded, config, control, tmp_path):
    assert ask("status").status == 3
    embedded.create("orders")
    record(config, tmp_path, "orders")
    daemon = begin()
    fine = ask("status", "--json")
    assert (fine.status, json.loads(fine.stdout)["trouble"]) == (0, False)
    config.drop_in("broken", "queue = 7\n")
    assert ask("reload").status == 78
    refused = ask("status")
    assert refused.status == 1
    assert "! reload failed" in refused.stdout
    (config.handlers / "broken.toml").unlink()
    assert ask("reload").status == 0
    assert ask("status").status == 0
    daemon.stop()
    gone = ask("status")
    assert gone.status == 3
    assert "no daemon runs" in gone.stderr


def test_a_daemon_that_hangs_is_in_trouble(begin, ask, embedded, config, control, tmp_path):
    embedded.create("orders")
    record(config, tmp_path, "orders")
    daemon = begin()
    daemon.send(signal.SIGSTOP)
    hung = ask("status")
    daemon.send(signal.SIGCONT)
    assert hung.status == 1
    assert "the daemon did not answer" in hung.stderr


def test_what_a_killed_daemon_left_behind_does_not_hide_the_service(
        begin, embedded, config, control, binary, tmp_path):
    embedded.create("orders")
    record(config, tmp_path, "orders")
    begin()
    service = tmp_path / "run/sqs-subscriber"
    service.mkdir(parents=True)
    (service / "control.sock").symlink_to(control.path)
    with tempfile.TemporaryDirectory(prefix="own-") as own:
        os.mkdir(f"{own}/sqs-subscriber")
        with socket.socket(socket.AF_UNIX) as killed:
            killed.bind(f"{own}/sqs-subscriber/control.sock")
        shown = subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c",
             f"mount --bind {service.parent} /run && exec {binary} status"],
            env={**os.environ, "XDG_RUNTIME_DIR": own}, capture_output=True, text=True,
            timeout=60)
    assert shown.returncode == 0, shown.stderr
    assert "orders" in shown.stdout


def test_a_broken_handler_is_a_trouble_with_its_reason(
        begin, ask, embedded, config, control, tmp_path):
    queue = embedded.create("orders")
    config.drop_in("orders", 'queue = "orders"\n[exec]\ncommand = ["/no/such/program"]\n')
    begin()
    queue.send("for nobody")
    eventually(lambda: ask("status").status == 1, 20, "the trouble is told")
    orders = queue_of(control)
    assert orders["state"] == "waiting"
    assert "/no/such/program" in orders["trouble"] and "next at" in orders["trouble"]


def test_a_socket_that_may_not_be_used_is_told(begin, embedded, config, control, binary, tmp_path):
    embedded.create("orders")
    record(config, tmp_path, "orders")
    begin()
    os.chmod(control.path.parent, 0o755)
    done = subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(binary), "status",
         "--control-socket", str(control.path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 77, done.stderr
    assert "only root, and the group of the service, may" in done.stderr


# MARK: The level of the log


def test_the_log_level_can_be_changed_until_the_next_reload(
        begin, ask, embedded, config, control, tmp_path):
    queue = embedded.create("orders")
    record(config, tmp_path, "orders")
    daemon = begin()
    assert ask("log-level").stdout == "info\n"
    assert ask("log-level", "warning").stdout == "warning\n"
    daemon.wait_for("The log level is warning on request")
    queue.send("unseen")
    eventually(lambda: lines(tmp_path / "orders") == ["unseen"], 20, "it is handled")
    queue.wait_until_empty()
    assert "done in" not in daemon.output
    assert ask("reload").status == 0
    assert ask("log-level").stdout == "info\n"
    assert ask("log-level", "loud").status == 64
    assert control.post("/log-level?level=loud").status == 400
