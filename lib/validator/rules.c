/*
 * Who may ride: the checks of a gate in their order (card.md 1.9), and fares.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/civil.h>
#include <ykt/hex.h>

#include "card/fci.h"
#include "card/sw.h"
#include "validator/internal.h"

static bool
same_issuer(const uint8_t a[8], const uint8_t b[8])
{
	return ykt_bytes_equal(ykt_bytes(a, 8), ykt_bytes(b, 8));
}

static bool
accepted_issuer(const struct validator_options *options, const uint8_t issuer[8])
{
	for (size_t i = 0; i < options->issuer_count; i++) {
		if (same_issuer(options->issuers[i], issuer))
			return true;
	}
	return same_issuer(options->institution, issuer);
}

static enum ykt_status
select_purse(struct tap *tap)
{
	struct fci fci;
	uint16_t sw = 0;
	enum ykt_status status;

	purse_select_build(YKT_BYTES(purse_aid), exchange_begin(&tap->exchange));
	status = tap_ask(tap, &sw);
	if (status != YKT_OK)
		return status;
	if (sw == SW_FUNCTION || sw == SW_WARN_FILE_BLOCKED || sw == SW_PERMANENT_LOCK)
		return tap_close(tap, "card_blocked");
	if (sw != SW_OK)
		return tap_close(tap, "not_our_kind");
	if (fci_decode(tap->exchange.answer.data, &fci) != YKT_OK ||
	    file15_decode(fci.info, &tap->info) != YKT_OK ||
	    !ykt_bcd_valid(YKT_BYTES(tap->info.serial)))
		return tap_close(tap, "not_our_kind");
	ykt_hex_encode(YKT_BYTES(tap->info.serial), tap->result->card_no);
	return YKT_OK;
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
	const struct validator_options *options = &tap->validator->options;
	enum ykt_status status = select_purse(tap);

	if (status != YKT_OK)
		return status;
	if (!accepted_issuer(options, tap->info.issuer))
		return tap_close(tap, "issuer_unknown");
	tap->foreign = !same_issuer(options->institution, tap->info.issuer);
	tap->result->foreign = tap->foreign;
	if (tap->foreign)
		status = check_interoperable(tap);
	if (status != YKT_OK)
		return status;
	if (tap->info.version == 0)
		return tap_close(tap, "card_not_enabled");
	if (ykt_get_u32(tap->datetime) < ykt_get_u32(tap->info.start_date))
		return tap_close(tap, "card_not_valid_yet");
	if (ykt_get_u32(tap->datetime) > ykt_get_u32(tap->info.end_date))
		return tap_close(tap, "card_expired");
	return YKT_OK;
}

ykt_fen
fare_metro(const struct validator_fares *fares, uint16_t from, uint16_t to)
{
	unsigned stations = from > to ? from - to : to - from;
	unsigned beyond =
	    stations > fares->metro_base_stations ? stations - fares->metro_base_stations : 0;
	unsigned steps = (beyond + fares->metro_step_stations - 1) / fares->metro_step_stations;

	return fares->metro_base + (ykt_fen)steps * fares->metro_step;
}

static enum ykt_status
read_journey(struct tap *tap, uint8_t number)
{
	uint16_t sw = 0;
	enum ykt_status status;

	purse_read_record_build(PURSE_SFI_JOURNEY, number, exchange_begin(&tap->exchange));
	status = tap_ask(tap, &sw);
	if (status != YKT_OK)
		return status;
	if (sw != SW_OK || tap->exchange.answer.data.len != sizeof(tap->journey))
		return tap_close(tap, "not_our_kind");
	memcpy(tap->journey, tap->exchange.answer.data.data, sizeof(tap->journey));
	return YKT_OK;
}

static enum ykt_status
metro_fare(struct tap *tap, const struct record_metro *metro)
{
	const struct validator_options *options = &tap->validator->options;
	bool inside =
	    metro->status == RECORD_METRO_ENTERED || metro->status == RECORD_METRO_ENTRY_UPDATED;

	if (metro->lock != 0)
		return tap_close(tap, "card_locked");
	if (options->kind == VALIDATOR_METRO_ENTRY)
		return inside ? tap_close(tap, "journey_open") : YKT_OK;
	if (!inside)
		return tap_close(tap, "no_entry");
	if (!ykt_bytes_equal(YKT_BYTES(metro->entry_city), YKT_BYTES(options->city)))
		return tap_close(tap, "journey_elsewhere");
	/* The last two bytes of the station field are the station's number. */
	tap->amount = (uint32_t)fare_metro(
	    &options->fares, ykt_get_u16(metro->entry_station + 6), ykt_get_u16(options->station));
	return YKT_OK;
}

enum ykt_status
rules_journey(struct tap *tap)
{
	const struct validator_options *options = &tap->validator->options;
	struct record_metro metro;
	enum ykt_status status;

	tap->amount = 0;
	if (options->kind == VALIDATOR_BUS) {
		tap->amount = (uint32_t)options->fares.bus;
	} else {
		status = read_journey(tap, 1);
		if (status != YKT_OK)
			return status;
		if (record_empty(YKT_BYTES(tap->journey)))
			memset(&metro, 0, sizeof(metro));
		else if (record_metro_decode(YKT_BYTES(tap->journey), &metro) != YKT_OK)
			return tap_close(tap, "not_our_kind");
		status = metro_fare(tap, &metro);
		if (status != YKT_OK)
			return status;
	}
	if (tap->amount > options->tap_cap)
		return tap_close(tap, "over_limit");
	tap->result->amount = tap->amount;
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
