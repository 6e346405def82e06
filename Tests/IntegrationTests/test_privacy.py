"""What a handler can read of the daemon that runs as the same user."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from harness.configuration import Configuration
from harness.servers import environment

NOBODY = 65534
SECRET = "this-is-the-secret-key"

PEEK = r"""
for file in environ mem maps; do
    if true <"/proc/$PPID/$file"; then echo "opened $file"; fi 2>/dev/null
done
tr '\0' '\n' <"/proc/$PPID/environ" 2>/dev/null
echo "$(id -u) tried $(cat "/proc/$PPID/comm")"
"""


@pytest.fixture
def folder():
    """One that another user can read, as those of the test runner are not."""
    with tempfile.TemporaryDirectory(prefix="nobody-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize("allowed", [False, True])
def test_a_handler_reads_the_memory_of_the_daemon_only_if_core_dumps_are_allowed(
        allowed, binary, folder, embedded):
    assert os.geteuid() == 0, "needs another user: run it as root"
    queue = embedded.create("peek", VisibilityTimeout=600)
    queue.send("x")
    configuration = Configuration(folder / "config")
    configuration.main(f"core_dumps = {str(allowed).lower()}\n")
    configuration.exec("peek", PEEK)
    log = folder / "log"
    with log.open("wb") as output:
        daemon = subprocess.Popen(
            [binary, "run", "--config", configuration.folder], stdout=output, stderr=output,
            user=NOBODY, group=NOBODY, extra_groups=[],
            env=environment(folder, embedded.url, AWS_SECRET_ACCESS_KEY=SECRET))
    try:
        queue.wait_until_empty()
    finally:
        daemon.terminate()
        status = daemon.wait(20)
    text = log.read_text()
    print(text)
    assert status == 0
    assert f"{NOBODY} tried sqs-subscriber" in text
    assert ("opened environ" in text) == allowed
    assert ("opened maps" in text) == allowed
    # A kernel may have this refused where core dumps are allowed, too (Yama, ptrace_scope).
    assert allowed or "opened mem" not in text
    assert SECRET not in text
