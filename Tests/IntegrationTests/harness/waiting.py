"""The one place where a test waits for something that no event announces."""

import threading
import time

# How often a condition is looked at. Short enough not to slow a test, long enough to cost no CPU.
LOOK_EVERY_SECONDS = 0.05


def eventually(condition, within=10.0, what=None):
    """Returns the first true value of `condition()`; fails when there is none in time."""
    deadline = time.monotonic() + within
    pause = threading.Event()
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {within} s: {what or condition}")
        pause.wait(LOOK_EVERY_SECONDS)
