"""The unit `sqs-subscriber.service` in the machine, as an operator handles it."""

import json
import shutil

from harness.waiting import eventually

NAME = "sqs-subscriber"
UNIT = f"{NAME}.service"
ETC = f"/etc/{NAME}"
STATE = f"/var/lib/{NAME}"


class Service:
    """`name` is that of the unit: of the only daemon, or of one of several."""

    def __init__(self, machine, server, name=NAME):
        self.machine = machine
        self.server = server
        self.name = name
        self.unit = f"{name}.service"
        self.etc = f"/etc/{name}"
        self.state = f"/var/lib/{name}"
        self._since = None

    def reset(self):
        """Stopped, no configuration, no state, and the journal read from here on."""
        machine = self.machine
        machine.systemctl("stop", self.unit, check=False)
        machine.systemctl("reset-failed", self.unit, check=False)
        for path in (f"{self.etc}/handlers.d", f"/var/lib/private/{self.name}",
                     f"/run/systemd/system/{self.unit}.d"):
            shutil.rmtree(machine.root / path.lstrip("/"), ignore_errors=True)
        (machine.root / f"{self.state}".lstrip("/")).unlink(missing_ok=True)
        machine.write(f"{self.etc}/sqs-subscriber.toml", "\n".join([
            "[aws]", 'region = "eu-west-1"', f'endpoint_url = "{self.server.url}"', ""]))
        self.override("[Service]\nEnvironment=AWS_ACCESS_KEY_ID=testing\n"
                      "Environment=AWS_SECRET_ACCESS_KEY=testing\n", name="credentials")
        shown = machine.run("journalctl", "--lines=0", "--show-cursor").stdout
        self._since = shown.partition("cursor: ")[2].strip() or None

    def override(self, text, name):
        """A drop-in for the unit, as `systemctl edit --runtime` writes it."""
        self.machine.write(f"/run/systemd/system/{self.unit}.d/{name}.conf", text)
        self.machine.systemctl("daemon-reload")

    def handle(self, queue, script, concurrency=4):
        """A drop-in that runs a shell script for every message of `queue`."""
        program = f"/usr/local/lib/handlers/{queue}"
        self.machine.write(program, "#!/bin/sh\n" + script, mode=0o755)
        self.machine.write(f"{self.etc}/handlers.d/{queue}.toml", "\n".join([
            f"queue = {json.dumps(queue)}", f"concurrency = {concurrency}",
            "[exec]", f'command = ["{program}"]', ""]))

    def record(self, queue, **settings):
        """A handler that writes down the id of each message that it has handled."""
        self.handle(queue, f'echo "$SQS_MESSAGE_ID" >> {self.state}/{queue}\n', **settings)

    def recorded(self, queue):
        """What `record` wrote down. The daemon's state folder is a link to a private one."""
        text = self.machine.read(f"/var/lib/private/{self.name}/{queue}")
        return (text or "").splitlines()

    def start(self):
        self.machine.systemctl("start", self.unit)

    def show(self, name):
        return self.machine.systemctl(
            "show", self.unit, f"--property={name}", "--value").stdout.strip()

    @property
    def pid(self):
        return int(self.show("MainPID"))

    def journal(self, last=None):
        """The entries of this test, or the last of them."""
        return self.machine.journal(self.unit, after=self._since, last=last)

    def export(self, *matches):
        """The entries of this test that match, as journald has them."""
        return self.machine.export(self.unit, *matches, after=self._since)

    def log(self, last=None):
        return "\n".join(str(entry.get("MESSAGE")) for entry in self.journal(last))

    def wait_for_entry(self, wanted, within=20.0, what="a journal entry"):
        return eventually(
            lambda: next((entry for entry in self.journal() if wanted(entry)), None), within,
            what)
