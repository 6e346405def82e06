"""moto's server on a free port of loopback, with the one thing that its SQS leaves to luck mended.

moto answers each request in a thread of its own and guards none of its queues: two receives at once
may both take a message, and of two deletes at once one may put back what the other took out (both
seen in moto 5.2.1: `Queue.delete_message` replaces the list that it has copied from). A test that
counts deliveries needs a server that makes each just once, so every operation holds one lock, which
a long poll gives up while it waits.
"""

import functools
import sys
import threading

from moto import server
from moto.sqs.models import Queue, SQSBackend

GUARDED = [
    "send_message", "send_message_batch", "receive_message", "delete_message",
    "delete_message_batch", "change_message_visibility", "change_message_visibility_batch",
    "purge_queue", "get_queue_attributes"]

# Reentrant, since a batch calls the single operation; a long poll is never entered from another.
lock = threading.RLock()


def guarded(operation):
    @functools.wraps(operation)
    def run(*arguments, **options):
        with lock:
            return operation(*arguments, **options)
    return run


def waiting_unguarded(wait):
    @functools.wraps(wait)
    def run(*arguments, **options):
        lock.release()
        try:
            return wait(*arguments, **options)
        finally:
            lock.acquire()
    return run


for name in GUARDED:
    setattr(SQSBackend, name, guarded(getattr(SQSBackend, name)))
Queue.wait_for_messages = waiting_unguarded(Queue.wait_for_messages)

server.main(["-H", "127.0.0.1", "-p", "0", *sys.argv[1:]])
