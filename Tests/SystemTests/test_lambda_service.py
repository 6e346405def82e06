"""A Lambda function inside the unit's sandbox."""

import json

from harness.waiting import eventually
from service import ETC, STATE

# The Runtime API needs no more than this of a client: here nothing but Python's own library, as
# the machine has no package of anyone else's.
CLIENT = f"""
import http.client, json, os
def call(method, path, body=None):
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request(method, "/2018-06-01/runtime" + path, body)
    answer = connection.getresponse()
    return answer.headers.get("Lambda-Runtime-Aws-Request-Id"), answer.read()
while True:
    request, event = call("GET", "/invocation/next")
    for record in json.loads(event)["Records"]:
        print("handling", record["body"], flush=True)
        with open(f"{STATE}/{{os.environ['AWS_LAMBDA_FUNCTION_NAME']}}", "a") as file:
            print(record["messageId"], file=file)
    call("POST", f"/invocation/{{request}}/response", "{{}}")
"""


def test_a_lambda_function_works_in_the_sandbox(service, server):
    queue = server.create("sandboxed", VisibilityTimeout=600)
    service.machine.write("/usr/local/lib/handlers/client.py", CLIENT)
    service.machine.write(f"{ETC}/handlers.d/sandboxed.toml", "\n".join([
        'queue = "sandboxed"', "concurrency = 2", "[lambda]",
        f"command = {json.dumps(['/usr/bin/python3', '/usr/local/lib/handlers/client.py'])}", ""]))
    service.start()
    ids = queue.send("one", "two")
    eventually(
        lambda: sorted(service.recorded("sandboxed")) == sorted(ids), 20, "both are handled")
    queue.wait_until_empty()
    entry = service.wait_for_entry(lambda entry: entry["MESSAGE"].endswith(": handling one"))
    assert entry["SQS_FUNCTION"] == "sandboxed" and entry["SQS_HANDLER"] == "sandboxed"
    assert len(entry["SQS_REQUEST_ID"]) == 36
    service.machine.systemctl("stop", "sqs-subscriber.service")
    assert service.show("Result") == "success"
