"""Metrics, as Debian's Prometheus reads them."""

import http.client
import json
import os
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from harness.files import lines
from harness.fixtures import ROOT
from harness.program import Program
from harness.waiting import eventually

ALERTS = ROOT / "packaging/monitoring/alerts.yml"
BOARD = ROOT / "packaging/monitoring/grafana.json"


@pytest.fixture
def subscriber(embedded, config, start, control, tmp_path):
    """A daemon whose handler does as the body says, and where its metrics are."""
    embedded.create("orders", VisibilityTimeout=1)
    config.exec("orders", f"""
        body=$(cat)
        [ "$body" = bad ] && exit 65
        [ "$body" = once ] && [ "$SQS_RECEIVE_COUNT" = 1 ] && exit 1
        echo "$body" >> {tmp_path}/handled""")
    config.main('[metrics]\nlisten = "127.0.0.1:0"\n')
    daemon = start(
        embedded.url, "--config", config.folder, "--control-socket", control.path).wait_ready()
    daemon.metrics = daemon.wait_for(r"Metrics are at (http://\S+)/metrics")[1]
    return daemon


def read(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read().decode(), answer.headers


def value(text, series):
    for line in text.splitlines():
        if line.startswith(f"{series} "):
            return float(line.rpartition(" ")[2])
    return None


def promtool(*arguments, input=None):
    done = subprocess.run(
        ["promtool", *map(str, arguments)], input=input, capture_output=True, text=True,
        timeout=60)
    return done.returncode, done.stdout + done.stderr


def test_the_numbers_are_those_of_the_queue(subscriber, embedded, tmp_path):
    queue = embedded.queue("orders")
    queue.send(*(f"fine {number}" for number in range(20)), "once")
    eventually(lambda: len(lines(tmp_path / "handled")) == 21, 30, "all are handled")
    queue.wait_until_empty()
    text, headers = read(f"{subscriber.metrics}/metrics")
    assert headers["Content-Type"].startswith("text/plain; version=0.0.4")
    runs = 'sqs_subscriber_runs_total{queue="orders",handler="orders",outcome='
    assert value(text, runs + '"done"}') == 21
    assert value(text, runs + '"retry"}') == 1
    assert value(text, 'sqs_subscriber_messages_received_total{queue="orders"}') == 22
    assert value(text, 'sqs_subscriber_messages_deleted_total{queue="orders"}') == 21
    assert value(
        text, 'sqs_subscriber_run_duration_seconds_count{queue="orders",handler="orders"}') == 22
    assert value(text, 'sqs_subscriber_slots') == 64
    deletes = 'sqs_subscriber_requests_total{operation="DeleteMessageBatch",result="ok"}'
    assert value(text, deletes) >= 1
    assert value(text, "process_resident_memory_bytes") > 1_000_000


def test_descriptors_are_those_that_the_process_has(subscriber):
    def counted():
        return value(read(f"{subscriber.metrics}/metrics")[0], "process_open_fds")

    def own():
        # Without the connection on which they are asked for.
        return len(os.listdir(f"/proc/{subscriber.pid}/fd"))

    eventually(lambda: counted() == own() + 1, 20, "they are the same")


def test_promtool_finds_nothing_to_complain_of(subscriber, embedded, control, tmp_path):
    embedded.queue("orders").send("fine")
    eventually(lambda: lines(tmp_path / "handled") == ["fine"], 20, "it is handled")
    text, _ = read(f"{subscriber.metrics}/metrics")
    assert promtool("check", "metrics", input=text) == (0, "")
    status, said = promtool("check", "rules", ALERTS)
    assert status == 0, said
    # The control socket has the same names.
    done = subprocess.run(
        ["curl", "--silent", "--unix-socket", control.path, "http://localhost/metrics"],
        capture_output=True, text=True, timeout=60)
    assert promtool("check", "metrics", input=done.stdout) == (0, "")


def test_the_address_of_metrics_changes_nothing(subscriber):
    for path in ("/reload", "/pause?all=true", "/log-level?level=debug"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{subscriber.metrics}{path}", data=b"", timeout=20)
        assert refused.value.code == 404
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{subscriber.metrics}/status", timeout=20)
    assert refused.value.code == 404


def test_a_page_that_has_its_name_lead_to_the_metrics_reads_nothing(subscriber, control):
    def asked(host):
        request = urllib.request.Request(f"{subscriber.metrics}/metrics", headers={"Host": host})
        return urllib.request.urlopen(request, timeout=20)

    with pytest.raises(urllib.error.HTTPError) as refused:
        asked("evil.example:9325")
    assert refused.value.code == 421
    assert "not known by the name evil.example" in json.load(refused.value)["error"]
    assert asked("localhost:9325").status == 200
    # A browser cannot reach the socket.
    reply = control.curl("GET", "/healthz", "--header", "Host: evil.example")
    assert reply.status == 200


def test_metrics_that_others_may_read_are_there_under_any_name(
        embedded, config, start, tmp_path):
    embedded.create("orders")
    config.drop_in("orders", 'queue = "orders"\n[journal]\n')
    config.main('[metrics]\nlisten = "0.0.0.0:0"\nallow_remote = true\n')
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    port = daemon.wait_for(r"Metrics are at http://0.0.0.0:(\d+)/metrics")[1]
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/metrics", headers={"Host": "worker-7.example:9325"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 200


class Scrapers:
    """Clients that read one resource again and again, as fast as it is answered."""

    def __init__(self, url, resource, number):
        self.place = urllib.parse.urlsplit(url).netloc
        self.resource = resource
        self.is_over = threading.Event()
        self.answers = [0] * number
        self.threads = [
            threading.Thread(target=self.scrape, args=(one,)) for one in range(number)]

    def scrape(self, one):
        connection = http.client.HTTPConnection(self.place, timeout=60)
        while not self.is_over.is_set():
            connection.request("GET", self.resource)
            assert connection.getresponse().read()
            self.answers[one] += 1
        connection.close()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()


@pytest.mark.parametrize("resource", ["/metrics", "/healthz"])
def test_who_reads_metrics_in_a_loop_holds_up_no_message(
        embedded, config, start, tmp_path, resource):
    queue = embedded.create("orders")
    config.exec("orders", f"cat >> {tmp_path}/handled; echo >> {tmp_path}/handled")
    for number in range(10):
        embedded.create(f"other-{number}")
        config.drop_in(f"other-{number}", f'queue = "other-{number}"\n[journal]\n')
    config.main('[metrics]\nlisten = "127.0.0.1:0"\n')
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    url = daemon.wait_for(r"Metrics are at (http://\S+)/metrics")[1]
    with Scrapers(url, resource, 60) as scrapers:
        eventually(lambda: all(scrapers.answers), 60, "every scraper was answered")
        delays = []
        for number in range(5):
            sent = time.monotonic()
            queue.send(f"message {number}")
            eventually(
                lambda: len(lines(tmp_path / "handled")) == number + 1, 60, "it is handled")
            delays.append(time.monotonic() - sent)
    # Alone it takes some hundredths of a second; the clients' own processor time is in here.
    assert sorted(delays)[2] < 2, delays


def test_an_address_that_others_reach_is_to_be_meant(embedded, config, command):
    config.drop_in("orders", 'queue = "orders"\n[journal]\n')
    config.main('[metrics]\nlisten = "0.0.0.0:9325"\n')
    refused = command("check", "--config", config.folder, endpoint=embedded.url)
    assert refused.status == 78
    assert "metrics.listen" in refused.output and "allow_remote = true" in refused.output
    config.main('[metrics]\nlisten = "0.0.0.0:9325"\nallow_remote = true\n')
    warned = command("check", "--config", config.folder, endpoint=embedded.url)
    assert warned.status == 0
    assert "other machines that reach 0.0.0.0:9325 can read the metrics" in warned.output
    config.main('[metrics]\nlisten = "9325"\n')
    assert command("check", "--config", config.folder, endpoint=embedded.url).status == 78


class Prometheus:
    """Debian's, which scrapes one daemon ten times a second with our rules, hastened."""

    def __init__(self, folder, target):
        # What is waited for is there to spare a person at night; here nobody sleeps.
        rules = folder / "alerts.yml"
        rules.write_text(
            "\n".join(line for line in ALERTS.read_text().splitlines() if "for: " not in line))
        (folder / "prometheus.yml").write_text(f"""
global: {{scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}}
rule_files: ["{rules}"]
scrape_configs:
  - job_name: sqs-subscriber
    static_configs: [{{targets: ["{target}"]}}]
""")
        self.program = Program(
            ["prometheus", f"--config.file={folder}/prometheus.yml",
             f"--storage.tsdb.path={folder}/data", "--web.listen-address=127.0.0.1:0"],
            {"PATH": "/usr/bin:/bin"})
        port = self.program.wait_for(r"[Ll]istening on.* address=\S+:(\d+)", 30)[1]
        self.url = f"http://127.0.0.1:{port}"
        self.program.wait_for("Server is ready to receive web requests", 30)

    def alerts(self):
        text, _ = read(f"{self.url}/api/v1/alerts")
        return {alert["labels"]["alertname"] for alert in json.loads(text)["data"]["alerts"]
                if alert["state"] == "firing"}

    def query(self, expression):
        query = urllib.parse.urlencode({"query": expression})
        text, _ = read(f"{self.url}/api/v1/query?{query}")
        answer = json.loads(text)
        assert answer["status"] == "success", answer
        return answer["data"]["result"]


@pytest.fixture
def prometheus(subscriber, tmp_path):
    folder = tmp_path / "prometheus"
    folder.mkdir()
    running = Prometheus(folder, subscriber.metrics.removeprefix("http://"))
    yield running
    running.program.close()


def test_an_alert_fires_and_clears(subscriber, prometheus, config, command, control):
    eventually(
        lambda: prometheus.query('up{job="sqs-subscriber"} == 1'), 30, "Prometheus has read it")
    assert prometheus.alerts() == set()
    config.drop_in("broken", "queue = 7\n")
    assert control.post("/reload").status == 422
    eventually(
        lambda: prometheus.alerts() == {"SQSSubscriberReloadRefused"}, 20, "the alert fires")
    (config.handlers / "broken.toml").unlink()
    assert control.post("/reload").status == 200
    eventually(lambda: prometheus.alerts() == set(), 20, "the alert clears")


def test_every_panel_of_the_board_asks_what_prometheus_understands(subscriber, prometheus):
    board = json.loads(BOARD.read_text())
    expressions = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    assert len(expressions) >= 8
    # What SQS counts is asked for at the first look, and there at the next.
    eventually(
        lambda: "queue_messages_visible" in read(f"{subscriber.metrics}/metrics")[0], 20,
        "the queue's own counts are there")
    known, _ = read(f"{subscriber.metrics}/metrics")
    for expression in expressions:
        asked = expression.replace("$instance", ".*").replace("$queue", ".*").replace(
            "$__rate_interval", "1m")
        prometheus.query(asked)
        assert any(line.split()[2] in asked for line in known.splitlines()
                   if line.startswith("# TYPE")), f"no such metric: {expression}"
