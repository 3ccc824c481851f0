/*
 * A card's view for people, as tables, and as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/card_print.h"

#include <stdio.h>
#include <string.h>

#include <libsmartcols.h>

#include <ykt/civil.h>
#include <ykt/hex.h>
#include <ykt/money.h>

#include "card/purse.h"
#include "cli/inspect.h"
#include "cli/jsonput.h"
#include "cli/names.h"
#include "cli/words.h"

#define CELL_MAX    96
#define COLUMNS_MAX 8

/* Columns whose cells end at the same place. */
static bool
is_money(const char *title)
{
	return strcmp(title, "Amount") == 0 || strcmp(title, "Balance") == 0;
}

/* An empty table with these columns (message ids; NULL: no heading), or NULL. */
static struct libscols_table *
table_new(struct cli *cli, const char *const *titles, size_t count, bool headings)
{
	struct libscols_table *table = scols_new_table();

	if (table == NULL)
		return NULL;
	scols_table_set_stream(table, cli->out);
	scols_table_enable_noheadings(table, headings ? 0 : 1);
	scols_table_set_column_separator(table, "  ");
	for (size_t i = 0; i < count; i++)
		scols_table_new_column(
		    table, cli_text(cli, titles[i]), 0, is_money(titles[i]) ? SCOLS_FL_RIGHT : 0);

	return table;
}

static void
table_row(struct libscols_table *table, const char *const *cells, size_t count)
{
	struct libscols_line *line = table != NULL ? scols_table_new_line(table, NULL) : NULL;

	for (size_t i = 0; line != NULL && i < count; i++)
		scols_line_set_data(line, i, cells[i]);
}

static void
table_end(struct cli *cli, struct libscols_table *table)
{
	if (table == NULL)
		return;
	scols_print_table(table);
	fputc('\n', cli->out);
	scols_unref_table(table);
}

/* "2024-03-10 19:57:19", or the digits when they are no time. */
static void
time_text(const uint8_t bcd[7], char out[CELL_MAX])
{
	struct ykt_civil civil;

	if (ykt_civil_from_bcd7(bcd, &civil))
		snprintf(out, CELL_MAX, "%04d-%02d-%02d %02d:%02d:%02d", civil.year, civil.month,
		    civil.day, civil.hour, civil.minute, civil.second);
	else
		ykt_hex_encode(ykt_bytes(bcd, 7), out);
}

static void
date_text(const uint8_t bcd[4], char out[CELL_MAX])
{
	char digits[9];

	ykt_hex_encode(ykt_bytes(bcd, 4), digits);
	snprintf(out, CELL_MAX, "%.4s-%.2s-%.2s", digits, digits + 4, digits + 6);
}

/* Money with its direction: loads come in, everything else goes out. */
static void
amount_text(uint32_t fen, bool in, char out[CELL_MAX])
{
	char money[YKT_FEN_TEXT_MAX];

	ykt_fen_text(fen, money);
	snprintf(out, CELL_MAX, "%s%s", fen == 0 ? "" : in ? "+" : "-", money);
}

/* The words of a code in the reader's language, or its number. */
static void
code_text(const struct cli *cli, const char *words, uint8_t code, char out[CELL_MAX])
{
	if (words != NULL)
		snprintf(out, CELL_MAX, "%s", cli_text(cli, words));
	else
		snprintf(out, CELL_MAX, "%02X", code);
}

static void
city_text(const struct cli *cli, const uint8_t city[2], char out[CELL_MAX])
{
	const char *name = names_city(city, cli->lang);

	if (name != NULL)
		snprintf(out, CELL_MAX, "%s", name);
	else
		ykt_hex_encode(ykt_bytes(city, 2), out);
}

static void
print_head(struct cli *cli, const struct card_view *view)
{
	static const char *const titles[] = { "", "" };
	const char *name = names_card(view->number, view->info.issuer);
	struct libscols_table *table = table_new(cli, titles, 2, false);
	char text[2 * CELL_MAX + 8];
	char money[YKT_FEN_TEXT_MAX];
	char start[CELL_MAX];
	char end[CELL_MAX];
	char code[17];

	table_row(table, (const char *[]){ cli_text(cli, "Card number"), view->number }, 2);
	ykt_hex_encode(ykt_bytes(view->info.issuer, 4), code);
	if (name != NULL)
		snprintf(text, sizeof(text), "%s (%s)", name, code);
	else
		snprintf(text, sizeof(text), "%s", code);
	table_row(table, (const char *[]){ cli_text(cli, "Issuer"), text }, 2);
	if (view->has_management) {
		city_text(cli, view->management.city, start);
		table_row(table, (const char *[]){ cli_text(cli, "City"), start }, 2);
	}
	date_text(view->info.start_date, start);
	date_text(view->info.end_date, end);
	snprintf(text, sizeof(text), "%s – %s", start, end);
	table_row(table, (const char *[]){ cli_text(cli, "Valid"), text }, 2);
	ykt_fen_text(view->balance_fen, money);
	snprintf(text, sizeof(text), "%s %s", money, cli_text(cli, "yuan"));
	table_row(table, (const char *[]){ cli_text(cli, "Balance"), text }, 2);
	if (view->has_second) {
		ykt_fen_text(view->second_fen, money);
		snprintf(text, sizeof(text), "%s %s", money, cli_text(cli, "yuan"));
		table_row(table, (const char *[]){ cli_text(cli, "Second ticket kind"), text }, 2);
	}
	table_end(cli, table);
}

static void
log_row(struct cli *cli, struct libscols_table *table, const uint8_t raw[RECORD_LOG_LEN])
{
	struct record_log record;
	char when[CELL_MAX];
	char type[CELL_MAX];
	char amount[CELL_MAX];
	char terminal[2 * PURSE_TERMINAL_LEN + 1];
	char seq[8];
	uint8_t bcd[7];

	if (record_log_decode(ykt_bytes(raw, RECORD_LOG_LEN), &record) != YKT_OK)
		return;

	memcpy(bcd, record.date, 4);
	memcpy(bcd + 4, record.time, 3);
	time_text(bcd, when);
	code_text(cli, words_log_type(record.type), record.type, type);
	amount_text(record.amount,
	    record.type == PURSE_TYPE_LOAD || record.type == PURSE_TYPE_PASSBOOK_LOAD, amount);
	ykt_hex_encode(YKT_BYTES(record.terminal), terminal);
	snprintf(seq, sizeof(seq), "%u", record.seq);
	table_row(table, (const char *[]){ seq, when, type, amount, terminal }, 5);
}

static void
print_log(struct cli *cli, const struct card_view *view)
{
	static const char *const titles[] = { "No.", "Time", "Type", "Amount", "Terminal" };
	struct libscols_table *table;

	if (view->log_count == 0) {
		fprintf(cli->out, "%s\n\n", cli_text(cli, "No transactions in the card's log."));
		return;
	}
	fprintf(cli->out, "%s\n", cli_text(cli, "Transactions"));
	table = table_new(cli, titles, YKT_ARRAY_LEN(titles), true);
	for (unsigned i = 0; i < view->log_count; i++)
		log_row(cli, table, view->log[i]);
	table_end(cli, table);
}

static bool
trip_comes_in(uint8_t type)
{
	return type == RECORD_TRIP_LOAD || type == RECORD_TRIP_LOAD - 1;
}

static void
trip_row(struct cli *cli, struct libscols_table *table, const uint8_t raw[RECORD_TRIP_LEN])
{
	struct record_trip record;
	struct names_place place;
	char when[CELL_MAX];
	char type[CELL_MAX];
	char industry[CELL_MAX];
	char city[CELL_MAX];
	char line[CELL_MAX];
	char station[CELL_MAX];
	char amount[CELL_MAX];
	char balance[YKT_FEN_TEXT_MAX];

	if (record_trip_decode(ykt_bytes(raw, RECORD_TRIP_LEN), &record) != YKT_OK)
		return;

	time_text(record.time, when);
	code_text(cli, words_trip_type(record.type), record.type, type);
	code_text(cli, words_industry(record.industry), record.industry, industry);
	city_text(cli, record.city, city);
	place = names_place(&record);
	/* Codes where there is no name; the city decides what they mean. */
	ykt_hex_encode(YKT_BYTES(record.line), line);
	ykt_hex_encode(YKT_BYTES(record.station), station);
	amount_text(record.amount, trip_comes_in(record.type), amount);
	ykt_fen_text(record.balance, balance);
	table_row(table,
	    (const char *[]){ when, type, industry, city, place.line[0] != '\0' ? place.line : line,
		place.station[0] != '\0' ? place.station : station, amount, balance },
	    8);
}

static void
print_trips(struct cli *cli, const struct card_view *view)
{
	static const char *const titles[COLUMNS_MAX] = { "Time", "Type", "By", "City", "Line",
		"Station", "Amount", "Balance" };
	struct libscols_table *table;

	if (view->trip_count == 0) {
		fprintf(cli->out, "%s\n", cli_text(cli, "No trips on the card."));
		return;
	}
	fprintf(cli->out, "%s\n", cli_text(cli, "Trips"));
	table = table_new(cli, titles, YKT_ARRAY_LEN(titles), true);
	for (unsigned i = 0; i < view->trip_count; i++)
		trip_row(cli, table, view->trips[i]);
	table_end(cli, table);
}

static void
print_files(struct cli *cli, const struct card_files *files)
{
	static const char *const titles[] = { "File", "Content" };
	struct libscols_table *table;

	if (files->count == 0) {
		fprintf(cli->out, "%s\n\n",
		    cli_text(cli, "The card has no files of its issuer's own."));
		return;
	}
	fprintf(cli->out, "%s\n", cli_text(cli, "The issuer's own files"));
	table = table_new(cli, titles, YKT_ARRAY_LEN(titles), true);
	for (unsigned i = 0; i < files->count; i++) {
		const struct card_file *file = &files->files[i];
		char sfi[4];
		char hex[2 * CARD_FILE_MAX + 1];

		snprintf(sfi, sizeof(sfi), "%02X", file->sfi);
		ykt_hex_encode(ykt_bytes(file->bytes, file->len), hex);
		table_row(table,
		    (const char *[]){
			sfi, file->closed ? cli_text(cli, "not to be read without a right") : hex },
		    2);
	}
	table_end(cli, table);
}

void
card_print(struct cli *cli, const struct card_view *view, const struct card_files *files)
{
	print_head(cli, view);
	print_log(cli, view);
	print_trips(cli, view);
	if (files != NULL)
		print_files(cli, files);
	if (view->odd_count != 0)
		fprintf(cli->out, "%s: %u\n",
		    cli_text(cli, "Records of another form than the standard's, left out"),
		    view->odd_count);
}

static void
put_records(json_t *object, const char *name, enum inspect_kind kind, const uint8_t *rows,
    unsigned count, size_t len)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < count; i++) {
		json_t *row = NULL;

		if (inspect_bytes(kind, ykt_bytes(rows + i * len, len), &row) == YKT_OK)
			json_array_append_new(list, row);
	}
	json_object_set_new(object, name, list);
}

static void
put_files(json_t *object, const struct card_files *files)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < files->count; i++) {
		const struct card_file *file = &files->files[i];
		json_t *row = json_object();

		jsonput_u8(row, "sfi", file->sfi);
		if (file->closed)
			json_object_set_new(row, "content", json_null());
		else
			jsonput_hex(row, "content", ykt_bytes(file->bytes, file->len));
		json_array_append_new(list, row);
	}
	json_object_set_new(object, "files", list);
}

void
card_print_json(struct cli *cli, const struct card_view *view, const struct card_files *files)
{
	uint8_t raw[FILE17_LEN];
	json_t *object = NULL;
	json_t *management = NULL;

	file15_encode(&view->info, raw);
	if (inspect_bytes(INSPECT_FILE15, ykt_bytes(raw, FILE15_LEN), &object) != YKT_OK)
		return;
	if (view->has_management) {
		file17_encode(&view->management, raw);
		if (inspect_bytes(INSPECT_FILE17, YKT_BYTES(raw), &management) == YKT_OK)
			json_object_set_new(object, "file17", management);
	}
	json_object_set_new(object, "balance", json_integer(view->balance_fen));
	if (view->has_second)
		json_object_set_new(object, "second_balance", json_integer(view->second_fen));
	if (files != NULL)
		put_files(object, files);
	put_records(object, "log", INSPECT_LOG, view->log[0], view->log_count, RECORD_LOG_LEN);
	put_records(
	    object, "trips", INSPECT_TRIP, view->trips[0], view->trip_count, RECORD_TRIP_LEN);
	jsonput_line(cli->out, object, cli->terminal);
	json_decref(object);
}
