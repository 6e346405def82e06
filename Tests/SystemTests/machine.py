"""A throwaway machine: systemd and journald, booted in a container over a root file system: that
of this machine, or another.

What it writes goes to a tmpfs. The mounts live in the mount namespace of the container's own
process, so that nothing is left of them when it ends, however it ends.
"""

import json
import os
import subprocess
import uuid
from pathlib import Path

from harness.process_facts import children
from harness.program import Program
from harness.waiting import eventually

BOOT_SECONDS = 60.0
COMMAND_SECONDS = 120.0

# basic.target: none of the services that happen to be enabled on the host are started.
BOOT = """
set -eu
mount -t tmpfs -o mode=0755 tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/merged"
mount -t overlay -o "lowerdir=$3,upperdir=$1/upper,workdir=$1/work" overlay "$1/merged"
rm -rf "$1/merged/etc/sqs-subscriber" "$1/merged/var/log/journal"
echo "$2" > "$1/merged/etc/machine-id"
exec systemd-nspawn --quiet --directory="$1/merged" --boot --register=no --keep-unit \
    --link-journal=no --machine="sqs-$2" --console=pipe systemd.unit=basic.target
"""


class Machine:
    """Boots on entry, powers off on exit. Needs root. `below` is the root file system that it lies
    over and leaves as it is."""

    def __init__(self, folder, below="/"):
        assert os.geteuid() == 0, "the system tests boot a container: run them as root"
        self._folder = folder
        self._below = below
        self._program = None
        self._leader = None

    def __enter__(self):
        self._program = Program(
            ["unshare", "--mount", "--propagation", "private",
             "bash", "-c", BOOT, "boot", self._folder, uuid.uuid4().hex,
             self._below],
            {"PATH": os.environ["PATH"]})
        try:
            self._leader = eventually(self._find_leader, BOOT_SECONDS, "systemd was started")
            eventually(
                lambda: self.run(
                    "systemctl", "is-system-running", "--wait", check=False
                ).stdout.strip() in ("running", "degraded"),
                BOOT_SECONDS, "the machine has booted")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._program.close()
        print("--- the machine's console\n" + self._program.output)

    def _find_leader(self):
        assert self._program.process.poll() is None, self._program.output
        for child in children(self._program.pid):
            try:
                if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                    return child
            except FileNotFoundError:
                continue
        return None

    @property
    def root(self):
        """The machine's file system, as seen from outside."""
        return Path(f"/proc/{self._leader}/root")

    def run(self, *command, check=True, text=True):
        """Runs a command in the machine; its output is bytes where `text` is false."""
        done = subprocess.run(
            ["nsenter", "--target", str(self._leader), "--all", "--", *map(str, command)],
            capture_output=True, text=text, timeout=COMMAND_SECONDS,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "SYSTEMD_PAGER": ""})
        if check:
            assert done.returncode == 0, (
                f"{' '.join(map(str, command))} ended with {done.returncode}:\n"
                f"{done.stdout}{done.stderr}")
        return done

    def systemctl(self, *arguments, check=True):
        return self.run("systemctl", *arguments, check=check)

    def journal(self, unit, after=None, last=None):
        """The entries of a unit, oldest first; after a cursor, the `last` so many, where given."""
        position = ["--after-cursor", after] if after else []
        position += [f"--lines={last}"] if last else []
        text = self.run("journalctl", "--output=json", "--all", f"--unit={unit}", *position).stdout
        return [json.loads(line) for line in text.splitlines()]

    def export(self, unit, *matches, after=None):
        """The entries of a unit that match, oldest first, with the bytes of each field as journald
        has them. A field that is there more than once has its last value.

        Source: systemd.io/JOURNAL_EXPORT_FORMATS.
        """
        # Not --after-cursor, which leaves out the first match where the entry there is none.
        position = ["--cursor", after] if after else []
        data = self.run(
            "journalctl", "--output=export", f"--unit={unit}", *position, *matches,
            text=False).stdout
        entries, entry, start = [], {}, 0
        while start < len(data):
            end = data.index(b"\n", start)
            name, is_text, value = data[start:end].partition(b"=")
            start = end + 1
            if name and not is_text:
                length = int.from_bytes(data[start:start + 8], "little")
                value = data[start + 8:start + 8 + length]
                start += 8 + length + 1
            if name:
                entry[name.decode()] = value
            elif entry:
                entries.append(entry)
                entry = {}
        return entries + ([entry] if entry else [])

    def write(self, path, text, mode=0o644):
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(mode)

    def read(self, path):
        """The text of a file; None while there is none."""
        target = self.root / path.lstrip("/")
        return target.read_text() if target.exists() else None

    def install(self, script, binary):
        """Installs the program by its own script, and the libraries it was linked with."""
        done = subprocess.run(
            [script, "--binary", binary, "--destdir", self.root],
            capture_output=True, text=True, timeout=COMMAND_SECONDS)
        assert done.returncode == 0, done.stdout + done.stderr
        for library in shared_libraries(binary):
            target = self.root / str(library).lstrip("/")
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(library.read_bytes())
                target.chmod(0o755)
        # What the script itself does on a machine that runs.
        self.systemctl("daemon-reload")
        self.run("journalctl", "--update-catalog")


def shared_libraries(binary):
    """The files that the dynamic linker would load. Source: ldd(1)."""
    text = subprocess.run(
        ["ldd", binary], check=True, capture_output=True, text=True, timeout=30).stdout
    return [
        Path(line.split("=>")[1].split()[0]) for line in text.splitlines()
        if "=> /" in line]
