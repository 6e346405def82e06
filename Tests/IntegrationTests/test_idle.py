"""An idle queue costs one request per 20 seconds, no processor time and little memory."""

from harness.process_facts import cpu_seconds, resident_bytes

LONG_POLL_SECONDS = 20.0

# Two whole polls must have come back; the margin is for a busy machine.
WATCH_SECONDS = 60.0

# 1 % of the time watched: ten times what was measured, and far below any loop that spins.
CPU_SHARE = 0.01

RESIDENT_LIMIT = 24 * 1024 * 1024


def receives(requests):
    return sum(request.operation == "ReceiveMessage" for request in requests)


def test_an_idle_queue_costs_one_request_per_long_poll(
        stripped, ministack, endpoint, start, record_property):
    queues = ["idle-one", "idle-two"]
    for name in queues:
        ministack.create(name)
    counter = endpoint(proxy_to=ministack.url)
    daemon = start(
        counter.url, *(f"--queue={name}" for name in queues), program=stripped).wait_ready()
    started = counter.wait_for(lambda requests: receives(requests) >= 2, WATCH_SECONDS)
    cpu = cpu_seconds(daemon.pid)
    watched = counter.wait_for(
        lambda requests: receives(requests) >= 6, WATCH_SECONDS)[len(started):]
    cpu = cpu_seconds(daemon.pid) - cpu
    resident = resident_bytes(daemon.pid)

    seconds = watched[-1].at - started[-1].at
    # Tests/run shows it.
    record_property(
        "idle", f"{len(watched)} requests and {cpu:.2f} s of CPU in {seconds:.1f} s, "
        f"{resident / 2**20:.1f} MiB resident")
    assert [request.operation for request in watched] == ["ReceiveMessage"] * 4
    assert seconds >= 2 * (LONG_POLL_SECONDS - 1)
    assert cpu <= CPU_SHARE * seconds
    assert resident < RESIDENT_LIMIT
