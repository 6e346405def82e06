"""A configuration directory for one daemon, and the handler programs in it."""

import json


class Configuration:
    """Writes `sqs-subscriber.toml` and `handlers.d/` below a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.handlers = folder / "handlers.d"
        self.handlers.mkdir(parents=True)

    def main(self, text):
        (self.folder / "sqs-subscriber.toml").write_text(text)

    def drop_in(self, name, text):
        (self.handlers / f"{name}.toml").write_text(text)

    def program(self, name, script):
        """An executable shell script, and its path."""
        path = self.folder / name
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(0o755)
        return path

    def exec(self, name, script, queue=None, concurrency=8, timeout="60s"):
        """A drop-in that starts `script` for every message of `queue` (default: `name`)."""
        command = [str(self.program(f"{name}.sh", script))]
        # A JSON string is a TOML basic string.
        self.drop_in(name, "\n".join([
            f"queue = {json.dumps(queue or name)}",
            f"concurrency = {concurrency}",
            "[exec]",
            f"command = {json.dumps(command)}",
            f'timeout = "{timeout}"',
            ""]))

    def http(self, name, url, *settings, queue=None, concurrency=8, timeout="60s", retry=""):
        """A drop-in that posts every message of `queue` (default: `name`) to `url`.

        `settings`: further lines of its `[http]` table; `retry`: the lines of its `[retry]`.
        """
        self.drop_in(name, "\n".join([
            f"queue = {json.dumps(queue or name)}",
            f"concurrency = {concurrency}",
            "[http]",
            f"url = {json.dumps(url)}",
            f'timeout = "{timeout}"',
            *settings,
            *(["[retry]", retry] if retry else []),
            ""]))
