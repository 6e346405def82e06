import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

import debian
from harness.fixtures import ROOT, binary, endpoint, order_worker  # noqa: F401
from harness.servers import start_embedded
from machine import Machine
from service import Service

NOBODY = 65534


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
def by_a_user():
    """Runs a script of a copy of the packaging as somebody who is not root, and without sudo."""
    with tempfile.TemporaryDirectory(prefix="user-") as home:
        folder, programs = Path(home) / "clone", Path(home) / "bin"
        for name in ("packaging", "config"):
            shutil.copytree(ROOT / name, folder / name)
        programs.mkdir()
        for program in (*os.scandir("/usr/sbin"), *os.scandir("/usr/bin")):
            if program.name != "sudo" and not os.path.lexists(programs / program.name):
                os.symlink(program.path, programs / program.name)
        for path in (Path(home), folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)

        def run(script, *arguments):
            return subprocess.run(
                ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                 folder / "packaging" / script, *arguments], cwd=folder, capture_output=True,
                text=True, timeout=debian.BUILD_SECONDS, env={"PATH": str(programs), "HOME": home})

        yield run


@pytest.fixture(scope="session")
def package(binary, by_a_user):
    """The package of the built program, as packaging/build-deb makes it for a user."""
    done = by_a_user("build-deb", "--binary", binary)
    assert done.returncode == 0, done.stdout + done.stderr
    [path] = done.stdout.splitlines()
    return Path(path)


@pytest.fixture(scope="session")
def newer(package, tmp_path_factory):
    return debian.newer(package, tmp_path_factory.mktemp("newer"))


@pytest.fixture
def fresh(tmp_path):
    with debian.fresh_machine(tmp_path) as machine:
        yield machine
