"""One queue under several names is one subscription, at any time."""

import pytest

from harness.files import lines
from harness.waiting import eventually

WAIT_SECONDS = 30.0


@pytest.fixture
def names(embedded):
    """The three names of the queue `load.fifo`."""
    queue = embedded.create("load.fifo", FifoQueue="true", VisibilityTimeout=2)
    arn = queue.client.get_queue_attributes(
        QueueUrl=queue.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return {"name": "load.fifo", "url": queue.url, "arn": arn}


@pytest.fixture
def subscribe(embedded, config, start):
    def begin():
        return start(embedded.url, "--config", config.folder).wait_ready()
    return begin


def send(embedded, body):
    embedded.queue("load.fifo").send(body, MessageGroupId="g", MessageDeduplicationId=body)


def test_handlers_that_name_a_queue_differently_all_get_its_messages(
        embedded, config, subscribe, names, tmp_path):
    for form, text in names.items():
        config.exec(form, f"cat >> {tmp_path}/{form}; echo >> {tmp_path}/{form}", queue=text)
    subscribe()
    bodies = [str(number) for number in range(5)]
    for body in bodies:
        send(embedded, body)
    embedded.queue("load.fifo").wait_until_empty(WAIT_SECONDS)
    for form in names:
        assert lines(tmp_path / form) == bodies, form


FORMS = [("name", "url"), ("name", "arn"), ("arn", "url"), ("url", "name")]


@pytest.mark.parametrize("old, new", FORMS)
def test_a_reload_that_names_a_queue_otherwise_forgets_no_finished_handler(
        old, new, embedded, config, subscribe, names, tmp_path):
    def configure(form):
        config.exec("done", f"echo >> {tmp_path}/done", queue=names[form])
        config.exec("fails", f"echo >> {tmp_path}/fails; test -e {tmp_path}/mended",
                    queue=names[form])

    configure(old)
    daemon = subscribe()
    send(embedded, "m")
    eventually(
        lambda: lines(tmp_path / "fails") and lines(tmp_path / "done"), WAIT_SECONDS,
        "both handlers ran")
    configure(new)
    daemon.reload()
    (tmp_path / "mended").touch()
    embedded.queue("load.fifo").wait_until_empty(WAIT_SECONDS)
    assert len(lines(tmp_path / "done")) == 1, daemon.output


@pytest.mark.parametrize("old, new", FORMS)
def test_a_reload_that_names_a_queue_otherwise_never_serves_it_twice_at_once(
        old, new, embedded, config, subscribe, names, gate, tmp_path):
    script = f"cat >> {tmp_path}/started; echo >> {tmp_path}/started; read -r _ < {gate.path}"
    config.exec("load", script, queue=names[old], concurrency=2)
    daemon = subscribe()
    queue = embedded.queue("load.fifo")
    queue.send("first", MessageGroupId="a", MessageDeduplicationId="1")
    eventually(lambda: lines(tmp_path / "started") == ["first"], WAIT_SECONDS, "it runs")
    config.exec("load", f"cat >> {tmp_path}/new; echo >> {tmp_path}/new", queue=names[new])
    daemon.reload()
    queue.send("second", MessageGroupId="b", MessageDeduplicationId="2")
    eventually(lambda: lines(tmp_path / "new") == ["second"], WAIT_SECONDS, "the new handler runs")
    gate.open()
    queue.wait_until_empty(WAIT_SECONDS)
    assert lines(tmp_path / "started") == ["first"]


def test_two_urls_that_lead_to_one_queue_are_served_as_one(embedded, config, start, tmp_path):
    queue = embedded.create("load")
    urls = [queue.url, queue.url.replace("127.0.0.1", "localhost")]
    for name, url in zip("ab", urls):
        config.exec(name, f'echo "$(cat)" >> {tmp_path}/{name}', queue=url)
    daemon = start(embedded.url, "--config", config.folder)
    daemon.wait_for("are the same queue, and served as one", WAIT_SECONDS)
    daemon.wait_ready()
    bodies = [str(number) for number in range(20)]
    for body in bodies:
        queue.send(body)
    queue.wait_until_empty(WAIT_SECONDS)
    for name in "ab":
        assert sorted(lines(tmp_path / name), key=int) == bodies
    # And so they are after a reload that leaves one of the two.
    (config.handlers / "a.toml").unlink()
    daemon.reload()
    queue.send("for b")
    queue.wait_until_empty(WAIT_SECONDS)
    assert lines(tmp_path / "b")[-1] == "for b"
    assert len(lines(tmp_path / "a")) == len(bodies)
