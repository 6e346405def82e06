"""What can happen to a request between the daemon and its queue server, and plans of it.

A fault is a coroutine function that is given the `Passage` of one request (see `fault_proxy`) and
decides what becomes of it. A plan is called with each request and returns its fault, or None.
"""

import asyncio
import json
import random

from harness.http_endpoint import Answer, service_error
from harness.loopback_server import head

HUGE_BYTES = 50_000_000
CHUNK = b" " * 65536

BATCHES = ("DeleteMessageBatch", "ChangeMessageVisibilityBatch", "SendMessageBatch")


def named(name):
    def give_name(fault):
        fault.fault_name = name
        return fault
    return give_name


@named("lost request")
async def lost_request(passage):
    """The connection is cut, and the server never hears of it."""
    passage.cut()


@named("lost answer")
async def lost_answer(passage):
    """The server has done it, and the client is not told."""
    await passage.forward()
    passage.cut()


@named("cut answer")
async def cut_answer(passage):
    """The connection is cut in the middle of the answer's body."""
    answer = await passage.forward()
    start = head(answer.status, len(answer.body) + 1, answer.headers)
    await passage.write(start + answer.body[:len(answer.body) // 2])
    passage.cut()


@named("half a JSON")
async def half_json(passage):
    """A whole answer by its length, with half of what belongs into it."""
    answer = await passage.forward()
    await passage.answer(Answer(
        answer.status, (answer.body or b"{}")[:max(1, len(answer.body) // 2)], answer.headers))


@named("200 with HTML")
async def html(passage):
    """A captive portal, or a proxy's page."""
    await passage.answer(Answer(
        200, b"<!DOCTYPE html><html><body>Please log in</body></html>",
        {"Content-Type": "text/html"}))


def page(status, **headers):
    """A page of something before the service, which never hears of the request."""
    @named(f"{status} with HTML")
    async def fault(passage):
        await passage.answer(Answer(
            status, b"<html><body>nginx</body></html>", {"Content-Type": "text/html", **headers}))
    return fault


@named("50 MB")
async def huge(passage):
    """An answer that never was meant for this client, streamed without a word of its length."""
    start = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    await passage.write(start.encode())
    chunk = b"%x\r\n%b\r\n" % (len(CHUNK), CHUNK)
    for _ in range(HUGE_BYTES // len(CHUNK) + 1):
        await passage.write(chunk)
    passage.cut()


@named("50 MB, declared")
async def huge_declared(passage):
    """The same, with its length in the head."""
    await passage.write(head(200, HUGE_BYTES, {"Content-Type": "application/x-amz-json-1.0"}))
    for _ in range(HUGE_BYTES // len(CHUNK)):
        await passage.write(CHUNK)
    passage.cut()


@named("stalled")
async def stalled(passage):
    """The connection stands, and nothing ever comes."""
    await passage.until_gone()


def delayed(seconds):
    @named("delay")
    async def fault(passage):
        await asyncio.sleep(seconds)
        await passage.answer(await passage.forward())
    return fault


def late(seconds):
    """The server does it at once, and its answer takes its time."""
    @named("late answer")
    async def fault(passage):
        answer = await passage.forward()
        await asyncio.sleep(seconds)
        await passage.answer(answer)
    return fault


def error(status, code, message="injected"):
    """An error that the service words, for a request that it did not carry out."""
    @named(f"{status} {code}")
    async def fault(passage):
        await passage.answer(service_error(status, code, message))
    return fault


def done_but(status, code):
    """An error for a request that was carried out."""
    @named(f"{status} {code}, though done")
    async def fault(passage):
        await passage.forward()
        await passage.answer(service_error(status, code, "injected"))
    return fault


def failed_entries(though_done, code="InternalError", sender=False):
    """Every second entry of a batch fails; the others are carried out, and so are the failed ones
    where they are `though_done`. Other operations pass."""
    @named(f"failed entries{', though done' if though_done else ''}")
    async def fault(passage):
        if passage.request.operation not in BATCHES:
            return await passage.answer(await passage.forward())
        parameters = passage.request.parameters
        failing = {entry["Id"] for entry in parameters["Entries"][::2]}
        if not though_done:
            kept = [entry for entry in parameters["Entries"] if entry["Id"] not in failing]
            answer = (
                await passage.forward({**parameters, "Entries": kept}) if kept
                else Answer(200, b"{}", {"Content-Type": "application/x-amz-json-1.0"}))
        else:
            answer = await passage.forward()
        if answer.status != 200:
            return await passage.answer(answer)
        result = json.loads(answer.body)
        result["Successful"] = [
            entry for entry in result.get("Successful", []) if entry["Id"] not in failing]
        result["Failed"] = result.get("Failed", []) + [
            {"Id": entry, "SenderFault": sender, "Code": code, "Message": "injected"}
            for entry in sorted(failing)]
        await passage.answer(Answer(200, json.dumps(result).encode(), answer.headers))
    return fault


INTERNAL = error(500, "InternalError")
UNAVAILABLE = error(503, "ServiceUnavailable")
THROTTLED = error(400, "ThrottlingException", "Rate exceeded")
REQUEST_THROTTLED = error(403, "RequestThrottled", "Request was throttled")


def always(fault, *operations):
    """The fault for every request, or for those of the named operations."""
    return lambda request: (
        fault if not operations or request.operation in operations else None)


def first(count, fault, *operations):
    """The fault for the first `count` requests (of the named operations)."""
    left = [count]

    def plan(request):
        if left[0] == 0 or (operations and request.operation not in operations):
            return None
        left[0] -= 1
        return fault
    return plan


def mix(seed, rate, faults):
    """Each request has one of the faults with the probability `rate`; a seed is one sequence."""
    generator = random.Random(seed)
    return lambda _: generator.choice(faults) if generator.random() < rate else None
