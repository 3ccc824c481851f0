/*
 * Files of SM2 private keys that commands make and use.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_KEY_FILE_H
#define CLI_KEY_FILE_H

#include "cli/cli.h"
#include "crypto/sm2.h"

/*
 * The key in the file; a new one, written there for its owner alone, when there
 * is no such file. False: said why.
 */
bool key_file_of(struct cli *cli, const char *path, struct crypto_sm2_key *ret_key);

#endif
