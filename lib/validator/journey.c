/*
 * Where the rider comes from, what file 1A says of it, and the fare.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/sw.h"
#include "validator/internal.h"

/* Numbers of the records 2701 and 2702 in file 1A. */
#define RECORD_METRO 1
#define RECORD_BUS   2

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

/*
 * The card is inside because of a torn entry at this very gate that was not let
 * in: it enters once more, for nothing, and its MAC2 is checked like any other.
 */
static bool
began_here(const struct tap *tap, const struct record_metro *metro)
{
	uint8_t terminal[sizeof(metro->entry_terminal)];
	const struct ykt_bytes time = YKT_BYTES(metro->entry_time);
	uint32_t index = UINT32_MAX;

	record_terminal(tap->validator, terminal);
	if (!ykt_bytes_equal(YKT_BYTES(metro->entry_terminal), YKT_BYTES(terminal)))
		return false;
	if (tap->torn_here && ykt_bytes_equal(YKT_BYTES(tap->torn_datetime), time))
		return true;
	while (torn_next(tap, &index)) {
		if (ykt_bytes_equal(YKT_BYTES(tap->validator->state.torn[index].datetime), time))
			return true;
	}
	return false;
}

static enum ykt_status
set_amount(struct tap *tap, ykt_fen fare)
{
	if (fare > tap->validator->options.tap_cap)
		return tap_close(tap, "over_limit");
	tap->amount = (uint32_t)fare;
	tap->result->amount = fare;
	return YKT_OK;
}

static enum ykt_status
check_metro(struct tap *tap, const struct record_metro *metro)
{
	const struct validator_options *options = &tap->validator->options;
	bool inside =
	    metro->status == RECORD_METRO_ENTERED || metro->status == RECORD_METRO_ENTRY_UPDATED;

	if (metro->lock != 0)
		return tap_close(tap, "card_locked");
	if (options->kind == VALIDATOR_METRO_ENTRY)
		return inside && !began_here(tap, metro) ? tap_close(tap, "journey_open")
							 : set_amount(tap, 0);
	if (!inside)
		return tap_close(tap, "no_entry");
	if (!ykt_bytes_equal(YKT_BYTES(metro->entry_city), YKT_BYTES(options->city)))
		return tap_close(tap, "journey_elsewhere");
	/* The last two bytes of the station field are the station's number. */
	return set_amount(tap, fare_metro(&options->fares, ykt_get_u16(metro->entry_station + 6),
				   ykt_get_u16(options->station)));
}

static enum ykt_status
journey_metro(struct tap *tap)
{
	struct record_metro metro = { 0 };
	enum ykt_status status = read_journey(tap, RECORD_METRO);

	if (status != YKT_OK)
		return status;
	if (!record_empty(YKT_BYTES(tap->journey)) &&
	    record_metro_decode(YKT_BYTES(tap->journey), &metro) != YKT_OK)
		return tap_close(tap, "not_our_kind");
	return check_metro(tap, &metro);
}

/* A flat fare begins a journey whatever stands there, but for the lock. */
static enum ykt_status
journey_bus(struct tap *tap)
{
	struct record_bus bus = { 0 };
	enum ykt_status status = read_journey(tap, RECORD_BUS);

	if (status != YKT_OK)
		return status;
	if (!record_empty(YKT_BYTES(tap->journey)) &&
	    record_bus_decode(YKT_BYTES(tap->journey), &bus) != YKT_OK)
		return tap_close(tap, "not_our_kind");
	if (bus.lock != 0)
		return tap_close(tap, "card_locked");
	return set_amount(tap, tap->validator->options.fares.bus);
}

enum ykt_status
journey_check(struct tap *tap)
{
	return tap->validator->options.kind == VALIDATOR_BUS ? journey_bus(tap)
							     : journey_metro(tap);
}
