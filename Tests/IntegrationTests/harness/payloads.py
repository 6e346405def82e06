"""Payloads in S3, and messages that point at them as the extended client library's do."""

import json

import boto3
import botocore.exceptions

from harness.servers import REGION


class Payloads:
    """A bucket on moto's server."""

    def __init__(self, server, bucket):
        self.bucket = bucket
        self.client = boto3.client(
            "s3", endpoint_url=server.url, region_name=REGION,
            aws_access_key_id="testing", aws_secret_access_key="testing")
        self.client.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})

    def put(self, key, body):
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body)

    def exists(self, key):
        try:
            self.client.head_object(Bucket=self.bucket, Key=key)
        except botocore.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] == "404"
            return False
        return True

    def pointer(self, key, bucket=None):
        """The body of a message whose payload the object is."""
        return json.dumps([
            "software.amazon.payloadoffloading.PayloadS3Pointer",
            {"s3BucketName": bucket or self.bucket, "s3Key": key}])

    def point(self, queue, key, bucket=None, size=1, **attributes):
        """Sends what the library sends for an object; the message's id."""
        [message_id] = queue.send(self.pointer(key, bucket), MessageAttributes={
            "ExtendedPayloadSize": {"DataType": "Number", "StringValue": str(size)},
            **{name: {"DataType": "String", "StringValue": value}
               for name, value in attributes.items()}})
        return message_id
