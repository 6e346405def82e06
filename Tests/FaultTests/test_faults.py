"""Faults between the built daemon and its queue server, both the embedded one and moto.

At the end of each: every message was handled, none was deleted without, the daemon is ready and
its watchdog was fed, there was no storm of requests, and memory stayed bounded.
"""

import time

import pytest

from harness import faults
from subscriber import assert_nothing_lost, send

VISIBILITY_SECONDS = 4

# The most requests that meet an error in any one second. The worst is the first: what was under
# way, and the deletes of what was still done, are each tried three times; 30 were seen.
STORM_LIMIT = 60

# The same once the trouble is known: one receive and a batch or two, each of up to three attempts,
# with growing pauses; 18 were seen.
BURST_SECONDS = 2.0
LASTING_LIMIT = 30

OUTAGES = {
    "500": faults.INTERNAL,
    "503": faults.UNAVAILABLE,
    "ThrottlingException": faults.THROTTLED,
    "RequestThrottled": faults.REQUEST_THROTTLED,
    "html": faults.html,
    "half-json": faults.half_json,
    "cut-answers": faults.cut_answer,
    "lost-requests": faults.lost_request,
    "lost-answers": faults.lost_answer,
}

# moto answers about 45 requests a second.
MESSAGES = {"embedded": 100, "moto": 20}


@pytest.fixture
def load(request):
    return MESSAGES[request.node.callspec.params["server"]]


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_ends_without_loss_or_storm(
        outage, server, load, queue_name, proxy, worker, subscribe):
    queue = server.create(queue_name, VisibilityTimeout=VISIBILITY_SECONDS)
    work = worker(hold=0.05)
    between = proxy(server.url)
    ids = send(queue, load)
    subscriber = subscribe(between.url, queue.name, work.url)
    # In the middle of the work: receives, deletes and all they depend on fail.
    work.wait_for(lambda worker: len(worker.handled) >= load // 4)
    between.plan = faults.always(OUTAGES[outage])
    began = time.monotonic()
    between.wait_for_faults(5, 60, "ReceiveMessage")
    seconds = time.monotonic() - began
    ids += send(queue, 5, "sent in the outage")
    between.heal()

    assert_nothing_lost(queue, work, ids)
    subscriber.assert_well()
    busiest, later = between.busiest_second(), between.busiest_second(began + BURST_SECONDS)
    print(f"{outage} for {seconds:.1f} s: {busiest} requests in the busiest second, "
          f"{later} once it was known")
    assert busiest <= STORM_LIMIT
    assert later <= LASTING_LIMIT


# What SQS or something before it answers when a person has to mend it, or a proxy is in trouble.
LASTING = {
    "404 with HTML": faults.page(404),
    "302": faults.page(302, Location="https://login.example.com/"),
    "AccessDenied": faults.error(403, "AccessDeniedException"),
}

# Tried again after 5 to 10 s, then after 10 to 20 s.
LASTING_FAULTS = 2


@pytest.mark.parametrize("outage", LASTING)
def test_a_refusal_of_whole_calls_ends_without_loss_or_storm(
        outage, embedded, queue_name, proxy, worker, subscribe):
    queue = embedded.create(queue_name, VisibilityTimeout=VISIBILITY_SECONDS)
    # Some outlast the outage: the renewal that is refused must not end them.
    work = worker(hold=lambda run: 2.5 if run.body.endswith("7") else 0.05)
    between = proxy(embedded.url)
    ids = send(queue, MESSAGES["embedded"])
    subscriber = subscribe(between.url, queue.name, work.url)
    work.wait_for(lambda worker: len(worker.handled) >= MESSAGES["embedded"] // 4)
    between.plan = faults.always(LASTING[outage])
    between.wait_for_faults(LASTING_FAULTS, 60, "ReceiveMessage")
    # Deletes failed and are waiting, and it is said why.
    subscriber.manager.wait_for(
        lambda message: "receiving fails" in message.get("STATUS", ""), 20)
    between.heal()

    assert_nothing_lost(queue, work, ids)
    subscriber.assert_well()
    assert between.busiest_second() <= STORM_LIMIT


@pytest.mark.parametrize("outage", LASTING)
def test_one_refused_renewal_ends_no_handler(
        outage, embedded, queue_name, proxy, worker, subscribe):
    queue = embedded.create(queue_name, VisibilityTimeout=VISIBILITY_SECONDS)
    work = worker(hold=1.5 * VISIBILITY_SECONDS)
    between = proxy(
        embedded.url, faults.first(1, LASTING[outage], "ChangeMessageVisibilityBatch"))
    subscriber = subscribe(between.url, queue.name, work.url)
    ids = send(queue, 5)
    assert_nothing_lost(queue, work, ids)
    assert sorted(run.message_id for run in work.runs) == sorted(ids), "a message ran twice"
    subscriber.assert_well()


MIXED = [
    faults.delayed(0.5), faults.lost_request, faults.lost_answer, faults.cut_answer,
    faults.half_json, faults.html, faults.INTERNAL, faults.UNAVAILABLE, faults.THROTTLED,
    faults.REQUEST_THROTTLED, faults.done_but(500, "InternalError"),
    faults.failed_entries(though_done=False), faults.failed_entries(though_done=True),
]

# Of all requests fail in one way or another.
RATE = 0.4


@pytest.mark.parametrize("seed", [1, 2])
def test_a_mix_of_all_faults_loses_nothing(
        seed, server, load, queue_name, proxy, worker, subscribe):
    queue = server.create(queue_name, VisibilityTimeout=VISIBILITY_SECONDS)
    # Some are slower than the visibility timeout, so that renewals fail as well.
    work = worker(hold=lambda run: 6.0 if run.body.endswith("7") else 0.05)
    between = proxy(server.url)
    subscriber = subscribe(between.url, queue.name, work.url, concurrency=16)
    between.plan = faults.mix(seed, RATE, MIXED)
    ids = send(queue, load)
    work.wait_until_handled(ids, 90)
    between.heal()

    assert_nothing_lost(queue, work, ids)
    subscriber.assert_well()
    met = {request.fault_name for request in between.requests if request.fault}
    print(f"seed {seed}: {len(work.runs)} runs of {len(ids)} messages, faults {sorted(met)}")
    assert between.busiest_second() <= STORM_LIMIT


@pytest.mark.parametrize("fault", [faults.huge, faults.huge_declared], ids=["streamed", "declared"])
def test_answers_of_50_mb_are_refused_in_bounded_memory(
        fault, server, queue_name, proxy, worker, subscribe):
    queue = server.create(queue_name, VisibilityTimeout=VISIBILITY_SECONDS)
    work = worker()
    between = proxy(server.url)
    subscriber = subscribe(between.url, queue.name, work.url)
    between.plan = faults.first(4, fault)
    ids = send(queue, 5)
    between.wait_for_faults(4, 60)
    assert_nothing_lost(queue, work, ids)
    subscriber.assert_well()
    assert between.busiest_second() <= STORM_LIMIT


# A receive without an answer is given up after its long poll of 20 s and 15 s more.
STALL_SECONDS = 60.0


def test_a_stalled_receive_is_noticed(server, queue_name, proxy, worker, subscribe):
    queue = server.create(queue_name, VisibilityTimeout=VISIBILITY_SECONDS)
    work = worker()
    between = proxy(server.url)
    between.plan = faults.always(faults.stalled, "ReceiveMessage")
    subscriber = subscribe(between.url, queue.name, work.url)
    between.wait_for_faults(1, 20)
    ids = send(queue, 5)
    subscriber.daemon.wait_for("receiving fails", STALL_SECONDS)
    between.heal()
    assert_nothing_lost(queue, work, ids)
    subscriber.assert_well()
    assert between.busiest_second() <= STORM_LIMIT


def test_a_stalled_delete_is_repeated_and_its_messages_run_once(
        server, queue_name, proxy, worker, subscribe):
    queue = server.create(queue_name, VisibilityTimeout=VISIBILITY_SECONDS)
    work = worker()
    between = proxy(server.url, faults.first(1, faults.stalled, "DeleteMessageBatch"))
    subscriber = subscribe(between.url, queue.name, work.url)
    ids = send(queue, 5)
    assert_nothing_lost(queue, work, ids)
    assert between.summary()["DeleteMessageBatch", "stalled"] == 1
    assert sorted(work.handled) == sorted(ids), "a message that was done ran again"
    subscriber.assert_well()
