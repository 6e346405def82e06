# The fixtures live in the harness, which the system tests use as well.
from harness.browser import browser, shared_browser  # noqa: F401
from harness.fixtures import (  # noqa: F401
    binary, command, config, control, embedded, endpoint, function, gate, ministack, moto, start,
    order_worker, start_durable, stripped)
