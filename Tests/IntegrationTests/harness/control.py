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
        status, body = self._curl(method, resource, *arguments)
        return Reply(status, json.loads(body))

    def text(self, resource):
        """What is answered, where it is no JSON."""
        status, body = self._curl("GET", resource)
        assert status == 200, body
        return body

    def _curl(self, method, resource, *arguments):
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--max-time", str(CURL_SECONDS),
             "--unix-socket", str(self.path), "--request", method,
             "--write-out", "\n%{http_code}", *arguments, f"http://localhost{resource}"],
            capture_output=True, text=True, timeout=2 * CURL_SECONDS)
        assert done.returncode == 0, done.stderr
        body, _, status = done.stdout.rpartition("\n")
        return int(status), body

    def get(self, resource):
        return self.curl("GET", resource)

    def post(self, resource, *arguments):
        return self.curl("POST", resource, *arguments)
