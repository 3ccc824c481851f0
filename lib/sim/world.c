/*
 * Building the world: keys, servers, the links between them, devices.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/world.h"

#include <string.h>

#include <ykt/mem.h>

#include "card/sd_keys.h"
#include "crypto/core.h"
#include "sim/rooms.h"
#include "sim/world_keys.h"
#include "wire/call.h"
#include "wire/key_msg.h"

static const char *const server_names[WORLD_SERVERS] = { "keyd-9901", "keyd-9902", "platform-9901",
	"platform-9902", "tsm-9901", "payd" };
static const char *const gate_names[WORLD_GATES] = { "gate-310000000001", "gate-310000000002",
	"gate-310000000101" };
static const uint8_t gate_terminals[WORLD_GATES][6] = { { 0x31, 0, 0, 0, 0, 0x01 },
	{ 0x31, 0, 0, 0, 0, 0x02 }, { 0x31, 0, 0, 0, 0x01, 0x01 } };

static const uint8_t issuers[2][8] = {
	{ 0x09, 0x98, 0x10, 0x01, 0xFF, 0xFF, 0xFF, 0xFF },
	{ 0x09, 0x98, 0x10, 0x02, 0xFF, 0xFF, 0xFF, 0xFF },
};
static const char *const cities[2] = { "9901", "9902" };
static const uint8_t se_identity[SE_IDENTITY_LEN] = "YKT-SIM-PHONE-01";

static void
aim(struct world *world, struct net_path *path, enum fault_site site, const char *peer,
    enum world_server far)
{
	struct server *server = &world->servers[far];

	*path = (struct net_path){ .sched = world->sched,
		.faults = &world->faults,
		.site = site,
		.far = &server->node,
		.peer = peer,
		.handler = server->ops->handle,
		.take = server_take,
		.give = server_give,
		.far_ctx = server,
		.hash = &world->hash };
}

/* Addresses of servers are fixed, so links may be made before they start. */
static const struct ykt_http *
link_servers(struct world *world, enum world_server near, enum world_server far)
{
	static const struct server_ops *const ops[WORLD_SERVERS] = { &rooms_keys, &rooms_keys,
		&rooms_platform, &rooms_platform, &rooms_tsm, &rooms_psp };
	struct world_link *link = &world->links[world->link_count++];

	world->servers[far].ops = ops[far];
	aim(world, &link->path, SITE_NET_INNER, server_names[near], far);
	net_port_init(&link->port, &link->path);
	return &link->port;
}

static enum ykt_status
sms(void *arg, const char *phone, const char *text)
{
	struct world *world = arg;

	(void)phone;
	person_sms(&world->phone.person, text);
	return YKT_OK;
}

static void
set_platform(struct world *world, size_t city, const struct world_keys *keys)
{
	enum world_server self = city == 0 ? PLATFORM_A : PLATFORM_B;
	struct platform_options *options = &world->platforms[city];

	world->peers[city] = (struct platform_peer){ .city = cities[1 - city],
		.http = link_servers(world, self, city == 0 ? PLATFORM_B : PLATFORM_A) };
	memcpy(world->peers[city].issuer, issuers[1 - city], 8);
	*options = (struct platform_options){
		.keyd = link_servers(world, self, city == 0 ? KEYD_A : KEYD_B),
		.tsm = link_servers(world, self, TSM_A),
		.psp = link_servers(world, self, PAYD),
		.peers = &world->peers[city],
		.peer_count = 1,
		.city = cities[city],
		.node = "n1",
		.province = { 0x99, 0x00 },
		.channel = { 0x99, (uint8_t)(city + 1) },
		.payee = city == 0 ? "City A Transport" : "City B Transport",
		.apps = &world->apps[city],
		.app_count = 1,
		.seal_key = keys->seal[city],
		.sign_key = keys->sign[city],
		.sign_name = server_names[self],
		.pay_pub = keys->pay.pub,
		.pay_name = server_names[PAYD],
		.params_version = 1,
		.sms = sms,
		.sms_arg = world,
		.settings = { .pwhash = crypto_pwhash_cost_test,
		    .session_idle_ms = INT64_C(1) << 40,
		    .house_ms = INT64_C(24) * 60 * 60 * 1000,
		    .session_absolute_ms = INT64_C(1) << 40 },
	};
	memcpy(options->issuer, issuers[city], 8);
}

static void
set_app(struct world *world, size_t city)
{
	static const uint8_t aid[] = { 0xA0, 0, 0, 0x06, 0x32, 0x01, 0x01, 0x05, 0x99 };
	struct platform_app *app = &world->apps[city];

	*app = (struct platform_app){ .aid_len = sizeof(aid) + 1,
		.name_zh = city == 0 ? "甲市一卡通" : "乙市一卡通",
		.name_en = city == 0 ? "City A card" : "City B card",
		.iin = city == 0 ? "31059901" : "31059902",
		.start = { 0x20, 0x26, 0x01, 0x01 },
		.end = { 0x20, 0x36, 0x12, 0x31 },
		.fee_fen = 2000,
		.min_load_fen = 1000,
		.max_load_fen = 50000,
		.cap_fen = WORLD_CAP_FEN,
		.return_fee_fen = WORLD_RETURN_FEE_FEN };
	memcpy(app->aid, aid, sizeof(aid));
	app->aid[sizeof(aid)] = (uint8_t)(city + 1);
}

static void
set_options(struct world *world, const struct world_keys *keys)
{
	for (size_t city = 0; city < 2; city++) {
		set_app(world, city);
		world->keys[city] =
		    (struct keys_options){ .city = cities[city], .roots = keys->roots[city] };
		memcpy(world->keys[city].issuer, issuers[city], 8);
		set_platform(world, city, keys);
		world->merchants[city] = (struct psp_merchant){
			.name = server_names[city == 0 ? PLATFORM_A : PLATFORM_B],
			.pub = keys->sign[city].pub,
			.http = link_servers(world, PAYD, city == 0 ? PLATFORM_A : PLATFORM_B)
		};
	}
	world->tsm =
	    (struct tsm_options){ .keyd = link_servers(world, TSM_A, KEYD_A), .city = cities[0] };
	world->psp = (struct psp_options){ .name = server_names[PAYD],
		.key = keys->pay,
		.merchants = world->merchants,
		.merchant_count = 2,
		.retry_first_ms = 1000,
		.retry_max_ms = 60000 };
}

static enum ykt_status
start_servers(struct world *world, uint64_t seed)
{
	const void *const configs[WORLD_SERVERS] = { &world->keys[0], &world->keys[1],
		&world->platforms[0], &world->platforms[1], &world->tsm, &world->psp };

	for (size_t i = 0; i < WORLD_SERVERS; i++) {
		struct server *server = &world->servers[i];
		enum ykt_status status = server_start(server, server_names[i], server->ops,
		    configs[i], world->sched, &world->faults, world->crypto, seed + i);

		if (status == YKT_OK)
			status = server_tick_start(server);
		if (status != YKT_OK)
			return status;
	}
	return YKT_OK;
}

/* The operator's one call, made while the world is being built. */
static enum ykt_status
make_psam(struct world *world, enum world_server keyd, const uint8_t terminal[6],
    struct wire_key_psam_make_rsp *ret_rsp)
{
	struct server *server = &world->servers[keyd];
	struct wire_key_psam_make_req req = { 0 };
	uint8_t request[512];
	uint8_t response[2048];
	struct ykt_buf body = YKT_BUF(request);
	struct ykt_http_response rsp = { .body = YKT_BUF(response) };
	struct ykt_http_request http = {
		.method = YKT_HTTP_POST, .path = WIRE_PATH_KEY_PSAM_MAKE, .peer = "operator"
	};
	void *worker = server_take(server);
	enum ykt_status status;

	if (worker == NULL)
		return YKT_E_NOMEM;
	memcpy(req.terminal, terminal, sizeof(req.terminal));
	memcpy(req.psam_no + 4, terminal, sizeof(req.terminal));
	status = wire_encode(&wire_key_psam_make_req_msg, &req, &body);
	if (status == YKT_OK) {
		http.body = ykt_buf_view(&body);
		server->ops->handle(worker, &http, &rsp);
		status = wire_code_status(rsp.code);
	}
	server_give(server, worker);
	if (status == YKT_OK)
		status = wire_decode(&wire_key_psam_make_rsp_msg, ykt_buf_view(&rsp.body), ret_rsp);
	return status;
}

static enum ykt_status
start_gate(struct world *world, enum world_gate which, uint64_t seed)
{
	static const enum validator_kind kinds[WORLD_GATES] = { VALIDATOR_METRO_ENTRY,
		VALIDATOR_METRO_EXIT, VALIDATOR_BUS };
	size_t city = which == GATE_BUS ? 1 : 0;
	struct gate *gate = &world->gates[which];
	struct wire_key_psam_make_rsp psam;
	enum ykt_status status =
	    make_psam(world, city == 0 ? KEYD_A : KEYD_B, gate_terminals[which], &psam);

	if (status != YKT_OK)
		return status;
	gate->options = (struct validator_options){ .kind = kinds[which],
		.city = { 0x99, (uint8_t)(city + 1) },
		.operator_code = { 0, 1 },
		.line = { 0, 1 },
		.station = { 0, (uint8_t)(which == GATE_EXIT ? 9 : 2) },
		.issuer_count = 2,
		.fares = { .metro_base = 300,
		    .metro_step = 100,
		    .metro_base_stations = 4,
		    .metro_step_stations = 4,
		    .bus = 200 },
		.tap_cap = 30000,
		.balance_cap = WORLD_CAP_FEN,
		.torn_window_ms = WORLD_TORN_MS,
		.params_pub = world->platforms[city].sign_key.pub };
	memcpy(gate->options.institution, issuers[city], 8);
	memcpy(gate->options.issuers, issuers, sizeof(issuers));
	aim(world, &gate->path, SITE_NET_GATE, gate_names[which],
	    city == 0 ? PLATFORM_A : PLATFORM_B);
	return gate_start(gate, gate_names[which], world->sched, &world->faults, world->crypto,
	    ykt_bytes(psam.dgis.data, psam.dgis.len), seed + which);
}

static enum ykt_status
start_phone(struct world *world, uint64_t seed)
{
	static const enum world_server servers[PHONE_SERVERS] = { PLATFORM_A, TSM_A, PAYD };
	static const uint8_t isd_aid[] = { 0xA0, 0, 0, 0x01, 0x51, 0, 0, 0 };
	struct se_params params = { .iin = { 0x31, 0x05, 0x99, 0x01 },
		.uid = { 0x08, 0x59, 0x4B, 0x54 },
		.uid_len = 4,
		.isd_kvn = SD_KEYS_KVN_ISD,
		.isd_key_len = 16 };
	struct scp03_keys isd;
	enum ykt_status status;

	memcpy(params.identity, se_identity, sizeof(params.identity));
	status = sd_keys_derive(world->crypto, world->keys[0].roots.isd, YKT_BYTES(se_identity),
	    YKT_BYTES(isd_aid), SD_KEYS_KVN_ISD, &isd);
	if (status != YKT_OK)
		return status;
	memcpy(params.isd_enc, isd.enc, sizeof(params.isd_enc));
	memcpy(params.isd_mac, isd.mac, sizeof(params.isd_mac));
	memcpy(params.isd_dek, isd.dek, sizeof(params.isd_dek));
	params.ident_count = 1;
	params.ident[0].has_platform = true;
	params.ident[0].platform = world->platforms[0].seal_key.pub;
	for (size_t i = 0; i < PHONE_SERVERS; i++)
		aim(world, &world->phone.paths[i], SITE_NET_CLIENT, "", servers[i]);
	memcpy(world->phone.options.platform_pub, world->platforms[0].seal_key.pub.xy, 64);
	return phone_start(&world->phone, "13800000001", &params, world->sched, &world->faults,
	    world->crypto, &world->hash, seed);
}

enum ykt_status
world_new(uint64_t seed, uint64_t *fired, struct world **ret_world)
{
	struct world *world = ykt_mem_get(&ykt_alloc_libc, sizeof(*world));
	struct world_keys keys;
	enum ykt_status status;

	if (world == NULL)
		return YKT_E_NOMEM;
	world->hash = 0xCBF29CE484222325u;
	world->faults.fired = fired;
	world->rng = rng_stream(seed, 0x301D);
	world->crypto_rng = rng_stream(seed, 0xC47);
	rng_port_init(&world->crypto_random, &world->crypto_rng);
	status = sched_new(WORLD_START_MS, &world->sched);
	if (status == YKT_OK)
		status = crypto_new(&ykt_alloc_libc, &world->crypto_random, &world->crypto);
	if (status == YKT_OK)
		status = world_keys_make(world->crypto, &world->crypto_random, &keys);
	if (status == YKT_OK) {
		world->driver = (struct sched_node){ .name = "world", .sched = world->sched };
		set_options(world, &keys);
		status = start_servers(world, seed);
	}
	for (size_t i = 0; status == YKT_OK && i < WORLD_GATES; i++)
		status = start_gate(world, (enum world_gate)i, seed);
	if (status == YKT_OK)
		status = start_phone(world, seed);
	if (status == YKT_OK)
		*ret_world = world;
	else
		world_free(&world);
	return status;
}

void
world_free(struct world **world_address)
{
	struct world *world = *world_address;

	if (world == NULL)
		return;
	for (size_t i = 0; i < WORLD_SERVERS; i++)
		server_stop(&world->servers[i]);
	if (world->sched != NULL)
		sched_run(world->sched, INT64_MAX);
	phone_clear(&world->phone);
	for (size_t i = 0; i < WORLD_GATES; i++)
		gate_clear(&world->gates[i]);
	for (size_t i = 0; i < WORLD_SERVERS; i++)
		server_clear(&world->servers[i]);
	crypto_free(&world->crypto);
	sched_free(&world->sched);
	ykt_mem_put(&ykt_alloc_libc, world_address, sizeof(*world));
}
