"""The manual pages and the completions, which the program renders from what it reads itself."""

import json
import re
import subprocess

import pytest

from harness.fixtures import ROOT

EX_NOINPUT = 66

# The pages that are not one for each command.
OTHERS = {
    "sqs-subscriber.1", "sqs-subscriber.toml.5", "sqs-subscriber-handler.5", "sqs-subscriber.8"}


@pytest.fixture
def manual(command):
    """All pages, by their names."""
    names = command("manual").stdout.split()
    return {name: command("manual", name).stdout for name in names}


def rendered(page):
    """A page as a reader sees it, on one line."""
    done = subprocess.run(
        ["mandoc", "-T", "utf8", "-O", "width=1000"], input=page, capture_output=True, text=True,
        check=True)
    # Bold and underlined characters are typed over.
    return " ".join(re.sub(".\b", "", done.stdout).split())


def swift_sources(*folders):
    return "\n".join(
        path.read_text() for folder in folders
        for path in sorted((ROOT / "Sources" / folder).rglob("*.swift"))
        if path.parent.name != "Manual")


def test_there_is_a_page_for_each_command_that_the_help_shows(manual, command):
    described = json.loads(command("--experimental-dump-help").stdout)["command"]["subcommands"]
    shown = [part for part in described if part["shouldDisplay"] and part["commandName"] != "help"]
    assert set(manual) == OTHERS | {f"sqs-subscriber-{part['commandName']}.1" for part in shown}
    for part in shown:
        page = rendered(manual[f"sqs-subscriber-{part['commandName']}.1"])
        for argument in part["arguments"]:
            if argument["shouldDisplay"] and argument["kind"] != "positional":
                assert f"--{argument['preferredName']['name']}" in page
            if argument["shouldDisplay"] and argument.get("abstract"):
                assert " ".join(argument["abstract"].split()) in page


@pytest.mark.parametrize("check", [
    ["mandoc", "-T", "lint", "-W", "warning"],
    ["groff", "-mandoc", "-K", "utf8", "-T", "utf8", "-ww", "-z"],
])
def test_no_page_has_a_warning(check, manual, tmp_path):
    for name, text in manual.items():
        page = tmp_path / name
        page.write_text(text)
        done = subprocess.run([*check, page], capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), text


def test_what_roff_would_take_for_its_own_is_shown_as_it_is_meant(manual):
    page = rendered(manual["sqs-subscriber-match.1"])
    assert r'{"body": "{\"type\": \"created\"}", "messageAttributes": {' in page
    assert "'{\"id\": 1}'" in rendered(manual["sqs-subscriber-publish.1"])


@pytest.mark.parametrize("page, files", [
    ("sqs-subscriber.toml.5", ["sqs-subscriber.toml"]),
    ("sqs-subscriber-handler.5", [
        f"handlers.d/{kind}.toml.example" for kind in ("exec", "http", "lambda", "journal", "swift")
    ]),
])
def test_the_pages_of_files_explain_every_key_of_the_sample_files(page, files, manual):
    shown = rendered(manual[page])
    for file in files:
        text = (ROOT / "config" / file).read_text()
        for key in re.findall(r"^#?(\w+) = ", text, re.MULTILINE):
            assert re.search(rf" {key} [A-Z]|{key} = ", shown), f"{file}: {key}"
        # Explanations are comments, each followed by what is allowed.
        for comment in re.findall(r"((?:^# .*\n)+)# Allowed:", text, re.MULTILINE):
            assert " ".join(comment.replace("\n# ", " ").removeprefix("# ").split()) in shown


def test_the_page_of_operations_names_every_field_of_the_journal(manual):
    source = swift_sources("Daemon", "HandlerLibrary", "Intake", "SubscriberEngine", "Systemd")
    keys = re.findall(
        r"""(?x) "([a-z_]+)": \s* \.(?:string|stringConvertible|array)\(
        | etadataKey: \s* "([a-z_]+)" \] | (?:metadata|fields)\["([a-z_]+)"\] \s* =
        | \["([a-z_]+)": \s* " """, source)
    names = {next(filter(None, key)) for key in keys} - {"event_id"}
    assert len(names) > 10
    page = rendered(manual["sqs-subscriber.8"])
    assert [name for name in sorted(names) if f"SQS_{name.upper()} " not in page] == []


def test_the_page_of_operations_names_every_variable_that_is_read(manual):
    source = swift_sources("AWS", "S3", "HTTPTransport", "Daemon", "Systemd", "Commands")
    names = set(re.findall(r'"((?:AWS|SQS)_[A-Z0-9_]+[A-Z0-9])"', source))
    assert len(names) > 15
    page = rendered(manual["sqs-subscriber.8"])
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", page)] == []


def test_the_page_of_handlers_names_what_a_program_and_an_endpoint_get(manual):
    source = swift_sources("HandlerLibrary")
    names = set(re.findall(r'"(SQS_[A-Z_]+|X-Aws-Sqsd-[A-Za-z-]+|X-Sqs-[A-Za-z-]+)', source))
    assert len(names) > 15
    page = rendered(manual["sqs-subscriber-handler.5"])
    assert [name for name in sorted(names) if name not in page] == []


def test_pages_bear_the_date_that_the_maker_of_a_package_names(command):
    page = command("manual", "sqs-subscriber.8", SOURCE_DATE_EPOCH="1767225600").stdout
    assert page.startswith(".Dd January 1, 2026\n")


def test_a_page_that_is_not_there_is_named(command):
    done = command("manual", "sqs-subscriber.9")
    assert done.status == EX_NOINPUT
    assert "sqs-subscriber.9" in done.stderr and done.stdout == ""


# Each asks its shell, with the program's completion loaded, what "pub" and "publish --gr" may
# become, and prints it.
COMPLETIONS = {
    "bash": """
        source completion
        for words in 'sqs-subscriber pub' 'sqs-subscriber publish --gr'; do
            COMP_LINE=$words COMP_POINT=${#words} COMP_WORDS=($words)
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_TYPE=9 COMPREPLY=()
            function=$(complete -p sqs-subscriber | sed 's/.*-F \\([^ ]*\\).*/\\1/')
            "$function" sqs-subscriber "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
        done
        """,
    "fish": """
        source completion
        complete --do-complete 'sqs-subscriber pub'
        complete --do-complete 'sqs-subscriber publish --gr'
        """,
    # A completion needs a line editor, so a shell in a terminal of its own is asked.
    "zsh": """
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell 'PS1=ready; fpath=($PWD $fpath); autoload -Uz compinit'
        zpty -w shell 'compinit -u -D; compdef _sqs-subscriber sqs-subscriber; print set-up'
        zpty -r shell all '*set-up*set-up*'
        zpty -w -n shell $'sqs-subscriber pub\\t'
        zpty -r shell line '*sqs-subscriber publish*'
        print -r -- $line
        zpty -w -n shell $'--gr\\t'
        zpty -r shell line '*--group*'
        print -r -- $line
        zpty -d shell
        """,
}


@pytest.mark.parametrize("shell", COMPLETIONS)
def test_a_shell_completes_commands_and_options(shell, command, binary, tmp_path):
    script = command("--generate-completion-script", shell).stdout
    assert "manual" not in script, "a hidden command is offered"
    folder = tmp_path / "completion"
    folder.mkdir()
    for name in ("completion", "_sqs-subscriber"):
        (folder / name).write_text(script)
    done = subprocess.run(
        [shell, "-c", COMPLETIONS[shell]], cwd=folder, capture_output=True, text=True, timeout=60,
        env={"PATH": f"{binary.parent}:/usr/bin:/bin", "HOME": str(tmp_path), "TERM": "dumb",
             "LANG": "C.UTF-8"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "publish" in done.stdout, done.stdout + done.stderr
    assert "--group" in done.stdout, done.stdout + done.stderr
