// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stddef.h>
#include <stdint.h>

/// A gzip stream being inflated by Intel's isa-l; the headers of members are for the caller.
typedef struct pare_isal pare_isal;

/// A fresh stream; NULL where this machine has no isa-l, or the build had no header of it.
pare_isal *pare_isal_new(void);
void pare_isal_free(pare_isal *stream);

/// Begins the next member of a gzip file.
void pare_isal_next_member(pare_isal *stream);

/// Inflates what comes after a member's header, until the input is used up, the output is full or the member ends.
///
/// `*input_count` and `*output_count` come in as the lengths of the buffers and go out as what was used of them.
/// Returns 1 when the member has ended with the right checksum and length, 0 to go on, -1 for a corrupt stream.
int pare_isal_inflate(
    pare_isal *stream, const uint8_t *input, size_t *input_count, uint8_t *output, size_t *output_count);
