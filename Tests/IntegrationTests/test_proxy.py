"""Requests go through the proxy that the environment names, with its credentials and only those."""

import pytest

from harness.certificates import Authority
from harness.connect_proxy import ConnectProxy
from harness.http_endpoint import Answer

WAIT_SECONDS = 40.0


@pytest.fixture
def proxy():
    proxies = []

    def begin(credentials=None):
        proxies.append(ConnectProxy(credentials))
        return proxies[-1]

    yield begin
    for one in proxies:
        one.close()


def test_a_queue_is_reached_through_a_proxy_that_wants_credentials(
        embedded, endpoint, proxy, command, tmp_path):
    queue = embedded.create("demo")
    authority = Authority(tmp_path / "authority")
    server = endpoint(proxy_to=embedded.url, tls=authority.server())
    target = server.url.removeprefix("http://127.0.0.1")
    way = proxy("us er:p@ss")
    address = f"127.0.0.1:{way.port}"

    def publish(body, credentials, **environment):
        return command(
            "publish", body, "--queue", "demo", endpoint=f"https://localhost{target}",
            AWS_CA_BUNDLE=str(authority.file), HTTPS_PROXY=f"http://{credentials}@{address}",
            **environment)

    done = publish("through the proxy", "us%20er:p%40ss")
    assert done.status == 0, done.output
    assert set(way.asked) == {("CONNECT", f"localhost{target}")}
    refused = publish("refused", "us%20er:sesame")
    assert refused.status != 0
    assert f"the proxy {address} wants a user name and a password" in refused.stderr
    assert "sesame" not in refused.output
    asked = len(way.asked)
    direct = publish("directly", "us%20er:sesame", no_proxy="example.com, localhost")
    assert direct.status == 0, direct.output
    assert len(way.asked) == asked
    bodies = sorted(message["Body"] for message in queue.receive_all())
    assert bodies == ["directly", "through the proxy"]


def test_an_endpoint_is_posted_to_through_a_proxy_unless_it_is_excepted(
        embedded, config, start, endpoint, proxy):
    arrived = endpoint(lambda _: Answer(200, b""))
    other = endpoint(lambda _: Answer(200, b""))
    queues = [embedded.create(name) for name in ("first", "second")]
    config.http("first", arrived.url.replace("127.0.0.1", "app.test") + "/orders")
    config.http("second", other.url)
    way = proxy()
    for queue in queues:
        queue.send("a message")
    start(
        embedded.url, "--config", config.folder, http_proxy=f"127.0.0.1:{way.port}",
        NO_PROXY="127.0.0.0/8").wait_ready()
    for queue in queues:
        queue.wait_until_empty(WAIT_SECONDS)
    assert [request.body for request in arrived.requests + other.requests] == [b"a message"] * 2
    port = arrived.url.rpartition(":")[2]
    assert set(way.asked) == {("POST", f"http://app.test:{port}/orders")}


def test_a_proxy_that_is_none_is_named_by_check_and_run(embedded, config, start, command):
    config.drop_in("demo", 'queue = "demo"\n[journal]\n')
    environment = {"HTTPS_PROXY": "socks5://user:sesame@proxy:1080"}
    text = "HTTPS_PROXY: only http and https proxies can be used"
    checked = command("check", "--config", config.folder, **environment)
    assert checked.status == 78, checked.output
    assert text in checked.stderr
    daemon = start(embedded.url, "--config", config.folder, **environment)
    assert daemon.wait(30) == 78
    assert text in daemon.output
    assert "sesame" not in checked.output + daemon.output
