"""A client of SQS that is quick and knows nothing: JSON over one connection, no signature."""

import http.client
import json
from urllib.parse import urlsplit


class Lost(Exception):
    """The connection broke: whether the server did it is not known."""


class RawClient:
    """Not for two threads at once."""

    def __init__(self, url):
        self.url = url
        self.address = urlsplit(url).netloc
        self.connection = None

    def queue_url(self, name):
        return f"{self.url}/000000000000/{name}"

    def ask(self, operation, **parameters):
        """The status of the answer and its JSON. Raises `Lost` where there is none."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.address, timeout=30)
            self.connection.request("POST", "/", json.dumps(parameters), {
                "X-Amz-Target": f"AmazonSQS.{operation}",
                "Content-Type": "application/x-amz-json-1.0"})
            answer = self.connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Lost from error

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None
