/*
 * What a tap writes: the journey record, the trip record, the upload record.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "validator/internal.h"

static int64_t
balance_before(const struct tap *tap)
{
	return (int64_t)tap->init.balance - tap->init.overdraft_limit;
}

static void
put_station(const struct validator_options *options, uint8_t out[8])
{
	memset(out, 0, 4);
	memcpy(out + 4, options->line, 2);
	memcpy(out + 6, options->station, 2);
}

/* Two zeros, then the PSAM's six bytes: so in three of four fielded records. */
void
record_terminal(const struct validator *validator, uint8_t out[8])
{
	memset(out, 0, 2);
	memcpy(out + 2, validator->terminal, PURSE_TERMINAL_LEN);
}

/* The field has no sign: in the overdraft nothing is left. */
static uint32_t
balance_after(const struct tap *tap)
{
	int64_t after = balance_before(tap) - tap->amount;

	return after < 0 ? 0 : (uint32_t)after;
}

static void
start_metro(const struct tap *tap, struct record_metro *metro)
{
	const struct validator_options *options = &tap->validator->options;

	memset(metro, 0, sizeof(*metro));
	metro->id = RECORD_ID_METRO;
	metro->len = RECORD_JOURNEY_BODY;
	metro->valid = 1;
	metro->interoperability = 1;
	ykt_set_u32(metro->serial + 4, (uint32_t)tap->init.offline_seq + 1);
	metro->status = RECORD_METRO_ENTERED;
	memcpy(metro->entry_city, options->city, 2);
	memcpy(metro->entry_institution, options->institution, 8);
	put_station(options, metro->entry_station);
	record_terminal(tap->validator, metro->entry_terminal);
	memcpy(metro->entry_time, tap->datetime, 7);
	metro->entry_line = options->line[1];
}

static void
finish_metro(const struct tap *tap, struct record_metro *metro)
{
	const struct validator_options *options = &tap->validator->options;

	metro->status = RECORD_METRO_EXITED;
	memcpy(metro->exit_city, options->city, 2);
	memcpy(metro->exit_institution, options->institution, 8);
	put_station(options, metro->exit_station);
	record_terminal(tap->validator, metro->exit_terminal);
	memcpy(metro->exit_time, tap->datetime, 7);
	metro->exit_line = options->line[1];
	metro->exit_amount = tap->amount;
}

static enum ykt_status
make_metro(struct tap *tap)
{
	struct record_metro metro;

	if (tap->validator->options.kind == VALIDATOR_METRO_ENTRY) {
		start_metro(tap, &metro);
	} else {
		enum ykt_status status = record_metro_decode(YKT_BYTES(tap->journey), &metro);

		if (status != YKT_OK)
			return status;
		finish_metro(tap, &metro);
	}
	metro.balance = balance_after(tap);
	record_metro_encode(&metro, tap->journey);
	return YKT_OK;
}

/* A flat fare: boarded and done in one tap. */
static void
make_bus(struct tap *tap)
{
	const struct validator_options *options = &tap->validator->options;
	struct record_bus bus = { .id = RECORD_ID_BUS,
		.len = RECORD_JOURNEY_BODY,
		.valid = 1,
		.interoperability = 1,
		.status = RECORD_BUS_ALIGHTED,
		.board_station = options->station[1],
		.direction = 0xAB,
		.alight_amount = tap->amount };

	ykt_set_u32(bus.serial + 4, (uint32_t)tap->init.offline_seq + 1);
	memcpy(bus.board_city, options->city, 2);
	memcpy(bus.board_institution, options->institution, 8);
	memcpy(bus.board_operator, options->operator_code, 2);
	memcpy(bus.board_line, options->line, 2);
	record_terminal(tap->validator, bus.board_terminal);
	memcpy(bus.board_time, tap->datetime, 7);
	record_bus_encode(&bus, tap->journey);
}

enum ykt_status
record_make(struct tap *tap)
{
	static const uint8_t types[] = {
		[VALIDATOR_METRO_ENTRY] = RECORD_TRIP_ENTRY,
		[VALIDATOR_METRO_EXIT] = RECORD_TRIP_EXIT,
		[VALIDATOR_BUS] = RECORD_TRIP_SINGLE,
	};
	const struct validator_options *options = &tap->validator->options;
	struct record_trip trip = { .type = types[options->kind],
		.industry =
		    options->kind == VALIDATOR_BUS ? RECORD_INDUSTRY_BUS : RECORD_INDUSTRY_METRO,
		.amount = tap->amount,
		.balance = balance_after(tap) };

	record_terminal(tap->validator, trip.terminal);
	memcpy(trip.line, options->line, 2);
	memcpy(trip.station, options->station, 2);
	memcpy(trip.operator_code, options->operator_code, 2);
	memcpy(trip.time, tap->datetime, 7);
	memcpy(trip.city, options->city, 2);
	memcpy(trip.institution, options->institution, 8);
	record_trip_encode(&trip, tap->trip);
	if (options->kind != VALIDATOR_BUS)
		return make_metro(tap);
	make_bus(tap);
	return YKT_OK;
}

void
record_of_tap(const struct tap *tap, struct tap_record *ret_record)
{
	*ret_record = (struct tap_record){ .alg = tap->init.alg,
		.key_version = tap->init.key_version,
		.type = PURSE_TYPE_CAPP,
		.amount = tap->amount,
		.balance = (int32_t)balance_before(tap),
		.offline_seq = tap->init.offline_seq,
		.terminal_seq = tap->mac1.terminal_seq,
		.made_ms = ykt_clock_wall(tap->validator->options.env.clock) };
	memcpy(ret_record->serial, tap->info.serial, sizeof(ret_record->serial));
	memcpy(ret_record->issuer, tap->info.issuer, sizeof(ret_record->issuer));
	memcpy(ret_record->datetime, tap->datetime, sizeof(ret_record->datetime));
	memcpy(ret_record->trip, tap->trip, sizeof(ret_record->trip));
}
