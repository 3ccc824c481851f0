/*
 * A test card from a blank one, by the same steps that cases are made of.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "conform/state.h"

#define TEXT_MAX 1024
#define CHANNEL  0x33

#define BLOCK_LEN 200 /* of STORE DATA */

#define CAP_USUAL  100000 /* fen */
#define CAP_SECOND 10000

/* Package and module of the purse and of a supplementary domain. */
#define SSD_FROM   "07A0000001515350 08A000000151535041"
#define PURSE_FROM "07A0000006320101 08A000000632010105"

/* File 15 for the city: purse, enabled, the first number, ten years. */
static void
make_info(struct conform_state *state)
{
	const uint8_t *city = state->card->city;
	struct file15 info = {
		.issuer = { 0x01, 0x01, 0x10, 0x00, city[0], city[1], 0x00, 0x00 },
		.app_type = 0x02,
		.version = 0x01,
		.serial = { 0x03, 0x10, 0x50 | city[0] >> 4, (uint8_t)(city[0] << 4 | city[1] >> 4),
		    (uint8_t)(city[1] << 4), 0x00, 0x00, 0x00, 0x00, 0x01 },
		.start_date = { 0x20, 0x25, 0x01, 0x01 },
		.end_date = { 0x20, 0x35, 0x12, 0x31 },
	};

	file15_encode(&info, state->info);
	state->has_info = true;
}

/* Files and limits, then keys and PIN, as one series. */
static bool
store_files(struct conform_state *state)
{
	const struct conform_profile *profile = &state->card->profile;
	char city[2 * CONFORM_CITY_LEN + 1];
	char text[TEXT_MAX];

	/* File 17: interoperable, a normal card. */
	ykt_hex_encode(YKT_BYTES(state->card->city), city);
	(void)snprintf(text, sizeof(text),
	    "80E20800 [0015 [{info}] 9001 [%06X %06X %02X 01] 9002 [%06X 000000] "
	    "0017 [00000156 0000 %s 0001 01 {zero 49}]]",
	    (unsigned)(profile->cap != 0 ? profile->cap : CAP_USUAL), (unsigned)profile->limit,
	    (unsigned)profile->alg, (unsigned)CAP_SECOND, city);

	return conform_step_wrap_good(state, text) &&
	       conform_step_wrap_good(state, "80E28801 [{purse-keys} {purse-pin}]");
}

/* What the caller adds: STORE DATA again, from block 0. */
static bool
store_groups(struct conform_state *state)
{
	struct ykt_bytes groups = state->card->groups;
	char hex[2 * BLOCK_LEN + 1];
	char text[TEXT_MAX];
	bool good = true;

	for (size_t at = 0; at < groups.len && good; at += BLOCK_LEN) {
		ykt_hex_encode(ykt_bytes_sub(groups, at, BLOCK_LEN), hex);
		(void)snprintf(text, sizeof(text), "80E2%02X%02X [%s]",
		    at + BLOCK_LEN < groups.len ? 0x08u : 0x88u, (unsigned)(at / BLOCK_LEN), hex);
		good = conform_step_wrap_good(state, text);
	}

	return good;
}

static bool
make(struct conform_state *state)
{
	uint8_t bytes[FCI_AID_MAX];
	struct ykt_buf aid = YKT_BUF(bytes);

	conform_purse_aid(state->card, &aid);
	memcpy(state->aid, bytes, aid.len);
	state->aid_len = aid.len;
	make_info(state);

	return conform_step_reset(state) && conform_step_identity(state) &&
	       conform_step_open(state, false, CHANNEL) &&
	       conform_step_wrap_good(
		   state, "80E60C00 [" SSD_FROM " [{ssd}] 03804000 02C900 00] 00") &&
	       conform_step_open(state, true, CHANNEL) &&
	       conform_step_wrap_good(state, "{put-key 00 31}") &&
	       conform_step_open(state, true, CHANNEL) &&
	       conform_step_wrap_good(
		   state, "80E60400 [" PURSE_FROM " [{aid}] 0100 02C900 00] 00") &&
	       conform_step_wrap_good(state, "80E62000 [00 00 [{aid}] 00 00 00] 00") &&
	       store_files(state) && store_groups(state) &&
	       conform_step_wrap_good(state, "80E60800 [00 00 [{aid}] 0100 00 00] 00") &&
	       conform_step_reset(state);
}

enum ykt_status
conform_testcard_make(const struct conform_card *card, struct conform_result *ret_result)
{
	struct conform_state state;
	bool good;

	memset(ret_result, 0, sizeof(*ret_result));
	conform_state_init(&state, card, ret_result);
	good = make(&state);
	conform_state_clear(&state);

	return good ? YKT_OK : YKT_REFUSED;
}
