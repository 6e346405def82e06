"""Programs as handlers: what they are given, what they are not, and the hard ones."""

import json
from pathlib import Path

import pytest

from harness.files import lines
from harness.process_facts import children, descriptors
from harness.waiting import eventually

SECRETS = {
    "AWS_ACCESS_KEY_ID": "AKIDOFTHEDAEMON", "AWS_SECRET_ACCESS_KEY": "secret/of+the/daemon",
    "AWS_SESSION_TOKEN": "token/of+the/daemon"}

# Writes down all that a program can see of itself: its arguments, its environment, and where each
# of its descriptors leads, with what can be read there; and the environment of the daemon.
SEARCH = r"""
    out={folder}/$SQS_QUEUE
    {{
        tr '\0' '\n' < /proc/self/cmdline
        tr '\0' '\n' < /proc/self/environ
        echo "of the daemon:"
        tr '\0' '\n' < /proc/$PPID/environ
        for fd in /proc/self/fd/*; do
            readlink "$fd"
            [ -f "$fd" ] && cat "$fd"
        done
    }} > "$out.part" 2>&1
    mv "$out.part" "$out"
"""


def exec_handler(config, name, command, *settings):
    config.drop_in(name, "\n".join([
        f'queue = "{name}"', "[exec]", f"command = {json.dumps(list(map(str, command)))}",
        *settings, ""]))


def test_the_daemon_s_credentials_reach_the_program_that_asks_and_no_other(
        embedded, config, start, tmp_path):
    search = config.program("search.sh", SEARCH.format(folder=tmp_path))
    exec_handler(config, "not-asking", [search, "{message_id}", "{body_file}"])
    exec_handler(config, "asking", [search], "aws_credentials = true")
    for name in ["not-asking", "asking"]:
        embedded.create(name).send("the body")

    daemon = start(
        embedded.url, "--config", config.folder, "--log-level", "debug", **SECRETS).wait_ready()
    found = {}
    for name in ["not-asking", "asking"]:
        eventually((tmp_path / name).exists, 30, f"{name} was run")
        found[name] = (tmp_path / name).read_text()
    assert daemon.stop() == 0, daemon.output

    assert "the body" in found["not-asking"]
    assert "PATH=" in found["not-asking"].split("of the daemon:")[1]
    for name, value in SECRETS.items():
        assert value not in found["not-asking"]
        assert name not in found["not-asking"]
        assert f"{name}={value}" in found["asking"].splitlines()
    assert "AWS_REGION=eu-west-1" in found["asking"].splitlines()
    for value in [SECRETS["AWS_SECRET_ACCESS_KEY"], SECRETS["AWS_SESSION_TOKEN"]]:
        assert value not in daemon.output


def test_arguments_stdin_and_file_hold_what_the_message_does(embedded, config, start, tmp_path):
    program = config.program("show.sh", f"""
        printf '<%s>' "$@" > {tmp_path}/arguments
        cat > {tmp_path}/stdin
        cat "$5" > {tmp_path}/.file && mv {tmp_path}/.file {tmp_path}/file""")
    exec_handler(
        config, "shown", [
            program, "{queue}", "--order={attribute.Order.Id}", "{attribute.none}",
            "{receive_count}", "{body_file}", "{{queue}}"],
        'stdin = "json"')
    queue = embedded.create("shown")
    order = "1; touch /tmp/x $(id) 'a' \"b\""
    [message_id] = queue.send("the body", MessageAttributes={
        "Order.Id": {"DataType": "String", "StringValue": order}})
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty()

    assert (tmp_path / "arguments").read_text() == (
        f"<shown><--order={order}><><1></proc/self/fd/3><{{queue}}>")
    assert (tmp_path / "file").read_text() == "the body"
    message = json.loads((tmp_path / "stdin").read_text())
    assert message["MessageId"] == message_id
    assert message["Body"] == "the body"
    assert message["MessageAttributes"]["Order.Id"]["StringValue"] == order
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    daemon.wait_for(r"done in .* exit_status=0", 5)


def test_ten_attributes_with_odd_names_reach_a_program(embedded, config, start, tmp_path):
    names = [
        "a.b", "a_b", "PATH", "-x", "9", "x" * 256, "SQS_MESSAGE_ID", "LD_PRELOAD", "_", "Ab.c-d"]
    config.exec("odd", f"env > {tmp_path}/.env && mv {tmp_path}/.env {tmp_path}/env")
    queue = embedded.create("odd")
    [message_id] = queue.send("body", MessageAttributes={
        name: {"DataType": "String", "StringValue": f"value of {name}"} for name in names})
    start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty()

    pairs = dict(line.split("=", 1) for line in (tmp_path / "env").read_text().splitlines())
    assert pairs["SQS_MESSAGE_ID"] == message_id
    assert "LD_PRELOAD" not in pairs and "value" not in pairs["PATH"]
    for name in names:
        variable = "SQS_ATTR_" + name.replace(".", "_").replace("-", "_")
        expected = "a_b" if variable == "SQS_ATTR_a_b" else name
        assert pairs[variable] == f"value of {expected}"
    assert len(json.loads(pairs["SQS_MESSAGE_ATTRIBUTES"])) == 10


HARD = {
    "reads nothing": "exit 0",
    "closes its stdin": "exec 0<&-; exit 0",
    "closes everything": "exec 0<&- 1>&- 2>&-; exit 0",
    "writes 1 GB": "head -c 1073741824 /dev/zero; exit 0",
    "writes 1 GB to stderr": "head -c 1073741824 /dev/zero >&2; exit 0",
    "leaves a process with its output": "sleep 1000 & exit 0",
    "leaves a process in the background": "sleep 1 >/dev/null 2>&1 & exit 0",
    "leaves a hundred processes": "for i in $(seq 100); do sleep 1000 & done; exit 0",
}


@pytest.mark.parametrize("script", HARD.values(), ids=HARD.keys())
def test_a_hard_program_has_its_message_handled(script, embedded, config, start):
    config.exec("hard", script)
    queue = embedded.create("hard", VisibilityTimeout=600)
    queue.send("x" * (1 << 20), "small")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    before = len(descriptors(daemon.pid))
    queue.wait_until_empty(90)
    eventually(lambda: not children(daemon.pid), 10, "no process is left")
    # The reactor of child processes is made with the first, and kept.
    eventually(lambda: len(descriptors(daemon.pid)) <= before + 2, 10, "no descriptor is left")
    assert daemon.stop() == 0, daemon.output
    assert ("the rest is dropped" in daemon.output) == ("1073741824" in script)


def test_a_program_that_ignores_sigterm_is_killed_and_its_message_comes_back(
        embedded, config, start, tmp_path):
    config.exec("stubborn", f"""
        trap '' TERM
        echo "$SQS_RECEIVE_COUNT" >> {tmp_path}/runs
        [ "$SQS_RECEIVE_COUNT" = 1 ] || exit 0
        while :; do sleep 1; done""", timeout="1s")
    queue = embedded.create("stubborn", VisibilityTimeout=3)
    queue.send("body")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(60)
    assert lines(tmp_path / "runs") == ["1", "2"]
    assert "still running after 1 s (timeout), its process group was terminated" in daemon.output
    assert "and killed 5 s later" in daemon.output
    assert "exit_signal=9" in daemon.output


def test_a_program_that_is_replaced_while_it_runs_finishes_and_the_next_is_the_new_one(
        embedded, config, start, gate, tmp_path):
    config.exec("replaced", f"""
        echo old >> {tmp_path}/runs
        read -r _ < {gate.path}
        echo old still >> {tmp_path}/runs""", concurrency=2)
    queue = embedded.create("replaced", VisibilityTimeout=600)
    start(embedded.url, "--config", config.folder).wait_ready()
    queue.send("one")
    eventually(lambda: lines(tmp_path / "runs") == ["old"], 20, "the old program runs")
    new = config.program("new.sh", f"echo new >> {tmp_path}/runs")
    new.rename(config.folder / "replaced.sh")
    queue.send("two")
    eventually(lambda: "new" in lines(tmp_path / "runs"), 20, "the new program runs")
    gate.open()
    queue.wait_until_empty()
    assert lines(tmp_path / "runs") == ["old", "new", "old still"]


def test_the_daemon_may_open_more_files_than_its_programs(
        binary, embedded, config, start, tmp_path):
    queue = embedded.create("files")
    limited = config.program("limited", f'ulimit -Sn 256; ulimit -Hn 2048; exec {binary} "$@"')
    config.exec("files", f"ulimit -Sn > {tmp_path}/soft")
    daemon = start(embedded.url, "--config", config.folder, program=limited).wait_ready()
    queue.send("one")
    queue.wait_until_empty()
    assert (tmp_path / "soft").read_text() == "256\n"
    [line] = [
        line for line in Path(f"/proc/{daemon.pid}/limits").read_text().splitlines()
        if line.startswith("Max open files")]
    assert line.split()[3:5] == ["2048", "2048"]
