import pytest

from harness.configuration import Configuration
from harness.fault_proxy import FaultProxy
from harness.fixtures import (  # noqa: F401
    binary, command, config, embedded, endpoint, gate, moto, start)
from harness.worker import Worker
from subscriber import Subscriber


@pytest.fixture(params=["embedded", "moto"])
def server(request):
    """The embedded queue and, since it is ours, a server that other people wrote."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def queue_name(request):
    """A name of the test's own: moto's queues outlive a test."""
    letters = (letter if letter.isalnum() else "-" for letter in request.node.name)
    return "".join(letters).removeprefix("test-")[:75]


@pytest.fixture
def proxy():
    """Starts fault proxies: `proxy(target, plan=)`; shows what they saw on failure."""
    started = []

    def begin(target, plan=None, port=0):
        server = FaultProxy(target, plan, port)
        started.append(server)
        return server

    yield begin
    for server in started:
        print(f"--- proxy: {dict(server.summary())}")
        server.close()


@pytest.fixture
def worker():
    """Starts endpoints for handlers: `worker(hold=, status=)`."""
    started = []

    def begin(hold=0.0, status=200, port=0):
        server = Worker(hold, status, port)
        started.append(server)
        return server

    yield begin
    for server in started:
        server.close()


@pytest.fixture
def subscribe(start, tmp_path):
    """Starts daemons with one `[http]` handler each: see `Subscriber`."""
    count = 0

    def begin(server_url, queue, url, **settings):
        nonlocal count
        count += 1
        configuration = Configuration(tmp_path / f"daemon-{count}")
        return Subscriber(start, configuration, server_url, queue, url, **settings)

    return begin
