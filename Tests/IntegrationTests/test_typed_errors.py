"""The errors of the service's model, each recognised by boto3 as the type that it has for it."""

import pytest

from harness import servers

ENTRY = {"Id": "a", "MessageBody": "x"}
# Each with a call that it is the answer to.
GIVEN = {
    "BatchEntryIdsNotDistinct": ("send_message_batch", {"Entries": [ENTRY, ENTRY]}),
    "BatchRequestTooLong": ("send_message_batch", {"Entries": [
        {"Id": id, "MessageBody": "x" * 600_000} for id in "ab"]}),
    "EmptyBatchRequest": ("delete_message_batch", {"Entries": []}),
    "InvalidAddress": ("purge_queue", {"QueueUrl": "http://127.0.0.1/000000000000/"}),
    "InvalidAttributeName": ("get_queue_attributes", {"AttributeNames": ["Size"]}),
    "InvalidAttributeValue": ("set_queue_attributes", {"Attributes": {"DelaySeconds": "901"}}),
    "InvalidBatchEntryId": ("send_message_batch", {"Entries": [{**ENTRY, "Id": "a b"}]}),
    "InvalidMessageContents": ("send_message", {"MessageBody": "\x01"}),
    "OverLimit": ("add_permission", {
        "Label": "l", "AWSAccountIds": ["111111111111"], "Actions": ["SendMessage"] * 8}),
    "PurgeQueueInProgress": ("purge_queue", {}),
    "QueueDeletedRecently": ("create_queue", {"QueueUrl": None, "QueueName": "deleted"}),
    "QueueDoesNotExist": ("get_queue_url", {"QueueUrl": None, "QueueName": "none"}),
    "QueueNameExists": ("create_queue", {
        "QueueUrl": None, "QueueName": "orders", "Attributes": {"DelaySeconds": "1"}}),
    "ReceiptHandleIsInvalid": ("delete_message", {"ReceiptHandle": "none"}),
    "ResourceNotFoundException": ("start_message_move_task", {
        "QueueUrl": None, "SourceArn": "arn:aws:sqs:eu-west-1:000000000000:none"}),
    "TooManyEntriesInBatchRequest": ("send_message_batch", {"Entries": [
        {**ENTRY, "Id": str(number)} for number in range(11)]}),
    "UnsupportedOperation": ("send_message", {"MessageBody": "x", "MessageAttributes": {
        "a": {"DataType": "String", "StringListValues": ["x"]}}}),
}


@pytest.fixture(scope="module")
def strict(binary, tmp_path_factory):
    server = servers.start_embedded(
        binary, tmp_path_factory.mktemp("strict"), "--strict", "--create", "orders")
    server.client.delete_queue(QueueUrl=server.create("deleted").url)
    server.client.purge_queue(QueueUrl=server.queue("orders").url)
    yield server
    server.close()


def test_boto3_knows_each_error_by_its_type(strict):
    sqs, url = strict.client, strict.queue("orders").url
    caught = {}
    for name, (operation, parameters) in GIVEN.items():
        parameters = {"QueueUrl": url, **parameters}
        try:
            getattr(sqs, operation)(**{
                key: value for key, value in parameters.items() if value is not None})
        except sqs.exceptions.ClientError as error:
            caught[name] = type(error).__name__
    assert caught == {name: name for name in GIVEN}
