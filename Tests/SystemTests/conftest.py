import pytest

import debian
from harness.fixtures import ROOT, binary, endpoint, order_worker  # noqa: F401
from harness.servers import start_embedded
from machine import Machine
from service import Service


# The end of a service's journal, for a test that fails; some tests write a hundred times as much.
SHOWN_ENTRIES = 300


@pytest.fixture(scope="session")
def machine(binary, tmp_path_factory):
    """A booted systemd with the program installed as its install script does it."""
    with Machine(tmp_path_factory.mktemp("machine")) as machine:
        machine.install(ROOT / "packaging/install", binary)
        yield machine


@pytest.fixture(scope="session")
def server(binary, tmp_path_factory):
    """A queue server outside of the machine; they share the loopback interface."""
    server = start_embedded(binary, tmp_path_factory.mktemp("queue"))
    yield server
    server.close()


@pytest.fixture
def service(machine, server):
    """The unit, stopped and without a configuration, for one test."""
    service = Service(machine, server)
    service.reset()
    yield service
    print(f"--- journal of the service\n{service.log(last=SHOWN_ENTRIES)}")
    service.reset()


@pytest.fixture(scope="session")
def package(binary, tmp_path_factory):
    return debian.build(binary, tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="session")
def newer(package, tmp_path_factory):
    return debian.newer(package, tmp_path_factory.mktemp("newer"))


@pytest.fixture
def fresh(tmp_path):
    with debian.fresh_machine(tmp_path) as machine:
        yield machine
