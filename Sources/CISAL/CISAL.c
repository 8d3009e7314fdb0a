// SPDX-License-Identifier: Apache-2.0

// isa-l inflates more than twice as fast as zlib.  It is looked for when it is first wanted, so that neither building
// nor running needs it.
#define _GNU_SOURCE
#include "CISAL.h"

#if __has_include(<isa-l/igzip_lib.h>)

#include <dlfcn.h>
#include <elf.h>
#include <isa-l/igzip_lib.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/auxv.h>

struct pare_isal {
    struct inflate_state state;
};

static void (*isal_init)(struct inflate_state *);
static int (*isal_step)(struct inflate_state *);
static pthread_once_t once = PTHREAD_ONCE_INIT;

/// Whether a dynamic loader started this process.  A static executable would load a second C library.
static int has_loader(void) {
    const ElfW(Phdr) *headers = (const ElfW(Phdr) *)getauxval(AT_PHDR);
    unsigned long count = getauxval(AT_PHNUM);
    for (unsigned long i = 0; headers != NULL && i < count; i++)
        if (headers[i].p_type == PT_INTERP) return 1;
    return 0;
}

static void look_up(void) {
    if (!has_loader()) return;
    void *library = dlopen("libisal.so.2", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return;
    isal_init = (void (*)(struct inflate_state *))dlsym(library, "isal_inflate_init");
    isal_step = (int (*)(struct inflate_state *))dlsym(library, "isal_inflate");
}

pare_isal *pare_isal_new(void) {
    pthread_once(&once, look_up);
    if (isal_init == NULL || isal_step == NULL) return NULL;
    pare_isal *stream = malloc(sizeof *stream);
    if (stream != NULL) pare_isal_next_member(stream);
    return stream;
}

void pare_isal_free(pare_isal *stream) { free(stream); }

void pare_isal_next_member(pare_isal *stream) {
    isal_init(&stream->state);
    stream->state.crc_flag = ISAL_GZIP_NO_HDR_VER;
}

int pare_isal_inflate(
    pare_isal *stream, const uint8_t *input, size_t *input_count, uint8_t *output, size_t *output_count) {
    const uint32_t most = 1u << 30;
    uint32_t in = *input_count < most ? (uint32_t)*input_count : most;
    uint32_t out = *output_count < most ? (uint32_t)*output_count : most;
    struct inflate_state *state = &stream->state;
    state->next_in = (uint8_t *)input;
    state->avail_in = in;
    state->next_out = output;
    state->avail_out = out;
    int result = isal_step(state);
    *input_count = in - state->avail_in;
    *output_count = out - state->avail_out;
    if (result != ISAL_DECOMP_OK) return -1;
    return state->block_state == ISAL_BLOCK_FINISH;
}

#else

pare_isal *pare_isal_new(void) { return NULL; }
void pare_isal_free(pare_isal *stream) { (void)stream; }
void pare_isal_next_member(pare_isal *stream) { (void)stream; }
int pare_isal_inflate(
    pare_isal *stream, const uint8_t *input, size_t *input_count, uint8_t *output, size_t *output_count) {
    (void)stream, (void)input, (void)output;
    *input_count = *output_count = 0;
    return -1;
}

#endif
