"""What the kernel says of a process. Source: proc(5)."""

import os
from pathlib import Path


def cpu_seconds(pid, children=False):
    """Processor time of the process itself, in user and kernel mode; with its children, that of
    those which have ended and been waited for as well."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    # utime, stime, cutime and cstime are fields 14 to 17; the list starts at field 3.
    times = fields[11:15] if children else fields[11:13]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid):
    return _memory(pid, "VmRSS")


def peak_resident_bytes(pid):
    """The most that was resident at any time."""
    return _memory(pid, "VmHWM")


def _memory(pid, name):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"process {pid} has no resident memory: has it ended?")


def children(pid):
    """The processes that `pid` started and that are still there, zombies included."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


def state(pid):
    """The letter that the kernel has for the state of a process; X where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "X"


def is_running(pid):
    """Whether `pid` is a process that has not ended. A zombie has ended."""
    return state(pid) not in ("Z", "X")


def descriptors(pid):
    """What each open descriptor of a process is, by its number."""
    found = {}
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found[int(link.name)] = os.readlink(link)
        except FileNotFoundError:
            # It was closed while we looked.
            continue
    return found
