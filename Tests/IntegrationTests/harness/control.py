"""The control socket of a daemon, asked as an operator's script does: by curl(1)."""

import json
import subprocess
from dataclasses import dataclass

CURL_SECONDS = 30


@dataclass(frozen=True)
class Reply:
    status: int
    body: dict


class Control:
    def __init__(self, path):
        self.path = path

    def curl(self, method, resource, *arguments):
        """Runs curl, and returns the status and the JSON that came."""
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--max-time", str(CURL_SECONDS),
             "--unix-socket", str(self.path), "--request", method,
             "--write-out", "\n%{http_code}", *arguments, f"http://localhost{resource}"],
            capture_output=True, text=True, timeout=2 * CURL_SECONDS)
        assert done.returncode == 0, done.stderr
        body, _, status = done.stdout.rpartition("\n")
        return Reply(int(status), json.loads(body))

    def get(self, resource):
        return self.curl("GET", resource)

    def post(self, resource, *arguments):
        return self.curl("POST", resource, *arguments)
