"""Several handlers on one queue: which of them get a message, and what becomes of the others."""

import base64
import gzip
import json

import pytest

from harness.files import lines
from harness.waiting import eventually

# A failed or unmatched message comes back after this: soon, but not before a handler has ended.
VISIBILITY_SECONDS = 2
EX_USAGE = 64
EX_DATAERR = 65
EX_CONFIG = 78


def handler(config, name, script, queue, *settings):
    """A drop-in of `queue` with further lines above its [exec]."""
    config.exec(name, script, queue=queue)
    path = config.handlers / f"{name}.toml"
    path.write_text(path.read_text().replace("[exec]", "\n".join([*settings, "[exec]"])))


def match(pattern):
    return "match = { pattern = " + json.dumps(json.dumps(pattern)) + " }"


def test_a_message_goes_to_every_handler_that_matches_and_to_no_other(
        embedded, config, start, tmp_path):
    queue = embedded.create("events")
    log = tmp_path / "log"
    for name, pattern in {
            "created": {"body": {"type": ["created"]}},
            "large": {"body": {"total": [{"numeric": [">=", 100]}]}},
            "plain": {"body": [{"prefix": "hello"}]},
            "tenant": {"messageAttributes": {"tenant": {"stringValue": ["a"]}}},
    }.items():
        handler(config, name, f'echo "{name} $(cat)" >> {log}', "events", match(pattern))
    handler(config, "rest", f'echo "rest $(cat)" >> {log}', "events", "fallback = true")

    bodies = ['{"type":"created","total":100}', '{"type":"paid","total":99.9}', "hello", "{broken"]
    queue.send(*bodies)
    queue.send("other", MessageAttributes={
        "tenant": {"DataType": "String", "StringValue": "a"}})
    start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty()

    assert sorted(lines(log)) == sorted([
        f"created {bodies[0]}", f"large {bodies[0]}", f"rest {bodies[1]}", "plain hello",
        "rest {broken", "tenant other"])


def test_only_the_handler_that_failed_runs_again(embedded, config, start, tmp_path):
    queue = embedded.create("shared", VisibilityTimeout=VISIBILITY_SECONDS)
    done, failing = tmp_path / "done", tmp_path / "failing"
    pattern = match({"body": {"type": ["created"]}})
    handler(config, "good", f'echo "$SQS_RECEIVE_COUNT" >> {done}', "shared", pattern)
    handler(
        config, "bad", f'echo "$SQS_RECEIVE_COUNT" >> {failing}; [ "$SQS_RECEIVE_COUNT" -gt 2 ]',
        "shared", pattern)
    queue.send('{"type": "created"}')

    start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty(60)

    assert lines(failing) == ["1", "2", "3"]
    assert lines(done) == ["1"]


@pytest.mark.parametrize("policy", ["leave", "delete", "reject"])
def test_a_message_that_nothing_matches_follows_the_unmatched_setting(
        policy, embedded, config, start, tmp_path):
    queue = embedded.create("strict", VisibilityTimeout=VISIBILITY_SECONDS)
    dead = embedded.create("strict-dead")
    log = tmp_path / "log"
    config.main(
        f'[queues.strict]\nunmatched = "{policy}"\ndead_letter_queue = "strict-dead"\n')
    handler(
        config, "wanted", f'cat >> {log}; echo >> {log}', "strict", match({"body": ["wanted"]}))
    start(embedded.url, "--config", config.folder).wait_ready()

    queue.send("unwanted", "wanted")
    eventually(lambda: lines(log) == ["wanted"], 20, "the matching message was handled")
    if policy == "leave":
        eventually(lambda: sum(queue.counts()) == 1, 20, "the other message is left")
    else:
        queue.wait_until_empty()
    if policy == "reject":
        eventually(lambda: dead.counts()[0] == 1, 20, "it is in the dead-letter queue")
        assert [message["Body"] for message in dead.receive_all()] == ["unwanted"]
    else:
        assert dead.counts() == (0, 0, 0)


def test_bodies_are_matched_and_handled_without_their_envelopes(
        embedded, config, start, command, tmp_path):
    queue, dead = embedded.create("wrapped"), embedded.create("wrapped-dead")
    log = tmp_path / "log"
    config.main(
        '[queues.wrapped]\nunwrap = ["sns", "gzip"]\ndead_letter_queue = "wrapped-dead"\n')
    handler(
        config, "created", f'echo "$(cat) $SQS_ATTR_tenant" >> {log}', "wrapped",
        match({"body": {"type": ["created"]}, "messageAttributes": {"tenant": ["a"]}}))
    handler(config, "rest", f'echo "rest $(cat)" >> {log}', "wrapped", "fallback = true")

    def packed(text):
        return base64.b64encode(gzip.compress(text.encode())).decode()

    created = '{"type":"created","text":"é"}'
    queue.send(
        json.dumps({
            "Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:123456789012:orders",
            "Message": packed(created),
            "MessageAttributes": {"tenant": {"Type": "String", "Value": "a"}}}),
        packed("plain"), "not packed", "H4sIAAAA")
    start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty()

    assert sorted(lines(log)) == sorted(["rest not packed", "rest plain", f"{created} a"])
    eventually(lambda: dead.counts()[0] == 1, 20, "the damaged one is in the dead-letter queue")
    assert [message["Body"] for message in dead.receive_all()] == ["H4sIAAAA"]

    asked = command(
        "match", "--message", "-", "--config", config.folder,
        input=json.dumps([{"body": packed(created)}, {"body": "H4sIAAAA"}]))
    assert 'created: messageAttributes.tenant is missing; wanted: "a"' in asked.stdout
    assert "its body holds gzip that ends too early; without \"gzip\" in unwrap" in asked.stdout


@pytest.mark.parametrize("limit", [None, "16MiB"])
def test_a_body_that_grows_over_the_limit_is_rejected_and_blocks_nothing(
        limit, embedded, config, start, command, tmp_path):
    queue, dead = embedded.create("packed"), embedded.create("packed-dead")
    log = tmp_path / "log"
    config.main("\n".join([
        "[queues.packed]", 'unwrap = ["gzip"]', 'dead_letter_queue = "packed-dead"',
        f'unwrap_limit = "{limit}"\n' if limit else ""]))
    handler(config, "large", f"wc -c >> {log}", "packed", match({"body": [{"suffix": "0"}]}))
    handler(config, "rest", f"wc -c >> {log}", "packed", "fallback = true")

    def packed(size):
        return base64.b64encode(gzip.compress(b"0" * size)).decode()

    good, bomb = packed(4 << 20), packed((4 << 20) + 1)
    queue.send(bomb, good)
    start(embedded.url, "--config", config.folder).wait_ready()
    queue.wait_until_empty()

    if limit:
        assert sorted(lines(log)) == [str(4 << 20), str((4 << 20) + 1)]
        assert dead.counts() == (0, 0, 0)
        return
    assert lines(log) == [str(4 << 20)]
    eventually(lambda: dead.counts()[0] == 1, 20, "the bomb is in the dead-letter queue")
    [message] = dead.receive_all()
    assert message["Body"] == bomb
    reason = "holds gzip of more than unwrap_limit allows: 4194304 bytes"
    assert message["MessageAttributes"]["RejectReason"]["StringValue"] == f"the body {reason}"
    asked = command(
        "match", "--message", "-", "--config", config.folder, input=json.dumps({"body": bomb}))
    assert f"its body {reason}, so every handler rejects it" in asked.stdout


@pytest.fixture
def documents(tmp_path):
    """Writes a JSON document (or a text as it is) to a file, and tells its path."""

    def write(name, content):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def test_match_tells_who_takes_a_message_and_why_the_others_do_not(config, command, documents):
    handler(config, "created", "true", "events", match({"body": {"type": ["created"]}}))
    handler(config, "plain", "true", "events", match({"body": ["created"]}))
    handler(config, "rest", "true", "events", "fallback = true")
    handler(config, "elsewhere", "true", "other")
    folder = ["--config", config.folder]

    received = documents("received.json", {"Messages": [
        {"MessageId": "m-1", "Body": '{"type": "created"}'}]})
    done = command("match", "--message", received, "--queue", "events", *folder)
    assert done.status == 0, done.output
    assert done.stdout.splitlines() == [
        "message m-1", "  queue events", "    + created: takes it",
        "    - plain: body is JSON, and the pattern is for a plain text",
        "    - rest: is a fallback, and another handler takes it"]

    record = documents("event.json", {"Records": [
        {"messageId": "m-2", "body": '{"type": "paid"}', "attributes": {}, "messageAttributes": {
            "n": {"stringValue": "1", "dataType": "Number"}}}]})
    done = command("match", "--message", record, *folder)
    assert done.status == 0, done.output
    assert '    - created: body.type is "paid"; wanted: "created"' in done.stdout
    assert "    + rest: takes it" in done.stdout
    assert "    + elsewhere: takes it" in done.stdout

    done = command("match", "--message", record, "--queue", "nowhere", *folder)
    assert done.status == EX_CONFIG
    assert "nowhere" in done.stderr and "events, other" in done.stderr


def test_match_ends_with_1_when_no_handler_takes_the_message(config, command, documents):
    handler(config, "created", "true", "events", match({"body": {"type": ["created"]}}))
    done = command(
        "match", "--message", "-", "--config", config.folder, input='{"body": "hello"}')
    assert done.status == 1
    assert "created: body is not JSON" in done.stdout
    assert 'no handler takes it; unmatched = "leave"' in done.stdout


def test_match_compares_one_pattern_and_one_document(command, documents):
    pattern = documents("pattern.json", {"detail": {"state": ["running", {"prefix": "start"}]}})
    running = documents("running.json", {"detail": {"state": "running"}})
    stopped = documents("stopped.json", {"detail": {"state": "stopped"}})

    done = command("match", "--pattern", pattern, "--event", running)
    assert (done.status, done.stdout) == (0, "match\n")
    done = command("match", "--pattern", pattern, "--event", stopped)
    assert (done.status, done.stdout) == (
        1, 'no match: detail.state is "stopped"; wanted: "running", {"prefix": "start"}\n')


@pytest.mark.parametrize("pattern, event, words", [
    ('{"a": [1]}', '{"a": 1', "event.json: expected , or }"),
    ('{"a": [1]}', "[1]", "event.json: an event is an object"),
    ('{"a": [1}', "{}", "pattern.json: not valid JSON: expected , or ]"),
    ('{"a": 1, "b": []}', "{}", "pattern.json: b: an empty list"),
    ('{"a": [1]}', None, "event.json: cannot be read: No such file"),
])
def test_match_refuses_what_is_not_valid(pattern, event, words, command, documents, tmp_path):
    if event is not None:
        documents("event.json", event)
    done = command(
        "match", "--pattern", documents("pattern.json", pattern),
        "--event", tmp_path / "event.json")
    assert done.status == EX_DATAERR, done.output
    assert words in done.stderr


def test_match_says_how_it_is_used(command, documents):
    assert command("match").status == EX_USAGE
    document = documents("event.json", {})
    done = command("match", "--event", document)
    assert done.status == EX_USAGE and "--pattern" in done.stderr


def test_check_refuses_an_invalid_pattern_with_its_reasons(config, command):
    handler(config, "orders", "true", "orders", match({
        "body": {"total": [{"numeric": ["<", 5, ">", 1]}], "type": "created"}}))
    done = command("check", "--config", config.folder)
    assert done.status == EX_CONFIG
    assert "orders.toml:3: match.body.total: numeric: two comparisons" in done.output
    assert "orders.toml:3: match.body.type: a text is the wrong type" in done.output
