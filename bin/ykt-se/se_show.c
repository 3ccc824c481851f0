/*
 * ykt-se show: what is on a card, without keys of purses.
 *
 * The purses come from the directory (PPSE) and need nothing; the registry
 * needs the root of the issuer's domain and is asked only of an image of ours,
 * or when --root says so: a card of somebody else sees no authentication.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se_image.h"
#include "se_look.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ykt/hex.h>
#include <ykt/mem.h>
#include <ykt/money.h>
#include <ykt/secret.h>

#include "card/fci.h"
#include "card/files.h"
#include "card/gp.h"
#include "card/purse_cmd.h"
#include "card/sw.h"
#include "card/tlv.h"
#include "crypto/core.h"
#include "host/host_clock.h"
#include "host/host_random.h"
#include "link/se_open.h"
#include "se/se.h"
#include "words.h"

#define N_(text)        text /* for the catalogue */
#define WAIT_MS         5000
#define TAG_CIN         0x45
#define TAG_CARD_DATA   0x66
#define TAG_RECOGNITION 0x73
#define TAG_PROTOCOL    0x64
#define ENTRIES_AT_MOST 64

static void
print_hex(const char *before, struct ykt_bytes bytes, const char *after)
{
	char text[2 * 255 + 1];

	ykt_hex_encode(ykt_bytes_sub(bytes, 0, 255), text);
	(void)printf("%s%s%s", before, text, after);
}

static enum ykt_status
show_purse(struct look *look, struct ykt_bytes aid)
{
	struct fci fci;
	struct file15 file15;
	char number[CARD_NUMBER_MAX] = "";
	char money[YKT_FEN_TEXT_MAX];
	uint32_t fen;
	enum ykt_status status;

	print_hex(words("purse "), aid, "");
	purse_select_build(aid, &look->cmd);
	status = se_look_call(look);
	if (status != YKT_OK)
		return status;
	if (fci_decode(look->data, &fci) == YKT_OK && fci.info.len == FILE15_LEN &&
	    file15_decode(fci.info, &file15) == YKT_OK)
		(void)!file15_number(&file15, number);
	(void)printf(words(" card %s"), *number != '\0' ? number : words("not personalised"));
	if (look->sw != SW_OK)
		(void)printf(" (%s)", sw_text(look->sw));
	purse_balance_build(PURSE_BALANCE_ACTUAL, &look->cmd);
	status = se_look_call(look);
	if (status == YKT_OK && look->sw == SW_OK &&
	    purse_balance_rsp_decode(look->data, &fen) == YKT_OK) {
		ykt_fen_text(fen, money);
		(void)printf(words(" balance %s"), money);
	}
	(void)printf("\n");
	return status;
}

static enum ykt_status
show_purses(struct look *look)
{
	struct ppse_entry entries[PPSE_ENTRIES_MAX];
	uint8_t aids[PPSE_ENTRIES_MAX][FCI_AID_MAX];
	size_t lens[PPSE_ENTRIES_MAX];
	size_t count = 0;
	enum ykt_status status;

	purse_select_build(YKT_BYTES(purse_ppse_name), &look->cmd);
	status = se_look_call(look);
	if (status != YKT_OK)
		return status;
	if (look->sw != SW_OK ||
	    ppse_decode(look->data, entries, PPSE_ENTRIES_MAX, &count) != YKT_OK || count == 0)
		(void)printf("%s\n", words("no purse that can be selected"));
	/* The entries borrow from an answer that the next exchange replaces. */
	for (size_t i = 0; i < count; i++) {
		lens[i] = entries[i].aid.len;
		memcpy(aids[i], entries[i].aid.data, lens[i]);
	}
	for (size_t i = 0; i < count && status == YKT_OK; i++)
		status = show_purse(look, ykt_bytes(aids[i], lens[i]));
	return status;
}

static void
print_entry(const struct gp_entry *entry)
{
	const bool domain = (entry->privileges[0] & GP_PRIV_SD) != 0;

	print_hex(domain ? words("domain ") : words("application "), entry->aid, "");
	(void)printf(words(" state %02X"), (unsigned)entry->state);
	if (entry->sd.len > 0)
		print_hex(words(" of domain "), entry->sd, "");
	(void)printf("\n");
}

static enum ykt_status
show_scope(struct look *look, struct se_look_session *session, enum gp_scope scope)
{
	bool next = false;
	unsigned shown = 0;

	do {
		uint8_t plain_bytes[32];
		struct ykt_buf plain = YKT_BUF(plain_bytes);
		struct gp_entry entry;
		struct ykt_rd rd;
		enum ykt_status status;

		gp_get_status_build(scope, ykt_bytes(NULL, 0), next, &plain);
		status = se_look_wrap(look, session, ykt_buf_view(&plain));
		if (status == YKT_OK)
			status = se_look_call(look);
		if (status != YKT_OK)
			return status;
		rd = ykt_rd(look->data);
		while (gp_entry_next(&rd, &entry)) {
			print_entry(&entry);
			shown++;
		}
		next = true;
	} while (look->sw == SW_MORE_DATA_GP && shown < ENTRIES_AT_MOST);
	return YKT_OK;
}

/* GP231 H.2: each secure channel protocol that the card speaks, with its i. */
static enum ykt_status
show_protocols(struct look *look)
{
	static const uint8_t oid[] = { 0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x04 };
	struct ykt_bytes data;
	struct tlv tlv, inner;
	struct ykt_rd rd;
	enum ykt_status status;

	ykt_put_u32(&look->cmd, 0x80CA0000 | TAG_CARD_DATA);
	ykt_put_u8(&look->cmd, 0);
	status = se_look_call(look);
	if (status != YKT_OK || look->sw != SW_OK ||
	    TLV_FIND(look->data, &data, TAG_CARD_DATA, TAG_RECOGNITION) != YKT_OK)
		return status;
	rd = ykt_rd(data);
	while (tlv_next(&rd, &tlv)) {
		struct ykt_rd in = ykt_rd(tlv.value);

		if (tlv.tag != TAG_PROTOCOL || !tlv_next(&in, &inner) ||
		    inner.value.len != sizeof(oid) + 2 ||
		    memcmp(inner.value.data, oid, sizeof(oid)) != 0)
			continue;
		(void)printf(words("secure channel SCP%02X i %02X\n"),
		    (unsigned)inner.value.data[sizeof(oid)],
		    (unsigned)inner.value.data[sizeof(oid) + 1]);
	}
	return YKT_OK;
}

static enum ykt_status
show_registry(struct look *look, const struct se_options *options)
{
	struct se_look_session session;
	struct scp03_keys keys;
	uint8_t se_id[SE_IDENTITY_LEN];
	struct ykt_bytes id;
	enum ykt_status status;

	purse_select_build(YKT_BYTES(gp_isd_aid), &look->cmd);
	status = se_look_call(look);
	if (status == YKT_OK) {
		/* GET DATA 45: the card's own number, GP231 11.3. */
		ykt_put_u32(&look->cmd, 0x80CA0000 | TAG_CIN);
		ykt_put_u8(&look->cmd, 0);
		status = se_look_call(look);
	}
	if (status != YKT_OK)
		return status;
	id = ykt_bytes_sub(look->data, look->data.len - SE_IDENTITY_LEN, SE_IDENTITY_LEN);
	if (look->sw != SW_OK || look->data.len < SE_IDENTITY_LEN)
		return YKT_OK;
	memcpy(se_id, id.data, sizeof(se_id));
	print_hex("SE id ", YKT_BYTES(se_id), "\n");

	status = show_protocols(look);
	if (status == YKT_OK)
		status = se_isd_keys(options, look->crypto, YKT_BYTES(se_id), &keys);
	if (status == YKT_OK) {
		status = se_look_open(look, &keys, &session);
		ykt_wipe(&keys, sizeof(keys));
	}
	if (status == YKT_DENIED) {
		(void)printf("%s\n",
		    words("the registry is not shown: the root is another one, or the keys"));
		return YKT_OK;
	}
	if (status == YKT_OK)
		status = show_scope(look, &session, GP_SCOPE_ISD);
	if (status == YKT_OK)
		status = show_scope(look, &session, GP_SCOPE_APPS);
	ykt_wipe(&session, sizeof(session));
	return status;
}

static enum ykt_status
show_card(const struct se_options *options, const struct ykt_se *se, bool ours)
{
	const struct ykt_clock clock = host_clock();
	struct look look = { .se = se, .clock = &clock };
	enum ykt_status status;

	look.cmd = YKT_BUF(look.cmd_bytes);
	status = crypto_new(&ykt_alloc_libc, NULL, &look.crypto);
	if (status == YKT_OK &&
	    (ours || options->root_file != NULL || options->isd_keys_file != NULL))
		status = show_registry(&look, options);
	if (status == YKT_OK)
		status = show_purses(&look);
	crypto_free(&look.crypto);
	return status;
}

/* Nothing is synced, so that looking leaves the image as it was. */
static enum ykt_status
show_image(const struct se_options *options, const char *path)
{
	static struct se se;
	const struct ykt_random random = host_random();
	struct se_image image = { .file = NULL };
	struct crypto *crypto = NULL;
	struct se_port wired;
	enum ykt_status status = crypto_new(&ykt_alloc_libc, NULL, &crypto);

	if (status == YKT_OK)
		status = se_image_open(options, crypto, path, 1, &image);
	if (status == YKT_OK) {
		status = se_boot(&se, &image.port, crypto, &random);
		if (status != YKT_OK)
			se_image_complain_start(path, &image.port, 0, status);
	}
	if (status == YKT_OK) {
		se_port(&wired, &se, YKT_SE_WIRED);
		status = show_card(options, &wired.se, true);
	}
	se_clear(&se);
	se_image_close(&image);
	crypto_free(&crypto);
	return status;
}

/* A sentence for each token of se_link_open(). */
static const char *
sentence(const char *token)
{
	static const struct {
		const char *token;
		const char *text;
	} table[] = {
		{ "address", N_("not an address of a card: socket:PATH, pcsc:N or pcsc:NAME") },
		{ "no_service", N_("there is no card reader service (pcscd)") },
		{ "no_reader", N_("there is no such card reader") },
		{ "no_card", N_("there is no card in the reader") },
		{ "no_peer", N_("there is nobody at that address") },
		{ "busy", N_("another program uses the card") },
		{ "mute", N_("the card does not answer") },
	};

	for (size_t i = 0; token != NULL && i < YKT_ARRAY_LEN(table); i++)
		if (strcmp(table[i].token, token) == 0)
			return words(table[i].text);

	return words("the card could not be read");
}

static enum ykt_status
show_address(const struct se_options *options, const char *address)
{
	const struct ykt_clock clock = host_clock();
	const struct se_open_options open = {
		.alloc = &ykt_alloc_libc,
		.clock = &clock,
		.iface = YKT_SE_WIRED,
		.deadline_mono_ms = ykt_clock_mono(&clock) + WAIT_MS,
	};
	struct se_link *link = NULL;
	const char *why = NULL;
	enum ykt_status status;

	status = se_link_open(&open, address, &link, &why);
	if (status != YKT_OK) {
		se_complain("%s: %s", address, sentence(why));
		return status;
	}
	status = show_card(options, se_link_port(link), false);
	if (status != YKT_OK)
		se_complain("%s: %s", address, ykt_status_text(status));
	se_link_close(&link);
	return status;
}

int
se_show_main(const struct se_options *options)
{
	const char *what = options->args[0];
	const bool address = strncmp(what, "socket:", 7) == 0 || strncmp(what, "pcsc:", 5) == 0;
	enum ykt_status status = address ? show_address(options, what) : show_image(options, what);

	return status == YKT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
