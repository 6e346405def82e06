"""The control socket: who may use it, what it takes, and that no client of it costs a message."""

import os
import signal
import socket
import stat
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.files import lines
from harness.process_facts import resident_bytes
from harness.waiting import eventually

# What the daemon takes at once, see ControlServer.
MOST_CONNECTIONS = 64


@pytest.fixture
def subscriber(embedded, config, start, control, tmp_path):
    """A daemon that handles the queue `first`, with a control socket."""
    embedded.create("first")
    record(config, tmp_path, "first")
    return begin(start, embedded, config, control).wait_ready()


def begin(start, embedded, config, control, **more):
    return start(
        embedded.url, "--config", config.folder, "--control-socket", control.path, **more)


def record(config, tmp_path, name):
    config.exec(name, f'cat >> {tmp_path}/{name}; echo >> {tmp_path}/{name}')


def handles(embedded, tmp_path, body, name="first"):
    embedded.queue(name).send(body)
    eventually(lambda: body in lines(tmp_path / name), 20, f"{name} handled {body}")


def test_the_socket_is_for_the_user_and_the_group_alone(subscriber, control):
    facts = control.path.stat()
    assert stat.S_ISSOCK(facts.st_mode)
    assert stat.S_IMODE(facts.st_mode) == 0o660
    assert control.get("/healthz").status == 200


def test_it_goes_with_the_daemon(subscriber, control):
    assert subscriber.stop() == 0
    assert not control.path.exists()


def test_a_reload_returns_when_the_new_configuration_is_in_force(
        subscriber, embedded, config, command, control, tmp_path):
    embedded.create("second")
    record(config, tmp_path, "second")
    done = command("reload", "--control-socket", control.path)
    assert (done.status, done.stdout) == (0, "Configuration reloaded\n"), done.output
    assert "Configuration reloaded" in subscriber.output
    handles(embedded, tmp_path, "for the second", "second")


def test_a_refused_reload_says_what_is_wrong_and_fails(
        subscriber, embedded, config, command, control, tmp_path):
    config.drop_in("second", 'queue = "second"\nconcurency = 3\n[exec]\ncommand = ["/bin/true"]\n')
    done = command("reload", "--control-socket", control.path)
    assert done.status == 78
    assert "second.toml" in done.stderr and "concurency" in done.stderr
    assert "the old one stays in force" in done.stderr
    # The configuration that a command reads to find the socket may be the one that is refused.
    done = command("reload", "--control-socket", control.path, "--config", config.folder)
    assert done.status == 78
    handles(embedded, tmp_path, "by the old configuration")


def test_a_refused_reload_says_so_where_the_configuration_names_the_socket(
        embedded, config, start, command, control, tmp_path):
    embedded.create("first")
    record(config, tmp_path, "first")
    config.main(f'control_socket = "{control.path}"\n')
    start(embedded.url, "--config", config.folder).wait_ready()
    assert command("reload", "--config", config.folder).status == 0
    config.drop_in("second", 'queue = "second"\nconcurency = 3\n[journal]\n')
    done = command("reload", "--config", config.folder)
    assert done.status == 78
    assert "concurency" in done.stderr and "the old one stays in force" in done.stderr


def test_a_configuration_that_names_no_socket_leads_to_no_other_daemon(
        subscriber, config, command, control):
    with tempfile.TemporaryDirectory(prefix="session-") as session:
        os.mkdir(f"{session}/sqs-subscriber")
        os.symlink(control.path, f"{session}/sqs-subscriber/control.sock")
        assert command("reload", XDG_RUNTIME_DIR=session).status == 0
        for asking in (["reload"], ["status"], ["pause", "first"], ["log-level"]):
            done = command(*asking, "--config", config.folder, XDG_RUNTIME_DIR=session)
            assert done.status == 69, done.output
            assert f"{config.folder}/sqs-subscriber.toml sets no control_socket" in done.stderr
    both = command("status", "--config", config.folder, "--instance", "east")
    assert both.status == 64 and "--instance or --config" in both.stderr


def test_curl_can_reload_and_sees_why_it_cannot(subscriber, config, control):
    assert control.post("/reload").status == 200
    assert control.get("/reload").status == 405
    assert control.get("/nothing").status == 404
    config.main("slots = 0\n")
    reply = control.post("/reload")
    assert reply.status == 422
    [error] = reply.body["errors"]
    assert "slots" in error


def test_curl_can_ask_for_a_head_alone(subscriber, control):
    with connect(control) as client:
        send(client, b"HEAD /status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        head, _, body = read_to_end(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ") and b"Content-Length: " in head
    assert body == b""


def test_a_command_says_that_no_daemon_runs(command, control):
    done = command("reload", "--control-socket", control.path)
    assert done.status == 69
    assert done.stderr == (
        f"Error: no daemon runs: nobody answers at {control.path}\n")


def test_reloads_at_the_same_time_are_done_one_after_the_other(
        subscriber, embedded, config, control, tmp_path):
    embedded.create("second")
    record(config, tmp_path, "second")
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(control.post, ["/reload"] * 8))
    assert [reply.status for reply in replies] == [200] * 8
    assert subscriber.output.count("Configuration reloaded") == 8
    handles(embedded, tmp_path, "after all of them", "second")


def test_a_reload_amid_a_start_is_in_force_when_it_is_over(
        embedded, config, start, endpoint, control, tmp_path):
    embedded.create("first")
    record(config, tmp_path, "first")
    let_through = threading.Event()
    proxy = endpoint(lambda request: let_through.wait(60) and None, proxy_to=embedded.url)
    daemon = start(proxy.url, "--config", config.folder, "--control-socket", control.path)
    eventually(lambda: control.path.exists() and answers(control), 20, "it can be asked")
    assert control.get("/status").body["state"] == "starting"
    embedded.create("second")
    record(config, tmp_path, "second")
    assert control.post("/reload").status == 200
    config.drop_in("broken", "queue = 7\n")
    assert control.post("/reload").status == 422
    let_through.set()
    daemon.wait_ready()
    handles(embedded, tmp_path, "for the second", "second")


def test_the_socket_of_a_killed_daemon_is_replaced(
        subscriber, embedded, config, start, control, tmp_path):
    subscriber.send(signal.SIGKILL)
    subscriber.wait()
    assert control.path.exists()
    begin(start, embedded, config, control).wait_ready()
    assert control.get("/healthz").status == 200
    handles(embedded, tmp_path, "by the second daemon")


def test_the_socket_of_a_living_daemon_is_not_replaced(
        subscriber, embedded, config, start, control):
    before = control.path.stat().st_ino
    second = begin(start, embedded, config, control).wait_ready()
    second.wait_for(f"another process answers at '{control.path}'")
    assert control.path.stat().st_ino == before
    assert second.stop() == 0
    assert control.path.stat().st_ino == before
    assert control.get("/healthz").status == 200


def test_a_daemon_of_a_session_is_found_by_commands_of_the_session(
        embedded, config, start, command, tmp_path):
    embedded.create("first")
    record(config, tmp_path, "first")
    with tempfile.TemporaryDirectory(prefix="session-") as session:
        start(
            embedded.url, "--config", config.folder, XDG_RUNTIME_DIR=session).wait_ready()
        assert command("reload", XDG_RUNTIME_DIR=session).status == 0


def test_it_answers_while_every_handler_is_busy(
        embedded, config, start, gate, control, tmp_path):
    config.main("slots = 2\n")
    queue = embedded.create("busy")
    config.exec("busy", f"echo >> {tmp_path}/started; read -r _ < {gate.path}")
    begin(start, embedded, config, control).wait_ready()
    queue.send("one", "two", "three")
    eventually(lambda: len(lines(tmp_path / "started")) == 2, 20, "both slots are in use")
    assert control.get("/healthz").status == 200
    assert control.post("/reload").status == 200


def connect(control):
    client = socket.socket(socket.AF_UNIX)
    # Without a time limit it waits for its place in the line of those that connect.
    client.connect(str(control.path))
    client.settimeout(30)
    return client


def read_to_end(client):
    received = b""
    try:
        while data := client.recv(65_536):
            received += data
    except (BrokenPipeError, ConnectionResetError):
        pass
    return received


def send(client, data):
    """Sends as much as is taken."""
    try:
        client.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass
    return client


def test_one_connection_more_than_there_may_be_is_closed_and_costs_the_others_nothing(
        subscriber, control):
    clients = [connect(control) for _ in range(MOST_CONNECTIONS)]
    request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for client in clients:
        assert b" 200 " in send(client, request).recv(65_536)
    assert read_to_end(send(connect(control), request)) == b""
    for client in clients:
        assert b" 200 " in send(client, request).recv(65_536)
    clients.pop().close()
    eventually(lambda: answers(control), 20, "the place of one that has gone is free")
    for client in clients:
        client.close()


def test_clients_that_misbehave_cost_no_message_and_no_memory(
        subscriber, embedded, control, tmp_path):
    before = resident_bytes(subscriber.pid)
    silent = [connect(control) for _ in range(1_000)]
    # They ask and never read.
    for client in silent[:50]:
        send(client, b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1_000)
    for client in silent[50:60]:
        send(client, b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    handles(embedded, tmp_path, "beside a thousand connections")
    for client in silent:
        client.close()

    eventually(lambda: answers(control), 20, "there is room again")
    assert b"400" in read_to_end(send(connect(control), b"\x16\x03\x01 no HTTP at all\r\n\r\n"))
    long = b"GET /" + b"a" * (1 << 20) + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert b" 200 " not in read_to_end(send(connect(control), long))
    large = connect(control)
    send(large, b"POST /reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 104857600\r\n"
         b"Connection: close\r\n\r\n")
    for _ in range(100):
        send(large, b" " * (1 << 20))
    assert b" 413 " in read_to_end(large)
    handles(embedded, tmp_path, "after a request of 100 MiB")
    assert answers(control)
    assert resident_bytes(subscriber.pid) - before < 40 << 20


def answers(control):
    try:
        return control.get("/healthz").status == 200
    except AssertionError:
        return False
