"""A day's work of aiobotocore: many tasks at once, on one loop and a pool of connections."""

import asyncio
import json

import pytest
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

from harness.servers import REGION

# As many messages and consumers as make their requests overlap, and a test that takes no second.
MESSAGES = 200
CONSUMERS = 8


def run(server, work):
    """Runs `work(client)` to its end."""

    async def main():
        # A long poll takes a connection for itself.
        async with get_session().create_client(
            "sqs", endpoint_url=server.url, region_name=REGION, aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=AioConfig(max_pool_connections=3 * CONSUMERS)
        ) as client:
            return await work(client)

    return asyncio.run(main())


async def send(client, url, bodies):
    """Sends them ten at a time, all at once."""
    batches = [bodies[start:start + 10] for start in range(0, len(bodies), 10)]
    for answer in await asyncio.gather(*(
        client.send_message_batch(QueueUrl=url, Entries=[
            {"Id": str(number), "MessageBody": body} for number, body in enumerate(batch)])
        for batch in batches
    )):
        assert "Failed" not in answer


async def consume(client, url, seen, done):
    """Receives and deletes until all is deleted; `seen` are the bodies of what is."""
    while len(seen) < MESSAGES:
        answer = await client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=20)
        messages = answer.get("Messages", [])
        if messages:
            await client.delete_message_batch(QueueUrl=url, Entries=[
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(messages)])
            seen += [message["Body"] for message in messages]
    done.set()


def test_aiobotocores_tasks_share_a_queue_and_each_message_is_seen_once(embedded):
    bodies, seen = [f"m{number}" for number in range(MESSAGES)], []

    async def work(client):
        url = (await client.create_queue(
            QueueName="orders", Attributes={"VisibilityTimeout": "60"}, tags={"team": "a"}))[
                "QueueUrl"]
        done = asyncio.Event()
        consumers = [
            asyncio.create_task(consume(client, url, seen, done)) for _ in range(CONSUMERS)]
        await send(client, url, bodies)
        await done.wait()
        # The others wait in long polls, which a client may give up at any time.
        for consumer in consumers:
            consumer.cancel()
        await asyncio.gather(*consumers, return_exceptions=True)
        return url

    url = run(embedded, work)
    assert sorted(seen) == sorted(bodies)
    assert embedded.queue("orders").url == url
    assert embedded.queue("orders").counts() == (0, 0, 0)


def test_aiobotocore_does_a_days_work(embedded):
    async def work(client):
        create = client.create_queue
        dead, fifo = await asyncio.gather(
            create(QueueName="dead"), create(QueueName="f.fifo", Attributes={"FifoQueue": "true"}))
        url = (await create(QueueName="orders", Attributes={"RedrivePolicy": json.dumps({
            "deadLetterTargetArn": f"arn:aws:sqs:{REGION}:000000000000:dead",
            "maxReceiveCount": 1})}))["QueueUrl"]
        listed = [
            url async for page in client.get_paginator("list_queues").paginate(
                PaginationConfig={"PageSize": 1}) for url in page["QueueUrls"]]
        assert len(listed) == 3

        # A long poll that the next send answers, and a message as it was sent.
        poll = asyncio.create_task(client.receive_message(
            QueueUrl=url, WaitTimeSeconds=20, MessageAttributeNames=["All"]))
        attributes = {"bytes": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
        await client.send_message(QueueUrl=url, MessageBody="ü <&>", MessageAttributes=attributes)
        [message] = (await poll)["Messages"]
        assert (message["Body"], message["MessageAttributes"]) == ("ü <&>", attributes)
        await client.change_message_visibility(
            QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
        assert "Messages" not in await client.receive_message(QueueUrl=url)
        [letter] = (await client.receive_message(QueueUrl=dead["QueueUrl"]))["Messages"]
        await client.delete_message(
            QueueUrl=dead["QueueUrl"], ReceiptHandle=letter["ReceiptHandle"])

        for body in "aba":
            await client.send_message(
                QueueUrl=fifo["QueueUrl"], MessageBody=body, MessageGroupId="g",
                MessageDeduplicationId=body)
        answer = await client.receive_message(QueueUrl=fifo["QueueUrl"], MaxNumberOfMessages=10)
        assert [message["Body"] for message in answer["Messages"]] == ["a", "b"]
        await client.purge_queue(QueueUrl=fifo["QueueUrl"])
        await client.delete_queue(QueueUrl=url)
        with pytest.raises(client.exceptions.QueueDoesNotExist):
            await client.send_message(QueueUrl=url, MessageBody="x")

    run(embedded, work)
