"""Regions and accounts, as clients sign for them."""

import json
import re
import urllib.request

import boto3
import pytest
from botocore.exceptions import ClientError

from harness import servers


def client(server, region):
    return boto3.client(
        "sqs", endpoint_url=server.url, region_name=region, aws_access_key_id="testing",
        aws_secret_access_key="testing")


def arn(sqs, url):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])[
        "Attributes"]["QueueArn"]


def names(sqs):
    return [url.rsplit("/", 1)[1] for url in sqs.list_queues().get("QueueUrls", [])]


@pytest.fixture
def server(binary, tmp_path):
    server = servers.start_embedded(binary, tmp_path, "--create", "shared:dlq=dead/3")
    yield server
    server.close()


def test_each_region_has_its_own_queues_and_arns(server):
    virginia, ireland = client(server, "us-east-1"), client(server, "eu-west-1")
    urls = {sqs: sqs.create_queue(QueueName="orders")["QueueUrl"] for sqs in [virginia, ireland]}
    assert arn(virginia, urls[virginia]) == "arn:aws:sqs:us-east-1:000000000000:orders"
    assert arn(ireland, urls[ireland]) == "arn:aws:sqs:eu-west-1:000000000000:orders"
    ireland.send_message(QueueUrl=urls[ireland], MessageBody="to ireland")
    assert "Messages" not in virginia.receive_message(QueueUrl=urls[virginia])
    # The URL says where, whoever asks.
    [message] = virginia.receive_message(QueueUrl=urls[ireland])["Messages"]
    assert message["Body"] == "to ireland"
    virginia.delete_queue(QueueUrl=urls[virginia])
    assert names(ireland) == ["dead", "orders", "shared"]
    assert names(virginia) == ["dead", "shared"]
    with pytest.raises(ClientError) as caught:
        virginia.get_queue_url(QueueName="orders")
    assert caught.value.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"


def test_a_url_put_together_by_hand_finds_the_queue_of_the_clients_region(server):
    ireland = client(server, "eu-west-1")
    ireland.create_queue(QueueName="orders")
    by_hand = server.url + "/000000000000/orders"
    assert arn(ireland, by_hand) == "arn:aws:sqs:eu-west-1:000000000000:orders"


def test_queues_of_the_start_are_there_for_every_region(server):
    virginia, ireland = client(server, "us-east-1"), client(server, "eu-west-1")
    url = ireland.get_queue_url(QueueName="shared")["QueueUrl"]
    assert url == server.url + "/000000000000/shared"
    assert [url for url in ireland.list_queues()["QueueUrls"] if url.endswith("shared")] == [url]
    ireland.send_message(QueueUrl=url, MessageBody="x")
    assert len(virginia.receive_message(QueueUrl=url)["Messages"]) == 1


def test_a_move_task_runs_in_the_region_of_its_arn(server):
    ireland = client(server, "eu-west-1")
    dead = ireland.create_queue(QueueName="irish-dead")["QueueUrl"]
    source = ireland.create_queue(QueueName="irish", Attributes={"RedrivePolicy": json.dumps(
        {"deadLetterTargetArn": arn(ireland, dead), "maxReceiveCount": 1})})["QueueUrl"]
    ireland.send_message(QueueUrl=source, MessageBody="x")
    for _ in range(2):
        ireland.receive_message(QueueUrl=source, VisibilityTimeout=0)
    ireland.start_message_move_task(SourceArn=arn(ireland, dead))
    assert len(ireland.receive_message(QueueUrl=source)["Messages"]) == 1


def test_the_account_is_the_operators_choice(binary, tmp_path):
    server = servers.start_embedded(binary, tmp_path, "--account", "123456789012")
    try:
        url = server.create("orders").url
        assert url.endswith("/123456789012/orders")
        assert arn(server.client, url).endswith(":123456789012:orders")
    finally:
        server.close()


def test_a_reset_gives_no_id_or_handle_out_again(binary, tmp_path):
    server = servers.start_embedded(binary, tmp_path, "--allow-reset")
    try:
        ireland = client(server, "eu-west-1")
        seen = set()
        for _ in range(2):
            url = ireland.create_queue(QueueName="orders")["QueueUrl"]
            ireland.send_message(QueueUrl=url, MessageBody="a")
            [message] = ireland.receive_message(QueueUrl=url)["Messages"]
            seen |= {message["MessageId"], message["ReceiptHandle"]}
            urllib.request.urlopen(server.url + "/reset", b"", timeout=10).close()
        assert len(seen) == 4
    finally:
        server.close()


def test_a_host_that_looks_like_a_region_is_none(binary, tmp_path):
    server = servers.start_embedded(binary, tmp_path, "--allow-host", "sqs-local")
    try:
        def ask(body):
            request = urllib.request.Request(server.url, body.encode(), {
                "Host": "sqs-local", "Content-Type": "application/x-www-form-urlencoded"})
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.read().decode()

        url = re.search("<QueueUrl>(.*)</QueueUrl>", ask("Action=CreateQueue&QueueName=q"))[1]
        assert url == "http://sqs-local/000000000000/q"
        assert "<MessageId>" in ask(f"Action=SendMessage&MessageBody=a&QueueUrl={url}")
    finally:
        server.close()
