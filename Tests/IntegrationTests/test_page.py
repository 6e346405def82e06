"""The page, in a real browser."""

import http.client
import re
import urllib.parse

import pytest
from selenium.webdriver.common.keys import Keys

from harness.dead_letters import DeadLetters
from harness.files import lines
from harness.pages import SIZES, fetch, too_wide
from harness.waiting import eventually

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>{{token}}&amp;"
WEB = '[web]\nlisten = "127.0.0.1:0"\n'
ACTIONS = f"{WEB}actions = true\n"


@pytest.fixture
def serve(embedded, config, start, control, gate, tmp_path):
    """Starts a daemon with a page: `serve(more of its configuration)`.

    Its handler waits with `wait`, fails with what it was given for `fail …`, and else is done.
    """
    DeadLetters(embedded, "orders")
    config.exec("orders", f"""
        body=$(cat)
        echo >> {tmp_path}/started
        case $body in
            wait) read -r _ < {gate.path}; exit 0 ;;
            fail*) printf '%s\\n' "$body" "  at line 7" >&2; exit 1 ;;
        esac""", concurrency=2)

    def serve(main=WEB):
        config.main(main)
        daemon = start(
            embedded.url, "--config", config.folder, "--control-socket", control.path).wait_ready()
        daemon.page = daemon.wait_for(r"The page is at (http://\S+)/")[1]
        return daemon

    return serve


def test_it_follows_a_message_and_asks_nobody_else(serve, embedded, browser, gate, tmp_path):
    daemon = serve()
    browser.open(daemon.page)
    browser.wait_for("#verdict", "Working")
    browser.wait_for("#link", "live")
    assert "Nothing runs." in browser.text("#runs")
    [message_id] = embedded.queue("orders").send("wait")
    eventually(lambda: len(lines(tmp_path / "started")) == 1, 20, "it runs")
    browser.wait_for("#runs tbody", message_id, within=2)
    browser.wait_for("#queues tbody", "receiving", within=2)
    gate.open()
    browser.wait_for("#runs tbody", "Nothing runs.")
    # There are two looks at the load by then.
    eventually(
        lambda: browser.run("return document.querySelector('path.handled').getAttribute('d')"),
        20, "the graph has a line")
    browser.run("document.querySelector('#id').value = arguments[0]", message_id)
    browser.run("document.querySelector('#message form').requestSubmit()")
    browser.wait_for("#message .events", "done in")
    urls = browser.requests()
    assert f"{daemon.page}/page.js" in urls
    assert [url for url in urls if not url.startswith(f"{daemon.page}/")] == []


def test_what_a_stranger_wrote_is_text(serve, embedded, browser):
    daemon = serve()
    browser.open(f"{daemon.page}/")
    browser.wait_for("#link", "live")
    [message_id] = embedded.queue("orders").send(f"fail {HOSTILE}")
    browser.wait_for("#failures", message_id)
    # Once as the script wrote it, once as the server did.
    for _ in range(2):
        browser.run("document.querySelector('#failures details').open = true")
        assert f"fail {HOSTILE}" in browser.text("#failures .what")
        assert browser.text("#failures pre") == f"fail {HOSTILE}\n  at line 7"
        assert browser.run(
            "return document.querySelectorAll('main img, main script, main iframe').length") == 0
        browser.open(f"{daemon.page}/?message={message_id}&queue={HOSTILE.replace('&', '%26')}")
        browser.wait_for("#message .what", HOSTILE)
    assert HOSTILE in browser.text("#load-head")


def test_it_is_whole_without_a_script(serve, embedded, tmp_path):
    daemon = serve()
    [message_id] = embedded.queue("orders").send(f"fail {HOSTILE}")
    eventually(
        lambda: message_id in fetch(f"{daemon.page}/")[2], 20, "the failure is on the page")
    status, headers, text = fetch(f"{daemon.page}/?message={message_id}")
    assert status == 200
    assert "Working" in text and ">orders/orders<" in text and "{{" not in text.replace(
        "{{token}}", "")
    assert "<img" not in text and "alert(2)</script>" not in text
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_every_screen(serve, embedded, browser, scheme, tmp_path):
    daemon = serve(ACTIONS)
    browser.prefer(scheme)
    browser.open(daemon.page)
    embedded.queue("orders").send("fail " + "a-word-without-an-end-" * 30)
    browser.wait_for("#failures", "a-word-without-an-end")
    for width, height in SIZES:
        browser.resize(width, height)
        assert too_wide(browser) == 0, f"at {width} px"
        browser.driver.save_screenshot(str(tmp_path / f"{scheme}-{width}.png"))


def test_it_comes_back_with_the_daemon(serve, browser):
    daemon = serve()
    browser.open(daemon.page)
    browser.wait_for("#link", "live")
    instance = browser.run("return document.body.dataset.instance")
    daemon.stop()
    browser.wait_for("#link", "trying to connect again")
    again = serve(WEB.replace(":0", f":{daemon.page.rpartition(':')[2]}"))
    assert again.page == daemon.page
    browser.wait_for("#link", "live")
    eventually(
        lambda: browser.run("return document.body.dataset.instance") != instance, 20,
        "it is the page of the new daemon")
    # What could not be reached meanwhile is the console's to tell.
    browser.complaints()


def test_the_keyboard_alone_pauses_and_resumes(serve, browser, control):
    daemon = serve(ACTIONS)
    browser.open(daemon.page)
    browser.wait_for("#link", "live")
    browser.tab_to("Pause orders")
    assert browser.run(
        "return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.press(Keys.ENTER)
    browser.wait_for("#said", "orders is paused")
    browser.wait_for("#verdict", "paused")
    assert control.get("/status").body["queues"][0]["state"] == "paused"
    # What had the focus has kept it, and resumes now.
    eventually(
        lambda: browser.run("return document.activeElement.innerText") == "Resume", 20,
        "the button resumes")
    browser.press(Keys.ENTER)
    browser.wait_for("#said", "served again")
    browser.wait_for("#verdict", "Working")


def test_dead_letters_are_put_back(serve, embedded, browser, tmp_path):
    daemon = serve(ACTIONS)
    dead = embedded.queue("orders-dead")
    embedded.queue("orders").send("fail once")
    eventually(lambda: dead.counts()[0] == 1, 30, "it was given up")
    browser.open(daemon.page)
    browser.wait_for("#queues tbody", "Redrive", within=30)
    browser.run("document.querySelector('form[action=\"/redrive\"]').requestSubmit()")
    browser.wait_for("#said", "SQS has begun to put the dead letters of orders back")
    eventually(lambda: len(lines(tmp_path / "started")) == 2, 30, "it runs once more")


def test_without_a_script_a_form_leads_back_to_the_page(serve, control):
    page = serve(ACTIONS).page
    answer = post(page, "/pause", token_of(page))
    assert (answer.status, answer.headers["Location"]) == (303, "/#queues")
    assert control.get("/status").body["queues"][0]["state"] == "paused"


def test_what_another_site_has_a_browser_ask_for_is_not_done(serve, control):
    page = serve(ACTIONS).page
    token = token_of(page)
    own = page.removeprefix("http://")
    other_token = token[:-1] + ("0" if token[-1] != "0" else "1")
    forged = [
        ({"Origin": "http://evil.example"}, token, 403),
        ({"Origin": "null"}, token, 403),
        ({"Origin": f"http://{own}1"}, token, 403),
        ({"Origin": page, "Sec-Fetch-Site": "cross-site"}, token, 403),
        ({"Sec-Fetch-Site": "same-site"}, token, 403),
        ({}, token, 403),
        ({"Origin": page}, "", 403),
        ({"Origin": page}, other_token, 403),
        ({"Origin": "http://evil.example", "Host": "evil.example"}, token, 421),
        ({"Origin": f"http://{own}.evil.example", "Host": f"{own}.evil.example"}, token, 421),
    ]
    for fields, brought, status in forged:
        assert post(page, "/pause", brought, fields).status == status, fields
    assert post(page, "/pause", token, method="GET").status == 405
    assert fetch(f"{page}/", Host="evil.example")[0] == 421
    assert control.get("/status").body["queues"][0]["state"] == "idle"


@pytest.mark.parametrize("remote", [False, True], ids=["here", "for-others"])
def test_it_goes_by_no_name_that_it_was_not_given(serve, control, remote):
    more = 'hosts = ["ops.example"]\n'
    if remote:
        more += "allow_remote = true\n"
    page = serve(f"{ACTIONS}{more}").page
    by = {"Origin": "https://ops.example", "Host": "ops.example"}
    assert fetch(f"{page}/", Host="10.1.2.3:9326")[0] == (200 if remote else 421)
    assert fetch(f"{page}/", Host="evil.example")[0] == 421
    assert post(page, "/pause", token_of(page), by).status == 303
    assert control.get("/status").body["queues"][0]["state"] == "paused"


def test_a_form_of_another_page_does_nothing_even_with_the_token(serve, browser, control):
    page = serve(ACTIONS).page
    form = (f'<form method="post" action="{page}/pause"><input name="queue" value="orders">'
            f'<input name="token" value="{token_of(page)}"></form>')
    browser.open(f"data:text/html,{urllib.parse.quote(form)}")
    browser.run("document.forms[0].submit()")
    browser.wait_for("body", "it came from another site's page")
    assert control.get("/status").body["queues"][0]["state"] == "idle"
    # The refusal is told in the console, and has no icon.
    browser.complaints()


def test_no_page_shows_it_in_a_frame(serve, browser):
    page = serve().page
    browser.open(f"data:text/html,<iframe src='{page}/'></iframe>")
    browser.driver.switch_to.frame(0)
    # The browser's own page of what it could not show.
    eventually(lambda: "subframe" in browser.driver.page_source, 20, "it is refused")
    assert "verdict" not in browser.driver.page_source


def test_a_page_that_only_shows_does_nothing(serve, control):
    page = serve().page
    assert token_of(page) == ""
    for path in ("/pause", "/resume", "/redrive", "/reload", "/log-level"):
        assert post(page, path, "").status == 404
    assert control.get("/status").body["queues"][0]["state"] == "idle"


def token_of(page):
    return re.search(r'data-token="(\w*)"', fetch(f"{page}/")[2])[1]


def post(page, path, token, fields=None, method="POST"):
    """The answer to a form of the page, or to one that is meant to look so."""
    connection = http.client.HTTPConnection(page.removeprefix("http://"), timeout=20)
    form = urllib.parse.urlencode({"token": token, "queue": "orders"})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request(
        method, path, form, {**kind, **({"Origin": page} if fields is None else fields)})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_an_address_that_others_reach_is_to_be_meant(embedded, config, command):
    config.drop_in("orders", 'queue = "orders"\n[journal]\n')
    config.main('[web]\nlisten = "0.0.0.0:9326"\n')
    refused = command("check", "--config", config.folder, endpoint=embedded.url)
    assert refused.status == 78
    assert "web.listen" in refused.output and "allow_remote = true" in refused.output
    config.main('[web]\nlisten = "0.0.0.0:9326"\nallow_remote = true\n')
    warned = command("check", "--config", config.folder, endpoint=embedded.url)
    assert warned.status == 0
    assert "other machines that reach 0.0.0.0:9326 can use the page" in warned.output
