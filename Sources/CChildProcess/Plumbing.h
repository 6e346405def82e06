#pragma once

#include "CChildProcess.h"

/// What a child is made of, by descriptor of this process.
struct plumbing {
    int input, output, error;
    /// -1 where there is none.
    int file;
};

/// What is made for a child before it is started: its ends and those of this process. -1 where
/// there is none.
struct child_ends {
    struct plumbing child;
    int output, error, timer;
};

extern const struct child_ends child_ends_none;

/// 0, or an errno and the step that failed. What was made until then is there.
int child_ends_make(
    const struct child_launch *_Nonnull launch, struct child_ends *_Nonnull made,
    enum child_step *_Nonnull step);

/// Closes what is the child's.
void child_ends_close_inner(struct child_ends *_Nonnull made);

/// Closes what is this process's.
void child_ends_close_outer(struct child_ends *_Nonnull made);
