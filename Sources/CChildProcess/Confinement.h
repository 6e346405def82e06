#pragma once

/// Refuses this process every system call from now on, but to execute a program and to exit; so
/// that what it executes can do nothing but end. 0, or -1 with errno: ENOSYS on a machine for which
/// this is not written.
int child_confine(void);
