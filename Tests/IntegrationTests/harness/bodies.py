"""Bodies of every kind that may be sent, and a quick way to send many."""

import http.client
import json
import random
import re
import threading
import urllib.parse
from collections import Counter

# What SQS takes besides printable text. Source: SendMessage, API reference.
CONTROL_CHARACTERS = "\t\n\r"
OTHERS = [
    "<3>looks like an error", "MESSAGE=forged\nPRIORITY=0", " ", "\n", "\n\n\n", "\r\n", "\t",
    "no newline at the end", "one at the end\n", " spaces around ", "naïve ☕ \U0001F9A4",
    "\x7f\x80\x9f\u2028\u202e\ufeff", "\ufffd\ud7ff\ue000\U0010FFFF", "\\n \\0 %s {} ''\"\"",
    '{"a": "\\u0000"}', "a\nb\nc",
]
# Longer than a pipe's atomic write, a line of the journal, a field that tools read, a pipe.
SIZES = [4_095, 4_096, 4_097, 49_152, 60_000, 65_536, 70_000, 262_144]
LARGEST = 1 << 20
# The most bytes of one batch; with room for what is around the bodies.
BATCH_BYTES = 900_000


def bodies(count, seed):
    """`count` bodies, all different: each begins with its number."""
    chance = random.Random(seed)
    kinds = [*OTHERS, *("x" * size for size in SIZES)]
    made = []
    for index in range(count):
        if index % (count // 4 or 1) == 7:
            rest = chance.choice("xé☕")
            body = f"{index} "
            body += rest * ((LARGEST - len(body)) // len(rest.encode()))
        elif index % 40 == 0:
            body = f"{index} {chance.choice(kinds)}"
        else:
            body = f"{index} " + "".join(
                chance.choices("abc ☕" + CONTROL_CHARACTERS, k=chance.randrange(40)))
        made.append(body)
    # What begins with something else than its number, and is there once.
    return [*made[len(OTHERS):], *OTHERS]


def lines(content, sent):
    """How often each body is there, where each is followed by a line break and nothing else is."""
    numbered = {body.partition(" ")[0]: body.encode() + b"\n" for body in sent}
    # The longest first, for one may begin as another does.
    others = sorted((body.encode() + b"\n" for body in OTHERS), key=len, reverse=True)
    found, position = Counter(), 0
    while position < len(content):
        number = re.compile(rb"[0-9]+").match(content, position)
        named = [numbered[number[0].decode()]] if number else others
        line = next((line for line in named if content.startswith(line, position)), None)
        assert line, f"no body at {position}: {content[position:position + 200]!r}"
        found[line[:-1].decode()] += 1
        position += len(line)
    return found


def send_all(url, bodies, threads=4):
    """Sends them in batches; their message ids by body. Unsigned, as the embedded queue allows."""
    ids = {}
    batches = list(_batches(bodies))
    lock = threading.Lock()

    def work(part):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=60)
        for batch in part:
            entries = [
                {"Id": str(number), "MessageBody": body} for number, body in enumerate(batch)]
            connection.request(
                "POST", "/", json.dumps({"QueueUrl": url, "Entries": entries}), {
                    "X-Amz-Target": "AmazonSQS.SendMessageBatch",
                    "Content-Type": "application/x-amz-json-1.0"})
            answer = json.loads(connection.getresponse().read())
            assert not answer.get("Failed") and "Successful" in answer, answer
            with lock:
                for sent in answer["Successful"]:
                    ids[batch[int(sent["Id"])]] = sent["MessageId"]
        connection.close()

    workers = [
        threading.Thread(target=work, args=(batches[first::threads],)) for first in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(ids) == len(bodies)
    return ids


def _batches(bodies):
    batch, size = [], 0
    for body in bodies:
        length = len(body.encode())
        if batch and (len(batch) == 10 or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += length
    yield batch
