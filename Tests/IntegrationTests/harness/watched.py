"""A daemon with a control socket, the commands about it, and what it shows of its queues."""

import pytest


@pytest.fixture
def begin(embedded, config, start, control):
    """Starts a daemon with a control socket."""

    def run(*arguments, **environment):
        return start(
            embedded.url, "--config", config.folder, "--control-socket", control.path,
            *arguments, **environment).wait_ready()

    return run


@pytest.fixture
def ask(command, control):
    """Runs a command about the daemon."""

    def run(*arguments):
        return command(*arguments, "--control-socket", control.path)

    return run


def record(config, folder, name, script="", queue=None):
    """A handler that writes each body as a line of the file `name`, and goes on with `script`."""
    config.exec(name, f'echo "$(cat)" >> {folder}/{name}\n{script}', queue=queue)


def queue_of(control, name="orders"):
    [queue] = [queue for queue in control.get("/status").body["queues"] if queue["name"] == name]
    return queue
