"""What goes wrong on the way to the queue: the cause and the remedy, and who keeps trying.

The exit statuses are those of sysexits.h, which the unit's RestartPreventExitStatus= relies on.
"""

import datetime
import email.utils

import pytest

from harness.http_endpoint import Answer, service_error
from harness.servers import free_port, start_embedded

EX_NOINPUT, EX_UNAVAILABLE, EX_NOPERM = 66, 69, 77

# A daemon that will not start says so at once; the margin is for a busy machine.
EXIT_SECONDS = 30.0

# How long a passing trouble may hold up the start, plus a margin.
HELD_UP_SECONDS = 40.0


def mentions(text, *words):
    missing = [word for word in words if word.lower() not in text.lower()]
    assert not missing, f"{missing} not in:\n{text}"


def test_a_missing_queue_is_named_with_what_to_do(moto, start):
    daemon = start(moto.url, "--queue", "nowhere-to-be-found")
    assert daemon.wait(EXIT_SECONDS) == EX_NOINPUT, daemon.output
    mentions(daemon.stderr, "nowhere-to-be-found", "does not exist", "region")


def test_of_two_queues_the_one_that_exists_is_served(embedded, start):
    queue = embedded.create("present")
    queue.send("served all the same")
    daemon = start(embedded.url, "--queue", "present", "--queue", "absent").wait_ready()
    daemon.wait_for("served all the same")
    daemon.wait_for("absent.*does not exist")
    assert daemon.process.poll() is None
    daemon.wait_for_status("absent")


WRONG_CREDENTIALS = {
    "an unknown access key": (
        403, "InvalidClientTokenId", "The security token included in the request is invalid."),
    "an unknown access key, as other services spell it": (
        403, "UnrecognizedClientException",
        "The security token included in the request is invalid."),
    "a wrong secret": (
        403, "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check "
        "your AWS Secret Access Key and signing method. Consult the service documentation for "
        "details."),
}


@pytest.mark.parametrize("case", WRONG_CREDENTIALS)
def test_wrong_credentials_are_named_and_end_the_start(case, endpoint, start):
    status, code, message = WRONG_CREDENTIALS[case]
    server = endpoint(lambda _: service_error(status, code, message))
    daemon = start(server.url, "--queue", "demo", AWS_SECRET_ACCESS_KEY="top-secret-value")
    assert daemon.wait(EXIT_SECONDS) == EX_NOPERM, daemon.output
    mentions(daemon.stderr, code, "credentials")
    assert "top-secret-value" not in daemon.output
    assert len(server.requests) < 20, "wrong credentials were tried again and again"


def test_denied_access_names_the_permissions_to_ask_for(endpoint, start):
    server = endpoint(lambda _: service_error(
        403, "AccessDenied", "User: arn:aws:iam::123456789012:user/x is not authorized to perform: "
        "sqs:getqueueurl on resource: arn:aws:sqs:eu-west-1:123456789012:demo"))
    daemon = start(server.url, "--queue", "demo")
    assert daemon.wait(EXIT_SECONDS) == EX_NOPERM, daemon.output
    mentions(daemon.stderr, "demo", "sqs:", "denied")


def test_no_credentials_at_all_lists_where_they_were_looked_for(start):
    # AWS itself: a server on this machine is asked with any.
    daemon = start(
        None, "--queue", "demo", AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
    assert daemon.wait(EXIT_SECONDS) == EX_UNAVAILABLE, daemon.output
    mentions(daemon.stderr, "credentials", "AWS_ACCESS_KEY_ID", "AWS_PROFILE")


def test_an_unreachable_endpoint_is_tried_until_it_answers(binary, start, tmp_path):
    port = free_port()
    daemon = start(f"http://127.0.0.1:{port}", "--queue", "late")
    daemon.wait_for(rf"127\.0\.0\.1:{port}.*refused|refused.*127\.0\.0\.1:{port}", 20)
    assert daemon.process.poll() is None, "gave up on an endpoint that may come"

    server = start_embedded(binary, tmp_path, "--create", "late", port=port)
    try:
        daemon.wait_ready(HELD_UP_SECONDS)
        server.queue("late").send("it was worth the wait")
        daemon.wait_for("it was worth the wait", HELD_UP_SECONDS)
    finally:
        server.close()


def test_an_unreachable_endpoint_holds_the_start_up_for_thirty_seconds_only(start):
    port = free_port()
    daemon = start(f"http://127.0.0.1:{port}", "--queue", "never")
    daemon.wait_ready(HELD_UP_SECONDS)
    mentions(daemon.manager.status, "never")
    attempts = daemon.output.lower().count("refused")
    assert 1 <= attempts < 10, f"{attempts} lines for one change of state:\n{daemon.output}"
    assert daemon.stop() == 0, daemon.output


def test_an_endpoint_that_answers_html_is_named_as_such(endpoint, start):
    page = Answer(
        200, b"<!DOCTYPE html><html><body>Please log in to the hotel's network</body></html>",
        {"Content-Type": "text/html; charset=utf-8"})
    server = endpoint(lambda _: page)
    daemon = start(server.url, "--queue", "demo")
    daemon.wait_for("(?i)html", 20)
    daemon.wait_for("(?i)proxy|endpoint_url|AWS_ENDPOINT_URL", 20)
    assert daemon.process.poll() is None, "gave up on what may be a captive portal"
    # Three quick attempts make one look-up. The tenth request belongs to the fourth, which comes
    # after pauses of 0.5, 1 and 2 s, each shortened by a quarter at most.
    requests = server.wait_for(lambda requests: len(requests) >= 10, 40)
    assert requests[9].at - requests[0].at > 2.5, "no backoff between the requests"


MINUTES_OFF = 10


def skewed(code, message):
    """A service whose clock is ten minutes ahead, and says so as `code`."""
    def answer(_):
        now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=MINUTES_OFF)
        return service_error(403, code, message, Date=email.utils.format_datetime(now))
    return answer


@pytest.mark.parametrize("code, message", [
    ("RequestTimeTooSkewed",
     "The difference between the request time and the current time is too large."),
    ("SignatureDoesNotMatch",
     "Signature expired: 20260101T000000Z is now earlier than 20260101T000500Z "
     "(20260101T001000Z - 5 min.)"),
    ("InvalidSignatureException",
     "Signature expired: 20260101T000000Z is now earlier than 20260101T000500Z "
     "(20260101T001000Z - 5 min.)"),
])
def test_a_clock_ten_minutes_off_is_named_and_waited_for(code, message, endpoint, start):
    server = endpoint(skewed(code, message))
    daemon = start(server.url, "--queue", "demo")
    daemon.wait_for("(?i)clock", 20)
    daemon.wait_for("(?i)timedatectl|NTP|chrony|synchroni", 20)
    assert daemon.process.poll() is None, "gave up on a clock that may be set"


def test_publish_names_a_missing_queue_too(embedded, command):
    done = command("publish", "hello", "--queue", "missing", endpoint=embedded.url)
    assert done.status not in (0, None)
    mentions(done.stderr, "missing", "does not exist")
