/*
 * Secrets in the memory of the process after the flows that used them (C5-DAT-4):
 * passwords, one-time codes, session keys, the device's own key. keypad_test.c has
 * the same for PINs.
 *
 * This program holds its secrets under a mask, and its platform wipes what it was
 * told: what is found was left by the client or by what it stands on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ykt/secret.h>

#include "check.h"
#include "fake.h"

#include "client/internal.h"

#define MASK       0x5A
#define SECRET_MAX 64
#define WINDOW     65536

/* Some bytes under the mask. */
struct hidden {
	uint8_t bytes[SECRET_MAX];
	size_t len;
};

static void
hide(struct hidden *hidden, const void *secret, size_t len)
{
	assert_true(len <= SECRET_MAX);
	hidden->len = len;
	for (size_t i = 0; i < len; i++)
		hidden->bytes[i] = ((const uint8_t *)secret)[i] ^ MASK;
}

/* "kept for the test only", "another of the kind", and a code. */
static const struct hidden password = {
	{ 'k' ^ MASK, 'e' ^ MASK, 'p' ^ MASK, 't' ^ MASK, ' ' ^ MASK, 'f' ^ MASK, 'o' ^ MASK,
	    'r' ^ MASK, ' ' ^ MASK, 'n' ^ MASK, 'o' ^ MASK, 'n' ^ MASK, 'e' ^ MASK },
	13
};
static const struct hidden fresh = { { 'o' ^ MASK, 't' ^ MASK, 'h' ^ MASK, 'e' ^ MASK, 'r' ^ MASK,
					 ' ' ^ MASK, 't' ^ MASK, 'h' ^ MASK, 'a' ^ MASK, 'n' ^ MASK,
					 ' ' ^ MASK, 'i' ^ MASK, 't' ^ MASK },
	13 };
static const struct hidden code = {
	{ '8' ^ MASK, '3' ^ MASK, '5' ^ MASK, '0' ^ MASK, '9' ^ MASK, '2' ^ MASK }, 6
};

/* Of an account; hidden when the first world is made. */
static struct hidden number;

static bool
stands_in(const struct hidden *hidden, const uint8_t *bytes, size_t len)
{
	const uint8_t first = hidden->bytes[0] ^ MASK;

	for (size_t i = 0; i + hidden->len <= len; i++) {
		size_t same = 0;

		if (bytes[i] != first)
			continue;
		while (same < hidden->len && bytes[i + same] == (hidden->bytes[same] ^ MASK))
			same++;
		if (same == hidden->len)
			return true;
	}

	return false;
}

static bool
is_searched(const char *line, unsigned long *ret_from, unsigned long *ret_to)
{
	char rights[5] = "";

	return sscanf(line, "%lx-%lx %4s", ret_from, ret_to, rights) == 3 && rights[0] == 'r' &&
	       rights[1] == 'w' && *ret_to - *ret_from < (256u << 20);
}

/* Every writable mapping, read through /proc so that no guard page hurts. */
static bool
in_memory(const struct hidden *hidden)
{
	static uint8_t window[WINDOW + SECRET_MAX];
	FILE *maps = fopen("/proc/self/maps", "r");
	int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	unsigned long from, to;
	bool found = false;
	char line[512];

	assert_non_null(maps);
	assert_true(memory >= 0);
	while (!found && fgets(line, sizeof(line), maps) != NULL) {
		if (!is_searched(line, &from, &to))
			continue;
		for (unsigned long at = from; !found && at < to; at += WINDOW) {
			ssize_t got = pread(memory, window, sizeof(window), (off_t)at);

			found = got > 0 && stands_in(hidden, window, (size_t)got);
		}
		memset(window, 0, sizeof(window));
	}
	(void)fclose(maps);
	(void)close(memory);

	return found;
}

static void
unmask(const struct hidden *hidden, char text[YKT_ANSWER_MAX])
{
	for (size_t i = 0; i < hidden->len; i++)
		((volatile char *)text)[i] = (char)(hidden->bytes[i] ^ MASK);
	text[hidden->len] = '\0';
}

/* A user with secrets of his own; the rest is typed as ever. */
static enum ykt_status
ask(void *ctx, const struct ykt_screen *screen, struct ykt_answers *ret_answers, int64_t deadline)
{
	static const struct {
		const char *id;
		const struct hidden *what;
	} typed[] = {
		{ "password", &password },
		{ "password2", &password },
		{ "old_password", &password },
		{ "new_password", &fresh },
		{ "new_password2", &fresh },
		{ "otp", &code },
		{ "bank_number", &number },
	};
	size_t n = 0;

	(void)ctx;
	(void)deadline;
	for (size_t i = 0; i < screen->field_count; i++) {
		const struct ykt_field *field = &screen->fields[i];
		const struct hidden *secret = NULL;

		if (field->kind != YKT_FIELD_INPUT && field->kind != YKT_FIELD_SECRET &&
		    field->kind != YKT_FIELD_CHECK)
			continue;
		for (size_t k = 0; k < YKT_ARRAY_LEN(typed); k++) {
			if (strcmp(typed[k].id, field->id) == 0)
				secret = typed[k].what;
		}
		if (secret != NULL)
			unmask(secret, ret_answers->text[n]);
		else if (field->kind == YKT_FIELD_CHECK)
			strcpy(ret_answers->text[n], "1");
		else
			strcpy(ret_answers->text[n],
			    strcmp(field->id, "phone") == 0 || strcmp(field->id, "bank_phone") == 0
				? FAKE_PHONE
				: "Lin Xiaoyu");
		n++;
	}

	return YKT_OK;
}

static void
assert_clean(const char *after)
{
	if (in_memory(&password))
		fail_msg("the password is in memory after %s", after);
	if (in_memory(&fresh))
		fail_msg("the new password is in memory after %s", after);
	if (in_memory(&code))
		fail_msg("the code is in memory after %s", after);
	if (number.len != 0 && in_memory(&number))
		fail_msg("the account's number is in memory after %s", after);
}

static struct fake *
start(void)
{
	static uint64_t worlds;
	struct fake *fake = calloc(1, sizeof(*fake));

	assert_non_null(fake);
	fake_init(fake);
	fake->rng += ++worlds; /* keys of its own, that no world before had */
	fake_seless(fake);
	fake_login(fake, false, 0);
	fake->wallet = 5000;
	if (number.len == 0)
		hide(&number, FAKE_NUMBER, strlen(FAKE_NUMBER));

	return fake;
}

static void
end(struct fake *fake)
{
	fake_clear(fake);
	ykt_wipe(fake, sizeof(*fake));
	free(fake);
}

static void
the_scan_finds_a_secret_in_the_clear(void **state)
{
	char clear[YKT_ANSWER_MAX] = "";
	char *heap = malloc(YKT_ANSWER_MAX);

	(void)state;
	assert_non_null(heap);
	assert_clean("nothing");
	unmask(&password, clear);
	assert_true(in_memory(&password));
	ykt_wipe(clear, sizeof(clear));
	unmask(&code, heap);
	assert_true(in_memory(&code));
	ykt_wipe(heap, YKT_ANSWER_MAX);
	free(heap);
	assert_clean("the wipe");
}

static enum ykt_status
show_code(struct ykt_client *client)
{
	return ykt_client_code_show(client, false);
}

static const struct {
	const char *name;
	enum ykt_status (*run)(struct ykt_client *client);
} flows[] = {
	{ "registration", ykt_client_register },
	{ "a ride code is opened", ykt_client_code_open },
	{ "a ride code is shown", show_code },
	{ "an account is bound", ykt_client_bind },
	{ "the payment PIN is set", ykt_client_pin },
	{ "the PIN is reset", ykt_client_pin_reset },
	{ "the password is changed", ykt_client_password },
	{ "the password is reset", ykt_client_reset },
	{ "deregistration", ykt_client_deregister },
	{ "login", ykt_client_login },
};

/* The platform has other secrets: each of them is used, and most are refused. */
static void
no_password_and_no_code_is_left_by_any_flow(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(flows); i++) {
		struct fake *fake = start();

		if (flows[i].run == show_code)
			assert_status(ykt_client_code_open(fake->client), YKT_OK);
		fake->ui.ask = ask;
		if (flows[i].run == ykt_client_register || flows[i].run == ykt_client_login)
			assert_status(ykt_client_logout(fake->client), YKT_OK);
		(void)!flows[i].run(fake->client);
		assert_clean(flows[i].name);
		end(fake);
	}
}

/* Every place where a flow may break: what was typed before is gone all the same. */
static void
nor_when_a_flow_breaks(void **state)
{
	static const enum fake_fault faults[] = { FAKE_NET, FAKE_LOST_RSP, FAKE_TAMPER, FAKE_FILE,
		FAKE_DOWN };

	(void)state;
	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		struct fake *fake = start();

		fake->ui.ask = ask;
		fake->fault = faults[f];
		fake->fault_at = 1;
		fake->calls = 0;
		(void)!ykt_client_password(fake->client);
		assert_true(fake->fired || faults[f] == FAKE_FILE);
		assert_clean("a fault");
		fake->fault_at = 0;
		fake->down = false;
		end(fake);
	}
}

static void
session_keys_go_with_the_session(void **state)
{
	(void)state;
	for (int way = 0; way < 3; way++) {
		struct fake *fake = start();
		const struct client_session *session = &client_state(fake->client)->session;
		struct hidden keys, mac;

		hide(&keys, session->keys.c2s_enc, sizeof(session->keys.c2s_enc));
		hide(&mac, session->keys.c2s_mac, sizeof(session->keys.c2s_mac));
		assert_true(in_memory(&keys) && in_memory(&mac));
		if (way == 0)
			assert_status(ykt_client_logout(fake->client), YKT_OK);
		if (way == 1) {
			fake->now_ms += 3600000;
			assert_status(ykt_client_idle(fake->client), YKT_LOGIN_NEEDED);
		}
		if (way == 2)
			fake_stop(fake);
		ykt_wipe(&fake->keys, sizeof(fake->keys)); /* the platform's own copy */
		assert_false(in_memory(&keys));
		assert_false(in_memory(&mac));
		end(fake);
	}
}

static void
the_devices_key_goes_with_the_client(void **state)
{
	struct fake *fake = start();
	struct hidden key;

	(void)state;
	hide(&key, client_state(fake->client)->device.d,
	    sizeof(client_state(fake->client)->device.d));
	assert_status(ykt_client_wallet(fake->client), YKT_OK);
	fake_stop(fake);
	assert_false(in_memory(&key));
	end(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_scan_finds_a_secret_in_the_clear),
		cmocka_unit_test(no_password_and_no_code_is_left_by_any_flow),
		cmocka_unit_test(nor_when_a_flow_breaks),
		cmocka_unit_test(session_keys_go_with_the_session),
		cmocka_unit_test(the_devices_key_goes_with_the_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
