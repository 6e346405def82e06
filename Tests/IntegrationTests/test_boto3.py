"""A day's work of today's boto3, by its client, its resources, its paginators and its waiters."""

import json
import threading
import time

import boto3
import botocore.waiter
import pytest

from harness.servers import REGION
from harness.waiting import eventually


def arn(queue):
    return f"arn:aws:sqs:{REGION}:000000000000:{queue.name}"


def received(queue, **parameters):
    answer = queue.client.receive_message(
        QueueUrl=queue.url, MaxNumberOfMessages=10, **parameters)
    return answer.get("Messages", [])


def dead_letters_of(source, dead, receives=1):
    source.client.set_queue_attributes(QueueUrl=source.url, Attributes={"RedrivePolicy": json.dumps(
        {"deadLetterTargetArn": arn(dead), "maxReceiveCount": receives})})


def test_boto3_makes_finds_changes_and_deletes_queues(embedded):
    sqs = embedded.client
    url = sqs.create_queue(
        QueueName="orders", Attributes={"VisibilityTimeout": "7"}, tags={"team": "a&b"})["QueueUrl"]
    assert sqs.get_queue_url(QueueName="orders")["QueueUrl"] == url
    assert sqs.list_queues(QueueNamePrefix="ord")["QueueUrls"] == [url]
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix="none")
    # Made again with the same attributes it is the same queue, with others it is refused.
    assert sqs.create_queue(
        QueueName="orders", Attributes={"VisibilityTimeout": "7"})["QueueUrl"] == url
    with pytest.raises(sqs.exceptions.QueueNameExists):
        sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "8"})
    sqs.set_queue_attributes(
        QueueUrl=url, Attributes={"DelaySeconds": "3", "MaximumMessageSize": "2048"})
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes.items() >= {
        "VisibilityTimeout": "7", "DelaySeconds": "3", "MaximumMessageSize": "2048",
        "QueueArn": f"arn:aws:sqs:{REGION}:000000000000:orders"}.items()
    sqs.tag_queue(QueueUrl=url, Tags={"more": "x", "other": "ü"})
    sqs.untag_queue(QueueUrl=url, TagKeys=["more"])
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"team": "a&b", "other": "ü"}
    sqs.delete_queue(QueueUrl=url)
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])


def test_boto3_gets_a_message_as_it_was_sent_and_hides_releases_and_deletes_it(embedded):
    queue = embedded.create("orders")
    sqs, body = queue.client, "<a href=\"x\">&amp;</a>\r\n\ttab é 😀 100% a+b"
    attributes = {
        "text": {"DataType": "String", "StringValue": "ü <&>"},
        "number": {"DataType": "Number.int", "StringValue": "-7"},
        "bytes": {"DataType": "Binary", "BinaryValue": bytes(range(256))}}
    # The MD5 sums of the answers are compared by boto3 itself.
    [sent] = queue.send(
        body, MessageAttributes=attributes, MessageSystemAttributes={
            "AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-2"}})
    [message] = received(
        queue, MessageSystemAttributeNames=["All"], MessageAttributeNames=["te.*", "number"])
    assert (message["MessageId"], message["Body"]) == (sent, body)
    assert message["Attributes"].items() >= {
        "ApproximateReceiveCount": "1", "AWSTraceHeader": "Root=1-2"}.items()
    assert message["MessageAttributes"] == {
        name: attributes[name] for name in ["text", "number"]}
    handle = message["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=queue.url, ReceiptHandle=handle, VisibilityTimeout=0)
    [message] = received(queue, AttributeNames=["All"], MessageAttributeNames=["All"])
    assert message["MessageAttributes"] == attributes
    assert message["Attributes"]["ApproximateReceiveCount"] == "2"
    sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
    assert queue.counts() == (0, 0, 0)


def test_boto3s_long_poll_is_answered_by_the_next_send(embedded):
    queue = embedded.create("orders")
    found = []
    poll = threading.Thread(
        target=lambda: found.append((received(queue, WaitTimeSeconds=20), time.monotonic())))
    poll.start()
    # Were the message there before the poll, it would be answered just as well.
    sent = time.monotonic()
    queue.send("late")
    poll.join()
    [([message], when)] = found
    assert message["Body"] == "late"
    assert when - sent < 10


def test_boto3_does_in_batches_what_it_does_one_by_one(embedded):
    queue = embedded.create("orders")
    sqs = queue.client
    answer = sqs.send_message_batch(QueueUrl=queue.url, Entries=[
        *({"Id": str(number), "MessageBody": f"m{number}"} for number in range(9)),
        {"Id": "late", "MessageBody": "x", "DelaySeconds": 901}])
    assert [entry["Id"] for entry in answer["Successful"]] == list("012345678")
    assert [(entry["Id"], entry["Code"], entry["SenderFault"]) for entry in answer["Failed"]] == [
        ("late", "InvalidParameterValue", True)]
    messages = received(queue)
    assert sorted(message["Body"] for message in messages) == [f"m{n}" for n in range(9)]
    answer = sqs.change_message_visibility_batch(QueueUrl=queue.url, Entries=[
        {"Id": "a", "ReceiptHandle": messages[0]["ReceiptHandle"], "VisibilityTimeout": 0},
        {"Id": "b", "ReceiptHandle": "none", "VisibilityTimeout": 60}])
    assert [entry["Id"] for entry in answer["Successful"]] == ["a"]
    assert [entry["Code"] for entry in answer["Failed"]] == ["ReceiptHandleIsInvalid"]
    assert queue.counts() == (1, 8, 0)
    answer = sqs.delete_message_batch(QueueUrl=queue.url, Entries=[
        {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
        for number, message in enumerate(messages)])
    assert len(answer["Successful"]) == 9 and "Failed" not in answer
    assert queue.counts() == (0, 0, 0)


def test_boto3_gets_a_fifo_queue_in_order_and_without_duplicates(embedded):
    queue = embedded.create("orders.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    numbers = [
        queue.client.send_message(QueueUrl=queue.url, MessageBody=body, MessageGroupId="g")[
            "SequenceNumber"] for body in "abca"]
    assert numbers[0] == numbers[3] and numbers[:3] == sorted(numbers[:3])
    queue.send("other", MessageGroupId="h", MessageDeduplicationId="b")
    [first] = queue.client.receive_message(
        QueueUrl=queue.url, ReceiveRequestAttemptId="one",
        MessageSystemAttributeNames=["MessageGroupId", "SequenceNumber"])["Messages"]
    assert first["Body"] == "a"
    assert first["Attributes"] == {"MessageGroupId": "g", "SequenceNumber": numbers[0]}
    # The group waits for its first message; the other group does not.
    assert [message["Body"] for message in received(queue)] == ["other"]
    queue.client.delete_message(QueueUrl=queue.url, ReceiptHandle=first["ReceiptHandle"])
    assert [message["Body"] for message in received(queue)] == ["b", "c"]


def test_boto3_finds_dead_letters_and_moves_them_back(embedded):
    source, dead = embedded.create("orders"), embedded.create("dead")
    sqs = embedded.client
    dead_letters_of(source, dead)
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead.url)["queueUrls"] == [source.url]
    source.send("a", "b", "c")
    for _ in range(2):
        received(source, VisibilityTimeout=0)
    letters = received(dead, VisibilityTimeout=0, MessageSystemAttributeNames=[
        "DeadLetterQueueSourceArn", "ApproximateReceiveCount"])
    assert sorted(letter["Body"] for letter in letters) == ["a", "b", "c"]
    assert letters[0]["Attributes"]["DeadLetterQueueSourceArn"] == arn(source)
    handle = sqs.start_message_move_task(
        SourceArn=arn(dead), MaxNumberOfMessagesPerSecond=1)["TaskHandle"]
    eventually(lambda: source.counts()[0] > 0, 10, "a message is moved")
    moved = sqs.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"]
    [task] = sqs.list_message_move_tasks(SourceArn=arn(dead))["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("CANCELLED", moved)
    assert source.counts()[0] + dead.counts()[0] == 3


def test_boto3_purges_a_queue_and_gives_leave_to_others(embedded):
    queue = embedded.create("orders")
    queue.send("a", "b")
    received(queue)
    queue.send("c", DelaySeconds=900)
    queue.client.purge_queue(QueueUrl=queue.url)
    assert queue.counts() == (0, 0, 0)
    queue.client.add_permission(
        QueueUrl=queue.url, Label="l", AWSAccountIds=["111111111111"], Actions=["SendMessage"])
    attributes = queue.client.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["Policy"])
    assert json.loads(attributes["Attributes"]["Policy"])["Statement"][0]["Sid"] == "l"
    queue.client.remove_permission(QueueUrl=queue.url, Label="l")
    attributes = queue.client.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["Policy"])
    assert not attributes.get("Attributes")


def names(parts):
    return sorted(part.name for part in parts)


def test_boto3s_resources_do_a_days_work(embedded):
    sqs = boto3.resource(
        "sqs", endpoint_url=embedded.url, region_name=REGION, aws_access_key_id="testing",
        aws_secret_access_key="testing")
    queue = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "30"})
    assert sqs.get_queue_by_name(QueueName="orders") == queue
    assert list(sqs.queues.filter(QueueNamePrefix="ord")) == [queue]
    queue.set_attributes(Attributes={"DelaySeconds": "0"})
    queue.load()
    assert queue.attributes["VisibilityTimeout"] == "30"
    queue.add_permission(Label="l", AWSAccountIds=["111111111111"], Actions=["SendMessage"])
    queue.remove_permission(Label="l")
    queue.send_message(MessageBody="one", MessageAttributes={
        "colour": {"DataType": "String", "StringValue": "green"}})
    queue.send_messages(Entries=[{"Id": body, "MessageBody": body} for body in ["two", "three"]])
    messages = queue.receive_messages(MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    by_body = {message.body: message for message in messages}
    assert set(by_body) == {"one", "two", "three"}
    assert by_body["one"].message_attributes["colour"]["StringValue"] == "green"
    by_body["one"].delete()
    by_body["two"].change_visibility(VisibilityTimeout=60)
    queue.change_message_visibility_batch(Entries=[{
        "Id": "three", "ReceiptHandle": by_body["three"].receipt_handle, "VisibilityTimeout": 0}])
    [again] = queue.receive_messages(MaxNumberOfMessages=10)
    assert again.body == "three"
    queue.delete_messages(Entries=[
        {"Id": str(number), "ReceiptHandle": message.receipt_handle}
        for number, message in enumerate([again, by_body["two"]])])
    queue.send_message(MessageBody="purged")
    queue.purge()
    queue.reload()
    assert queue.attributes["ApproximateNumberOfMessages"] == "0"
    orders = sqs.create_queue(QueueName="source", Attributes={"RedrivePolicy": json.dumps(
        {"deadLetterTargetArn": queue.attributes["QueueArn"], "maxReceiveCount": 1})})
    assert list(queue.dead_letter_source_queues.all()) == [orders]
    queue.delete()
    assert list(sqs.queues.all()) == [orders]
    # What else a newer boto3 may offer would be missing above.
    assert names(sqs.meta.resource_model.actions) == ["create_queue", "get_queue_by_name"]
    assert names(queue.meta.resource_model.actions) == [
        "add_permission", "change_message_visibility_batch", "delete", "delete_messages", "purge",
        "receive_messages", "remove_permission", "send_message", "send_messages",
        "set_attributes"]
    assert names(again.meta.resource_model.actions) == ["change_visibility", "delete"]


def test_boto3s_paginators_list_page_by_page_to_the_end(embedded):
    sqs, dead = embedded.client, embedded.create("dead")
    queues = [embedded.create(f"orders-{number}") for number in range(5)]
    for queue in queues:
        dead_letters_of(queue, dead)
    asked = {
        "list_queues": ({"QueueNamePrefix": "orders"}, "QueueUrls"),
        "list_dead_letter_source_queues": ({"QueueUrl": dead.url}, "queueUrls")}
    operations = sqs.meta.method_to_api_mapping
    assert {name for name in operations if sqs.can_paginate(name)} == set(asked)
    for operation, (parameters, result) in asked.items():
        pages = list(sqs.get_paginator(operation).paginate(
            **parameters, PaginationConfig={"PageSize": 2}))
        assert [len(page[result]) for page in pages] == [2, 2, 1]
        assert sorted(url for page in pages for url in page[result]) == [
            queue.url for queue in queues]


def test_boto3s_waiters_wait_for_a_queue(embedded):
    queue = embedded.create("orders")
    # boto3 brings none for SQS; people write their own, in its language.
    assert queue.client.waiter_names == []
    model = botocore.waiter.WaiterModel({"version": 2, "waiters": {"QueueEmpty": {
        "operation": "GetQueueAttributes", "delay": 0.05, "maxAttempts": 200, "acceptors": [
            {
                "matcher": "path", "expected": True, "state": "success",
                "argument": "Attributes.ApproximateNumberOfMessages == '0'"},
            {
                "matcher": "error", "state": "failure",
                "expected": "AWS.SimpleQueueService.NonExistentQueue"}]}}})
    waiter = botocore.waiter.create_waiter_with_client("QueueEmpty", model, queue.client)
    queue.send("a")
    threading.Timer(0.2, lambda: received(queue)).start()
    waiter.wait(QueueUrl=queue.url, AttributeNames=["ApproximateNumberOfMessages"])
    with pytest.raises(botocore.exceptions.WaiterError, match="terminal failure"):
        waiter.wait(QueueUrl=queue.url + "-none", AttributeNames=["All"])
