"""`check`, `config`, `version`, `demo`, and the help that teaches."""

import re

import pytest

EX_USAGE, EX_CONFIG = 64, 78

BROKEN = {
    "typo": 'queue = "a"\nconcurency = 3\n[exec]\ncommand = ["/bin/true"]\n',
    "range": 'queue = "b"\nconcurrency = 0\n[exec]\ncommand = ["/bin/true"]\n',
    "kinds": 'queue = "c"\n[exec]\ncommand = ["/bin/true"]\n[journal]\n',
    "queueless": '[exec]\ncommand = ["/bin/true"]\n',
    "span": 'queue = "d"\n[exec]\ncommand = ["/bin/true"]\ntimeout = "soon"\n',
    "syntax": 'queue = "e\n',
}
EXPECTED = {
    "typo": "concurency", "range": "concurrency", "kinds": "journal", "queueless": "queue",
    "span": "timeout", "syntax": "TOML"}


@pytest.fixture
def broken(config):
    for name, text in BROKEN.items():
        config.drop_in(name, text)
    return config


def assert_all_errors_are_named(text):
    for name, word in EXPECTED.items():
        assert re.search(rf"{name}\.toml.*{word}", text), (
            f"{name}.toml: {word} is not named in:\n{text}")


def test_check_prints_every_error_of_every_file(broken, command):
    done = command("check", "--config", broken.folder)
    assert done.status == EX_CONFIG, done.output
    assert_all_errors_are_named(done.output)


def test_run_refuses_to_start_with_the_text_of_check(broken, start):
    daemon = start("http://127.0.0.1:9", "--config", broken.folder)
    assert daemon.wait(30) == EX_CONFIG, daemon.output
    assert_all_errors_are_named(daemon.stderr)


def test_check_is_content_with_a_valid_configuration(config, command):
    config.exec("orders", "true")
    config.main('slots = 12\n[aws]\nregion = "eu-central-1"\n')
    done = command("check", "--config", config.folder)
    assert done.status == 0, done.output


def test_config_prints_every_value_with_where_it_came_from(config, command):
    config.main('slots = 12\n[aws]\nregion = "eu-central-1"\n')
    config.exec("orders", "true")
    done = command(
        "config", "--config", config.folder, SQS_SUBSCRIBER_SLOTS="24",
        AWS_REGION=None, AWS_DEFAULT_REGION=None)
    assert done.status == 0, done.output
    slots = re.search(r"^.*slots.*$", done.stdout, re.MULTILINE).group()
    assert "24" in slots and "SQS_SUBSCRIBER_SLOTS" in slots
    assert re.search(r"eu-central-1.*sqs-subscriber\.toml", done.stdout)
    assert "orders.toml" in done.stdout


def test_version_prints_one_line(command):
    done = command("version")
    assert done.status == 0
    assert re.fullmatch(r"\S*sqs-subscriber \d+\.\d+\S*( .*)?\n|\d+\.\d+\S*\n", done.stdout)


def test_the_demo_publishes_consumes_and_leaves_an_empty_queue(command):
    done = command("demo")
    assert done.status == 0, done.output
    assert "empty" in done.stdout.lower()


def test_without_anything_to_do_run_says_what_is_missing(config, start):
    daemon = start("http://127.0.0.1:9", "--config", config.folder)
    assert daemon.wait(30) == EX_CONFIG, daemon.output
    assert "SQS_QUEUE_NAME" in daemon.stderr and "handlers.d" in daemon.stderr


@pytest.mark.parametrize(
    "subcommand",
    ["run", "publish", "queue", "demo", "check", "config", "match", "version"])
def test_every_command_explains_itself(subcommand, command):
    overview = command("--help")
    assert overview.status == 0 and subcommand in overview.stdout
    done = command(subcommand, "--help")
    assert done.status == 0
    assert "USAGE" in done.stdout


def test_an_unknown_flag_is_a_usage_error(command):
    done = command("run", "--no-such-flag")
    assert done.status == EX_USAGE
    assert "--no-such-flag" in done.stderr
