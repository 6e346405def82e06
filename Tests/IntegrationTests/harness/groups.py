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


def order_violations(runs, repeats=False):
    """What the handler's own log says against the order: within each group a message starts only
    after the one before it is done, and a failed one is the next to run.

    `repeats`: the last that was done may run again, since its delete may have been lost.
    """
    by_group = defaultdict(list)
    for run in runs:
        by_group[run.body.split()[0]].append(run)
    violations = []
    for group in by_group.values():
        expected, last_end = 0, 0.0
        for run in group:
            index = int(run.body.split()[1])
            is_next = index == expected or (repeats and index == expected - 1)
            if not is_next or run.start < last_end or run.end is None:
                violations.append(run)
            last_end = run.end or run.start
            if run.outcome == "done":
                expected = max(expected, index + 1)
    return violations
