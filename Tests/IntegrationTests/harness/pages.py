"""What tests of pages ask of any of them."""

import urllib.error
import urllib.request

# A telephone, a small window and a wide screen.
SIZES = [(360, 800), (1024, 768), (1920, 1080)]


def fetch(url, data=None, **headers):
    """The status, the fields and the text of an answer."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data, fields)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def too_wide(browser):
    """By how many pixels the open page is wider than its window."""
    return browser.run(
        "const page = document.documentElement; return page.scrollWidth - page.clientWidth")
