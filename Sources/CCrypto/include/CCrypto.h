// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The state of a SHA-256 under way; large and aligned enough for libcrypto's SHA256_CTX.
typedef struct {
    uint64_t words[16];
} pare_sha256;

void pare_sha256_begin(pare_sha256 *state);
void pare_sha256_update(pare_sha256 *state, const void *bytes, size_t count);

/// Writes the 32 bytes of the hash; the state is of no use afterwards.
void pare_sha256_finish(pare_sha256 *state, uint8_t *digest);

/// The state of a SHA-512 under way; large and aligned enough for libcrypto's SHA512_CTX.
typedef struct {
    uint64_t words[28];
} pare_sha512;

void pare_sha512_begin(pare_sha512 *state);
void pare_sha512_update(pare_sha512 *state, const void *bytes, size_t count);

/// Writes the 64 bytes of the hash; the state is of no use afterwards.
void pare_sha512_finish(pare_sha512 *state, uint8_t *digest);

/// Writes the 20 bytes of the SHA-1 of bytes.
void pare_sha1(const void *bytes, size_t count, uint8_t *digest);
