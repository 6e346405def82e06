"""Says how botocore would do it: a question as JSON on stdin, the answer as JSON on stdout."""

import base64
import datetime
import json
import os
import shlex
import sys
import tempfile

import botocore.auth
import botocore.configloader
import botocore.session
from botocore.awsrequest import AWSRequest
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


if __name__ == "__main__":
    answer = {"sign": sign, "ini": ini, "words": words, "chain": chain}[sys.argv[1]]
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
