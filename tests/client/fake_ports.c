/*
 * The ports of the world: clock, random, memory, files, user.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fake_update.h"

#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "check.h"
#include "crypto/core.h"

static bool
port_has(enum fake_port port, enum fake_fault fault)
{
	switch (fault) {
	case FAKE_DOWN:
		return true;
	case FAKE_NET:
	case FAKE_LOST_REQ:
	case FAKE_LOST_RSP:
	case FAKE_TAMPER:
	case FAKE_CODE_500:
		return port == FAKE_PORT_HTTP;
	case FAKE_APDU_REQ:
	case FAKE_APDU_RSP:
	case FAKE_APDU_6F00:
	case FAKE_APDU_SHORT:
		return port == FAKE_PORT_SE;
	case FAKE_FILE:
		return port == FAKE_PORT_FILE;
	case FAKE_RANDOM:
		return port == FAKE_PORT_RANDOM;
	case FAKE_MEMORY:
		return port == FAKE_PORT_ALLOC;
	default:
		return false;
	}
}

bool
fake_hit(struct fake *fake, enum fake_port port)
{
	if (fake->fault_at == 0 || !port_has(port, fake->fault))
		return false;
	if (++fake->calls != fake->fault_at)
		return false;
	fake->fired = true;
	if (fake->fault == FAKE_DOWN)
		fake->down = true;

	return true;
}

static int64_t
clock_now(void *ctx)
{
	return ((struct fake *)ctx)->now_ms;
}

static enum ykt_status
clock_wait(void *ctx, int64_t until)
{
	struct fake *fake = ctx;

	(void)fake_hit(fake, FAKE_PORT_CLOCK);
	if (fake->down)
		return YKT_E_DOWN;
	if (fake->now_ms < until)
		fake->now_ms = until;

	return YKT_OK;
}

static enum ykt_status
random_fill(void *ctx, uint8_t *out, size_t len)
{
	struct fake *fake = ctx;
	bool hit = fake_hit(fake, FAKE_PORT_RANDOM);

	if (fake->down)
		return YKT_E_DOWN;
	if (hit)
		return YKT_E_RANDOM;
	for (size_t i = 0; i < len; i++) {
		fake->rng ^= fake->rng << 13;
		fake->rng ^= fake->rng >> 7;
		fake->rng ^= fake->rng << 17;
		out[i] = (uint8_t)(fake->rng >> 24);
	}

	return YKT_OK;
}

static void *
alloc_get(void *ctx, size_t size)
{
	struct fake *fake = ctx;

	if (fake_hit(fake, FAKE_PORT_ALLOC) && fake->fault == FAKE_MEMORY)
		return NULL;

	return calloc(1, size);
}

static void
alloc_put(void *ctx, void *p, size_t size)
{
	(void)ctx;
	/* C5-DAT-4: nothing goes back with something in it. */
	for (size_t i = 0; i < size; i++)
		assert_int_equal(((const uint8_t *)p)[i], 0);
	free(p);
}

struct fake_file *
fake_find(struct fake *fake, const char *name)
{
	for (size_t i = 0; i < FAKE_FILES_MAX; i++) {
		if (strcmp(fake->files[i].name, name) == 0)
			return &fake->files[i];
	}

	return NULL;
}

static enum ykt_status
file_read(void *ctx, const char *name, struct ykt_buf *out)
{
	struct fake *fake = ctx;
	const struct fake_file *file = fake_find(fake, name);
	bool hit = fake_hit(fake, FAKE_PORT_FILE);

	if (fake->down)
		return YKT_E_DOWN;
	if (hit)
		return YKT_E_FILE;
	if (file == NULL)
		return YKT_NOT_FOUND;
	if (out->cap - out->len < file->len)
		return YKT_E_SPACE;
	ykt_put_mem(out, file->data, file->len);

	return YKT_OK;
}

static enum ykt_status
file_write(void *ctx, const char *name, struct ykt_bytes content)
{
	struct fake *fake = ctx;
	struct fake_file *file = fake_find(fake, name);
	bool hit = fake_hit(fake, FAKE_PORT_FILE);

	if (fake->down)
		return YKT_E_DOWN;
	if (hit)
		return YKT_E_FILE;
	if (file == NULL)
		file = fake_find(fake, "");
	assert_non_null(file);
	assert_true(content.len <= sizeof(file->data));
	strcpy(file->name, name);
	memcpy(file->data, content.data, content.len);
	file->len = content.len;

	return YKT_OK;
}

static enum ykt_status
file_remove(void *ctx, const char *name)
{
	struct fake *fake = ctx;
	struct fake_file *file = fake_find(fake, name);
	bool hit = fake_hit(fake, FAKE_PORT_FILE);

	if (fake->down)
		return YKT_E_DOWN;
	if (hit)
		return YKT_E_FILE;
	if (file != NULL)
		memset(file, 0, sizeof(*file));

	return YKT_OK;
}

static const char *
answer_of(const struct fake *fake, const char *id)
{
	static const char *const usual[] = { "consent", "1", "phone", FAKE_PHONE, "name", "林 小雨",
		"password", FAKE_PASSWORD, "password2", FAKE_PASSWORD, "otp", FAKE_OTP, "city",
		FAKE_CITY, "pin", FAKE_PIN, "bank_number", FAKE_NUMBER, "holder", "林 小雨",
		"bank_phone", FAKE_PHONE, "old_pin", FAKE_PIN, "new_pin", FAKE_PIN, "new_pin2",
		FAKE_PIN, "old_password", FAKE_PASSWORD, "new_password", FAKE_NEW_PASSWORD,
		"new_password2", FAKE_NEW_PASSWORD, NULL };

	for (const char *const *p = fake->answers; p != NULL && *p != NULL; p += 2) {
		if (strcmp(p[0], id) == 0)
			return p[1];
	}
	for (const char *const *p = usual; *p != NULL; p += 2) {
		if (strcmp(p[0], id) == 0)
			return p[1];
	}

	return strcmp(id, "ok") == 0 && !fake->decline ? "1" : "0";
}

static void
keep(char *out, size_t size, const char *text)
{
	strncpy(out, text != NULL ? text : "", size - 1);
	out[size - 1] = '\0';
}

/* C5-HCI-3: told once before, once behind. */
static enum ykt_status
ui_protect(void *ctx, bool on)
{
	struct fake *fake = ctx;

	assert_true(fake->guarded != on);
	if (on && fake->guard_fails)
		return YKT_REFUSED;
	fake->guarded = on;
	fake->guards += on;

	return YKT_OK;
}

static enum ykt_status
ui_ask(void *ctx, const struct ykt_screen *screen, struct ykt_answers *ret, int64_t deadline)
{
	struct fake *fake = ctx;
	size_t n = 0;

	(void)deadline;
	(void)fake_hit(fake, FAKE_PORT_UI);
	if (fake->down)
		return YKT_E_DOWN;
	fake->asked++;
	assert_int_equal(fake->guarded, screen->secure);
	for (size_t i = 0; i < screen->field_count; i++) {
		const struct ykt_field *field = &screen->fields[i];

		if ((strcmp(screen->id, "pay_confirm") == 0 ||
			strcmp(screen->id, "withdraw_confirm") == 0 ||
			strcmp(screen->id, "bill_confirm") == 0) &&
		    strcmp(field->id, "amount") == 0) {
			fake->asked_pay++;
			fake->shown_amount = field->number;
		}
		if (strcmp(field->id, "bank") == 0)
			keep(fake->shown_bank, sizeof(fake->shown_bank), field->value);
		if (strcmp(field->id, "payee") == 0)
			keep(fake->shown_payee, sizeof(fake->shown_payee), field->value);
		if (strcmp(field->id, "to") == 0)
			keep(fake->asked_to, sizeof(fake->asked_to), field->value);
		if (field->kind != YKT_FIELD_INPUT && field->kind != YKT_FIELD_SECRET &&
		    field->kind != YKT_FIELD_CHECK)
			continue;
		strncpy(ret->text[n], answer_of(fake, field->id), YKT_ANSWER_MAX);
		n++;
	}

	return YKT_OK;
}

/* What a reader would see. */
static void
keep_code(struct fake *fake, const struct ykt_screen *screen)
{
	for (size_t i = 0; i < screen->field_count; i++) {
		struct ykt_buf out = YKT_BUF(fake->shown_code);

		if (screen->fields[i].kind != YKT_FIELD_CODE)
			continue;
		assert_true(screen->secure && fake->guarded);
		assert_status(
		    ykt_hex_decode(screen->fields[i].value, strlen(screen->fields[i].value), &out),
		    YKT_OK);
		fake->shown_code_len = out.len;
		fake->codes_shown++;
	}
}

static void
ui_show(void *ctx, const struct ykt_screen *screen)
{
	keep_code(ctx, screen);
}

static bool
ui_progress(void *ctx, const char *text, unsigned done, unsigned total)
{
	const struct fake *fake = ctx;

	(void)done;
	assert_non_null(text);
	assert_true(total > 0);

	return fake->want_cancel ||
	       (fake->stop_after != 0 && fake->codes_shown >= fake->stop_after);
}

/* Types the answer of that name, by position; what is no digit is no key: the user gives up. */
static enum ykt_status
ui_keypad(void *ctx, const struct ykt_keypad *pad, unsigned *ret_press, int64_t deadline)
{
	struct fake *fake = ctx;
	const char *digits = answer_of(fake, pad->id);

	(void)deadline;
	assert_true(fake->guarded);
	(void)fake_hit(fake, FAKE_PORT_UI);
	if (fake->down)
		return YKT_E_DOWN;
	for (unsigned i = 0; strlen(digits) > pad->entered && i < YKT_KEYPAD_KEYS; i++) {
		if (pad->digit[i] == (uint8_t)(digits[pad->entered] - '0')) {
			*ret_press = i;
			return YKT_OK;
		}
	}

	return YKT_CANCELLED;
}

static void
ui_result(void *ctx, const struct ykt_screen *screen)
{
	struct fake *fake = ctx;

	fake->results++;
	assert_int_equal(fake->guarded, screen->secure);
	keep_code(fake, screen);
	keep(fake->result_id, sizeof(fake->result_id), screen->id);
	keep(fake->result_text, sizeof(fake->result_text), screen->text);
	fake->result_system[0] = '\0';
	fake->result_money[0] = fake->result_reason[0] = fake->shown_card[0] = '\0';
	fake->result_note[0] = '\0';
	fake->shown_limit = 0;
	fake->tone = screen->tone;
	fake->rows = 0;
	assert_non_null(screen->title);
	for (size_t i = 0; i < screen->field_count; i++) {
		const struct ykt_field *field = &screen->fields[i];
		const char *point = strchr(field->id, '.');

		assert_non_null(field->label);
		if (strcmp(field->id, "money") == 0)
			keep(fake->result_money, sizeof(fake->result_money), field->value);
		if (strcmp(field->id, "reason") == 0)
			keep(fake->result_reason, sizeof(fake->result_reason), field->value);
		if (strcmp(field->id, "note") == 0)
			keep(fake->result_note, sizeof(fake->result_note), field->value);
		if (strcmp(field->id, "system") == 0)
			keep(fake->result_system, sizeof(fake->result_system), field->value);
		if (strcmp(field->id, "limit") == 0)
			fake->shown_limit = field->number;
		if (strcmp(field->id, "balance_wallet_time") == 0)
			fake->wallet_times++;
		if (strcmp(field->id, "balance_wallet") == 0)
			fake->shown_wallet = field->number;
		if (field->kind == YKT_FIELD_CARD)
			keep(fake->shown_card, sizeof(fake->shown_card), field->value);
		if (point != NULL &&
		    (strcmp(point, ".id") == 0 || strcmp(point, ".number") == 0 ||
			strcmp(point, ".time") == 0 || strcmp(point, ".order") == 0))
			fake->rows++;
		/* C5-HCI-4: no number in full, whatever the field. */
		if (field->value != NULL)
			assert_null(strstr(field->value, &FAKE_CARD_NO[1]));
	}
}

void
fake_init(struct fake *fake)
{
	memset(fake, 0, sizeof(*fake));
	fake->now_ms = INT64_C(1790000000000);
	fake->rng = UINT64_C(0x9E3779B97F4A7C15);
	fake->clock = (struct ykt_clock){ fake, clock_now, clock_now, clock_wait };
	fake->random = (struct ykt_random){ fake, random_fill };
	fake->alloc = (struct ykt_alloc){ fake, alloc_get, alloc_put };
	fake->file = (struct ykt_file){ fake, file_read, file_write, file_remove };
	fake->ui =
	    (struct ykt_ui){ fake, ui_show, ui_ask, ui_progress, ui_result, ui_keypad, ui_protect };
	strcpy(fake->password, FAKE_PASSWORD);
	fake->auth_life_ms = 86400000;
	fake->scratch = malloc(FAKE_SCRATCH);
	assert_non_null(fake->scratch);
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &fake->crypto), YKT_OK);
	fake_card_init(fake);
	fake_platform_init(fake);
	fake_tsm_init(fake);
	fake_element_init(fake, &fake->key.key.pub);
}

void
fake_clear(struct fake *fake)
{
	fake_stop(fake);
	signer_soft_clear(&fake->key);
	signer_soft_clear(&fake->pin_module);
	se_clear(&fake->element.se);
	crypto_free(&fake->crypto);
	free(fake->scratch);
}

enum ykt_status
fake_start(struct fake *fake)
{
	struct ykt_client_options options = {
		.env = { &fake->clock, &fake->random, &fake->alloc, NULL },
		.crypto = fake->crypto,
		.platform = &fake->platform,
		.tsm = fake->no_se ? NULL : &fake->tsm,
		.psp = &fake->psp,
		.se = fake->no_se ? NULL : &fake->se,
		.file = &fake->file,
		.ui = &fake->ui,
		.profile = fake->profile,
		.edition = YKT_EDITION_2016,
		.version = fake->version != NULL ? fake->version : "test",
		.attest = fake->attest,
		.release_key = fake->release_key,
		.install = fake->update != NULL ? &fake->update->install : NULL,
		.stage = fake->update != NULL ? &fake->update->stage : NULL,
	};

	memcpy(options.platform_pub,
	    fake->use_wrong_pub ? fake->wrong_pub.xy : fake->key.key.pub.xy,
	    sizeof(options.platform_pub));
	if (!fake->no_pin_pub)
		memcpy(options.pin_pub, fake->pin_module.key.pub.xy, sizeof(options.pin_pub));

	return ykt_client_new(&options, &fake->client);
}

void
fake_seless(struct fake *fake)
{
	fake->profile = YKT_PROFILE_SELESS;
	fake->no_se = true;
}

void
fake_stop(struct fake *fake)
{
	ykt_client_free(&fake->client);
}

void
fake_login(struct fake *fake, bool with_card, uint32_t balance)
{
	assert_status(fake_start(fake), YKT_OK);
	assert_status(ykt_client_register(fake->client), YKT_OK);
	assert_status(ykt_client_login(fake->client), YKT_OK);
	fake->card.installed = with_card;
	fake->card.balance = balance;
	fake->start_balance = balance;
	fake->results = 0;
	fake->asked = 0;
}
