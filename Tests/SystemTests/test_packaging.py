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


CONFIGURATION = "etc/sqs-subscriber/sqs-subscriber.toml"


@pytest.fixture
def files(binary):
    """What is installed, the pages of the manual as the program names them."""
    pages = subprocess.run(
        [binary, "manual"], check=True, capture_output=True, text=True).stdout.split()
    return {
        "usr/bin/sqs-subscriber", "lib/systemd/system/sqs-subscriber.service",
        "lib/systemd/system/sqs-subscriber@.service",
        "usr/lib/systemd/catalog/sqs-subscriber.catalog", CONFIGURATION,
        "usr/share/bash-completion/completions/sqs-subscriber",
        "usr/share/zsh/vendor-completions/_sqs-subscriber",
        "usr/share/fish/vendor_completions.d/sqs-subscriber.fish",
        *(f"usr/share/man/man{page[-1]}/{page}" for page in pages),
        *(f"usr/share/doc/sqs-subscriber/examples/{path.name}"
          for path in (ROOT / "config/handlers.d").iterdir()),
        *(f"usr/share/doc/sqs-subscriber/monitoring/{path.name}"
          for path in (ROOT / "packaging/monitoring").iterdir())}


def test_installing_twice_keeps_the_operators_configuration(install, files, tmp_path):
    install()
    assert installed(tmp_path) == files
    assert (tmp_path / "etc/sqs-subscriber/handlers.d").is_dir()
    assert os.access(tmp_path / "usr/bin/sqs-subscriber", os.X_OK)
    config = tmp_path / CONFIGURATION
    config.write_text("slots = 3\n")
    install()
    assert config.read_text() == "slots = 3\n"
    assert installed(tmp_path) == files


def test_uninstalling_leaves_the_configuration_alone(install, tmp_path):
    install()
    install("--uninstall")
    assert installed(tmp_path) == {CONFIGURATION}


def test_another_prefix_reaches_the_unit(install, tmp_path):
    install("--prefix", "/usr/local")
    units = tmp_path / "lib/systemd/system"
    unit = (units / "sqs-subscriber.service").read_text()
    assert "\nExecStart=/usr/local/bin/sqs-subscriber run\n" in unit
    template = (units / "sqs-subscriber@.service").read_text()
    assert "\nExecStart=@/usr/local/bin/sqs-subscriber sqs-subscriber@%i run " in template
    assert (tmp_path / "usr/local/bin/sqs-subscriber").is_file()


def test_the_installed_program_runs_without_its_build_folder(install, tmp_path):
    install()
    done = subprocess.run(
        [tmp_path / "usr/bin/sqs-subscriber", "version"], capture_output=True, text=True,
        timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_user_without_sudo_is_told_what_to_install(by_a_user):
    done = by_a_user("ensure-packages", "bash", "sl", "cowsay")
    assert done.returncode == 69
    assert done.stdout == ""
    assert "apt-get install sl cowsay\n" in done.stderr
