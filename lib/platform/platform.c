/*
 * Options checked, defaults filled, workers made.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/platform.h"

#include <assert.h>
#include <string.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#include "platform/routes.h"
#include "platform/room.h"
#include "platform/system.h"

#define CERT_DAYS_MAX 3660
#define MINUTE_MS     INT64_C(60000)

static void
default_ms(int64_t *value, int64_t standard)
{
	if (*value == 0)
		*value = standard;
}

static void
risk_fill(struct platform_settings *s)
{
	const unsigned refused = YKT_FINDING_CHANGED | YKT_FINDING_DEBUGGER | YKT_FINDING_PRELOAD;

	for (unsigned i = 0; i < YKT_ARRAY_LEN(s->risk); i++) {
		if (s->risk[i] != PLATFORM_RISK_DEFAULT)
			continue;
		if ((refused >> i & 1) != 0)
			s->risk[i] = PLATFORM_RISK_REFUSE;
		else
			s->risk[i] = 1u << i == WIRE_FINDING_SYSTEM_OLD ? PLATFORM_RISK_TELL
									: PLATFORM_RISK_ALLOW;
	}
}

static void
settings_fill(struct platform_settings *s)
{
	default_ms(&s->session_idle_ms, 5 * MINUTE_MS);
	default_ms(&s->session_absolute_ms, 30 * MINUTE_MS);
	default_ms(&s->otp_life_ms, 5 * MINUTE_MS);
	default_ms(&s->otp_retry_ms, MINUTE_MS);
	default_ms(&s->pay_life_ms, 30 * MINUTE_MS);
	default_ms(&s->retry_first_ms, 1000);
	default_ms(&s->retry_max_ms, 5 * MINUTE_MS);
	default_ms(&s->poll_ms, 5000);
	default_ms(&s->age_ms, 24 * 60 * MINUTE_MS);
	default_ms(&s->gap_age_ms, INT64_C(7) * 24 * 60 * MINUTE_MS);
	default_ms(&s->records_wait_ms, 24 * 60 * MINUTE_MS);
	default_ms(&s->house_ms, 10 * MINUTE_MS);
	default_ms(&s->cap_fen, 500000);
	default_ms(&s->anonymous_cap_fen, 100000);
	default_ms(&s->tap_cap_fen, 30000);
	default_ms(&s->ticket_life_ms, INT64_C(30) * 24 * 60 * MINUTE_MS);
	default_ms(&s->code_life_ms, 24 * 60 * MINUTE_MS);
	default_ms(&s->code_redraw_ms, 30000);
	default_ms(&s->code_validity_s, 60);
	default_ms(&s->cert_days, 365);
	default_ms(&s->code_limit_fen, 3000);
	default_ms(&s->code_debt_fen, 3000);
	default_ms(&s->wallet_cap_fen, 100000);
	default_ms(&s->risk_limit_fen, 5000);
	default_ms(&s->risk_keep_ms, 180 * 24 * 60 * MINUTE_MS);
	risk_fill(s);
	default_ms(&s->ota_calls, 30);
	if (s->pwhash.passes == 0)
		s->pwhash = crypto_pwhash_cost_server;
}

static bool
settings_valid(const struct platform_settings *s)
{
	const int64_t all[] = { s->ota_calls, s->session_idle_ms, s->session_absolute_ms,
		s->otp_life_ms, s->otp_retry_ms, s->pay_life_ms, s->retry_first_ms, s->retry_max_ms,
		s->poll_ms, s->age_ms, s->house_ms, s->cap_fen, s->tap_cap_fen, s->code_life_ms,
		s->code_redraw_ms, s->code_validity_s, s->code_limit_fen, s->code_debt_fen,
		s->wallet_cap_fen, s->anonymous_cap_fen, s->risk_limit_fen, s->risk_keep_ms,
		s->ticket_life_ms, s->cert_days, s->gap_age_ms, s->records_wait_ms };

	for (size_t i = 0; i < YKT_ARRAY_LEN(all); i++) {
		if (all[i] < 1 || all[i] > INT64_C(1) << 40)
			return false;
	}

	for (size_t i = 0; i < YKT_ARRAY_LEN(s->risk); i++) {
		if ((unsigned)s->risk[i] > PLATFORM_RISK_REFUSE ||
		    (s->risk[i] == PLATFORM_RISK_TELL && i < YKT_FINDING_COUNT))
			return false;
	}

	return s->anonymous_cap_fen <= s->cap_fen && s->code_validity_s <= UINT16_MAX &&
	       s->cert_days <= CERT_DAYS_MAX && s->code_limit_fen <= 0xFFFFFF &&
	       s->code_redraw_ms <= s->code_validity_s * 1000;
}

static bool
text_valid(const char *text, size_t min, size_t max)
{
	return text != NULL && strlen(text) >= min && strlen(text) <= max;
}

static bool
digits_valid(const char *text, size_t len)
{
	return text != NULL && strlen(text) == len && strspn(text, "0123456789") == len;
}

static bool
app_valid(const struct platform_app *app, const struct platform_settings *s)
{
	return app->aid_len >= 5 && app->aid_len <= sizeof(app->aid) &&
	       text_valid(app->name_zh, 1, 48) && text_valid(app->name_en, 1, 48) &&
	       digits_valid(app->iin, 8) && (app->alg == 0 || app->alg == 4) && app->fee_fen >= 0 &&
	       app->fee_fen <= s->cap_fen && app->min_load_fen > 0 &&
	       app->min_load_fen <= app->max_load_fen && app->max_load_fen <= app->cap_fen &&
	       app->cap_fen <= s->cap_fen && app->overdraft_fen >= 0 &&
	       app->overdraft_fen <= s->cap_fen && app->return_fee_fen >= 0 &&
	       app->return_fee_fen <= s->cap_fen &&
	       (app->without == NULL ||
		   strspn(app->without, "abcdefghijklmnopqrstuvwxyz ,") == strlen(app->without));
}

static bool
peers_valid(const struct platform_options *o)
{
	if (o->peer_count > PLATFORM_PEERS_MAX || (o->peer_count != 0 && o->peers == NULL))
		return false;
	for (size_t i = 0; i < o->peer_count; i++) {
		if (!text_valid(o->peers[i].city, 1, PLATFORM_CITY_MAX) ||
		    o->peers[i].http == NULL || strcmp(o->peers[i].city, o->city) == 0)
			return false;
	}

	return true;
}

/* What the joiner judged is a package; a version must name one. */
static bool
menus_valid(const struct platform_options *o)
{
	if (o->menu_count > PLATFORM_MENUS_MAX || (o->menu_count != 0 && o->menus == NULL))
		return false;
	for (size_t i = 0; i < o->menu_count; i++) {
		const struct platform_menu *menu = &o->menus[i];

		if (menu->package == NULL || menu->len == 0 || menu->len > UINT16_MAX ||
		    menu->version < 1 || menu->version > UINT16_MAX)
			return false;
		for (size_t k = 0; k < i; k++) {
			if (o->menus[k].language == menu->language &&
			    o->menus[k].version == menu->version)
				return false;
		}
	}

	return true;
}

static bool
options_valid(const struct platform_options *o)
{
	if (o->env.clock == NULL || o->env.random == NULL || o->env.alloc == NULL ||
	    o->store == NULL || o->keyd == NULL || o->tsm == NULL || o->psp == NULL ||
	    o->sms == NULL)
		return false;
	if (!text_valid(o->city, 1, PLATFORM_CITY_MAX) ||
	    !text_valid(o->node, 1, PLATFORM_NAME_MAX) || !text_valid(o->payee, 1, 64) ||
	    !text_valid(o->currency, 3, 3) || !text_valid(o->sign_name, 1, PLATFORM_NAME_MAX) ||
	    !text_valid(o->pay_name, 1, PLATFORM_NAME_MAX) || !settings_valid(&o->settings) ||
	    !peers_valid(o) || !menus_valid(o) || !systems_valid(o) ||
	    (o->user_ca != NULL && !text_valid(o->user_ca, 1, 16)))
		return false;
	if (o->apps == NULL || o->app_count == 0 || o->app_count > PLATFORM_APPS_MAX ||
	    o->fare_count > PLATFORM_FARES_MAX || (o->fare_count != 0 && o->fares == NULL) ||
	    o->params_version < 0)
		return false;
	for (size_t i = 0; i < o->app_count; i++) {
		if (!app_valid(&o->apps[i], &o->settings))
			return false;
	}
	for (size_t i = 0; i < o->fare_count; i++) {
		if (!text_valid(o->fares[i].kind, 1, 16) || o->fares[i].amount_fen < 0 ||
		    o->fares[i].amount_fen > o->settings.tap_cap_fen)
			return false;
	}

	return true;
}

/* The release, and the least version that counts. False: they cannot be. */
static bool
versions_read(
    const struct platform_options *o, struct wire_version *least, struct wire_release *release)
{
	if (o->least_version != NULL && wire_version_read(o->least_version, least) != YKT_OK)
		return false;
	if (o->release.len == 0)
		return true;
	if (wire_release_open(o->release, release) != YKT_OK || release->len != o->release.len)
		return false;
	if (wire_version_cmp(&release->least, least) > 0)
		*least = release->least;

	return true;
}

enum ykt_status
platform_new(const struct platform_options *options, struct platform **ret_platform)
{
	struct platform_options o = *options;
	struct wire_version least = { { 0, 0, 0 } };
	const struct wire_version none = { { 0, 0, 0 } };
	struct wire_release release = { .len = 0 };
	struct platform *p;
	enum ykt_status status = YKT_OK;

	if (o.currency == NULL)
		o.currency = "CNY";
	settings_fill(&o.settings);
	if (!options_valid(&o) || !versions_read(&o, &least, &release))
		status = YKT_E_ARG;
	if (status == YKT_OK) {
		p = ykt_mem_get(o.env.alloc, sizeof(*p));
		if (p == NULL)
			status = YKT_E_NOMEM;
	}
	if (status == YKT_OK) {
		p->o = o;
		p->store = o.store;
		p->env = &p->o.env;
		p->has_least = wire_version_cmp(&least, &none) > 0;
		p->least = least;
		p->release = release;
		memcpy(p->pay_key.id, o.pay_name, strlen(o.pay_name) + 1);
		p->pay_key.pub = o.pay_pub;
		*ret_platform = p;
	}
	ykt_wipe(&o, sizeof(o));

	return status;
}

void
platform_free(struct platform **platform)
{
	if (*platform != NULL)
		ykt_mem_put((*platform)->o.env.alloc, platform, sizeof(**platform));
}

enum ykt_status
platform_worker_new(
    const struct platform *platform, struct crypto *crypto, struct platform_worker **ret_worker)
{
	const struct ykt_alloc *alloc = platform->o.env.alloc;
	struct platform_worker *w = ykt_mem_get(alloc, sizeof(*w));
	enum ykt_status status;

	if (w == NULL)
		return YKT_E_NOMEM;
	w->p = platform;
	w->crypto = crypto;
	signer_soft_init(&w->seal, crypto, &platform->o.seal_key);
	signer_soft_init(&w->sign, crypto, &platform->o.sign_key);
	status = wire_dispatch_scratch_new(alloc, room_routes, room_routes_count, &w->dispatch);
	if (status == YKT_OK)
		status = wire_call_scratch_new(alloc, &w->calls);
	if (status == YKT_OK)
		*ret_worker = w;
	else
		platform_worker_free(&w);

	return status;
}

void
platform_worker_free(struct platform_worker **worker)
{
	struct platform_worker *w = *worker;

	if (w == NULL)
		return;
	wire_scratch_free(&w->dispatch);
	wire_scratch_free(&w->calls);
	signer_soft_clear(&w->seal);
	signer_soft_clear(&w->sign);
	ykt_mem_put(w->p->o.env.alloc, worker, sizeof(*w));
}
