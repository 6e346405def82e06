# The fixtures live in the harness, which the system tests use as well.
from harness.fixtures import (  # noqa: F401
    binary, command, config, control, embedded, endpoint, function, gate, ministack, moto, start,
    order_worker, start_durable, stripped)
