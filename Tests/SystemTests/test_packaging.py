"""The install script, into a folder of the test's own."""

import os
import subprocess

import pytest

from harness.fixtures import ROOT


@pytest.fixture
def install(binary, tmp_path):
    def run(*arguments):
        done = subprocess.run(
            [ROOT / "packaging/install", "--binary", binary, "--destdir", tmp_path, *arguments],
            capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr

    return run


def installed(folder):
    return {
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


FILES = {
    "usr/bin/sqs-subscriber", "lib/systemd/system/sqs-subscriber.service",
    "usr/lib/systemd/catalog/sqs-subscriber.catalog", "etc/sqs-subscriber/sqs-subscriber.toml",
    *(f"usr/share/doc/sqs-subscriber/examples/{path.name}"
      for path in (ROOT / "config/handlers.d").iterdir())}


def test_installing_twice_keeps_the_operators_configuration(install, tmp_path):
    install()
    assert installed(tmp_path) == FILES
    assert (tmp_path / "etc/sqs-subscriber/handlers.d").is_dir()
    assert os.access(tmp_path / "usr/bin/sqs-subscriber", os.X_OK)
    config = tmp_path / "etc/sqs-subscriber/sqs-subscriber.toml"
    config.write_text("slots = 3\n")
    install()
    assert config.read_text() == "slots = 3\n"
    assert installed(tmp_path) == FILES


def test_uninstalling_leaves_the_configuration_alone(install, tmp_path):
    install()
    install("--uninstall")
    assert installed(tmp_path) == {"etc/sqs-subscriber/sqs-subscriber.toml"}


def test_another_prefix_reaches_the_unit(install, tmp_path):
    install("--prefix", "/usr/local")
    unit = (tmp_path / "lib/systemd/system/sqs-subscriber.service").read_text()
    assert "\nExecStart=/usr/local/bin/sqs-subscriber run\n" in unit
    assert (tmp_path / "usr/local/bin/sqs-subscriber").is_file()


def test_the_installed_program_runs_without_its_build_folder(install, tmp_path):
    install()
    done = subprocess.run(
        [tmp_path / "usr/bin/sqs-subscriber", "version"], capture_output=True, text=True,
        timeout=60)
    assert done.returncode == 0, done.stderr
