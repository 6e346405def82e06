"""A day's work of a boto3 from before AWS SQS spoke JSON, against the endpoint given.

Run by a Python that has this boto3; what it found goes to stdout as JSON, for the test to judge.
"""

import json
import sys

import boto3
from botocore.exceptions import ClientError

sqs = boto3.client(
    "sqs", endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="testing",
    aws_secret_access_key="testing")
found = {"boto3": boto3.__version__, "protocol": sqs.meta.service_model.metadata["protocol"]}


def error(call, **parameters):
    try:
        call(**parameters)
    except ClientError as caught:
        answer = caught.response
        return [
            type(caught).__name__, answer["Error"]["Code"], answer["Error"]["Message"],
            answer["Error"].get("Type"), answer["ResponseMetadata"]["HTTPStatusCode"],
            bool(answer["ResponseMetadata"].get("RequestId"))]
    return None


# Queues
url = sqs.create_queue(
    QueueName="orders", Attributes={"VisibilityTimeout": "7"}, tags={"team": "a&b"})["QueueUrl"]
found["listed"] = sqs.list_queues()["QueueUrls"] == [url]
found["url"] = sqs.get_queue_url(QueueName="orders")["QueueUrl"] == url
sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "0"})
found["attributes"] = {
    name: value for name, value in sqs.get_queue_attributes(
        QueueUrl=url, AttributeNames=["All"])["Attributes"].items()
    if name in ["VisibilityTimeout", "DelaySeconds", "QueueArn"]}
sqs.tag_queue(QueueUrl=url, Tags={"more": "x", "other": "y"})
sqs.untag_queue(QueueUrl=url, TagKeys=["other"])
found["tags"] = sqs.list_queue_tags(QueueUrl=url)["Tags"]
sqs.add_permission(
    QueueUrl=url, Label="l", AWSAccountIds=["111111111111"], Actions=["SendMessage"])
found["policy"] = json.loads(sqs.get_queue_attributes(
    QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"])["Statement"][0]["Sid"]
sqs.remove_permission(QueueUrl=url, Label="l")

# Messages
BODY = "<a href=\"x\">&amp;</a>\r\n\ttab é 😀 100% a+b"
sent = sqs.send_message(
    QueueUrl=url, MessageBody=BODY,
    MessageAttributes={
        "text": {"DataType": "String", "StringValue": "ü <&>"},
        "number": {"DataType": "Number.int", "StringValue": "-7"},
        "bytes": {"DataType": "Binary", "BinaryValue": bytes(range(256))}},
    MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-2"}})
[message] = sqs.receive_message(
    QueueUrl=url, AttributeNames=["All"], MessageAttributeNames=["All"])["Messages"]
found["same"] = [
    message["Body"] == BODY, message["MessageId"] == sent["MessageId"],
    message["MessageAttributes"]["bytes"]["BinaryValue"] == bytes(range(256)),
    message["MessageAttributes"]["text"]["StringValue"] == "ü <&>",
    message["MessageAttributes"]["number"]["DataType"] == "Number.int",
    message["Attributes"]["AWSTraceHeader"] == "Root=1-2",
    message["Attributes"]["ApproximateReceiveCount"] == "1"]
sqs.change_message_visibility(
    QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
[message] = sqs.receive_message(QueueUrl=url)["Messages"]
sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
found["gone"] = "Messages" not in sqs.receive_message(QueueUrl=url)

# Batches
answer = sqs.send_message_batch(QueueUrl=url, Entries=[
    *({"Id": str(number), "MessageBody": f"m{number}", "MessageAttributes": {
        "n": {"DataType": "Number", "StringValue": str(number)}}} for number in range(9)),
    {"Id": "late", "MessageBody": "x", "DelaySeconds": 901}])
found["batch"] = [len(answer["Successful"]), [
    (entry["Id"], entry["Code"], entry["SenderFault"]) for entry in answer["Failed"]]]
messages = sqs.receive_message(
    QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["n"])["Messages"]
found["received"] = sorted(message["MessageAttributes"]["n"]["StringValue"] for message in messages)
answer = sqs.change_message_visibility_batch(QueueUrl=url, Entries=[
    {"Id": "a", "ReceiptHandle": messages[0]["ReceiptHandle"], "VisibilityTimeout": 60},
    {"Id": "b", "ReceiptHandle": "none", "VisibilityTimeout": 60}])
found["changed"] = [
    [entry["Id"] for entry in answer["Successful"]], [entry["Code"] for entry in answer["Failed"]]]
answer = sqs.delete_message_batch(QueueUrl=url, Entries=[
    {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
    for number, message in enumerate(messages)])
found["deleted"] = len(answer["Successful"])
sqs.send_message(QueueUrl=url, MessageBody="to be purged")
sqs.purge_queue(QueueUrl=url)
found["purged"] = "Messages" not in sqs.receive_message(QueueUrl=url)

# FIFO
fifo = sqs.create_queue(QueueName="f.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
numbers = [sqs.send_message(
    QueueUrl=fifo, MessageBody=body, MessageGroupId="g",
    MessageDeduplicationId=body)["SequenceNumber"] for body in "aba"]
found["duplicate"] = numbers[0] == numbers[2] < numbers[1]
found["order"] = [message["Body"] for message in sqs.receive_message(
    QueueUrl=fifo, MaxNumberOfMessages=10, ReceiveRequestAttemptId="one")["Messages"]]

# Redrive
dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": json.dumps(
    {"deadLetterTargetArn": arn, "maxReceiveCount": 1})})
found["sources"] = sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]
sqs.start_message_move_task(SourceArn=arn)
found["moves"] = sqs.list_message_move_tasks(SourceArn=arn)["Results"][0]["Status"]
for body in "abc":
    sqs.send_message(QueueUrl=dead, MessageBody=body)
task = sqs.start_message_move_task(
    SourceArn=arn, DestinationArn=arn.replace("dead", "orders"), MaxNumberOfMessagesPerSecond=1)
sqs.cancel_message_move_task(TaskHandle=task["TaskHandle"])
found["cancelled"] = sqs.list_message_move_tasks(SourceArn=arn)["Results"][0]["Status"]

# Errors
found["errors"] = [
    error(sqs.get_queue_url, QueueName="none"),
    error(sqs.send_message, QueueUrl=url, MessageBody="\x01"),
    error(sqs.delete_message, QueueUrl=url, ReceiptHandle="none"),
    error(sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11),
    error(sqs.send_message, QueueUrl=fifo, MessageBody="x")]
sqs.delete_queue(QueueUrl=url)
found["after"] = error(sqs.send_message, QueueUrl=url, MessageBody="x")[1]
print(json.dumps(found))
