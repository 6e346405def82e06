"""A real browser: Debian's Chromium without a window, driven by its own driver."""

import json

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys

from harness.waiting import eventually

DRIVER = "/usr/bin/chromedriver"


class Browser:
    def __init__(self):
        options = webdriver.ChromeOptions()
        # Chromium's own sandbox needs another user than root, and tests are run as root in
        # containers; every page that it opens here is ours. Shared memory is scarce there, too.
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
            options.add_argument(argument)
        options.set_capability(
            "goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(DRIVER))

    def open(self, url):
        self.driver.get(url)

    def command(self, name, **parameters):
        """A command of the Chrome DevTools Protocol."""
        return self.driver.execute_cdp_cmd(name, parameters)

    def run(self, script, *arguments):
        """What the script returns."""
        return self.driver.execute_script(script, *arguments)

    def text(self, selector):
        return self.run(
            "return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def wait_for(self, selector, text, within=20):
        eventually(
            lambda: text in self.text(selector), within, f"{text!r} is shown in {selector}")

    def press(self, *keys):
        self.driver.switch_to.active_element.send_keys(*keys)

    def tab_to(self, label, most=60):
        """Goes on by the tab key until what has the focus is called so."""
        seen = []
        for _ in range(most):
            self.press(Keys.TAB)
            seen.append(self.run(
                "const now = document.activeElement;"
                "return now.getAttribute('aria-label') ?? now.innerText"))
            if seen[-1] == label:
                return
        raise AssertionError(f"the tab key does not reach {label!r}, but {seen}")

    def resize(self, width, height):
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height,
            deviceScaleFactor=1, mobile=False)

    def prefer(self, scheme):
        """As a user who has set `light` or `dark`."""
        self.command(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}])

    def complaints(self):
        """What the console has been told since the last time."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """The addresses of all requests since the last time."""
        messages = [
            json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [message["params"]["request"]["url"] for message in messages
                if message["method"] == "Network.requestWillBeSent"]

    def close(self):
        self.driver.quit()


@pytest.fixture(scope="module")
def shared_browser():
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture
def browser(shared_browser):
    """A browser of which no page is open; what it complains of fails the test."""
    shared_browser.open("about:blank")
    shared_browser.complaints(), shared_browser.requests()
    yield shared_browser
    assert shared_browser.complaints() == []
