"""Says how botocore would do it: a question as JSON on stdin, the answer as JSON on stdout."""

import base64
import datetime
import json
import os
import shlex
import sys
import tempfile
import urllib.parse

import botocore.auth
import botocore.configloader
import botocore.session
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config
from botocore.credentials import Credentials


def sign(requests):
    return [authorization(request) for request in requests]


def authorization(question):
    moment = datetime.datetime.fromtimestamp(question["date"], datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda *_, **__: moment
    request = AWSRequest(
        method=question["method"],
        url=question["url"],
        data=base64.b64decode(question["body"]),
    )
    for name, value in question["headers"]:
        request.headers[name] = value
    credentials = Credentials(question["id"], question["secret"], question.get("token"))
    signer = botocore.auth.SigV4Auth(credentials, question["service"], question["region"])
    signer.add_auth(request)
    return request.headers["Authorization"]


def ini(texts):
    return [sections(text) for text in texts]


def sections(text):
    with tempfile.NamedTemporaryFile("w", suffix=".ini") as file:
        file.write(text)
        file.flush()
        try:
            return botocore.configloader.raw_config_parse(file.name)
        except botocore.exceptions.ConfigParseError:
            return None


def words(lines):
    return [split(line) for line in lines]


def split(line):
    try:
        return shlex.split(line)
    except ValueError:
        return None


def chain(scenarios):
    path = os.environ["PATH"]
    return [chosen(scenario, path) for scenario in scenarios]


def chosen(scenario, path):
    os.environ.clear()
    os.environ.update(scenario["environment"], PATH=path)
    try:
        session = botocore.session.Session(profile=scenario.get("profile"))
        credentials = session.get_credentials()
        if credentials is None:
            return "none"
        frozen = credentials.get_frozen_credentials()
        return f"{frozen.access_key} {frozen.token or '-'}"
    except Exception:
        return "error"


def requests(scenarios):
    path = os.environ["PATH"]
    return [requested(scenario, path) for scenario in scenarios]


class Taken(AWSResponse):
    def __init__(self, request):
        super().__init__(request.url, 200, {}, None)
        self._content = b"{}"


def requested(scenario, path):
    """Key, token, region and server of a request to SQS, which is not sent."""
    os.environ.clear()
    os.environ.update(scenario["environment"], PATH=path)
    asked = scenario["asked"]
    sent = []

    def take(request, **_):
        sent.append(request)
        return Taken(request)

    try:
        options = {
            f"{name}_endpoint": asked[name] == "true"
            for name in ("use_fips", "use_dualstack") if name in asked}
        client = botocore.session.Session(profile=asked.get("profile")).create_client(
            "sqs", region_name=asked.get("region"), endpoint_url=asked.get("endpoint_url"),
            config=Config(**options))
        client.meta.events.register("before-send.sqs", take)
        client.list_queues()
    except Exception:
        return "error"
    headers = {name: text(value) for name, value in sent[0].headers.items()}
    key, _, region, *_ = headers["Authorization"].split("Credential=")[1].split("/")
    url = urllib.parse.urlsplit(sent[0].url)
    token = headers.get("X-Amz-Security-Token", "-")
    return f"{key} {token} {region} {url.scheme}://{url.netloc}"


def text(value):
    return value.decode() if isinstance(value, bytes) else value


if __name__ == "__main__":
    answers = {
        "sign": sign, "ini": ini, "words": words, "chain": chain, "requests": requests}
    json.dump(answers[sys.argv[1]](json.load(sys.stdin)), sys.stdout)
