"""A queue with --data-dir is killed again and again while clients work with it."""

import collections
import os
import random
import threading
import urllib.request

from harness import servers
from harness.raw_client import Lost, RawClient
from harness.waiting import eventually

# Each takes half a second; 100 are the acceptance of the durable queue.
CRASHES = int(os.environ.get("SQS_SUBSCRIBER_CRASHES", "10"))
SENDERS = 4
CONSUMERS = 3
GROUPS = 3
# Longer than a consumer needs to delete with the handle that it has, however often it must try.
VISIBILITY_SECONDS = 600


class Work:
    """What clients did, and were told of it; the checks are made as they are told."""

    def __init__(self, url):
        self.url = url
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.sent = set()
        self.deleted = set()
        self.counts = collections.Counter()
        self.next_in_group = collections.Counter()
        self.problems = []
        self.threads = []

    def start(self):
        jobs = [(self.send, number) for number in range(SENDERS)]
        jobs += [(self.send_group, number) for number in range(GROUPS)]
        jobs += [(self.consume, number) for number in range(CONSUMERS)]
        jobs.append((self.consume_groups, 0))
        for job, number in jobs:
            thread = threading.Thread(target=self.run, args=(job, number))
            thread.start()
            self.threads.append(thread)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def run(self, job, number):
        client = RawClient(self.url)
        try:
            job(client, number)
        except BaseException as error:
            self.problems.append(f"{job.__name__}: {error!r}")
        finally:
            client.close()

    def insist(self, client, operation, **parameters):
        """Asks until there is an answer, as a client does; its JSON, or None at the end."""
        pause = threading.Event()
        while True:
            try:
                status, answer = client.ask(operation, **parameters)
                assert status == 200, (operation, status, answer)
                return answer
            except Lost:
                if self.stopping.is_set():
                    return None
                pause.wait(0.01)

    def send(self, client, number):
        url = client.queue_url("q")
        for count in iter(lambda: self.count(number), None):
            answer = self.insist(
                client, "SendMessage", QueueUrl=url, MessageBody=f"{number} {count}" * 20)
            if answer:
                with self.lock:
                    self.sent.add(answer["MessageId"])

    def send_group(self, client, number):
        url = client.queue_url("q.fifo")
        for count in iter(lambda: self.count(f"g{number}"), None):
            self.insist(
                client, "SendMessage", QueueUrl=url, MessageBody=str(count),
                MessageGroupId=f"g{number}", MessageDeduplicationId=f"{number}-{count}")

    def count(self, who):
        if self.stopping.is_set():
            return None
        with self.lock:
            self.counts[who] += 1
            return self.counts[who]

    def consume(self, client, _):
        while not self.stopping.is_set():
            self.take(client)

    def take(self, client):
        """Receives and deletes; whether something came."""
        with self.lock:
            gone = set(self.deleted)
        answer = self.insist(
            client, "ReceiveMessage", QueueUrl=client.queue_url("q"), MaxNumberOfMessages=10)
        messages = (answer or {}).get("Messages", [])
        for message in messages:
            if message["MessageId"] in gone:
                self.problems.append(f"{message['Body']} came after it was deleted")
            done = self.insist(
                client, "DeleteMessage", QueueUrl=client.queue_url("q"),
                ReceiptHandle=message["ReceiptHandle"])
            if done is not None:
                with self.lock:
                    self.deleted.add(message["MessageId"])
        return bool(messages)

    def consume_groups(self, client, _):
        while not self.stopping.is_set():
            self.take_of_groups(client)

    def take_of_groups(self, client):
        url = client.queue_url("q.fifo")
        answer = self.insist(
            client, "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10,
            MessageSystemAttributeNames=["MessageGroupId"],
            # Who asks again gets what the answer that was lost gave.
            ReceiveRequestAttemptId=str(random.getrandbits(64)))
        messages = (answer or {}).get("Messages", [])
        for message in messages:
            group = message["Attributes"]["MessageGroupId"]
            expected = self.next_in_group[group] + 1
            if message["Body"] != str(expected):
                self.problems.append(f"{group} gave {message['Body']} instead of {expected}")
            if self.insist(
                    client, "DeleteMessage", QueueUrl=url,
                    ReceiptHandle=message["ReceiptHandle"]) is None:
                return False
            self.next_in_group[group] = int(message["Body"])
        return bool(messages)


def test_what_was_answered_is_there_after_each_crash(binary, tmp_path, record_property):
    port = servers.free_port()
    luck = random.Random(os.environ.get("SQS_SUBSCRIBER_CRASH_SEED", "1"))
    arguments = [
        "--data-dir", tmp_path / "data", "--create", f"q:VisibilityTimeout={VISIBILITY_SECONDS}",
        "--create", f"q.fifo:VisibilityTimeout={VISIBILITY_SECONDS}", "--allow-reset"]

    def start():
        return servers.start_embedded(binary, tmp_path, *arguments, port=port)

    server = start()
    work = Work(server.url)
    work.start()
    try:
        for _ in range(CRASHES):
            threading.Event().wait(luck.uniform(0.02, 0.6))
            server.program.process.kill()
            server.program.wait()
            server = start()
        work.stop()
        finish(work)
    finally:
        work.stop()
        server.close()
    record_property("messages", f"{len(work.sent)} sent, {len(work.deleted)} deleted")
    assert work.problems == []
    assert work.sent - work.deleted == set(), "acknowledged and lost"
    assert len(work.sent) > 10 * CRASHES
    assert min(work.next_in_group[f"g{number}"] for number in range(GROUPS)) > CRASHES


def finish(work):
    """Takes what is left, also what was given to clients that never heard of it."""
    work.stopping.clear()
    client = RawClient(work.url)
    urllib.request.urlopen(
        urllib.request.Request(f"{work.url}/time", data=str(VISIBILITY_SECONDS).encode()))
    eventually(lambda: not work.take(client), within=60)
    eventually(lambda: not work.take_of_groups(client), within=60)
    client.close()
