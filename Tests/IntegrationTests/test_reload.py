"""SIGHUP reads the drop-ins again, and never costs a message."""

import threading

import pytest

from harness.files import lines
from harness.http_endpoint import Answer
from harness.servers import sqs_client
from harness.waiting import eventually


@pytest.fixture
def subscriber(embedded, config, start, tmp_path):
    """A daemon that handles the queue `first`."""
    embedded.create("first")
    handle(config, tmp_path, "first")
    return start(embedded.url, "--config", config.folder).wait_ready()


def handle(config, tmp_path, name):
    config.exec(name, f'cat >> {tmp_path}/{name}; echo >> {tmp_path}/{name}')


def wait_for_handled(tmp_path, name, body):
    eventually(lambda: body in lines(tmp_path / name), 20, f"{name} handled {body}")


def test_a_reload_starts_the_subscription_of_a_new_drop_in(
        subscriber, embedded, config, tmp_path):
    embedded.create("second").send("for the second")
    handle(config, tmp_path, "second")
    reloading = subscriber.reload()
    assert int(reloading["MONOTONIC_USEC"]) > 0
    wait_for_handled(tmp_path, "second", "for the second")
    embedded.queue("first").send("for the first")
    wait_for_handled(tmp_path, "first", "for the first")


def test_a_reload_does_not_interrupt_a_running_handler(
        subscriber, embedded, config, gate, tmp_path):
    queue = embedded.queue("first")
    config.exec("first", f"""
        echo "$SQS_MESSAGE_ID" >> {tmp_path}/started
        read -r _ < {gate.path}
        echo "$SQS_MESSAGE_ID" >> {tmp_path}/handled""")
    subscriber.reload()
    [message_id] = queue.send("long work")
    eventually(lambda: lines(tmp_path / "started") == [message_id], 20, "the handler runs")

    handle(config, tmp_path, "first")
    subscriber.reload()
    queue.send("for the new handler")
    wait_for_handled(tmp_path, "first", "for the new handler")
    gate.open()
    queue.wait_until_empty()
    assert lines(tmp_path / "handled") == [message_id]
    assert lines(tmp_path / "started") == [message_id]


@pytest.mark.parametrize("fifo", [False, True])
def test_a_queue_that_comes_back_is_served_while_what_ran_goes_on(
        fifo, embedded, config, start, gate, tmp_path):
    name = "second.fifo" if fifo else "second"
    queue = embedded.create(name, **({"FifoQueue": "true"} if fifo else {}))
    group = (lambda g: {"MessageGroupId": g, "MessageDeduplicationId": g}) if fifo else (
        lambda g: {})
    handle(config, tmp_path, "first")
    embedded.create("first")
    config.exec("second", f'cat >> {tmp_path}/started; echo >> {tmp_path}/started; '
                f'read -r _ < {gate.path}; echo >> {tmp_path}/ended', queue=name)
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    queue.send("long work", **group("a"))
    eventually(lambda: lines(tmp_path / "started") == ["long work"], 20, "the handler runs")

    drop_in = (config.handlers / "second.toml")
    drop_in.rename(tmp_path / "second.off")
    daemon.reload()
    (tmp_path / "second.off").rename(drop_in)
    daemon.reload()
    queue.send("more", **group("b"))
    eventually(lambda: lines(tmp_path / "started") == ["long work", "more"], 20, "both run")
    assert lines(tmp_path / "ended") == []
    gate.open()
    queue.wait_until_empty()
    assert len(lines(tmp_path / "ended")) == 2


def test_a_removed_drop_in_leaves_its_queue_alone(subscriber, embedded, config, tmp_path):
    second = embedded.create("second")
    handle(config, tmp_path, "second")
    subscriber.reload()
    second.send("before")
    wait_for_handled(tmp_path, "second", "before")
    second.wait_until_empty()

    (config.handlers / "second.toml").unlink()
    subscriber.reload()
    second.send("after")
    embedded.queue("first").send("proof that it works on")
    wait_for_handled(tmp_path, "first", "proof that it works on")
    assert second.counts() == (1, 0, 0)


def test_a_removed_drop_in_does_not_end_what_runs(embedded, config, start, gate, tmp_path):
    config.main('grace_time = "1s"\n')
    first, second = embedded.create("first"), embedded.create("second")
    handle(config, tmp_path, "first")
    config.exec("second", f"""
        echo started >> {tmp_path}/started
        read -r _ < {gate.path}
        echo done >> {tmp_path}/done""")
    daemon = start(embedded.url, "--config", config.folder).wait_ready()
    second.send("long work")
    eventually(lambda: lines(tmp_path / "started"), 20, "the handler runs")

    (config.handlers / "second.toml").unlink()
    daemon.reload()
    # By then the grace time of a stop would be over.
    first.send("later", DelaySeconds=3)
    wait_for_handled(tmp_path, "first", "later")
    gate.open()
    second.wait_until_empty()
    assert lines(tmp_path / "started") == ["started"]
    assert lines(tmp_path / "done") == ["done"]


def test_an_invalid_drop_in_keeps_the_old_configuration_and_says_why(
        subscriber, embedded, config, tmp_path):
    start = subscriber.manager.count()
    config.drop_in("broken", 'queue = "first"\nconcurency = 3\n[exec]\ncommand = ["/bin/true"]\n')
    subscriber.reload()
    subscriber.wait_for(r"broken\.toml.*concurency")
    subscriber.wait_for_status("broken.toml", start=start)
    embedded.queue("first").send("still handled")
    wait_for_handled(tmp_path, "first", "still handled")

    (config.handlers / "broken.toml").unlink()
    start = subscriber.manager.count()
    subscriber.reload()
    eventually(
        lambda: "broken" not in subscriber.manager.status, 10, "the status forgets the error")


def test_a_dead_letter_queue_that_comes_later_is_found_without_another_reload(
        subscriber, embedded, config):
    config.main('[queues.first]\ndead_letter_queue = "late"\n')
    config.exec("first", "exit 65")
    subscriber.reload()
    subscriber.wait_for("dead-letter queue late could not be found")
    subscriber.wait_for_status("first: its dead-letter queue is not found, ")
    late = embedded.create("late")
    embedded.queue("first").send("bad")
    eventually(lambda: late.counts() == (1, 0, 0), 60, "the rejected message arrives")
    eventually(
        lambda: "is not found" not in subscriber.manager.status, 20, "the status forgets it")


def test_the_queues_of_a_new_drop_in_are_created_in_the_embedded_queue_of_run_local(
        config, start, tmp_path):
    handle(config, tmp_path, "first")
    daemon = start(
        None, "--local", "--listen", "127.0.0.1:0", "--config", config.folder).wait_ready()
    client = sqs_client(daemon.wait_for(r"http://127\.0\.0\.1:\d+").group())
    config.main('[queues."second.fifo"]\ndead_letter_queue = "dead.fifo"\n')
    config.exec("second", f'cat >> {tmp_path}/second; echo >> {tmp_path}/second',
                queue="second.fifo")
    daemon.reload()
    names = {url.rsplit("/", 1)[1] for url in client.list_queues()["QueueUrls"]}
    assert names == {"first", "second.fifo", "dead.fifo"}
    client.send_message(
        QueueUrl=client.get_queue_url(QueueName="second.fifo")["QueueUrl"],
        MessageBody="to the new queue", MessageGroupId="g", MessageDeduplicationId="1")
    wait_for_handled(tmp_path, "second", "to the new queue")


def test_a_stop_does_not_wait_for_the_look_ups_of_a_reload(
        embedded, config, start, endpoint, tmp_path):
    embedded.create("first")
    handle(config, tmp_path, "first")
    # Queues of these names are never answered for.
    names = ["late", "dead"]
    silence = threading.Event()
    asked = set()

    def answer(request):
        name = next((name for name in names if f'"{name}"'.encode() in request.body), None)
        if request.operation != "GetQueueUrl" or name is None:
            return None
        asked.add(name)
        silence.wait(120)
        return Answer(500, b"")

    server = endpoint(answer, proxy_to=embedded.url)
    try:
        daemon = start(server.url, "--config", config.folder).wait_ready()
        config.main('[queues.first]\ndead_letter_queue = "dead"\n')
        handle(config, tmp_path, "late")
        daemon.reload()
        eventually(lambda: asked == set(names), 20, "both are looked up")
        embedded.queue("first").send("handled meanwhile")
        wait_for_handled(tmp_path, "first", "handled meanwhile")
        daemon.reload()
        assert daemon.stop(within=10) == 0, daemon.output
    finally:
        silence.set()


def test_a_reload_without_handlers_deletes_nothing(embedded, config, start, tmp_path):
    queue = embedded.create("first")
    handle(config, tmp_path, "first")
    daemon = start(
        embedded.url, "--config", config.folder, SQS_QUEUE_NAME="first").wait_ready()
    (config.folder / "handlers.d" / "first.toml").unlink()
    daemon.reload()
    daemon.wait_for_status("reload failed")
    daemon.wait_for("environment variable SQS_QUEUE_NAME: no handler is left")
    queue.send("still for the handler")
    wait_for_handled(tmp_path, "first", "still for the handler")
