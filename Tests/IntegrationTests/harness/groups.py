"""Message groups of a FIFO queue: messages in order, some of which fail at first."""

import random
from collections import defaultdict


class Groups:
    """`groups` × `messages` messages, of which `failing` (a share) fail at their first attempt."""

    def __init__(self, groups, messages, failing, seed=1):
        generator = random.Random(seed)
        self.count = groups * messages
        bodies = [(f"group-{group}", index) for group in range(groups) for index in range(messages)]
        failing = generator.sample(bodies, round(failing * self.count))
        self._failing = {f"{group} {index}" for group, index in failing}
        self.failures = len(failing)
        # The groups side by side, each in its order.
        self.entries = [
            {"MessageBody": f"{group} {index}", "MessageGroupId": group,
             "MessageDeduplicationId": f"{group}-{index}"}
            for group, index in sorted(bodies, key=lambda body: body[1])]

    def status(self, run):
        """What the worker answers. Not by the receive count: what was released unstarted, behind
        a failed message of its group, has one above 1 at its first attempt."""
        if run.body not in self._failing:
            return 200
        self._failing.remove(run.body)
        return 500


def order_violations(runs, replays=False):
    """What the handler's own log says against the order: within each group a message starts only
    after the one before it is done, and a failed one is the next to run. None: it was kept.

    `replays`: a daemon that was killed leaves messages that were done and not yet deleted. They
    may run again, in their order. What does not run again among them was deleted: it was done, and
    no later run of it is to be found.
    """
    by_group = defaultdict(list)
    for run in runs:
        by_group[run.body.split()[0]].append(run)
    violations = []
    for group in by_group.values():
        indexes = [int(run.body.split()[1]) for run in group]
        expected, last_end, done = 0, 0.0, set()
        for position, (index, run) in enumerate(zip(indexes, group)):
            passed_over = set(range(expected, index))
            deleted = done - set(indexes[position:])
            is_next = passed_over <= deleted if replays else index == expected
            if not is_next or run.start < last_end or run.end is None:
                violations.append(run)
            last_end = run.end or run.start
            if run.outcome == "done":
                done.add(index)
            expected = index + 1 if run.outcome == "done" else index
    return violations


def sequence(runs, group):
    """The runs of a group in short, for a test that failed."""
    return " ".join(
        f"{run.body.split()[1]}:{run.outcome}@{run.start:.2f}"
        for run in runs if run.body.split()[0] == group)
