"""The first command of a newcomer."""

import subprocess

from harness.fixtures import ROOT

# It may have to build.
QUICKSTART_SECONDS = 1800.0


def test_quickstart_runs_the_demo_to_its_end():
    done = subprocess.run(
        [ROOT / "packaging/quickstart"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=QUICKSTART_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "empty" in done.stdout.lower()
