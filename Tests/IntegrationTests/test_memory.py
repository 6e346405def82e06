"""What was handled and could not be deleted is not handled again, after a restart either."""

import resource
import signal

import pytest

from harness.files import lines
from harness.http_endpoint import service_error
from harness.waiting import eventually

VISIBILITY_SECONDS = 3
WAIT_SECONDS = 30.0


def completions(folder):
    """The lines of all files of completions in a state directory."""
    return [line for path in (folder / "completions").glob("*.completions")
            for line in lines(path)]


def without_deletes(endpoint, server):
    """A way to the server on which every delete fails, and all else works."""
    def refuse(request):
        if request.operation.startswith("DeleteMessage"):
            return service_error(503, "ServiceUnavailable", "Try again.")
        return None

    return endpoint(refuse, proxy_to=server.url).url


def noting(config, tmp_path, name="load", **settings):
    config.exec(name, f'echo "$SQS_MESSAGE_ID" >> {tmp_path}/handled-{name}', **settings)
    return tmp_path / f"handled-{name}"


@pytest.mark.parametrize("how", ["--state-dir", "STATE_DIRECTORY"])
def test_a_killed_daemon_does_not_repeat_what_it_could_not_delete(
        embedded, config, start, endpoint, tmp_path, how):
    state = tmp_path / "state"
    flags = [how, state] if how.startswith("-") else []
    variables = {} if flags else {how: f"{state}:/nowhere"}
    queue = embedded.create("load", VisibilityTimeout=VISIBILITY_SECONDS)
    ids = queue.send_all([{"MessageBody": str(index)} for index in range(5)])
    handled = noting(config, tmp_path)
    arguments = ["--config", config.folder, *flags]
    daemon = start(without_deletes(endpoint, embedded), *arguments, **variables).wait_ready()
    eventually(lambda: len(completions(state)) == 5, WAIT_SECONDS, "five are remembered")
    daemon.send(signal.SIGKILL)
    daemon.wait(WAIT_SECONDS)
    assert sorted(lines(handled)) == sorted(ids)

    daemon = start(embedded.url, *arguments, **variables).wait_ready()
    queue.wait_until_empty(WAIT_SECONDS)
    assert sorted(lines(handled)) == sorted(ids), "handled again"
    daemon.wait_for("came back although it was done")
    assert daemon.stop() == 0, daemon.output
    assert len([line for line in completions(state) if line.startswith("-")]) == 5


def test_a_stop_remembers_what_it_could_not_delete(
        embedded, config, start, endpoint, tmp_path):
    arguments = ["--config", config.folder, "--state-dir", tmp_path / "state"]
    queue = embedded.create("load", VisibilityTimeout=VISIBILITY_SECONDS)
    ids = queue.send_all([{"MessageBody": "once"}])
    handled = noting(config, tmp_path)
    config.main('grace_time = "1s"\n')
    daemon = start(without_deletes(endpoint, embedded), *arguments).wait_ready()
    eventually(lambda: lines(handled), WAIT_SECONDS, "it is handled")
    daemon.stop(within=WAIT_SECONDS)
    start(embedded.url, *arguments).wait_ready()
    queue.wait_until_empty(WAIT_SECONDS)
    assert lines(handled) == ids


def test_of_several_handlers_those_that_were_done_are_not_run_again_after_a_restart(
        embedded, config, start, tmp_path):
    state = tmp_path / "state"
    arguments = ["--config", config.folder, "--state-dir", state]
    queue = embedded.create("load", VisibilityTimeout=VISIBILITY_SECONDS)
    ids = queue.send_all([{"MessageBody": "twofold"}])
    done = noting(config, tmp_path, "done", queue="load")
    config.exec("failing", "exit 1", queue="load")
    daemon = start(embedded.url, *arguments).wait_ready()
    eventually(lambda: completions(state), WAIT_SECONDS, "the one that is done is remembered")
    daemon.send(signal.SIGKILL)
    daemon.wait(WAIT_SECONDS)

    mended = noting(config, tmp_path, "failing", queue="load")
    start(embedded.url, *arguments).wait_ready()
    queue.wait_until_empty(WAIT_SECONDS)
    assert lines(mended) == ids
    assert lines(done) == ids, "the one that was done ran again"


def test_confirmed_deletes_write_nothing(embedded, config, start, tmp_path):
    state = tmp_path / "state"
    queue = embedded.create("load")
    queue.send_all([{"MessageBody": str(index)} for index in range(50)])
    handled = noting(config, tmp_path)
    daemon = start(
        embedded.url, "--config", config.folder, "--state-dir", state).wait_ready()
    queue.wait_until_empty(WAIT_SECONDS)
    assert daemon.stop() == 0, daemon.output
    assert len(lines(handled)) == 50
    assert [path.name for path in (state / "completions").iterdir()] == ["lock"]


def test_a_state_directory_that_cannot_be_used_is_a_warning(embedded, start):
    queue = embedded.create("load")
    queue.send("served all the same")
    daemon = start(
        embedded.url, "--queue", "load", "--state-dir", "/proc/nowhere").wait_ready()
    daemon.wait_for("served all the same")
    assert daemon.output.count("The state directory cannot be used") == 1, daemon.output
    assert daemon.stop() == 0, daemon.output


def test_two_daemons_do_not_share_a_state_directory(embedded, start, tmp_path):
    embedded.create("load")
    arguments = ["--queue", "load", "--state-dir", tmp_path / "state"]
    start(embedded.url, *arguments).wait_ready()
    second = start(embedded.url, *arguments).wait_ready()
    second.wait_for("another daemon uses it")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_a_disk_that_is_full_in_the_middle_of_a_write_is_a_warning_and_no_damage(
        ending, embedded, config, start, endpoint, tmp_path):
    """By the limit of a file's size, which cuts a write short as a full disk does."""
    state = tmp_path / "state"
    queue = embedded.create("load", VisibilityTimeout=VISIBILITY_SECONDS)
    # A file for each run: the limit counts for programs too.
    runs = tmp_path / "runs"
    runs.mkdir()
    config.exec("load", f'> {runs}/"$SQS_MESSAGE_ID".$$')

    def handled():
        return sorted(path.stem for path in runs.iterdir())

    arguments = ["--config", config.folder, "--state-dir", state]
    daemon = start(without_deletes(endpoint, embedded), *arguments).wait_ready()
    first = queue.send_all([{"MessageBody": "fits"}])
    eventually(lambda: len(completions(state)) == 1, WAIT_SECONDS, "the first is remembered")
    [file] = (state / "completions").glob("*.completions")
    size = file.stat().st_size
    limits = resource.prlimit(
        daemon.pid, resource.RLIMIT_FSIZE, (size * 3 // 2, resource.RLIM_INFINITY))

    rest = queue.send_all([{"MessageBody": str(index)} for index in range(20)])
    daemon.wait_for("remembered in memory only.*File too large", WAIT_SECONDS)
    eventually(lambda: len(set(handled())) == 21, WAIT_SECONDS, "it works on")
    # What was written at once stays as it was; half a line follows it.
    assert file.stat().st_size == size * 3 // 2
    if ending == signal.SIGTERM:
        resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, limits)
    daemon.send(ending)
    daemon.wait(WAIT_SECONDS)
    assert daemon.output.count("remembered in memory only") == 1, daemon.output

    before = handled()
    assert before == sorted(first + rest), "handled again"
    daemon = start(embedded.url, *arguments).wait_ready()
    queue.wait_until_empty(WAIT_SECONDS)
    # Room was made before the stop: all is known. Without it, the one that was written.
    if ending == signal.SIGTERM:
        assert handled() == before
    assert handled().count(first[0]) == 1
    assert daemon.stop() == 0, daemon.output
    assert "cannot be read" not in daemon.output
    for line in completions(state):
        assert line.startswith(("+ ", "- ")) and len(line.split()[-1]) == 16, line
