// SPDX-License-Identifier: Apache-2.0

// The low-level functions are deprecated in favour of EVP, which finds its algorithms through providers: linked
// statically it brings megabytes of ciphers and reads a configuration file at start-up.  These are the same assembly.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "CCrypto.h"
#include <openssl/sha.h>

_Static_assert(sizeof(SHA256_CTX) <= sizeof(pare_sha256), "pare_sha256 holds a SHA256_CTX");
_Static_assert(_Alignof(SHA256_CTX) <= _Alignof(pare_sha256), "pare_sha256 is aligned as a SHA256_CTX");

void pare_sha256_begin(pare_sha256 *state) { SHA256_Init((SHA256_CTX *)state); }

void pare_sha256_update(pare_sha256 *state, const void *bytes, size_t count) {
    SHA256_Update((SHA256_CTX *)state, bytes, count);
}

void pare_sha256_finish(pare_sha256 *state, uint8_t *digest) { SHA256_Final(digest, (SHA256_CTX *)state); }

_Static_assert(sizeof(SHA512_CTX) <= sizeof(pare_sha512), "pare_sha512 holds a SHA512_CTX");
_Static_assert(_Alignof(SHA512_CTX) <= _Alignof(pare_sha512), "pare_sha512 is aligned as a SHA512_CTX");

void pare_sha512_begin(pare_sha512 *state) { SHA512_Init((SHA512_CTX *)state); }

void pare_sha512_update(pare_sha512 *state, const void *bytes, size_t count) {
    SHA512_Update((SHA512_CTX *)state, bytes, count);
}

void pare_sha512_finish(pare_sha512 *state, uint8_t *digest) { SHA512_Final(digest, (SHA512_CTX *)state); }

void pare_sha1(const void *bytes, size_t count, uint8_t *digest) {
    SHA_CTX state;
    SHA1_Init(&state);
    SHA1_Update(&state, bytes, count);
    SHA1_Final(digest, &state);
}
