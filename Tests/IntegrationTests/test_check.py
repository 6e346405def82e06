"""`check` passes what `run` would run, and warns of what a handler would fail for."""

import os
import re

import pytest

EX_OK, EX_NOINPUT, EX_CONFIG = 0, 66, 78


@pytest.fixture
def aws_files(tmp_path):
    """Writes the files of the AWS tools: `aws_files(config=, credentials=)`; the variables."""

    def write(config="", credentials=""):
        (tmp_path / "aws-config").write_text(config)
        (tmp_path / "aws-credentials").write_text(credentials)
        return {
            "AWS_CONFIG_FILE": str(tmp_path / "aws-config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "aws-credentials")}

    return write


LOCAL = 'endpoint_url = "http://127.0.0.1:9324"\n'

# What ends `run` with 78: [aws] of the main file, variables, the two AWS files, words to be told.
UNUSABLE = {
    "an endpoint and FIPS in one file": (
        LOCAL + "use_fips = true", {}, "", "", "endpoint_url.*use_fips"),
    "an endpoint and FIPS by variable": (
        LOCAL, {"AWS_USE_FIPS_ENDPOINT": "true"}, "", "", "AWS_USE_FIPS_ENDPOINT"),
    "an endpoint and dual stack of a profile": (
        LOCAL, {}, "[default]\nuse_dualstack_endpoint = true", "", "use_dualstack_endpoint of"),
    "a profile by variable that is not there": ("", {"AWS_PROFILE": "gone"}, "", "", "AWS_PROFILE"),
    "a profile that is not there": ('profile = "gone"', {}, "", "", '"gone"'),
    "services that are not there": ("", {}, "[default]\nservices = nope", "", '"nope"'),
    "a config file with a key twice": ("", {}, "[default]\na = 1\na = 2", "", "line 3.*twice"),
    "a credentials file that is none": ("", {}, "", "nonsense", "aws-credentials, line 1"),
    "an endpoint by variable over the network": (
        "", {"AWS_ENDPOINT_URL_SQS": "http://192.0.2.1"}, "", "", "AWS_ENDPOINT_URL_SQS.*plain"),
    "an endpoint of STS that is none": (
        'profile = "x"', {"AWS_ENDPOINT_URL_STS": "nowhere"},
        "[profile x]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = y",
        "[y]\naws_access_key_id = a\naws_secret_access_key = s", "AWS_ENDPOINT_URL_STS"),
    "authorities that are not there": (
        "", {}, "[default]\nca_bundle = /no/such.pem", "", "ca_bundle"),
    "half a pair of keys": (
        "", {"AWS_SECRET_ACCESS_KEY": None}, "", "", "AWS_SECRET_ACCESS_KEY is not"),
    "half a pair of keys in the file": (
        'profile = "x"', {}, "", "[x]\naws_access_key_id = a", "no aws_secret_access_key"),
    "a role without a source": (
        'profile = "x"', {}, "[profile x]\nrole_arn = arn:aws:iam::1:role/a", "",
        "neither source_profile nor credential_source"),
    "a role that needs a person": (
        'profile = "x"', {},
        "[profile x]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = y\nmfa_serial = m", "",
        "mfa_serial"),
    "a token file that is not there": (
        "", {"AWS_WEB_IDENTITY_TOKEN_FILE": "/no/such", "AWS_ROLE_ARN": "arn:aws:iam::1:role/a",
             "AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}, "", "", "/no/such"),
    "a proxy that is none": ("", {"HTTPS_PROXY": "socks5://127.0.0.1"}, "", "", "HTTPS_PROXY"),
    "no region where no instance is asked": (
        "", {"AWS_REGION": None, "AWS_DEFAULT_REGION": None}, "", "", "no AWS region"),
}


@pytest.mark.parametrize("case", UNUSABLE)
@pytest.mark.parametrize("subcommand", ["check", "config"])
def test_what_run_would_end_with_is_an_error_before(
        case, subcommand, config, command, aws_files):
    main, variables, profiles, keys, words = UNUSABLE[case]
    config.main("[aws]\n" + main)
    config.exec("orders", "true")
    done = command(
        subcommand, "--config", config.folder, **aws_files(profiles, keys), **variables)
    assert done.status == EX_CONFIG, done.output
    assert re.search(words, done.stderr), done.output
    assert "valid" not in done.stdout


# What only shows when credentials are asked for: `run` ends with another status.
LATER = ["half a pair of keys", "half a pair of keys in the file", "a role without a source",
         "a role that needs a person", "a token file that is not there",
         "an endpoint of STS that is none"]


@pytest.mark.parametrize("case", [case for case in UNUSABLE if case not in LATER])
def test_run_ends_with_the_same_words(case, config, start, aws_files):
    main, variables, profiles, keys, words = UNUSABLE[case]
    config.main("[aws]\n" + main)
    config.exec("orders", "true")
    daemon = start(
        None, "--config", config.folder, **aws_files(profiles, keys), **variables)
    assert daemon.wait(30) == EX_CONFIG, daemon.output
    assert re.search(words, daemon.stderr), daemon.output


def warnings(done):
    assert done.status == EX_OK, done.output
    assert "configuration is valid" in done.stdout
    return [line for line in done.stdout.splitlines() if line.startswith("warning: ")]


@pytest.mark.parametrize("table, key, words", [
    ('[exec]\ncommand = ["{folder}/crlf.sh"]', "exec.command", r"'/bin/sh\\r'.*Windows"),
    ('[exec]\ncommand = ["/no/such/program"]', "exec.command", "no such file"),
    ('[exec]\ncommand = ["true"]\nworking_directory = "/no/such"', "exec.working_directory",
     "'/no/such' is not there"),
    ('[lambda]\ncommand = ["no-such-runtime", "f.handler"]', "lambda.command", "in PATH"),
    ('[lambda]\ncommand = ["{folder}/plain", "f.handler"]', "lambda.command", "may not execute"),
    ('[exec]\ncommand = ["sh", "-eu", "{folder}/absent.sh", "x"]', "exec.command",
     "'sh' is to run '.*/absent.sh', which is not there"),
    ('[exec]\ncommand = ["/usr/bin/env", "no-such-program"]', None, None),
    ('[exec]\ncommand = ["sh", "-c", "/no/such"]', None, None),
    ('[exec]\ncommand = ["sh", "{folder}/plain", "/no/such"]', None, None),
    ('[http]\nurl = "unix:/no/such.sock:/x"', "http.url", "nothing of that name is there"),
    ('[http]\nurl = "unix:/dev/null"', None, None),
])
def test_check_warns_of_files_that_are_in_the_way_and_starts_nothing(
        config, command, table, key, words):
    script = config.folder / "crlf.sh"
    script.write_bytes(b"#!/bin/sh\r\necho hi\r\n")
    script.chmod(0o755)
    (config.folder / "plain").write_text("#!/bin/sh\n")
    ran = config.folder / "ran"
    config.exec("fine", f"echo > {ran}")
    config.drop_in("broken", 'queue = "broken"\n' + table.format(folder=config.folder))
    found = warnings(command("check", "--config", config.folder))
    if key is None:
        assert not found
    else:
        [warning] = found
        assert re.search(rf"broken\.toml:\d+: `{re.escape(key)}`: .*{words}", warning), warning
    assert not ran.exists()


@pytest.mark.parametrize("path, words", [
    ("{folder}/file", "not a directory"),
    ("{folder}/file/below", "Not a directory"),
    ("{folder}/new/state", None),
])
def test_check_warns_of_a_state_directory_that_cannot_be_used(config, command, path, words):
    (config.folder / "file").write_text("")
    config.exec("fine", "true")
    path = path.format(folder=config.folder)
    found = warnings(command("check", "--config", config.folder, "--state-dir", path))
    if words is None:
        assert not found
        assert not os.path.exists(path)
    else:
        [warning] = found
        assert re.search(f"flag --state-dir: `state_directory`: .*{words}", warning), warning


def test_check_warns_of_a_credential_process_that_could_not_be_started(config, command, aws_files):
    config.exec("fine", "true")
    files = aws_files("[profile x]\ncredential_process = /no/such/helper --token")
    [warning] = warnings(command("check", "--config", config.folder, "--profile", "x", **files))
    assert "credential_process: cannot start '/no/such/helper'" in warning


def test_check_warns_of_an_endpoint_that_only_payloads_need(config, command):
    config.exec("orders", "true")
    wrong = {"AWS_ENDPOINT_URL_S3": "nowhere", "AWS_ENDPOINT_URL_STS": "nowhere"}
    assert not warnings(command("check", "--config", config.folder, **wrong))
    config.main('[queues.orders]\nunwrap = ["s3"]\n')
    [warning] = warnings(command("check", "--config", config.folder, **wrong))
    assert "AWS_ENDPOINT_URL_S3" in warning


def test_check_warns_where_only_an_instance_could_name_the_region(config, command):
    config.exec("fine", "true")
    [warning] = warnings(command(
        "check", "--config", config.folder, AWS_REGION=None, AWS_DEFAULT_REGION=None,
        AWS_EC2_METADATA_DISABLED=None))
    assert "no AWS region" in warning and "EC2 instance" in warning


# The user of the service. What root may read is no measure, so these look as another user.

@pytest.fixture
def as_root(tmp_path):
    assert os.geteuid() == 0, "needs another user: run it as root"
    # pytest's folders are root's alone.
    for folder in [tmp_path, *tmp_path.parents]:
        if folder.stat().st_uid == 0 and str(folder).startswith(str(tmp_path.parents[2])):
            folder.chmod(0o755)


def systemd(tmp_path, *properties):
    """A stand-in for systemctl that knows the unit as these properties describe it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "systemctl"
    program.write_text("#!/bin/sh\ncat <<'END'\nLoadState=loaded\n" + "\n".join(properties)
                       + "\nEND\n")
    program.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def private_program(config):
    config.exec("orders", "true")
    (config.folder / "orders.sh").chmod(0o700)


@pytest.mark.parametrize("properties, judged", [
    (["User=nobody", "DynamicUser=no"], "the user nobody of sqs-subscriber.service"),
    (["User=", "DynamicUser=yes"],
     r"the user sqs-subscriber of sqs-subscriber.service \(DynamicUser="),
])
def test_check_judges_for_the_user_of_the_unit(
        properties, judged, as_root, config, command, tmp_path):
    private_program(config)
    done = command(
        "check", "--config", config.folder, "--region", "eu-west-1",
        **systemd(tmp_path, *properties))
    [warning] = warnings(done)
    assert "the daemon's user may not execute it" in warning
    assert re.search(f"judged for {judged}", done.stdout), done.stdout


def test_check_finds_files_that_the_user_of_the_unit_may_not_read(
        as_root, config, command, tmp_path):
    config.exec("orders", "true")
    (config.handlers / "orders.toml").chmod(0o600)
    done = command(
        "check", "--config", config.folder, **systemd(tmp_path, "User=nobody"))
    assert done.status == EX_CONFIG, done.output
    assert "make it readable for the user of the service" in done.stderr


def test_check_takes_the_environment_of_the_unit(as_root, config, command, tmp_path):
    config.exec("orders", "true")
    file = tmp_path / "environment"
    file.write_text("# its file\nAWS_REGION='eu-west-3'\n")
    unit = systemd(
        tmp_path, "User=nobody", 'Environment=AWS_REGION=x "SQS_SUBSCRIBER_SLOTS=many more"',
        f"EnvironmentFiles={file} (ignore_errors=no)")
    done = command("check", "--config", config.folder, AWS_PROFILE="of-the-shell", **unit)
    assert done.status == EX_CONFIG, done.output
    assert "many more" in done.stderr
    assert "of-the-shell" not in done.output and "AWS_REGION" not in done.output


@pytest.mark.parametrize("program, setting", [
    ("/home/me/run", "ProtectHome"), ("/var/tmp/run", "PrivateTmp")])
def test_check_knows_what_the_unit_hides(
        program, setting, as_root, config, command, tmp_path):
    config.drop_in("orders", f'queue = "orders"\n[exec]\ncommand = ["{program}"]\n')
    [warning] = warnings(command(
        "check", "--config", config.folder, "--region", "eu-west-1",
        **systemd(tmp_path, "User=nobody", f"{setting}=yes")))
    assert f"({setting}=)" in warning


def test_check_judges_for_the_user_that_is_asked_for(as_root, config, command):
    private_program(config)
    done = command("check", "--config", config.folder, "--user", "nobody")
    [warning] = warnings(done)
    assert "may not execute" in warning and "judged for the user nobody, as asked" in done.stdout


def test_check_says_that_it_judges_for_who_asks(config, command):
    config.exec("orders", "true")
    done = command("check", "--config", config.folder)
    assert not warnings(done)
    assert re.search("judged for the user \\S+, who asks", done.stdout)


def test_a_user_that_is_not_there_is_named(config, command):
    config.exec("orders", "true")
    done = command("check", "--config", config.folder, "--user", "no-such-user")
    assert done.status == EX_NOINPUT, done.output
    assert "no-such-user" in done.stderr
