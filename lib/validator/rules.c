/*
 * Who may ride: the checks of a gate in their order (card.md 1.9).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/hex.h>

#include "card/fci.h"
#include "card/sw.h"
#include "validator/internal.h"

static bool
same_issuer(const uint8_t a[8], const uint8_t b[8])
{
	return ykt_bytes_equal(ykt_bytes(a, 8), ykt_bytes(b, 8));
}

/* What an upload can carry: twenty digits, the first of them 0 (card.md 1.2). */
static bool
serial_good(const uint8_t serial[PURSE_SERIAL_LEN])
{
	return serial[0] < 0x10 && ykt_bcd_valid(ykt_bytes(serial, PURSE_SERIAL_LEN));
}

static enum ykt_status
selected(struct tap *tap, uint16_t sw)
{
	struct fci fci;

	/* A blocked application may still show its FCI (card.md 1.1). */
	if (sw_status(sw) == YKT_BLOCKED)
		return tap_close(tap, "card_blocked");
	if (sw_status(sw) == YKT_NOT_FOUND)
		return tap_close(tap, "not_our_kind");
	if (sw != SW_OK)
		return tap_close(tap, "card_refused");
	if (fci_decode(tap->exchange.answer.data, &fci) != YKT_OK ||
	    file15_decode(fci.info, &tap->info) != YKT_OK || !serial_good(tap->info.serial) ||
	    !ykt_bcd_valid(YKT_BYTES(tap->info.start_date)) ||
	    !ykt_bcd_valid(YKT_BYTES(tap->info.end_date)))
		return tap_close(tap, "not_our_kind");
	ykt_hex_encode(YKT_BYTES(tap->info.serial), tap->result->card_no);
	return YKT_OK;
}

enum ykt_status
rules_select(struct tap *tap)
{
	uint16_t sw = 0;
	enum ykt_status status;

	purse_select_build(YKT_BYTES(purse_aid), exchange_begin(&tap->exchange));
	status = tap_ask(tap, &sw);
	return status == YKT_OK ? selected(tap, sw) : status;
}

/* Another city's card must say that it may be used elsewhere (file 17). */
static enum ykt_status
check_interoperable(struct tap *tap)
{
	struct file17 file;
	uint16_t sw = 0;
	enum ykt_status status;

	purse_read_binary_build(
	    PURSE_SFI_MANAGEMENT, 0, FILE17_LEN, exchange_begin(&tap->exchange));
	status = tap_ask(tap, &sw);
	if (status != YKT_OK)
		return status;
	if (sw != SW_OK || file17_decode(tap->exchange.answer.data, &file) != YKT_OK)
		return tap_close(tap, "not_our_kind");
	return file.interoperability == 1 ? YKT_OK : tap_close(tap, "local_card_only");
}

enum ykt_status
rules_card(struct tap *tap)
{
	const struct validator *validator = tap->validator;
	enum ykt_status status = YKT_OK;

	if (!params_accepts(validator, tap->info.issuer))
		return tap_close(tap, "issuer_unknown");
	tap->foreign = !same_issuer(validator->options.institution, tap->info.issuer);
	tap->result->foreign = tap->foreign;
	if (tap->foreign)
		status = check_interoperable(tap);
	if (status != YKT_OK)
		return status;
	if (params_blacklisted(validator, tap->result->card_no))
		return tap_close(tap, "card_blacklisted");
	if (tap->info.version == 0)
		return tap_close(tap, "card_not_enabled");
	if (ykt_get_u32(tap->datetime) < ykt_get_u32(tap->info.start_date))
		return tap_close(tap, "card_not_valid_yet");
	if (ykt_get_u32(tap->datetime) > ykt_get_u32(tap->info.end_date))
		return tap_close(tap, "card_expired");
	return YKT_OK;
}

/* b = B - D; one ride may go into the overdraft, none starts at or below zero (I-2). */
enum ykt_status
rules_balance(struct tap *tap)
{
	int64_t balance = (int64_t)tap->init.balance - tap->init.overdraft_limit;

	tap->result->balance = balance;
	if (balance > tap->validator->options.balance_cap)
		return tap_close(tap, "over_limit");
	if (balance <= 0 || tap->init.balance < tap->amount)
		return tap_close(tap, "low_balance");
	return YKT_OK;
}
