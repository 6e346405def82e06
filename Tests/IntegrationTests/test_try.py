"""`try` runs one handler on one message as the daemon would, and touches no queue."""

import json
import re
import signal

import pytest

from harness.http_endpoint import Answer
from harness.program import Program
from harness.servers import environment

EX_OK, AGAIN, EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_UNAVAILABLE, EX_TEMPFAIL, EX_CONFIG = (
    0, 1, 64, 65, 66, 69, 75, 78)
# Nobody listens there: what is tried needs no queue.
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def attempt(config, command):
    """`try HANDLER` with this configuration, and no queue: `attempt(handler, *arguments)`."""

    def run(handler, *arguments, endpoint=NOWHERE, **more):
        return command(
            "try", handler, *arguments, "--config", config.folder, endpoint=endpoint, **more)

    return run


@pytest.mark.parametrize("script, retry, status, said, effect", [
    ("cat", "", EX_OK, "done in", "the message deleted"),
    ("exit 1", '[retry]\nbackoff = "list"\ndelays = ["7s"]\n', AGAIN,
     r"exit status 1 after .*, receive 1, back in [78] s", "it visible again in [78] s"),
    ("echo no card >&2; exit 3", "", AGAIN, "exit status 3 .*: no card",
     r"it back when the queue's visibility timeout is over \(the queue was not asked\)"),
    ("exit 65", "", EX_DATAERR, "rejected after", "it sent to orders-dead, and deleted"),
    ("kill -9 $$", "", AGAIN, "SIGKILL", "it back when"),
])
def test_the_exit_of_a_program_is_what_the_queue_would_see(
        script, retry, status, said, effect, config, attempt):
    config.exec("orders", script)
    with (config.handlers / "orders.toml").open("a") as file:
        file.write(retry)
    config.main('[queues.orders]\ndead_letter_queue = "orders-dead"\n')
    done = attempt("orders", "--body", "hello")
    assert done.status == status, done.output
    assert re.search(said, done.stdout), done.output
    assert re.search(f"the queue would see: {effect}", done.stdout), done.output


def test_the_program_gets_what_the_daemon_would_give_it(config, attempt):
    config.exec("orders", 'cat; echo; env | grep ^SQS_; echo "key ${AWS_SECRET_ACCESS_KEY-none}"')
    done = attempt(
        "orders", "--attribute", "tenant=a", "--attribute", "n:Number=5", input="the body")
    assert done.status == EX_OK, done.output
    shown = [line.removeprefix("  | ") for line in done.stdout.splitlines()]
    for line in ["the body", "SQS_QUEUE=orders", "SQS_ATTR_tenant=a", "SQS_ATTR_n=5",
                 "SQS_RECEIVE_COUNT=1", "key none"]:
        assert line in shown, done.output


def test_a_message_in_a_file_keeps_what_it_says_of_itself(config, attempt, tmp_path):
    config.exec("orders", 'echo "$SQS_MESSAGE_ID $SQS_RECEIVE_COUNT $SQS_ATTR_tenant $(cat)"')
    file = tmp_path / "message.json"
    file.write_text(json.dumps({"Messages": [{
        "MessageId": "m-1", "Body": "b", "Attributes": {"ApproximateReceiveCount": "4"},
        "MessageAttributes": {"tenant": {"DataType": "String", "StringValue": "z"}}}]}))
    done = attempt("orders", "--message", file)
    assert "  | m-1 4 z b" in done.stdout.splitlines(), done.output
    assert ", receive 4" in done.stdout
    file.write_text('[{"Body": "a"}, {"Body": "b"}]')
    done = attempt("orders", "--message", file)
    assert done.status == EX_DATAERR and "2 messages" in done.stderr, done.output


def test_bodies_are_unwrapped_and_matched_as_in_the_daemon(config, attempt):
    config.exec("orders", "cat")
    config.exec("rest", "cat", queue="orders")
    (config.handlers / "orders.toml").write_text(
        (config.handlers / "orders.toml").read_text() + '[match.body]\ntype = ["paid"]\n')
    config.main('[queues.orders]\nunwrap = ["sns"]\n')

    def notice(body):
        return json.dumps({
            "Type": "Notification", "MessageId": "1", "TopicArn": "arn:aws:sns:eu-west-1:1:t",
            "Message": body, "Timestamp": "2024-01-01T00:00:00.000Z"})

    done = attempt("orders", "--body", notice('{"type": "paid"}'))
    assert '  | {"type": "paid"}' in done.stdout.splitlines(), done.output
    assert "once it is done with these as well: rest" in done.stdout
    done = attempt("orders", "--body", notice('{"type": "open"}'))
    assert done.status == AGAIN and "- orders: " in done.stdout, done.output
    config.main('[queues.orders]\nunwrap = ["gzip"]\n')
    done = attempt("rest", "--body", "x", "--attribute", "Content-Encoding=gzip")
    assert done.status == EX_DATAERR and "| x" not in done.stdout, done.output


def test_a_handler_that_cannot_start_stops_the_receiving(config, attempt):
    config.drop_in("orders", 'queue = "orders"\n[exec]\ncommand = ["/no/such"]\n')
    done = attempt("orders", "--body", "x")
    assert done.status == EX_UNAVAILABLE, done.output
    assert "/no/such" in done.stdout and "nothing more is received" in done.stdout
    config.http("web", NOWHERE)
    assert attempt("web", "--body", "x").status == EX_UNAVAILABLE


def test_the_timeout_of_the_handler_ends_it(config, attempt):
    config.exec("orders", "exec sleep 600", timeout="1s")
    done = attempt("orders", "--body", "x")
    assert done.status == AGAIN, done.output
    assert re.search("timeout", done.stdout), done.output


def test_an_endpoint_a_function_and_the_journal_are_tried_too(
        config, attempt, endpoint, function):
    server = endpoint(lambda request: Answer(200, b""))
    config.http("web", server.url)
    function("def handler(event, context):\n    print(event['Records'][0]['body'])\n", "fun")
    config.drop_in("log", 'queue = "log"\n[journal]\n')
    assert attempt("web", "--body", "posted").status == EX_OK
    done = attempt("fun", "--body", "invoked")
    assert done.status == EX_OK and "invoked" in done.stdout, done.output
    done = attempt("log", "--body", "written")
    assert done.status == EX_OK and "  | written" in done.stdout, done.output


def test_one_json_document_says_all_of_it(config, attempt):
    config.exec("orders", "echo out; echo '<3>bad' >&2; exit 1")
    done = attempt("orders", "--body", "x", "--json")
    assert done.status == AGAIN, done.output
    said = json.loads(done.stdout)
    assert said["outcome"] == "retry" and said["effect"]["action"] == "expire", said
    assert said["details"]["exit_status"] == "1" and said["duration_usec"] > 0
    assert {(line["text"], line["stream"], line["level"]) for line in said["output"]} == {
        ("out", "stdout", "info"), ("bad", "stderr", "error")}


def test_a_copy_of_a_waiting_message_costs_it_one_receive(config, embedded, attempt):
    dead = embedded.create("dead")
    arn = dead.client.get_queue_attributes(
        QueueUrl=dead.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue = embedded.create("orders", VisibilityTimeout=45, RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": arn, "maxReceiveCount": 2}))
    config.exec("orders", "cat; exit 1")
    done = attempt("orders", "--from-queue", endpoint=embedded.url)
    assert done.status == EX_NOINPUT and "nothing was changed" in done.stderr, done.output
    queue.send("waits")
    done = attempt("orders", "--from-queue", endpoint=embedded.url)
    assert done.status == AGAIN, done.output
    assert "received and released; its receive count is now 1 of 2\n" in done.stdout
    assert "  | waits" in done.stdout and "its visibility timeout of 45 s" in done.stdout
    assert queue.counts() == (1, 0, 0)
    done = attempt("orders", "--from-queue", endpoint=embedded.url)
    assert "the next receive moves it to the dead-letter queue" in done.stdout, done.output
    assert "the redrive policy moves it" in done.stdout
    assert queue.counts() == (1, 0, 0)


def test_ctrl_c_ends_the_handler(config, binary, tmp_path, gate):
    config.exec("orders", f"echo began; read -r _ < {gate.path}")
    trial = Program(
        [binary, "try", "orders", "--body", "x", "--config", config.folder],
        environment(tmp_path, NOWHERE))
    try:
        trial.wait_for("began")
        trial.send(signal.SIGINT)
        assert trial.wait(20) == EX_TEMPFAIL, trial.output
        assert "outcome: cancelled" in trial.output
    finally:
        trial.close()


@pytest.mark.parametrize("arguments, status, words", [
    (["gone", "--body", "x"], EX_NOINPUT, "no handler gone; there are: orders"),
    (["orders", "--message", "/no/such.json"], EX_DATAERR, "/no/such.json"),
    (["orders", "--body", "x", "--from-queue"], 64, "Give one message"),
])
def test_what_cannot_be_tried_is_said(arguments, status, words, config, attempt):
    config.exec("orders", "true")
    done = attempt(*arguments)
    assert done.status == status and words in done.stderr, done.output


def test_what_a_handler_prints_does_not_steer_the_terminal(config, attempt):
    config.exec("orders", "cat; exit 65")
    done = attempt("orders", "--body", "a\x1b[2Jb")
    assert done.status == EX_DATAERR, done.output
    assert "\x1b" not in done.output and "a\ufffd[2Jb" in done.stdout


def test_what_a_message_says_of_itself_does_not_steer_the_terminal(
        config, attempt, command, tmp_path):
    config.exec("orders", "true")
    message = tmp_path / "message.json"
    message.write_text(json.dumps({"MessageId": "a\x1b[2Jb", "Body": "x"}))
    for done in (attempt("orders", "--message", message),
                 command("match", "--message", message, "--config", config.folder)):
        assert done.status == EX_OK, done.output
        assert "\x1b" not in done.output and "a\ufffd[2Jb" in done.stdout


def test_more_attributes_than_a_queue_delivers_are_refused(config, attempt, tmp_path):
    config.exec("orders", "cat")

    def given(numbers):
        return [word for n in numbers for word in ("--attribute", f"a{n}=x")]

    done = attempt("orders", "--body", "b", *given(range(11)))
    assert done.status == EX_USAGE, done.output
    assert "at most ten attributes; 11 are given" in done.stderr
    message = tmp_path / "message.json"
    message.write_text(json.dumps({"Body": "b", "MessageAttributes": {
        f"a{n}": {"DataType": "String", "StringValue": "file"} for n in range(8)}}))
    done = attempt("orders", "--message", message, *given(range(6, 11)))
    assert done.status == EX_DATAERR, done.output
    assert "11 attributes; SQS takes at most ten" in done.stderr
    assert attempt("orders", "--message", message, *given(range(5, 10))).status == EX_OK
