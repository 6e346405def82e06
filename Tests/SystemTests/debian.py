"""The Debian package: made newer, and installed in a fresh Debian."""

import subprocess

from harness.fixtures import ROOT
from machine import Machine

# Alone it takes half a minute, of which most is the mirror's.
ROOT_SECONDS = 900
BUILD_SECONDS = 600
PACKAGE = "sqs-subscriber"


def newer(package, folder):
    """The same package with a higher version, for upgrades."""
    tree = folder / "newer"
    run("dpkg-deb", "--raw-extract", package, tree)
    control = tree / "DEBIAN/control"
    version = run("dpkg-deb", "--field", package, "Version").strip()
    control.write_text(
        control.read_text().replace(f"\nVersion: {version}\n", f"\nVersion: {version}+next\n"))
    path = folder / "newer.deb"
    run("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", tree, path)
    return path


def fresh_machine(folder):
    """A booted Debian with systemd and hardly anything else."""
    root = run(ROOT / "Tests/SystemTests/debian-root").splitlines()[-1]
    return Machine(folder, below=root)


def contents(package):
    """The files of a package, with their modes as ls(1) shows them."""
    lines = [line.split(maxsplit=5) for line in run("dpkg-deb", "--contents", package).splitlines()]
    return {words[5].removeprefix("."): words[0] for words in lines if words[0][0] != "d"}


def run(*command):
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True,
        timeout=ROOT_SECONDS if "debian-root" in str(command[0]) else BUILD_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Apt:
    """apt in a machine."""

    def __init__(self, machine):
        self._machine = machine

    def install(self, package):
        """Installs a package from outside, with what it depends on, or upgrades it."""
        inside = f"/srv/{package.name}"
        (self._machine.root / inside.lstrip("/")).write_bytes(package.read_bytes())
        return self._do("install", inside)

    def remove(self):
        return self._do("remove", PACKAGE)

    def purge(self):
        return self._do("purge", PACKAGE)

    def version(self):
        """The version that is installed; empty where none is."""
        return self._machine.run(
            "dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", PACKAGE,
            check=False).stdout.removeprefix("installed ").strip()

    def _do(self, *arguments):
        return self._machine.run(
            "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--yes", *arguments).stdout
