"""A worker application as people write it for an Elastic Beanstalk worker environment.

Knows nothing of this project: it reads the headers of the worker daemon and answers 200, 429 or
500. Each request is one line of JSON in the file that WORKER_LOG names; without it none is kept.
Prints its URL when it listens. WORKER_IDLE_SECONDS: after how long an unused connection is closed.
"""

import json
import os
import threading

from flask import Flask, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

application = Flask(__name__)
log = open(os.environ["WORKER_LOG"], "a") if "WORKER_LOG" in os.environ else None
lock = threading.Lock()
handled = 0


@application.post("/")
@application.post("/tasks/<name>")
def work(name=None):
    global handled
    # Another content type than JSON is answered with 415 by get_json().
    job = request.get_json()
    first = int(request.headers["X-Aws-Sqsd-Receive-Count"]) == 1
    with lock:
        handled += 1
        if log:
            log.write(json.dumps({
                "path": request.path, "job": job, "headers": dict(request.headers)}) + "\n")
            log.flush()
    if job.get("course") == "fails once" and first:
        return jsonify(error="not yet"), 500
    if job.get("course") == "busy once" and first:
        return jsonify(error="busy"), 429, {"Retry-After": "1"}
    return jsonify(done=request.headers["X-Aws-Sqsd-Msgid"])


@application.get("/handled")
def count():
    return jsonify(handled=handled)


class KeepAlive(WSGIRequestHandler):
    """HTTP/1.1 with connections that are used again, as the servers of production have them."""

    protocol_version = "HTTP/1.1"
    timeout = float(os.environ.get("WORKER_IDLE_SECONDS", "60"))

    def log_request(self, *_):
        pass


if __name__ == "__main__":
    server = make_server(
        "127.0.0.1", 0, application, threaded=True, request_handler=KeepAlive)
    print(f"Listening on http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
