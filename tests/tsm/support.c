/*
 * The world of the TSM's tests: rooms, ports, cards. See support.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "card/gp.h"
#include "card/sd_keys.h"

static void
sweep(under_fn under, enum trouble trouble, enum store_fault_kind kind, unsigned least)
{
	unsigned at = 1;

	while (under(trouble, kind, at))
		at++;
	assert_in_range(at - 1, least, 100);
}

void
sweep_trouble(under_fn under, enum trouble trouble, unsigned least)
{
	sweep(under, trouble, STORE_FAULT_NONE, least);
}

void
sweep_store(under_fn under, unsigned least)
{
	for (int kind = STORE_FAULT_BEFORE; kind < STORE_FAULT_KIND_COUNT; kind++)
		sweep(under, TROUBLE_STORE, (enum store_fault_kind)kind, least);
}

bool
world_strikes(struct world *world, enum trouble trouble)
{
	if (world->chaos != 0) {
		world->chaos_random =
		    world->chaos_random * 6364136223846793005u + 1442695040888963407u;
		return (world->chaos_random >> 33) % world->chaos == 0;
	}
	if (world->trouble != trouble || world->fired || ++world->occasion != world->trouble_at)
		return false;
	world->fired = true;

	return true;
}

static int64_t
now(void *ctx)
{
	return ((struct world *)ctx)->now_ms;
}

static enum ykt_status
no_wait(void *ctx, int64_t until)
{
	(void)ctx;
	(void)until;

	return YKT_OK;
}

static enum ykt_status
fill_random(void *ctx, uint8_t *out, size_t len)
{
	struct world *world = ctx;

	for (size_t i = 0; i < len; i++) {
		world->random = world->random * 6364136223846793005u + 1442695040888963407u;
		out[i] = (uint8_t)(world->random >> 33);
	}

	return YKT_OK;
}

static enum ykt_status
tsm_random(void *ctx, uint8_t *out, size_t len)
{
	if (world_strikes(ctx, TROUBLE_EMPTY_RANDOM))
		return YKT_E_RANDOM;

	return fill_random(ctx, out, len);
}

static enum ykt_status
nvm_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	memcpy(out, ((struct element *)ctx)->bytes + off, len);

	return YKT_OK;
}

static enum ykt_status
nvm_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	memcpy(((struct element *)ctx)->bytes + off, data, len);

	return YKT_OK;
}

static enum ykt_status
call_keyd(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct world *world = ctx;
	struct ykt_http_request seen = *req;

	if (world_strikes(world, TROUBLE_KEYD))
		return YKT_E_NET;
	seen.peer = "tsm-" CITY;
	keys_handle(world->keys_worker, &seen, rsp);

	return world_strikes(world, TROUBLE_KEYD_LOST) ? YKT_E_NET_UNKNOWN : YKT_OK;
}

static struct store_fault_plan
choose_fault(void *arg)
{
	struct world *world = arg;

	return (struct store_fault_plan){
		.kind = world_strikes(world, TROUBLE_STORE) ? world->store_kind : STORE_FAULT_NONE,
		.query = 1,
	};
}

static struct store_sqlite *
open_database(const char *const *schema, size_t count)
{
	struct ykt_store_migration migrations[8];
	struct store_sqlite_options options = { .path = ":memory:",
		.migrations = migrations,
		.migration_count = count,
		.alloc = &ykt_alloc_libc };
	struct store_sqlite *database = NULL;

	for (size_t i = 0; i < count; i++)
		migrations[i] = (struct ykt_store_migration){ (int)i + 1, schema[i] };
	assert_status(store_sqlite_open(&options, &database), YKT_OK);

	return database;
}

/* Static: the rooms borrow them, and there is one world at a time. */
static struct ykt_clock test_clock = { NULL, now, now, no_wait };
static struct ykt_random test_random = { NULL, fill_random };
static struct ykt_random own_random = { NULL, tsm_random };

static void
make_keys(struct world *world, const struct keys_roots *roots, const struct keys_pin *pin)
{
	struct keys_options options = {
		.env = { &test_clock, &test_random, &ykt_alloc_libc, NULL },
		.city = CITY,
		.issuer = { 0x99, 0x01, 0x10, 0x00, 0xFF, 0xFF, 0xFF, 0xFF },
		.roots = *roots,
		.pin = *pin,
	};

	memset(options.roots.purchase, 0x10, KEYS_ROOT_LEN);
	memset(options.roots.load, 0x20, KEYS_ROOT_LEN);
	memset(options.roots.tac, 0x30, KEYS_ROOT_LEN);
	memset(options.roots.maintenance, 0x40, KEYS_ROOT_LEN);
	memset(options.roots.isd, 0x50, KEYS_ROOT_LEN);
	memset(options.roots.ssd, 0x60, KEYS_ROOT_LEN);
	world->keys_database = open_database(keys_schema, keys_schema_count);
	options.store = store_sqlite_port(world->keys_database);
	assert_status(keys_new(&options, &world->keys), YKT_OK);
	assert_status(keys_worker_new(world->keys, world->crypto, &world->keys_worker), YKT_OK);
}

static void
make_element(struct world *world, struct element *element, const char *se_hex)
{
	struct se_params params = {
		.uid_len = 4, .isd_kvn = SD_KEYS_KVN_ISD, .isd_key_len = SD_KEYS_ROOT_LEN
	};
	struct ykt_buf identity = YKT_BUF(params.identity);
	uint8_t root[KEYS_ROOT_LEN];
	struct scp03_keys keys;

	memset(root, 0x50, sizeof(root));
	assert_status(ykt_hex_decode(se_hex, strlen(se_hex), &identity), YKT_OK);
	assert_status(sd_keys_derive(world->crypto, root, YKT_BYTES(params.identity),
			  YKT_BYTES(gp_isd_aid), SD_KEYS_KVN_ISD, &keys),
	    YKT_OK);
	memcpy(params.isd_enc, keys.enc, 16);
	memcpy(params.isd_mac, keys.mac, 16);
	memcpy(params.isd_dek, keys.dek, 16);
	element->nvm = (struct ykt_nvm){
		.ctx = element, .size = SE_IMAGE_SIZE, .read = nvm_read, .write = nvm_write
	};
	assert_status(se_format(&element->nvm, &params), YKT_OK);
	assert_status(se_boot(&element->se, &element->nvm, world->crypto, &test_random), YKT_OK);
}

static void
start_tsm(struct world *world)
{
	unsigned chaos = world->chaos;

	world->chaos = 0; /* a supervisor starts it until it stands */
	assert_status(tsm_new(&world->options, &world->tsm), YKT_OK);
	assert_status(tsm_worker_new(world->tsm, world->crypto, &world->worker), YKT_OK);
	world->chaos = chaos;
}

struct world *
world_new(void)
{
	static const struct keys_roots roots;
	static const struct keys_pin pin;

	return world_new_city(&roots, &pin, ykt_bytes(NULL, 0));
}

struct world *
world_new_city(const struct keys_roots *roots, const struct keys_pin *pin, struct ykt_bytes groups)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->now_ms = 1735755845000;
	world->card_no = CARD_NO;
	test_clock.ctx = world;
	test_random.ctx = world;
	own_random.ctx = world;
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &world->crypto), YKT_OK);
	make_keys(world, roots, pin);
	make_element(world, &world->element[0], SE_A);
	make_element(world, &world->element[1], SE_B);
	world->keyd = (struct ykt_http){ world, call_keyd };
	world->database = open_database(tsm_schema, tsm_schema_count);
	store_fault_init(&world->store, store_sqlite_port(world->database), choose_fault, world);
	world->options = (struct tsm_options){
		.env = { &test_clock, &own_random, &ykt_alloc_libc, NULL },
		.store = &world->store.port,
		.keyd = &world->keyd,
		.city = CITY,
		.groups = groups,
	};
	start_tsm(world);

	return world;
}

void
world_restart(struct world *world)
{
	tsm_worker_free(&world->worker);
	tsm_free(&world->tsm);
	start_tsm(world);
}

void
world_free(struct world **world)
{
	struct world *old = *world;

	tsm_worker_free(&old->worker);
	tsm_free(&old->tsm);
	store_sqlite_close(&old->database);
	keys_worker_free(&old->keys_worker);
	keys_free(&old->keys);
	store_sqlite_close(&old->keys_database);
	for (size_t i = 0; i < 2; i++)
		se_clear(&old->element[i].se);
	crypto_free(&old->crypto);
	free(old);
	*world = NULL;
}

void
world_trouble(struct world *world, enum trouble trouble, unsigned at)
{
	world->trouble = trouble;
	world->trouble_at = at;
	world->occasion = 0;
	world->fired = false;
}

int
world_ask(struct world *world, const char *peer, const char *path, const char *body)
{
	struct ykt_http_request req = {
		.method = YKT_HTTP_POST, .path = path, .body = ykt_bytes_str(body), .peer = peer
	};
	struct ykt_http_response rsp = { .body = { (uint8_t *)world->body, 0,
					     sizeof(world->body) - 1, false } };

	tsm_handle(world->worker, &req, &rsp);
	world->body[rsp.body.len] = '\0';
	assert_in_range(rsp.code, 100, 599);
	world->codes[rsp.code]++;

	return rsp.code;
}

static void
take_session(struct world *world)
{
	struct ykt_buf id = YKT_BUF(world->session_id);
	const char *text = strstr(world->body, "\"session_id\":\"");

	assert_non_null(text);
	assert_status(ykt_hex_decode(text + 14, 32, &id), YKT_OK);
}

/* A platform repeats what was not answered. */
static int
ask_platform(struct world *world, const char *path, const char *body)
{
	int code = 0;

	for (unsigned i = 0; i < 10 && code != 200 && (code == 0 || code >= 500); i++)
		code = world_ask(world, "platform-" CITY, path, body);

	return code;
}

int
world_start(struct world *world, const char *job_id, const char *se_hex, const char *card_no)
{
	return world_start_kind(world, job_id, "open", se_hex, card_no, "");
}

int
world_start_kind(struct world *world, const char *job_id, const char *kind, const char *se_hex,
    const char *card_no, const char *more)
{
	char body[1024];
	int code;

	(void)snprintf(body, sizeof(body),
	    "{\"job_id\":\"%s\",\"kind\":\"%s\",\"se_id\":\"%s\",\"aid\":\"" AID_HEX "\","
	    "\"city\":\"" CITY "\",\"issuer\":\"99011000FFFFFFFF\",\"card_no\":\"%s\","
	    "\"start\":\"20260101\",\"end\":\"20361231\",\"file17\":\"" FILE17 "\","
	    "\"limit_fen\":100000,\"alg\":0%s}",
	    job_id, kind, se_hex, card_no, more);
	code = ask_platform(world, "/tsm/job.start", body);
	if (code == 200)
		take_session(world);

	return code;
}

int
world_session(struct world *world, const char *job_id)
{
	char body[128];
	int code;

	(void)snprintf(body, sizeof(body), "{\"job_id\":\"%s\"}", job_id);
	code = ask_platform(world, "/tsm/job.session", body);
	if (code == 200)
		take_session(world);

	return code;
}

const char *
world_job(struct world *world, const char *job_id)
{
	static char text[64];
	char body[128];
	char *state;
	char *reason;

	(void)snprintf(body, sizeof(body), "{\"job_id\":\"%s\"}", job_id);
	assert_int_equal(ask_platform(world, "/tsm/job.get", body), 200);
	state = strstr(world->body, "\"state\":\"");
	reason = strstr(world->body, "\"reason\":\"");
	assert_non_null(state);
	assert_non_null(reason);
	state += 9;
	reason += 10;
	*strchr(state, '"') = '\0';
	*strchr(reason, '"') = '\0';
	(void)snprintf(text, sizeof(text), "%s%s%s", state, *reason != '\0' ? " " : "", reason);

	return text;
}

static enum ykt_status
take_number(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	assert_int_equal(count, 1);
	*(int64_t *)arg = cols[0].i;

	return YKT_OK;
}

struct counting {
	const char *sql;
	int64_t n;
};

static enum ykt_status
count_tx(struct ykt_tx *tx, void *arg)
{
	struct counting *counting = arg;

	return ykt_tx_query(tx, counting->sql, NULL, 0, take_number, &counting->n, NULL);
}

int64_t
count_rows(struct world *world, const char *sql)
{
	struct counting counting = { sql, -1 };

	assert_status(
	    ykt_store_run(store_sqlite_port(world->database), count_tx, &counting), YKT_OK);

	return counting.n;
}
