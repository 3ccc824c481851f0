/*
 * ykt-se testcard, backup: a test card in one step, and copies of cards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <ykt/hex.h>
#include <ykt/mem.h>
#include <ykt/secret.h>

#include "config.h"
#include "conform/conform.h"
#include "host/host_daemon.h"
#include "host/host_random.h"
#include "tsm/city.h"
#include "words.h"

#define CITY_DEFAULT "9901"

static enum ykt_status
read_city(const char *text, uint8_t ret_city[CONFORM_CITY_LEN])
{
	uint8_t bytes[CONFORM_CITY_LEN];
	struct ykt_buf city = YKT_BUF(bytes);

	if (ykt_hex_decode(text, strlen(text), &city) != YKT_OK || city.len != sizeof(bytes) ||
	    !ykt_bcd_valid(ykt_buf_view(&city))) {
		se_complain("--city: four digits are needed, such as %s", CITY_DEFAULT);
		return YKT_E_ARG;
	}
	memcpy(ret_city, bytes, sizeof(bytes));

	return YKT_OK;
}

static enum ykt_status
read_cards(const char *path, struct ykt_buf *groups)
{
	static struct tsm_city city;
	enum ykt_status status = YKT_OK;

	if (path == NULL)
		return YKT_OK;
	if (!config_read(SE_PROGRAM, path, &tsm_city_msg, &city))
		return YKT_E_FILE;
	status = tsm_city_encode(&city, groups);
	if (status != YKT_OK)
		se_complain("%s: %s", path,
		    status == YKT_E_SPACE ? words("too much for a card")
					  : words("a file or a limit that no card takes"));

	return status;
}

/* The blank card in the image becomes a test card; nothing is synced. */
static enum ykt_status
personalise(const struct se_options *options, struct crypto *crypto, struct se_image *image,
    const uint8_t city[CONFORM_CITY_LEN], struct ykt_bytes groups)
{
	static struct se se;
	const struct ykt_random random = host_random();
	struct conform_keys keys = conform_test_keys;
	struct conform_result result = { 0 };
	struct conform_card card = {
		.crypto = crypto, .random = &random, .keys = &keys, .groups = groups
	};
	struct se_port wired;
	enum ykt_status status =
	    se_keyfile_read(options->root_file, "isd", SE_TEST_ISD_ROOT, keys.isd_root);

	memcpy(card.city, city, CONFORM_CITY_LEN);
	se_port(&wired, &se, YKT_SE_WIRED);
	card.se = &wired.se;
	if (status == YKT_OK) {
		status = se_boot(&se, &image->port, crypto, &random);
		if (status != YKT_OK)
			se_complain_image(options->args[0], status);
	}
	if (status == YKT_OK) {
		status = conform_testcard_make(&card, &result);
		if (status != YKT_OK)
			se_complain("%s: the card refused %s", options->args[0], result.command);
	}
	se_clear(&se);
	ykt_wipe(&keys, sizeof(keys));

	return status;
}

int
se_testcard_main(const struct se_options *options)
{
	const char *name = options->city != NULL ? options->city : CITY_DEFAULT;
	uint8_t city[CONFORM_CITY_LEN] = { 0 };
	uint8_t identity[SE_IDENTITY_LEN];
	char id[2 * SE_IDENTITY_LEN + 1];
	struct crypto *crypto = NULL;
	struct se_image image = { .file = NULL };
	uint8_t groups_bytes[TSM_CITY_MAX];
	struct ykt_buf groups = YKT_BUF(groups_bytes);
	enum ykt_status status = read_city(name, city);

#ifdef YKT_REFUSE_TEST_KEYS
	se_complain("this build refuses test keys, and a test card has no others");
	status = YKT_E_KEY;
#endif
	if (status == YKT_OK)
		status = read_cards(options->cards, &groups);
	if (status == YKT_OK)
		status = host_daemon_begin();
	if (status == YKT_OK)
		status = crypto_new(&ykt_alloc_libc, NULL, &crypto);
	if (status == YKT_OK)
		status = se_image_blank(options, crypto, &image, identity);
	if (status == YKT_OK)
		status = personalise(options, crypto, &image, city, ykt_buf_view(&groups));
	if (status == YKT_OK)
		status = se_image_sync(&image, options->args[0]);
	if (status == YKT_OK) {
		ykt_hex_encode(YKT_BYTES(identity), id);
		(void)printf(
		    words("%s: SE id %s, purse A000000632010105%s\n"), options->args[0], id, name);
	}
	se_image_close(&image);
	crypto_free(&crypto);

	return se_exit(status);
}

/* A copy of what does not start would be found too late. */
static enum ykt_status
check_starts(const char *path, const struct ykt_nvm *port, struct crypto *crypto)
{
	static struct se se;
	const struct ykt_random random = host_random();
	enum ykt_status status = se_boot(&se, port, crypto, &random);

	if (status != YKT_OK)
		se_image_complain_start(path, port, 0, status);
	se_clear(&se);

	return status;
}

/* Also by another name of it; false when either is not there. */
static bool
is_same_file(const char *path, const char *other)
{
	struct stat infos[2];

	return stat(path, &infos[0]) == 0 && stat(other, &infos[1]) == 0 &&
	       infos[0].st_dev == infos[1].st_dev && infos[0].st_ino == infos[1].st_ino;
}

int
se_backup_main(const struct se_options *options)
{
	static uint8_t bytes[SE_IMAGE_SIZE];
	const char *from_path = options->args[0];
	const char *to_path = options->args[1];
	struct se_image from = { .file = NULL };
	struct se_image to = { .file = NULL };
	struct crypto *crypto = NULL;
	enum ykt_status status = host_daemon_begin();

	if (status == YKT_OK && is_same_file(from_path, to_path)) {
		se_complain("backup: %s and %s are one file", from_path, to_path);
		status = YKT_E_ARG;
	}
	if (status == YKT_OK)
		status = crypto_new(&ykt_alloc_libc, NULL, &crypto);
	if (status == YKT_OK)
		status = se_image_open(options, crypto, from_path, 1, &from);
	if (status == YKT_OK)
		status = ykt_nvm_read(&from.port, 0, bytes, sizeof(bytes));
	/* Starting may finish what a cut left, in memory only: the bytes come first. */
	if (status == YKT_OK)
		status = check_starts(from_path, &from.port, crypto);
	if (status == YKT_OK)
		status = se_image_replace(options, crypto, to_path, &to);
	if (status == YKT_OK)
		status = ykt_nvm_write(&to.port, 0, bytes, sizeof(bytes));
	if (status == YKT_OK)
		status = se_image_sync(&to, to_path);
	se_image_close(&to);
	se_image_close(&from);
	crypto_free(&crypto);
	ykt_wipe(bytes, sizeof(bytes));

	return se_exit(status);
}
