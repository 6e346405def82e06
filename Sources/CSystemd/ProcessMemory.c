#define _GNU_SOURCE

#include "CSystemd.h"

#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

void sqs_bound_arenas(int32_t count) { mallopt(M_ARENA_MAX, count); }

void sqs_bound_freed_memory(int32_t size) {
    // Each stays what it is once it is set. Otherwise the first becomes twice the second, and that
    // as large as the largest block that was freed.
    mallopt(M_TRIM_THRESHOLD, size);
    mallopt(M_MMAP_THRESHOLD, size);
}

void sqs_give_back_memory(void) { malloc_trim(0); }

/// For the first object, which is the program itself.
static int unmap_code(struct dl_phdr_info *program, size_t size, void *unused) {
    (void)size;
    (void)unused;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < program->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &program->dlpi_phdr[i];
        // What was written to exists nowhere else.
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W)) {
            continue;
        }
        const uintptr_t start = (uintptr_t)program->dlpi_addr + segment->p_vaddr;
        const uintptr_t first = start & ~(page - 1);
        madvise((void *)first, start + segment->p_filesz - first, MADV_DONTNEED);
    }
    return 1;
}

void sqs_unmap_code(void) { dl_iterate_phdr(unmap_code, NULL); }

int32_t sqs_set_dumpable(bool is_dumpable) {
    return prctl(PR_SET_DUMPABLE, is_dumpable ? 1 : 0, 0, 0, 0) < 0 ? -errno : 0;
}
