"""What people write themselves: receive, post, delete, and hide for longer what failed."""

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

FIRST_DELAY = 2
LONGEST_DELAY = 900


class PlainConsumer:
    """Works on up to `concurrency` messages of a queue at once until it is closed."""

    def __init__(self, queue, url, concurrency):
        self.queue = queue
        self.address = urlsplit(url)
        self.concurrency = concurrency
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        with ThreadPoolExecutor(self.concurrency) as pool:
            while not self._over.is_set():
                answer = self.queue.client.receive_message(
                    QueueUrl=self.queue.url, WaitTimeSeconds=1,
                    MaxNumberOfMessages=min(10, self.concurrency),
                    AttributeNames=["ApproximateReceiveCount"])
                list(pool.map(self._handle, answer.get("Messages", [])))

    def _handle(self, message):
        receives = int(message["Attributes"]["ApproximateReceiveCount"])
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port)
        try:
            connection.request("POST", self.address.path or "/", message["Body"], {
                "X-Aws-Sqsd-Msgid": message["MessageId"],
                "X-Aws-Sqsd-Receive-Count": str(receives)})
            is_done = connection.getresponse().status == 200
        finally:
            connection.close()
        if is_done:
            self.queue.client.delete_message(
                QueueUrl=self.queue.url, ReceiptHandle=message["ReceiptHandle"])
        else:
            self.queue.client.change_message_visibility(
                QueueUrl=self.queue.url, ReceiptHandle=message["ReceiptHandle"],
                VisibilityTimeout=min(LONGEST_DELAY, FIRST_DELAY * 2 ** (receives - 1)))

    def close(self):
        self._over.set()
        self._thread.join(30)
