"""`pause` and `resume`, as an operator uses them."""

import threading

from harness.files import lines
from harness.servers import TestedQueue, sqs_client
from harness.waiting import eventually
from harness.watched import ask, begin, queue_of, record  # noqa: F401

# As many as showed that a queue was left alone when it was wanted again at the moment of its end.
QUICK_QUEUES = 60
QUICK_TURNS = 40
# Four in a hundred looks saw a queue twice or not at all.
LOOKED_AT_TURNS = 60


def waiting(control):
    return queue_of(control).get("approximate", {}).get("visible")


def test_a_paused_queue_gets_nothing_and_loses_nothing(
        begin, ask, embedded, config, control, gate, tmp_path):
    queue = embedded.create("orders", VisibilityTimeout=600)
    config.exec("orders", f"""
        echo "$SQS_MESSAGE_ID" >> {tmp_path}/started
        read -r _ < {gate.path}
        echo "$SQS_MESSAGE_ID" >> {tmp_path}/orders""", concurrency=1)
    daemon = begin()
    first = queue.send("runs")
    eventually(lambda: lines(tmp_path / "started") == first, 20, "the first runs")

    paused = ask("pause", "orders")
    assert (paused.status, paused.stdout) == (0, "orders is paused: what runs finishes\n")
    rest = queue.send("waits", "waits too")
    assert queue_of(control)["state"] == "paused"
    assert "paused: orders" in control.get("/status").body["summary"]
    daemon.wait_for_status("paused: orders")
    gate.open()
    eventually(lambda: lines(tmp_path / "orders") == first, 20, "what ran has finished")
    daemon.wait_for("paused, and nothing of it is in hand")
    assert queue.counts() == (2, 0, 0)
    assert ask("status").status == 0
    eventually(lambda: waiting(control) == 2, 30, "it is told how many wait meanwhile")

    # A reload leaves it as it is.
    assert ask("reload").status == 0
    assert queue_of(control)["state"] == "paused"
    assert queue.counts() == (2, 0, 0)
    assert ask("resume", "--all").stdout == "orders is served\n"
    eventually(lambda: set(lines(tmp_path / "orders")) == {*first, *rest}, 20, "the rest ran")
    queue.wait_until_empty()
    assert "paused on request" in daemon.output and "served again on request" in daemon.output


def test_the_other_queues_go_on(begin, ask, embedded, config, control, tmp_path):
    orders, bills = embedded.create("orders"), embedded.create("bills")
    record(config, tmp_path, "orders")
    record(config, tmp_path, "bills")
    begin()
    assert control.post("/pause?queue=orders").body == {"queues": ["orders"]}
    orders.send("not now")
    bills.send("now")
    eventually(lambda: lines(tmp_path / "bills") == ["now"], 20, "the other queue is served")
    assert orders.counts() == (1, 0, 0)
    assert lines(tmp_path / "orders") == []


def test_a_queue_and_its_namesake_of_another_region_are_paused_each_by_itself(
        begin, ask, embedded, config, control, tmp_path):
    def create(region):
        client = sqs_client(embedded.url, region)
        return TestedQueue(client, "orders", client.create_queue(QueueName="orders")["QueueUrl"])

    here, there = create("eu-central-1"), create("us-west-2")
    for name, queue in ("here", here), ("there", there):
        config.exec(name, f'echo "$(cat)" >> {tmp_path}/{name}', queue=queue.url)
    begin()
    # Nor are their figures mixed up.
    names = {queue["name"] for queue in control.get("/status").body["queues"]}
    assert names == {here.url, there.url}
    assert control.post(f"/pause?queue={there.url}").body == {"queues": [there.url]}
    there.send("not now")
    here.send("now")
    eventually(lambda: lines(tmp_path / "here") == ["now"], 20, "the namesake is served")
    assert there.counts() == (1, 0, 0)
    # A bare name is that of both.
    assert set(control.post("/pause?queue=orders").body["queues"]) == {here.url, there.url}
    assert ask("resume", "orders").status == 0
    eventually(lambda: lines(tmp_path / "there") == ["not now"], 20, "both are served")


def test_queues_that_are_paused_and_resumed_in_quick_turn_are_all_served(
        begin, embedded, config, control, tmp_path):
    names = [f"queue{number}" for number in range(QUICK_QUEUES)]
    # A receive that a pause cuts may have been answered: its message comes back in this time.
    queues = [embedded.create(name, VisibilityTimeout=3) for name in names]
    for name in names:
        record(config, tmp_path, name)
    begin()
    for turn in range(QUICK_TURNS):
        # Where a queue happens to be at its end differs from turn to turn.
        queues[turn % QUICK_QUEUES].send(f"turn {turn}")
        assert control.post("/pause?all=true").status == 200
        assert control.post("/resume?all=true").status == 200
    for queue in queues:
        queue.send("last")
    for name in names:
        eventually(lambda: "last" in lines(tmp_path / name), 20, f"{name} is served")


def test_who_looks_while_queues_come_and_go_sees_each_once(
        begin, embedded, config, control, tmp_path):
    names = ["a", "b", "c", "d"]
    for name in names:
        embedded.create(name)
        record(config, tmp_path, name)
    begin()
    seen, is_over = [], threading.Event()

    def look():
        while not is_over.is_set():
            seen.append([queue["name"] for queue in control.get("/status").body["queues"]])

    lookers = [threading.Thread(target=look) for _ in range(3)]
    for looker in lookers:
        looker.start()
    for _ in range(LOOKED_AT_TURNS):
        assert control.post("/pause?queue=a&queue=c").status == 200
        assert control.post("/resume?all=true").status == 200
    is_over.set()
    for looker in lookers:
        looker.join()
    assert len(seen) > LOOKED_AT_TURNS
    assert [shown for shown in seen if shown != names] == []


def test_a_pause_outlasts_a_restart_only_where_it_is_to(
        begin, ask, embedded, config, control, tmp_path):
    orders, bills = embedded.create("orders"), embedded.create("bills")
    record(config, tmp_path, "orders")
    record(config, tmp_path, "bills")
    state = tmp_path / "state"
    daemon = begin("--state-dir", state)
    assert ask("pause", "orders", "--persist").status == 0
    assert ask("pause", "bills").status == 0
    daemon.stop()

    daemon = begin("--state-dir", state)
    bills.send("after the restart")
    orders.send("not yet")
    eventually(lambda: lines(tmp_path / "bills") == ["after the restart"], 20, "bills is served")
    assert queue_of(control, "orders")["state"] == "paused"
    assert orders.counts() == (1, 0, 0)
    eventually(lambda: waiting(control) == 1, 30, "it is told how many wait meanwhile")
    assert ask("resume", "orders").status == 0
    eventually(lambda: lines(tmp_path / "orders") == ["not yet"], 20, "orders is served")
    daemon.stop()
    begin("--state-dir", state)
    assert queue_of(control, "orders")["state"] != "paused"


def test_a_queue_of_two_names_is_resumed_with_the_handlers_of_both(
        begin, ask, embedded, config, tmp_path):
    queue = embedded.create("orders")
    record(config, tmp_path, "orders")
    record(config, tmp_path, "by-url", queue=queue.url)
    state = tmp_path / "state"
    daemon = begin("--state-dir", state)
    assert ask("pause", "orders", "--persist").status == 0
    daemon.stop()

    begin("--state-dir", state)
    resumed = ask("resume", queue.url)
    assert resumed.status == 0, resumed.output
    queue.send("for both")
    for name in ("orders", "by-url"):
        eventually(lambda name=name: lines(tmp_path / name) == ["for both"], 20, f"{name} ran")


def test_what_cannot_be_paused_is_told(begin, ask, embedded, config, control, tmp_path):
    embedded.create("orders")
    record(config, tmp_path, "orders")
    begin()
    unknown = ask("pause", "order")
    assert unknown.status == 66
    assert "no handler asks for the queue order; there are orders" in unknown.stderr
    kept = ask("pause", "orders", "--persist")
    assert kept.status == 69
    assert "state_directory" in kept.stderr
    assert queue_of(control)["state"] == "idle"
    assert ask("pause").status == 64
    assert control.post("/pause").status == 400
