/*
 * ykt-conform: the card that is tested.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>
#include <ykt/secret.h>

#include "card/gp.h"
#include "card/sd_keys.h"
#include "host/host_clock.h"
#include "host/host_random.h"
#include "program.h"

#define OPEN_TIME_MS 5000
#define UID_LEN      7
#define MEMORY       "memory:"

static enum ykt_status
image_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	const struct subject *subject = ctx;

	memcpy(out, subject->image + off, len);

	return YKT_OK;
}

static enum ykt_status
image_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	struct subject *subject = ctx;

	memcpy(subject->image + off, data, len);

	return YKT_OK;
}

/* A blank card, as ykt-se format makes them, with the test keys. */
static enum ykt_status
make_blank(struct subject *subject)
{
	struct se_params params = { .iin = { 0x31, 0x05, 0x99, 0x01 }, .uid_len = UID_LEN };
	struct scp03_keys keys = { 0 };
	enum ykt_status status =
	    ykt_random_fill(&subject->random, params.identity, sizeof(params.identity));

	params.uid[0] = 0x04;
	if (status == YKT_OK)
		status = sd_keys_derive(subject->crypto, subject->keys.isd_root,
		    YKT_BYTES(params.identity), YKT_BYTES(gp_isd_aid), SD_KEYS_KVN_ISD, &keys);
	if (status == YKT_OK) {
		params.isd_kvn = SD_KEYS_KVN_ISD;
		params.isd_key_len = keys.len;
		memcpy(params.isd_enc, keys.enc, keys.len);
		memcpy(params.isd_mac, keys.mac, keys.len);
		memcpy(params.isd_dek, keys.dek, keys.len);
		params.ident_count = 1;
		status = se_format(&subject->nvm, &params);
	}
	if (status == YKT_OK)
		status = se_boot(&subject->se, &subject->nvm, subject->crypto, &subject->random);
	ykt_wipe(&keys, sizeof(keys));
	ykt_wipe(&params, sizeof(params));

	return status;
}

enum ykt_status
subject_ready(struct subject *subject, const struct conform_case *one)
{
	struct conform_result result;
	enum ykt_status status = YKT_OK;

	if (subject->link != NULL)
		return YKT_OK;
	subject->card.profile = one->profile;
	subject->card.kind = one->needs == CONFORM_BLANK ? CONFORM_BLANK : CONFORM_PURSE;
	status = make_blank(subject);
	if (status == YKT_OK && one->needs != CONFORM_BLANK) {
		status = conform_testcard_make(&subject->card, &result);
		if (status != YKT_OK)
			complain("%s: %s, not %s", result.command, result.got, result.expected);
	}

	return status;
}

static enum ykt_status
open_link(struct subject *subject, const struct options *options)
{
	const struct se_open_options open = {
		.alloc = &ykt_alloc_libc,
		.clock = &subject->clock,
		.iface = YKT_SE_WIRED,
		.deadline_mono_ms = ykt_clock_mono(&subject->clock) + OPEN_TIME_MS,
	};
	const char *token = NULL;
	enum ykt_status status = se_link_open(&open, options->address, &subject->link, &token);

	if (status != YKT_OK) {
		complain("%s: no card there (%s)", options->address, token != NULL ? token : "?");
		return status;
	}
	subject->card.se = se_link_port(subject->link);
	subject->card.clock = &subject->clock;

	return YKT_OK;
}

static enum ykt_status
read_hex(const char *text, const char *option, size_t len, uint8_t *out)
{
	struct ykt_buf bytes = { out, 0, len, false };

	if (ykt_hex_decode(text, strlen(text), &bytes) == YKT_OK && bytes.len == len)
		return YKT_OK;
	complain("%s: %zu hex digits are needed", option, 2 * len);

	return YKT_E_ARG;
}

enum ykt_status
subject_open(struct subject *subject, const struct options *options)
{
	bool memory = strcmp(options->address, MEMORY) == 0;
	enum ykt_status status;

	memset(subject, 0, sizeof(*subject));
	subject->keys = conform_test_keys;
	subject->random = host_random();
	subject->clock = host_clock();
	subject->nvm = (struct ykt_nvm){ subject, sizeof(subject->image), image_read, image_write };
	subject->card = (struct conform_card){
		.random = &subject->random,
		.keys = &subject->keys,
		.kind = options->kind,
		.may_write = memory || options->write,
	};
	status = read_hex(options->city, "--city", CONFORM_CITY_LEN, subject->card.city);
	if (status == YKT_OK && options->isd_key != NULL) {
		subject->keys.isd_fixed = true;
		status =
		    read_hex(options->isd_key, "--isd-key", CONFORM_KEY_LEN, subject->keys.isd_key);
	}
	if (status == YKT_OK && memory && (options->kind_given || options->isd_key != NULL)) {
		complain("--kind and --isd-key are for cards that are not made here");
		status = YKT_E_ARG;
	}
	if (status == YKT_OK)
		status = crypto_new(&ykt_alloc_libc, NULL, &subject->crypto);
	subject->card.crypto = subject->crypto;
	if (status == YKT_OK && !memory)
		return open_link(subject, options);
	se_port(&subject->port, &subject->se, YKT_SE_WIRED);
	subject->card.se = &subject->port.se;

	return status;
}

void
subject_close(struct subject *subject)
{
	se_link_close(&subject->link);
	se_clear(&subject->se);
	crypto_free(&subject->crypto);
	ykt_wipe(subject, sizeof(*subject));
}
