"""A Lambda function as its author wrote it, and the drop-in that runs it by AWS's own client."""

import json
import sys

# A Python interpreter with a client library starts in a second or two on a busy machine.
START_SECONDS = 30.0

# What a function's author may write: the folder of the test is in the environment.
PROLOGUE = """
import json, os, sys
folder = os.environ["FOLDER"]

def note(name, text):
    with open(f"{folder}/{name}", "a") as file:
        file.write(f"{text}\\n")
"""

HANDLED = PROLOGUE + """
def handler(event, context):
    note("batches", len(event["Records"]))
    for record in event["Records"]:
        note("handled", record["body"])
"""


class LambdaFunction:
    """An unmodified Python module `app` with a `handler`, run by `awslambdaric`."""

    def __init__(self, config, folder):
        self._config = config
        self._folder = folder
        self._code = folder / "function"
        self._code.mkdir()

    def write(self, source):
        (self._code / "app.py").write_text(source)

    def drop_in(self, queue, concurrency=1, environment=None, **settings):
        """The drop-in for `queue`; `settings` are keys of its [lambda] table."""
        table = {
            "command": [sys.executable, "-m", "awslambdaric", "app.handler"],
            "working_directory": str(self._code), "timeout": "30s", **settings}
        variables = {"FOLDER": str(self._folder), **(environment or {})}
        # JSON's strings, lists, numbers and booleans are TOML's as well.
        lines = [f"queue = {json.dumps(queue)}", f"concurrency = {concurrency}", "[lambda]"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in table.items()]
        lines += ["[lambda.environment]"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in variables.items()]
        self._config.drop_in(queue.removesuffix(".fifo"), "\n".join([*lines, ""]))
