"""The Debian package in a fresh Debian, without Swift and without build tools."""

import subprocess
import threading

import pytest

import debian
from harness.waiting import eventually
from service import ETC, STATE, UNIT, Service

# Longer than any test: a message that is visible again was released, not forgotten.
VISIBILITY_SECONDS = 600
# So many messages wait all the time while there is a load.
BACKLOG = 40


@pytest.fixture
def apt(fresh):
    return debian.Apt(fresh)


@pytest.fixture
def service(fresh, server):
    """The unit in the fresh machine, which is set up once the package is installed."""
    service = Service(fresh, server)
    yield service
    print(f"--- journal of the service\n{service.log(last=100)}")


class Load:
    """Messages that are sent for as long as the block lasts, so that some always wait."""

    def __init__(self, queue):
        self.ids = []
        self._queue = queue
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._send, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        self._thread.join(60)

    def _send(self):
        while not self._is_over.is_set():
            if self._queue.counts()[0] < BACKLOG:
                bodies = [{"MessageBody": str(number)} for number in range(BACKLOG)]
                self.ids += self._queue.send_all(bodies)


def enabled(machine):
    return machine.systemctl("is-enabled", UNIT, check=False).stdout.strip()


def active(machine, unit=UNIT):
    return machine.systemctl("is-active", unit, check=False).stdout.strip()


def exists(machine, path):
    return machine.run("test", "-e", path, "-o", "-L", path, check=False).returncode == 0


def test_a_user_builds_the_package_and_gets_a_path_that_apt_takes(package):
    assert package.is_absolute() and package.owner() == "nobody"
    planned = subprocess.run(
        ["apt-get", "install", "--simulate", package], capture_output=True, text=True, timeout=120)
    assert "Inst sqs-subscriber" in planned.stdout, planned.stdout + planned.stderr


def test_lintian_finds_nothing_wrong(package):
    done = subprocess.run(
        ["lintian", "--allow-root", "--fail-on", "error,warning", package], capture_output=True,
        text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_the_package_is_called_by_the_version_of_the_program(package, binary):
    version = debian.run(binary, "version").split()[-1]
    architecture = debian.run("dpkg", "--print-architecture").strip()
    assert package.name == f"sqs-subscriber_{version}_{architecture}.deb"


def test_what_the_package_has_in_etc_is_the_operators(package):
    in_etc = {path for path in debian.contents(package) if path.startswith("/etc/")}
    conffiles = debian.run("dpkg-deb", "--info", package, "conffiles")
    assert in_etc == {f"{ETC}/sqs-subscriber.toml"} == set(conffiles.split())


def test_an_installation_enables_and_starts_nothing(package, newer, fresh, apt):
    for tool in ("swift", "gcc", "ld", "make"):
        assert fresh.run("sh", "-c", f"command -v {tool}", check=False).returncode != 0
    apt.install(package)
    assert (enabled(fresh), active(fresh)) == ("disabled", "inactive")
    assert active(fresh, "sqs-subscriber@west.service") == "inactive"
    assert fresh.run("sqs-subscriber", "version").stdout.startswith("sqs-subscriber ")
    listed = fresh.run("journalctl", "--list-catalog").stdout
    assert "The subscriber is ready" in listed, "the catalog was not updated"
    # What its operator has stopped is not started by an upgrade either.
    fresh.systemctl("enable", UNIT)
    apt.install(newer)
    assert (enabled(fresh), active(fresh)) == ("enabled", "inactive")


def test_the_life_of_the_package(package, newer, fresh, apt, service, server):
    apt.install(package)
    service.reset()
    queue = server.create("life", VisibilityTimeout=VISIBILITY_SECONDS)
    service.handle(queue.name, f"""
        sleep 0.05
        echo "$SQS_MESSAGE_ID" >> {STATE}/{queue.name}
        """)
    fresh.systemctl("enable", "--now", UNIT)
    ids = queue.send("the first")
    eventually(lambda: service.recorded(queue.name) == ids, 20, "the message is handled")
    changed = f"{ETC}/sqs-subscriber.toml"
    settings = fresh.read(changed)

    # Upgraded under load, it is restarted, and each message is handled once.
    before = service.pid
    with Load(queue) as load:
        eventually(lambda: len(service.recorded(queue.name)) > 20, 20, "the work goes on")
        apt.install(newer)
        assert apt.version().endswith("+next")
        assert active(fresh) == "active" and service.pid != before
        so_far = len(service.recorded(queue.name))
        eventually(lambda: len(service.recorded(queue.name)) > so_far, 20, "so it does afterwards")
    ids += load.ids
    eventually(lambda: len(service.recorded(queue.name)) >= len(ids), 60, "all are handled")
    queue.wait_until_empty()
    assert sorted(service.recorded(queue.name)) == sorted(ids)
    assert fresh.read(changed) == settings, "the operator's configuration was replaced"

    # Removed, it has stopped, and what is the operator's is still there.
    apt.remove()
    assert active(fresh) == "inactive" and not exists(fresh, "/usr/bin/sqs-subscriber")
    assert fresh.read(changed) == settings
    assert exists(fresh, f"{ETC}/handlers.d/{queue.name}.toml")
    assert len(service.recorded(queue.name)) == len(ids)

    # Purged, it has left nothing but what is in use, and dpkg has come to its end.
    in_use = "/var/lib/sqs-subscriber@in-use"
    fresh.run("mkdir", in_use)
    fresh.run("mount", "-t", "tmpfs", "none", in_use)
    apt.purge()
    fresh.run("umount", in_use)
    fresh.run("rmdir", in_use)
    left = fresh.run(
        "find", "/etc", "/var/lib", "/usr", "/lib", "-name", "*sqs-subscriber*", "-not", "-path",
        "/usr/local/*").stdout
    assert left == ""
    assert fresh.systemctl("is-system-running", check=False).stdout.strip() == "running"


def test_every_instance_that_runs_is_upgraded_and_removed(package, newer, fresh, apt, server):
    apt.install(package)
    instance = Service(fresh, server, name="sqs-subscriber@west")
    instance.reset()
    queue = server.create("west-upgrade", VisibilityTimeout=VISIBILITY_SECONDS)
    instance.record(queue.name)
    instance.start()
    before = instance.pid
    apt.install(newer)
    assert active(fresh, instance.unit) == "active" and instance.pid != before
    assert active(fresh) == "inactive", "an upgrade started what did not run"
    apt.purge()
    assert active(fresh, instance.unit) == "inactive"
    assert not exists(fresh, instance.etc) and not exists(fresh, instance.state)
    assert not exists(fresh, f"/var/lib/private/{instance.name}")


def test_the_package_has_every_page_of_the_manual(package, binary):
    pages = [path for path in debian.contents(package) if path.startswith("/usr/share/man/")]
    assert sorted(page.rpartition("/")[2].removesuffix(".gz") for page in pages) == sorted(
        debian.run(binary, "manual").split())
