"""The pages of the embedded queue, in a real browser."""

import json
import re
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from harness import servers
from harness.dead_letters import DeadLetters
from harness.pages import SIZES, fetch, too_wide
from harness.program import Program
from harness.waiting import eventually

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script></pre>&amp;"


@pytest.fixture
def orders(embedded):
    """A queue with a dead-letter queue, and its page."""
    DeadLetters(embedded, "orders")
    queue = embedded.queue("orders")
    queue.page = f"{embedded.url}/ui/queues/{servers.REGION}/orders"
    queue.dead = embedded.queue("orders-dead")
    queue.dead.page = f"{queue.page}-dead"
    return queue


def submit(browser, form, **values):
    """Fills a form, and sends it by its button."""
    for name, value in values.items():
        browser.run(
            "document.querySelector(arguments[0]).elements[arguments[1]].value = arguments[2]",
            form, name, value)
    browser.run("document.querySelector(arguments[0]).requestSubmit()", form)


def test_it_shows_the_queues_and_asks_nobody_else(embedded, orders, browser):
    assert f"Its queues in a browser: {embedded.url}/ui" in embedded.program.output
    browser.open(f"{embedded.url}/ui")
    browser.wait_for("#link", "live")
    assert "to orders-dead" in browser.text("#queues tbody")
    assert "of orders" in browser.text("#queues tbody")
    number = '[data-live="eu-west-1/orders Available"]'
    assert browser.text(number) == "0"
    orders.send("a", "b")
    browser.wait_for(number, "2", within=4)
    embedded.create("another")
    browser.wait_for("#changed", "has changed since", within=4)
    browser.open(orders.page)
    browser.wait_for("#link", "live")
    urls = browser.requests()
    assert f"{embedded.url}/ui/queues.js" in urls
    assert [url for url in urls if not url.startswith((f"{embedded.url}/ui", "about:"))] == []


def test_what_a_stranger_sent_is_text_and_is_not_received(embedded, orders, browser):
    orders.send(HOSTILE, MessageAttributes={
        "kind": {"DataType": "String", "StringValue": HOSTILE}})
    browser.open(orders.page)
    assert browser.text("#messages pre") == HOSTILE
    assert browser.text("#messages dd") == HOSTILE
    browser.run("document.querySelector('#messages a.id').click()")
    browser.wait_for("#message-head", "Message in orders")
    assert re.search(r"Receives\s+0", browser.text("#message"))
    assert HOSTILE in browser.run("return document.querySelector('pre').textContent")
    assert browser.run(
        "return document.querySelectorAll('main img, main script, main iframe').length") == 0
    assert orders.counts() == (1, 0, 0)
    received, = orders.receive_all()
    assert received["Attributes"]["ApproximateReceiveCount"] == "1"
    browser.open(orders.page)
    assert "In flight until" in browser.text("#messages") and "received once" in browser.text(
        "#messages")


def test_a_message_is_sent_deleted_and_the_rest_purged(orders, browser):
    browser.open(orders.page)
    assert "aws --endpoint-url" in browser.text("#messages")
    browser.run("document.querySelector('#send details').open = true")
    submit(browser, "#send form", **{
        "body": 'one\ntwo "three"', "group": "blue", "attribute.1.name": "tries",
        "attribute.1.type": "Number", "attribute.1.value": "3"})
    browser.wait_for(".said", "The message was sent")
    browser.wait_for("#link", "live")
    assert "said" not in browser.run("return location.search")
    received, = orders.receive_all()
    assert received["Body"] == 'one\ntwo "three"'
    assert received["Attributes"]["MessageGroupId"] == "blue"
    assert received["MessageAttributes"]["tries"] == {"DataType": "Number", "StringValue": "3"}
    submit(browser, "#send form", body="second", delay="60")
    browser.wait_for("#messages", "Delayed until")
    submit(browser, "#messages li:last-child form")
    browser.wait_for(".said", "The message is deleted")
    assert orders.counts() == (0, 1, 0)
    orders.send("third")
    # The keyboard alone.
    browser.open(orders.page)
    browser.tab_to("Purge…")
    browser.press(Keys.ENTER)
    browser.wait_for("#question", "Purge orders?")
    assert "2 messages now" in browser.text("#question")
    assert orders.counts() == (1, 1, 0)
    browser.tab_to("Purge")
    browser.press(Keys.ENTER)
    browser.wait_for(".said", "The queue is empty")
    assert orders.counts() == (0, 0, 0)


@pytest.mark.parametrize("name", ["q", "q.fifo"])
def test_the_lines_for_a_first_message_send_it(embedded, browser, tmp_path, name):
    queue = embedded.create(name, **({"FifoQueue": "true"} if name.endswith(".fifo") else {}))
    browser.open(f"{embedded.url}/ui/queues/{servers.REGION}/{name}")
    shell, python = browser.run(
        "return [...document.querySelectorAll('#messages pre')].map(place => place.textContent)")
    tools = Path(sys.executable).parent
    for count, command in enumerate((
            ["sh", "-c", shell], [sys.executable, "-c", f"import boto3\n{python}"]), start=1):
        variables = servers.environment(tmp_path)
        variables["PATH"] = f"{tools}:{variables['PATH']}"
        done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        # The second has the deduplication id of the first.
        assert queue.counts()[0] == (1 if name.endswith(".fifo") else count)


def test_what_is_deleted_on_the_page_is_gone_after_a_crash(binary, tmp_path):
    def start():
        return servers.start_embedded(binary, tmp_path, "--data-dir", tmp_path / "data")

    first = start()
    first.create("orders").send("bad", "good")
    page = f"{first.url}/ui/queues/{servers.REGION}/orders"
    text = fetch(page)[2]
    form = {"token": token_of(page), "serial": "1",
            "id": re.search(r'name="id" value="([^"]+)"', text)[1]}
    answer = fetch(f"{page}/discard", urllib.parse.urlencode(form).encode(), Origin=first.url)
    assert answer[0] == 200
    first.program.send(9)
    first.program.wait()
    second = start()
    assert [message["Body"] for message in second.queue("orders").receive_all()] == ["good"]
    first.close()
    second.close()


def test_what_is_refused_stays_in_the_form(embedded, browser):
    embedded.create("f.fifo", FifoQueue="true")
    browser.open(f"{embedded.url}/ui/queues/{servers.REGION}/f.fifo")
    browser.run("document.querySelector('#send form').noValidate = true")
    submit(browser, "#send form", body="kept", group="g")
    browser.wait_for("[role=alert]", "MessageDeduplicationId provided explicitly")
    assert browser.run("return document.querySelector('#body').value") == "kept"
    submit(browser, "#send form", deduplication="1")
    browser.wait_for(".said", "The message was sent")
    # That an answer was a refusal is the console's to tell.
    browser.complaints()


def test_queues_are_created_searched_and_deleted(embedded, browser):
    browser.open(f"{embedded.url}/ui")
    assert "There is no queue yet" in browser.text("#queues")
    assert f"aws --endpoint-url {embedded.url} sqs create-queue" in browser.text("#queues")
    submit(browser, "#create form", name="x:VisibilityTimeout=5,dlq=x-dead/3")
    browser.wait_for("#queue-head", "x")
    assert "go to x-dead after 3 receives" in browser.text("#queue")
    for number in range(12):
        embedded.create(f"many-{number}")
    browser.open(f"{embedded.url}/ui")
    submit(browser, "[role=search]", find="MANY-1")
    browser.wait_for("#queues-head", "3 of 14")
    browser.open(f"{embedded.url}/ui/queues/us-east-1/x/delete")
    submit(browser, "#question form")
    browser.wait_for(".said", "The queue is deleted")
    assert "x" not in [url.rpartition("/")[2] for url in embedded.client.list_queues()["QueueUrls"]]


def test_dead_letters_go_back_with_progress_and_stop_when_told(orders, browser):
    orders.send(*[f"message {number}" for number in range(8)])
    for _ in range(6):
        for message in orders.receive_all():
            orders.client.change_message_visibility(
                QueueUrl=orders.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    assert orders.dead.counts()[0] == 8
    browser.open(orders.dead.page)
    submit(browser, "#redrive form", rate="1")
    browser.wait_for("#redrive", "Running")
    eventually(
        lambda: browser.run("return document.querySelector('progress').value") > 1, 20,
        "it is told how far it is")
    moved = browser.run("return document.querySelector('progress').value")
    assert f"{moved} of 8 messages moved" in browser.text("#redrive")
    submit(browser, "#redrive .moves form")
    browser.wait_for("#redrive", "Cancelled")
    left = orders.dead.counts()[0]
    assert 0 < left < 8
    submit(browser, "#redrive form", destination="", rate="")
    browser.wait_for("#redrive", "Completed")
    eventually(lambda: orders.counts()[0] == 8, 20, "all are back")


def test_a_form_of_another_page_does_nothing_even_with_the_token(orders, browser):
    orders.send("kept")
    token = token_of(orders.page)
    form = (f'<form method="post" action="{orders.page}/purge">'
            f'<input name="token" value="{token}"></form>')
    browser.open(f"data:text/html,{urllib.parse.quote(form)}")
    browser.run("document.forms[0].submit()")
    browser.wait_for("body", "it came from another site")
    browser.complaints()
    body = urllib.parse.urlencode({"token": token}).encode()
    own = orders.page.partition("/ui")[0]
    for fields in ({}, {"Origin": "http://evil.example"}, {"Origin": own, "Host": "evil.example"}):
        assert fetch(f"{orders.page}/purge", body, **fields)[0] in (403, 421)
    assert fetch(orders.page, Host="evil.example")[0] == 421
    assert orders.counts() == (1, 0, 0)
    assert fetch(f"{orders.page}/purge", body, Origin=own)[0] == 200
    assert orders.counts() == (0, 0, 0)


def test_no_page_shows_it_in_a_frame(orders, browser):
    browser.open(f"data:text/html,<iframe src='{orders.page}'></iframe>")
    browser.driver.switch_to.frame(0)
    eventually(lambda: "subframe" in browser.driver.page_source, 20, "it is refused")
    browser.driver.switch_to.default_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_every_screen(embedded, orders, browser, scheme, tmp_path):
    orders.send("a-word-without-an-end-" * 100, json.dumps({"order": 7, "lines": [1, 2]}))
    orders.send("x", MessageAttributes={
        "n" * 200: {"DataType": "String", "StringValue": "v" * 500}})
    embedded.create("a-long-name-" * 6)
    browser.prefer(scheme)
    pages = {
        "list": f"{embedded.url}/ui", "queue": orders.page, "dead": orders.dead.page,
        "message": f"{orders.page}/messages/1", "purge": f"{orders.page}/purge"}
    for width, height in SIZES:
        browser.resize(width, height)
        # How wide a page is has nothing to do with its colours.
        for name in pages if scheme == "light" else ["queue"]:
            browser.open(pages[name])
            assert too_wide(browser) == 0, f"{name} at {width} px"
            browser.driver.save_screenshot(str(tmp_path / f"{name}-{scheme}-{width}.png"))


def test_where_others_reach_the_queue_the_pages_are_off_unless_wanted(binary, tmp_path):
    for arguments, status in ([], 403), (["--allow-remote"], 200):
        program = Program(
            [binary, "queue", "--listen", "0.0.0.0:0", *arguments], servers.environment(tmp_path))
        port = program.wait_for(r"http://0\.0\.0\.0:(\d+)")[1]
        answer = fetch(f"http://127.0.0.1:{port}/ui")
        assert answer[0] == status
        assert ("--allow-remote" in answer[2]) == (status == 403)
        assert ("in a browser" in program.output) == (status == 200)
        assert fetch(f"http://127.0.0.1:{port}/ui", Host="evil.example")[0] in (403, 421)
        program.close()


def token_of(page):
    return re.search(r'name="token" value="(\w+)"', fetch(page)[2])[1]
