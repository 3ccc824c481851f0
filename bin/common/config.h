/*
 * Configuration files: strict JSON, read by the one reader of wire, with a
 * clear line on standard error when something is wrong.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMON_CONFIG_H
#define COMMON_CONFIG_H

#include <limits.h>

#include <ykt/bytes.h>

#include "code/code_roots.h"
#include "crypto/sm2.h"
#include "wire/json.h"

/* Exit codes of every program. */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1, /* it could not do it; standard error says why */
	EXIT_USAGE = 2   /* command line or configuration is wrong; nothing was started */
};

#define CONFIG_PATH_MAX 512

/*
 * Reads path as a message of msg into ret. A text with a part ".." is refused:
 * paths are meant from the configuration's folder, or absolute. False: standard
 * error says what is wrong ("ykt-keyd: keyd.json: ..."); ret is zero.
 */
bool config_read(const char *program, const char *path, const struct wire_message *msg, void *ret);

/*
 * A file of secrets: there, a file of this process's user, and no right for anybody else.
 * False: standard error says which of them it is not.
 */
bool config_private(const char *program, const char *path);

/* Makes a path of the file relative to the configuration's own folder, in place. */
void config_resolve(const char *config_path, char path[CONFIG_PATH_MAX]);

/* A file of hex digits, len bytes of them. False: said why. */
bool config_hex(const char *program, const char *path, uint8_t *out, size_t len);

/* A file of roots for ride codes (code/code_roots.h). False: said why, with the line. */
bool config_code_roots(
    const char *program, const char *path, struct crypto *crypto, struct code_roots *ret_roots);

/* A file of hex digits: 192 private and public, or 128 public. False: said why. */
bool config_sm2_key(const char *program, const char *path, struct crypto_sm2_key *ret_key);
bool config_sm2_pub(const char *program, const char *path, struct crypto_sm2_pub *ret_pub);

#endif
