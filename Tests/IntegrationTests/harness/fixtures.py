"""The fixtures of both the integration and the system tests."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness import servers
from harness.configuration import Configuration
from harness.control import Control
from harness.daemon import Daemon
from harness.gate import Gate
from harness.http_endpoint import Endpoint, proxy
from harness.lambda_function import LambdaFunction

ROOT = Path(__file__).resolve().parents[3]
COMMAND_SECONDS = 60.0

# Tests/run has built it before; from nothing it takes some minutes.
EXAMPLE_BUILD_SECONDS = 900


@dataclass(frozen=True)
class Finished:
    """A command that ran to its end."""

    status: int
    stdout: str
    stderr: str

    @property
    def output(self):
        return self.stdout + self.stderr


@pytest.fixture(scope="session")
def binary():
    """The built program: the release build, or what SQS_SUBSCRIBER_BINARY names."""
    path = Path(os.environ.get("SQS_SUBSCRIBER_BINARY", ROOT / ".build/release/sqs-subscriber"))
    if not path.is_file():
        pytest.exit(f"{path} is missing: build it with packaging/build-release", 2)
    return path


@pytest.fixture(scope="session")
def order_worker():
    """The example: what SQS_SUBSCRIBER_ORDER_WORKER names, or built as an author would build it."""
    if built := os.environ.get("SQS_SUBSCRIBER_ORDER_WORKER"):
        return built
    done = subprocess.run(
        [ROOT / "Tests/Examples/build"], capture_output=True, text=True,
        timeout=EXAMPLE_BUILD_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return f"{done.stdout.splitlines()[-1]}/order-worker"


@pytest.fixture(scope="session")
def moto(tmp_path_factory):
    server = servers.start_moto(tmp_path_factory.mktemp("moto"))
    yield server
    server.close()


@pytest.fixture(scope="session")
def ministack(tmp_path_factory):
    server = servers.start_ministack(tmp_path_factory.mktemp("ministack"))
    yield server
    server.close()


@pytest.fixture
def embedded(binary, tmp_path):
    """A fresh `sqs-subscriber queue`."""
    server = servers.start_embedded(binary, tmp_path)
    yield server
    server.close()
    print("--- sqs-subscriber queue\n" + server.program.output)


@pytest.fixture
def start_durable(binary, tmp_path):
    """Starts a queue on the directory `data`; the ones before must have ended."""
    running = []

    def start_one(*arguments):
        server = servers.start_embedded(
            binary, tmp_path, "--data-dir", tmp_path / "data", *arguments)
        running.append(server)
        return server

    yield start_one
    for server in running:
        server.close()


@pytest.fixture
def config(tmp_path):
    return Configuration(tmp_path / "config")


@pytest.fixture
def control():
    """Where a daemon of the test is to have its control socket, and who asks there."""
    # A folder of its own: the path of a Unix socket is limited to 107 bytes.
    with tempfile.TemporaryDirectory(prefix="control-") as folder:
        yield Control(Path(folder) / "control.sock")


@pytest.fixture
def gate(tmp_path):
    gate = Gate(tmp_path / "gate")
    yield gate
    gate.open()


@pytest.fixture
def function(config, tmp_path):
    """Writes a Lambda function and its drop-in: `function(source, queue, **settings)`."""

    def make(source, queue, **settings):
        made = LambdaFunction(config, tmp_path)
        made.write(source)
        made.drop_in(queue, **settings)
        return made

    return make


@pytest.fixture
def start(binary, tmp_path):
    """Starts daemons: `start(endpoint, *arguments, **environment)`; shows their output on failure.

    `program` names another build of the binary.
    """
    started = []

    def begin(endpoint, *arguments, program=binary, **environment):
        daemon = Daemon(program, tmp_path, endpoint, *arguments, **environment)
        started.append(daemon)
        return daemon

    yield begin
    for daemon in started:
        daemon.close()
        print("--- sqs-subscriber run\n" + daemon.output)


@pytest.fixture
def stripped(binary, tmp_path):
    """The program without its symbols, as it is installed."""
    path = tmp_path / "sqs-subscriber"
    shutil.copy(binary, path)
    subprocess.run(["strip", path], check=True)
    return path


@pytest.fixture
def command(binary, tmp_path):
    """Runs `sqs-subscriber` to its end: `command(*arguments, endpoint=, input=, **environment)`."""

    def run(*arguments, endpoint=None, input=None, within=COMMAND_SECONDS, **environment):
        done = subprocess.run(
            [str(binary), *map(str, arguments)], input=input or "", text=True, timeout=within,
            capture_output=True, env=servers.environment(tmp_path, endpoint, **environment))
        return Finished(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def endpoint():
    """Starts HTTP servers of the test's own: `endpoint(answer)`, also with `proxy_to=url`."""
    started = []

    def begin(answer=None, proxy_to=None, port=0, tls=None, seen=None):
        server = proxy(proxy_to, answer, tls, seen) if proxy_to else Endpoint(answer, port, tls)
        started.append(server)
        return server

    yield begin
    for server in started:
        server.close()
