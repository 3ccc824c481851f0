/*
 * ykt-se: what its commands share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_SE_PROGRAM_H
#define YKT_SE_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <ykt/bytes.h>

#include "card/scp03.h"
#include "se/image.h"

struct crypto;
struct se_params;

#define SE_PROGRAM    "ykt-se"
#define SE_EXIT_USAGE 2 /* the command line is wrong; nothing was started */

/*
 * Test keys, for cards and PSAMs that never leave a machine. A build with
 * YKT_REFUSE_TEST_KEYS has none, and refuses key files that begin like them.
 */
#define SE_TEST_ISD_ROOT "TEST-ISD-ROOT-01"
#define SE_ROOT_LEN      16
/* The public key of "TEST menu root key, not for use!", which signs menus for tests. */
#define SE_TEST_MENU_ROOT                                                                          \
	"B016519E4B8F5C48ABFFB6C1780F7ABF9D38B41B8FB13D857F0E16F29B7F7144"                         \
	"59FF8DA6AAD7B053A10597A55DCC4A0DF5C8C594027A3546DF38AB75091073B6"

/* Roots of the keys of secured packets to and from the menu (card/air_keys.h). */
#define SE_TEST_OTA_KIC     "TEST-OTA-KIC-001"
#define SE_TEST_OTA_KID     "TEST-OTA-KID-001"
#define SE_TEST_OTA_PAYLOAD "TEST-OTA-PAY-001"

/* What was asked for on the command line; all text is borrowed from argv. */
struct se_options {
	const char *se_id;         /* hex, 16 bytes; NULL: drawn */
	const char *root_file;     /* NULL: the test key */
	const char *isd_keys_file; /* NULL: from the root */
	const char *seal_key_file; /* NULL: the test key */
	const char *scp;           /* NULL: 03 */
	bool plain_channel;        /* level 00 may open */
	/*
	 * Files of 128 hex digits, one a platform; without any the card knows no platform.
	 * As many authorities, or none: it believes any certificate.
	 */
	const char *platform_key_files[SE_IDENT_COUNT];
	size_t platform_key_count;
	const char *authority_key_files[SE_IDENT_COUNT];
	size_t authority_key_count;
	const char *menu_root;     /* hex, x then y; NULL: the test key */
	const char *ota_root_file; /* NULL: the test keys */
	const char *ota_alg;       /* NULL: aes */
	const char *socket;
	const char *gate_socket;
	const char *vpcd;
	bool vpcd_contactless;
	const char *control;
	bool in_memory;
	bool access_rules;
	bool container; /* the image is a file of many */
	bool force;
	const char *city;  /* NULL: 9901 */
	const char *cards; /* NULL: what every test card has, and no more */
	int arg_count;
	char *const *args; /* behind the command's name */
};

/* What a command that ended with this status returns: a wrong argument is a wrong command line. */
static inline int
se_exit(enum ykt_status status)
{
	if (status == YKT_E_ARG)
		return SE_EXIT_USAGE;
	return status == YKT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Each command prints its own messages and returns the program's exit status. */
int se_format_main(const struct se_options *options);
int se_testcard_main(const struct se_options *options);
int se_backup_main(const struct se_options *options);
int se_psam_format_main(const struct se_options *options);
int se_psam_store_main(const struct se_options *options);
int se_run_main(const struct se_options *options);
int se_pack_main(const struct se_options *options);
int se_unpack_main(const struct se_options *options);
int se_import_main(const struct se_options *options);
int se_show_main(const struct se_options *options);
int se_ctl_main(const struct se_options *options);

/*
 * Reads a 16-byte key: a file that holds 32 hex digits, or names with values of
 * which the one called name counts ("isd = HEX" in a line, or the JSON that
 * ykt-keyd reads its roots from). path NULL: test_key, where the build has test
 * keys. Says on standard error what is wrong.
 *
 * YKT_E_FILE  not readable, or open to others than its owner
 * YKT_E_FORMAT  no such key in it
 * YKT_E_KEY   a test key, refused by this build
 */
YKT_MUST_USE enum ykt_status se_keyfile_read(
    const char *path, const char *name, const char *test_key, uint8_t ret_key[SE_ROOT_LEN]);

/*
 * The first keys of the issuer's domain of the card with this identity: those of
 * --isd-keys, or derived from --root. The caller wipes them. Says on standard
 * error what is wrong. As se_keyfile_read(), and what sd_keys_derive() gives.
 */
YKT_MUST_USE enum ykt_status se_isd_keys(const struct se_options *options, struct crypto *crypto,
    struct ykt_bytes se_id, struct scp03_keys *ret_keys);

/*
 * The keys of the menu's packets for the card with params->identity, from --ota-root
 * or the test roots; none where a build without test keys has no file. Sets the ota
 * fields of params alone. As se_keyfile_read(); YKT_E_ARG: --ota-alg is none.
 */
YKT_MUST_USE enum ykt_status
se_ota_keys(const struct se_options *options, struct crypto *crypto, struct se_params *params);

/* "ykt-se: ..." on standard error, in the language of the locale. */
void se_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The message for an image that could not be opened. */
void se_complain_image(const char *path, enum ykt_status status);

#endif
