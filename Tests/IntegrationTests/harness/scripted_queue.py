"""Queues that answer as a script says: no other server refuses an entry when it is told to."""

import hashlib
import json
from collections import deque

from harness.http_endpoint import Answer, service_error


class ScriptedQueue:
    """Queues whose messages are those given, and that refuse what `refuse(operation, entry)` says.

    `refuse` answers None, or a code and whether it is the sender's fault; `fail(operation, body)`
    answers None, or the status and code of a call that fails as a whole.
    """

    def __init__(self, endpoint, refuse=lambda *_: None, fail=lambda *_: None, messages=()):
        self.refuse, self.fail = refuse, fail
        self.waiting = deque(messages)
        self.sent, self.batches, self.deleted = [], [], []
        self.endpoint = endpoint(self.answer)
        self.url = self.endpoint.url

    def answer(self, request):
        body = json.loads(request.body)
        failure = self.fail(request.operation, body)
        if failure:
            return service_error(*failure, "as the script says")
        handle = getattr(self, request.operation, None)
        if handle is None:
            return service_error(400, "UnknownOperationException", request.operation)
        return Answer(200, json.dumps(handle(body)).encode())

    def GetQueueUrl(self, body):
        return {"QueueUrl": f"{self.url}/123456789012/{body['QueueName']}"}

    def GetQueueAttributes(self, body):
        return {"Attributes": {
            "ApproximateNumberOfMessages": str(len(self.waiting)),
            "ContentBasedDeduplication": "false"}}

    def ReceiveMessage(self, body):
        count = min(body["MaxNumberOfMessages"], len(self.waiting))
        return {"Messages": [self.waiting.popleft() for _ in range(count)]}

    def SendMessageBatch(self, body):
        self.batches.append([entry["MessageBody"] for entry in body["Entries"]])
        taken, failed = self.divided("send", body["Entries"])
        self.sent += [(body["QueueUrl"].split("/")[-1], entry["MessageBody"]) for entry in taken]
        return {"Failed": failed, "Successful": [{
            "Id": entry["Id"], "MessageId": "copy of " + entry["MessageBody"],
            "MD5OfMessageBody": hashlib.md5(entry["MessageBody"].encode()).hexdigest()}
            for entry in taken]}

    def DeleteMessageBatch(self, body):
        taken, failed = self.divided("delete", body["Entries"])
        self.deleted += [entry["ReceiptHandle"] for entry in taken]
        return {"Failed": failed, "Successful": [{"Id": entry["Id"]} for entry in taken]}

    def ChangeMessageVisibilityBatch(self, body):
        return {"Failed": [], "Successful": [{"Id": entry["Id"]} for entry in body["Entries"]]}

    def divided(self, verb, entries):
        refusals = [(entry, self.refuse(verb, entry)) for entry in entries]
        return [entry for entry, refusal in refusals if not refusal], [
            {"Id": entry["Id"], "Code": refusal[0], "SenderFault": refusal[1], "Message": "no"}
            for entry, refusal in refusals if refusal]

    @property
    def bodies(self):
        return [body for _, body in self.sent]

    def requests_of(self, operation):
        return [request for request in self.endpoint.requests if request.operation == operation]


def letter(name, group=None, source=None):
    system = {"ApproximateReceiveCount": "1", "SentTimestamp": "1"}
    if group:
        system["MessageGroupId"] = group
    if source:
        system["DeadLetterQueueSourceArn"] = f"arn:aws:sqs:us-east-1:123456789012:{source}"
    return {
        "MessageId": f"id-{name}", "ReceiptHandle": f"handle-{name}", "Body": name,
        "MD5OfBody": hashlib.md5(name.encode()).hexdigest(), "Attributes": system}


class MovingQueue(ScriptedQueue):
    """Its tasks are as `tasks` says, look by look, the last for ever."""

    tasks = []

    def StartMessageMoveTask(self, body):
        return {"TaskHandle": "task"}

    def ListMessageMoveTasks(self, body):
        return {"Results": self.tasks.pop(0) if len(self.tasks) > 1 else self.tasks[0]}

    def GetQueueAttributes(self, body):
        answer = super().GetQueueAttributes(body)
        answer["Attributes"]["QueueArn"] = "arn:aws:sqs:us-east-1:123456789012:dead"
        return answer


def task(status, started, moved):
    return {"Status": status, "StartedTimestamp": started,
            "ApproximateNumberOfMessagesMoved": moved,
            **({"TaskHandle": "task"} if status == "RUNNING" else {})}
