"""A set-up in which `doctor` finds nothing wrong, to plant faults in."""

import json
import os
from itertools import count

import pytest

from harness import servers
from harness.certificates import Authority
from harness.http_endpoint import Answer, service_error

DAY = 86_400
VERDICTS = ["ok", "unknown", "warning", "failure"]
numbers = count(1)


@pytest.fixture(scope="module")
def service(binary, tmp_path_factory):
    """One embedded queue for all: each test has queues of its own."""
    server = servers.start_embedded(binary, tmp_path_factory.mktemp("service"))
    yield server
    server.close()


class Scene:
    """A sound set-up, and how `doctor` sees it."""

    def __init__(self, service, config, command, endpoint, tmp_path):
        self.service, self.config, self.command = service, config, command
        self.make_endpoint, self.tmp_path = endpoint, tmp_path
        self.name = f"orders-{next(numbers)}"
        self.endpoint = service.url
        self.environment = {}
        self.unit = {
            "LoadState": "loaded", "User": "root", "UnitFileState": "enabled",
            "ActiveState": "active", "LimitNOFILE": "524288"}
        self.queue = self.create(self.name)
        self.handler("cat > /dev/null")
        self.main()

    def create(self, name, retention=4 * DAY, dead_retention=14 * DAY, receives=5, timeout=60,
               **attributes):
        suffix = ".fifo" if name.endswith(".fifo") else ""
        if suffix:
            attributes["FifoQueue"] = "true"
        if receives:
            fifo = {"FifoQueue": "true"} if suffix else {}
            dead = self.service.create(
                f"{name.removesuffix(suffix)}-dead{suffix}",
                MessageRetentionPeriod=dead_retention, **fifo)
            arn = dead.client.get_queue_attributes(
                QueueUrl=dead.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            attributes["RedrivePolicy"] = json.dumps(
                {"deadLetterTargetArn": arn, "maxReceiveCount": receives})
        return self.service.create(
            name, VisibilityTimeout=timeout, MessageRetentionPeriod=retention, **attributes)

    def again(self, suffix="", **attributes):
        """Another queue instead, with these attributes."""
        self.name = f"orders-{next(numbers)}{suffix}"
        self.queue = self.create(self.name, **attributes)
        self.handler("cat > /dev/null")

    def main(self, queue="", top=""):
        self.config.main(
            f'state_directory = "{self.tmp_path}/state"\n{top}\n[queues."{self.name}"]\n{queue}\n')

    def handler(self, script, timeout="30s", more=""):
        self.config.exec("orders", script, queue=self.name, timeout=timeout)
        with (self.config.handlers / "orders.toml").open("a") as file:
            file.write(more)

    def kind(self, table):
        self.config.drop_in("orders", f'queue = "{self.name}"\n{table}\n')

    def behind(self, answer):
        """The service, but for the requests that `answer` has an answer for."""
        self.endpoint = self.make_endpoint(answer, proxy_to=self.service.url).url

    def deny(self, operation, queue=""):
        def answer(request):
            if request.operation == operation and queue.encode() in request.body:
                return service_error(
                    403, "AccessDeniedException", "User: arn:aws:iam::1:user/a is not authorized "
                    f"to perform: sqs:{operation.removesuffix('Batch')} on resource: {self.name}")
        self.behind(answer)

    def distrust(self):
        """The service by TLS, under a certificate of an authority that nobody knows."""
        tls = Authority(self.tmp_path / "authority").server()
        server = self.make_endpoint(proxy_to=self.service.url, tls=tls)
        self.endpoint = server.url.replace("http://127.0.0.1", "https://localhost")

    def sts(self, status, text):
        """An STS that answers so."""
        server = self.make_endpoint(lambda request: Answer(status, text.encode()))
        self.environment["AWS_ENDPOINT_URL_STS"] = server.url

    def systemctl(self):
        folder = self.tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        program = folder / "systemctl"
        properties = "\n".join(f"{name}={value}" for name, value in self.unit.items())
        program.write_text(f"#!/bin/sh\ncat <<'END'\n{properties}\nEND\n")
        program.chmod(0o755)
        return f"{folder}:{os.environ['PATH']}"

    def run(self, *arguments):
        return self.command(
            "doctor", "--config", self.config.folder, *arguments, endpoint=self.endpoint,
            **{"PATH": self.systemctl(), **self.environment})

    def checks(self):
        """The exit status, and what `doctor` says of each check."""
        done = self.run("--json")
        assert done.stdout, done.output
        said = json.loads(done.stdout)
        worst = max(VERDICTS.index(one["verdict"]) for one in said["checks"])
        assert said["verdict"] == VERDICTS[worst]
        return done.status, said["checks"]


@pytest.fixture
def scene(service, config, command, endpoint, tmp_path):
    return Scene(service, config, command, endpoint, tmp_path)
