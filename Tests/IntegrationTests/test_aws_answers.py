"""What Amazon SQS was recorded to answer, where its documents let one expect something else."""

import json
import urllib.request

import pytest
from botocore.exceptions import ClientError

from harness import servers


def attributes(queue, *names):
    answer = queue.client.get_queue_attributes(QueueUrl=queue.url, AttributeNames=list(names))
    return answer.get("Attributes", {})


def error(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def receive(queue, **parameters):
    answer = queue.client.receive_message(
        QueueUrl=queue.url, MaxNumberOfMessages=10, MessageAttributeNames=["*"], **parameters)
    return answer.get("Messages", [])


def text(value, kind="String"):
    return {"DataType": kind, "StringValue": value}


def test_permissions_are_statements_of_the_policy(embedded):
    queue = embedded.create("q")
    client = queue.client
    arn = attributes(queue, "QueueArn")["QueueArn"]
    client.add_permission(
        QueueUrl=queue.url, Label="one", AWSAccountIds=["111111111111"], Actions=["ReceiveMessage"])
    client.add_permission(
        QueueUrl=queue.url, Label="two", AWSAccountIds=["111111111111", "222222222222"],
        Actions=["SendMessage", "*"])
    policy = json.loads(attributes(queue, "Policy")["Policy"])
    assert policy == {
        "Version": "2008-10-17", "Id": arn + "/SQSDefaultPolicy", "Statement": [
            {
                "Sid": "one", "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
                "Action": "SQS:ReceiveMessage", "Resource": arn},
            {
                "Sid": "two", "Effect": "Allow",
                "Principal": {"AWS": [
                    "arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"]},
                "Action": ["SQS:SendMessage", "SQS:*"], "Resource": arn}]}
    for label in ["one", "two"]:
        client.remove_permission(QueueUrl=queue.url, Label=label)
    assert "Policy" not in attributes(queue, "Policy")


def test_permissions_that_cannot_be_are_refused(embedded):
    queue = embedded.create("q")
    add, remove = queue.client.add_permission, queue.client.remove_permission
    valid = {
        "QueueUrl": queue.url, "Label": "l", "AWSAccountIds": ["111111111111"],
        "Actions": ["SendMessage"]}
    add(**valid)
    assert error(add, **valid) == (
        "InvalidParameterValue", "Value l for parameter Label is invalid. Reason: Already exists.")
    assert error(remove, QueueUrl=queue.url, Label="none") == (
        "InvalidParameterValue",
        "Value none for parameter Label is invalid. Reason: can't find label on existing policy.")
    assert error(add, **valid | {"Label": "m", "Actions": ["CreateQueue"]}) == (
        "InvalidParameterValue",
        "Value SQS:CreateQueue for parameter ActionName is invalid. Reason: Only the queue owner is"
        " allowed to invoke this action.")
    assert error(add, **valid | {"Label": "m", "Actions": ["Nothing"]})[0] == (
        "InvalidParameterValue")
    assert error(add, **valid | {"Label": "m", "Actions": ["SendMessage"] * 8}) == (
        "OverLimit", "8 Actions were found, maximum allowed is 7.")
    assert error(add, **valid | {"Label": "m", "AWSAccountIds": ["nobody"]}) == (
        "InvalidParameterValue",
        "Value [nobody] for parameter PrincipalId is invalid. Reason: Unable to verify.")
    assert error(add, **valid | {"Label": "m", "Actions": []}) == (
        "MissingParameter", "The request must contain the parameter Actions.")


def test_a_batch_answer_leaves_out_what_is_empty(embedded):
    queue = embedded.create("q")
    good = {"Id": "good", "MessageBody": "x"}
    bad = {"Id": "bad", "MessageBody": "x", "DelaySeconds": 901}
    send = queue.client.send_message_batch
    assert "Failed" not in send(QueueUrl=queue.url, Entries=[good])
    assert "Successful" not in send(QueueUrl=queue.url, Entries=[bad])
    both = send(QueueUrl=queue.url, Entries=[good, bad])
    assert (len(both["Successful"]), len(both["Failed"])) == (1, 1)


def test_a_star_asks_for_every_attribute_and_names_may_be_of_any_script(embedded):
    queue = embedded.create("q")
    sent = {"attr.1øßä": text("x"), "名前": text("y")}
    queue.send("x", MessageAttributes=sent)
    [message] = receive(queue)
    assert set(message["MessageAttributes"]) == set(sent)


def test_an_attribute_that_cannot_be_is_refused(embedded):
    queue = embedded.create("q")

    def code(attribute):
        return error(
            queue.client.send_message, QueueUrl=queue.url, MessageBody="x",
            MessageAttributes={"a": attribute})[0]

    assert code(text("a\x1e")) == "InvalidParameterValue"
    assert code(text("0x1F", "Number")) == "InvalidParameterValue"
    assert code(text("0x1p4", "Number")) == "InvalidParameterValue"


def test_a_queue_is_encrypted_with_the_services_key_or_another(embedded):
    queue = embedded.create("q")
    names = ["SqsManagedSseEnabled", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds"]

    def change(**values):
        queue.client.set_queue_attributes(QueueUrl=queue.url, Attributes=values)
        return attributes(queue, *names)

    assert attributes(queue, *names) == {"SqsManagedSseEnabled": "true"}
    assert change(KmsDataKeyReusePeriodSeconds="60") == {"SqsManagedSseEnabled": "true"}
    assert change(KmsMasterKeyId="alias/k") == {
        "SqsManagedSseEnabled": "false", "KmsMasterKeyId": "alias/k",
        "KmsDataKeyReusePeriodSeconds": "60"}
    assert change(SqsManagedSseEnabled="true") == {"SqsManagedSseEnabled": "true"}
    assert error(
        queue.client.create_queue, QueueName="r",
        Attributes={"KmsMasterKeyId": "alias/k", "SqsManagedSseEnabled": "true"}) == (
            "InvalidAttributeName",
            "You can use one type of server-side encryption (SSE) at one time. You can either"
            " enable KMS SSE or SQS SSE.")


@pytest.mark.parametrize("attribute", [
    ("KmsDataKeyReusePeriodSeconds", "5"), ("SqsManagedSseEnabled", "maybe"),
    ("Policy", "{not json"), ("Policy", "[]")])
def test_an_attribute_of_a_queue_that_cannot_be_is_refused(embedded, attribute):
    code, message = error(
        embedded.client.create_queue, QueueName="q", Attributes=dict([attribute]))
    assert (code, message) == (
        "InvalidAttributeValue", f"Invalid value for the parameter {attribute[0]}.")


def test_documents_are_compared_by_what_they_say(embedded):
    dead = attributes(embedded.create("dead"), "QueueArn")["QueueArn"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*"}]}
    create = embedded.client.create_queue

    def documents(policy, **options):
        return {
            "RedrivePolicy": json.dumps(
                {"deadLetterTargetArn": dead, "maxReceiveCount": 3}, **options),
            "Policy": json.dumps(policy, **options)}

    first = create(QueueName="q", Attributes=documents(policy))
    again = create(QueueName="q", Attributes=documents(policy, sort_keys=True, indent=2))
    assert first["QueueUrl"] == again["QueueUrl"]
    assert error(create, QueueName="q", Attributes=documents({"Version": "2008-10-17"}))[0] == (
        "QueueAlreadyExists")


def test_the_trace_of_the_call_comes_with_the_message(embedded):
    queue = embedded.create("q")
    queue.client.meta.events.register(
        "before-call.sqs.SendMessage",
        lambda params, **_: params["headers"].update({"X-Amzn-Trace-Id": "Root=1-2;Sampled=1"}))
    queue.send("x")
    [message] = receive(queue, AttributeNames=["AWSTraceHeader"])
    assert message["Attributes"] == {"AWSTraceHeader": "Root=1-2;Sampled=1"}


@pytest.mark.parametrize("arguments, codes", [
    ([], [None, None]),
    (["--strict"], [
        "AWS.SimpleQueueService.PurgeQueueInProgress",
        "AWS.SimpleQueueService.QueueDeletedRecently"])])
def test_what_only_hinders_tests_is_refused_by_a_strict_server_alone(
    binary, tmp_path, arguments, codes
):
    def code(call, **parameters):
        try:
            call(**parameters)
        except ClientError as caught:
            return caught.response["Error"]["Code"]
        return None

    server = servers.start_embedded(binary, tmp_path, *arguments)
    try:
        queue = server.create("q")
        queue.client.purge_queue(QueueUrl=queue.url)
        purged = code(queue.client.purge_queue, QueueUrl=queue.url)
        queue.client.delete_queue(QueueUrl=queue.url)
        assert [purged, code(queue.client.create_queue, QueueName="q")] == codes
    finally:
        server.close()


def test_a_test_suite_resets_the_server_and_moves_its_time(binary, tmp_path):
    server = servers.start_embedded(
        binary, tmp_path, "--allow-reset", "--create", "orders:VisibilityTimeout=600,dlq=dead/1")

    def post(path, body=""):
        with urllib.request.urlopen(server.url + path, body.encode(), timeout=10) as answer:
            return json.load(answer)

    try:
        orders, dead = server.queue("orders"), server.queue("dead")
        orders.send("poison")
        assert len(receive(orders)) == 1
        post("/time", "600")
        assert receive(orders) == []
        assert dead.counts() == (1, 0, 0)
        server.create("another")
        post("/reset")
        assert [url.rsplit("/", 1)[1] for url in server.client.list_queues()["QueueUrls"]] == [
            "dead", "orders"]
        assert dead.counts() == (0, 0, 0)
    finally:
        server.close()


@pytest.mark.parametrize("path", ["/", "/health"])
def test_a_health_check_is_answered(embedded, path):
    with urllib.request.urlopen(embedded.url + path, timeout=10) as answer:
        assert answer.status == 200
        assert answer.read().startswith(b"sqs-subscriber queue: ")
