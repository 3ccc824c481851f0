/*
 * The client of the TSM's tests, and what they ask of a card. See support.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "se/internal.h"

#define REFUSED_MAX 20
#define ROUNDS_MAX  300
#define SESSIONS    40

const char *
card_hex(struct world *world, enum ykt_se_iface iface, const char *cmd_hex)
{
	static char text[2 * SE_RSP_MAX + 1];
	uint8_t cmd_bytes[300];
	uint8_t rsp_bytes[SE_RSP_MAX];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf rsp = YKT_BUF(rsp_bytes);

	assert_status(ykt_hex_decode(cmd_hex, strlen(cmd_hex), &cmd), YKT_OK);
	se_transceive(&world->element[world->present].se, iface, ykt_buf_view(&cmd), &rsp);
	ykt_hex_encode(ykt_buf_view(&rsp), text);

	return text;
}

/* From the gate's side, so that the TSM's own selection stays. */
static bool
purse_answers(struct world *world)
{
	const char *text = card_hex(world, YKT_SE_CONTACTLESS, "00A404000B" AID_HEX "00");

	return strcmp(text + strlen(text) - 4, "9000") == 0;
}

void
assert_card_is_open(struct world *world, const char *card_no)
{
	char file15[2 * FILE15_LEN + 5];

	assert_true(purse_answers(world));
	(void)snprintf(file15, sizeof(file15),
	    "99011000FFFFFFFF0201%s2026010120361231"
	    "00009000",
	    card_no);
	assert_string_equal(card_hex(world, YKT_SE_CONTACTLESS, "00B095001E"), file15);
	assert_string_equal(card_hex(world, YKT_SE_CONTACTLESS, "00B097003C"), FILE17 "9000");
	assert_string_equal(card_hex(world, YKT_SE_CONTACTLESS, "805C030204"), "000000009000");
	assert_string_equal(card_hex(world, YKT_SE_CONTACTLESS, "805C040204"), "000186A09000");
}

void
assert_no_purse(struct world *world)
{
	assert_false(purse_answers(world));
}

/* T20, looked at from outside after every command. */
static void
assert_whole_or_absent(struct world *world)
{
	if (world->card_no != NULL && purse_answers(world))
		assert_card_is_open(world, world->card_no);
}

struct lookup {
	struct ykt_bytes se_id;
	struct ykt_bytes aid;
	int64_t n;
	int64_t state;
};

static enum ykt_status
take_lookup(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct lookup *lookup = arg;

	assert_int_equal(count, 2);
	lookup->n = cols[0].i;
	lookup->state = cols[1].i;

	return YKT_OK;
}

static enum ykt_status
lookup_tx(struct ykt_tx *tx, void *arg)
{
	struct lookup *lookup = arg;

	return ykt_tx_query(tx,
	    "SELECT count(*), max(state) FROM app WHERE se_id = ?1 AND (aid = ?2 OR ?2 = x'')",
	    YKT_SQL_IN(ykt_sql_blob(lookup->se_id), ykt_sql_blob(lookup->aid)), take_lookup, lookup,
	    NULL);
}

static struct lookup
find_row(struct world *world, struct ykt_bytes se_id, struct ykt_bytes aid)
{
	struct lookup lookup = { se_id, aid, 0, 0 };

	assert_status(
	    ykt_store_run(store_sqlite_port(world->database), lookup_tx, &lookup), YKT_OK);

	return lookup;
}

void
assert_registry_is_card(struct world *world, const char *se_hex)
{
	const struct se *se = &world->element[world->present].se;
	uint8_t bytes[16];
	struct ykt_buf se_id = YKT_BUF(bytes);
	int64_t count = 0;

	assert_status(ykt_hex_decode(se_hex, strlen(se_hex), &se_id), YKT_OK);
	for (size_t i = 1; i < SE_ENTRY_COUNT; i++) {
		struct se_app app = se_app_at(i);
		struct ykt_bytes aid = se_app_aid(se, app);
		struct lookup row;

		if (aid.len == 0)
			continue;
		row = find_row(world, ykt_buf_view(&se_id), aid);
		assert_int_equal(row.n, 1);
		assert_int_equal(row.state, se_home(se, se_app_off(app))[SE_SD_STATE]);
		count++;
	}
	assert_int_equal(find_row(world, ykt_buf_view(&se_id), ykt_bytes(bytes, 0)).n, count);
}

int
world_report(struct world *world, const char *json)
{
	char path[128];
	int code;

	wire_seram_path(WIRE_PATH_SERAM_MANAGE, world->session_id, path);
	code = world_ask(world, "", path, json);
	if (code == 200) {
		world->orders++;
		assert_status(
		    wire_seram_order_decode(ykt_bytes_str(world->body), &world->order), YKT_OK);
	}

	return code;
}

/* False: no answer came, and the rest of the list is dropped. */
static bool
relay_one(struct world *world, struct ykt_bytes apdu)
{
	struct se *se;
	uint8_t bytes[SE_RSP_MAX];
	uint8_t atr_bytes[64];
	struct ykt_buf rsp = YKT_BUF(bytes);
	struct ykt_buf atr = YKT_BUF(atr_bytes);
	bool lost = world_strikes(world, TROUBLE_APDU_BEFORE);

	if (world_strikes(world, TROUBLE_CARD_SWAP))
		world->present = 1;
	se = &world->element[world->present].se;
	if (world_strikes(world, TROUBLE_CARD_RESET))
		se_reset(se, YKT_SE_WIRED, &atr);
	if (!lost) {
		se_transceive(se, YKT_SE_WIRED, apdu, &rsp);
		world->apdus++;
		assert_whole_or_absent(world);
		lost = world_strikes(world, TROUBLE_APDU_AFTER);
	}
	if (lost)
		rsp.len = 0;
	assert_status(wire_seram_report_add_apdu(&world->report, ykt_buf_view(&rsp)), YKT_OK);

	return !lost;
}

const char *
world_run_order(struct world *world)
{
	static uint8_t text[WIRE_SERAM_POOL * 3];
	struct ykt_buf json = { text, 0, sizeof(text) - 1, false };
	const struct wire_seram_order *order = &world->order;
	bool going = true;

	wire_seram_report_init(&world->report, WIRE_SERAM_PROCESSED);
	for (size_t i = 0; i < order->command_count && going; i++) {
		if (order->command[i].kind != WIRE_SERAM_SE)
			continue;
		assert_status(wire_seram_report_add_response(&world->report), YKT_OK);
		for (size_t k = 0; k < order->command[i].apdu_count && going; k++)
			going = relay_one(world, wire_seram_order_apdu(order, i, k));
	}
	assert_status(wire_seram_report_encode(&world->report, &json), YKT_OK);
	text[json.len] = '\0';

	return (const char *)text;
}

static bool
stops(struct world *world)
{
	bool stop = false;

	for (size_t i = 0; i < world->order.command_count; i++) {
		const struct wire_seram_command *command = &world->order.command[i];

		if (command->kind == WIRE_SERAM_NOTE)
			memcpy(world->notice, command->notice, sizeof(world->notice));
		stop |= command->kind == WIRE_SERAM_STOP;
	}

	return stop;
}

static bool
shake_hands(struct world *world)
{
	static const char hello[] =
	    "{\"secureElements\":[{\"seType\":\"eSE\",\"seId\":\"" SE_A "\"},"
	    "{\"seType\":\"eSE\",\"seId\":\"" SE_B "\"}]}";
	char path[128];

	wire_seram_path(WIRE_PATH_SERAM_HANDSHAKE, world->session_id, path);

	return world_ask(world, "", path, hello) == 200;
}

/* What goes wrong between an answer and the next report; NULL: the session is lost. */
static const char *
next_report(struct world *world, const char *job_id)
{
	const char *report;

	if (world_strikes(world, TROUBLE_CLIENT_POLLS))
		return POLL;
	if (world_strikes(world, TROUBLE_CLIENT_KILLED)) {
		assert_int_equal(world_session(world, job_id), 200);
		return NULL;
	}
	report = world_run_order(world);
	if (world_strikes(world, TROUBLE_RESTART))
		world_restart(world);

	return report;
}

bool
world_relay(struct world *world, const char *job_id)
{
	static char report[WIRE_SERAM_POOL * 3];
	unsigned refused = 0;

	(void)shake_hands(world);
	(void)snprintf(report, sizeof(report), "%s", POLL);
	for (unsigned round = 0; round < ROUNDS_MAX; round++) {
		int code = world_report(world, report);
		const char *next;

		if (code == 404)
			return false;
		if (code != 200) {
			/* What a crash is: the process is a new one. */
			if (world->chaos == 0 && world->trouble == TROUBLE_STORE && world->fired)
				world_restart(world);
			if (++refused == REFUSED_MAX)
				return false;
			continue;
		}
		if (world_strikes(world, TROUBLE_ANSWER_LOST))
			continue;
		if (stops(world))
			return true;
		next = next_report(world, job_id);
		if (next == NULL)
			return false;
		(void)snprintf(report, sizeof(report), "%s", next);
	}
	fail_msg("a session without end");

	return false;
}

void
world_open(struct world *world, const char *job_id)
{
	for (unsigned i = 0; i < SESSIONS; i++) {
		const char *state;

		(void)world_relay(world, job_id);
		state = world_job(world, job_id);
		if (strncmp(state, "done", 4) == 0 || strncmp(state, "failed", 6) == 0)
			return;
		world->now_ms += 1000;
		world->present = 0;
		assert_int_equal(world_session(world, job_id), 200);
	}
	fail_msg("a job without end: %s", world_job(world, job_id));
}
