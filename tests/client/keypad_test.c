/*
 * The client's own keypad: shuffled at each showing, digits hidden as they are
 * pressed, and no clear PIN anywhere in the memory of the process at six points
 * of a payment.
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

#include "client/keypad.h"

/* 739184 under a mask: this program does not hold its own PIN in clear either. */
#define MASK 0x5A
static const uint8_t masked[] = { '7' ^ MASK, '3' ^ MASK, '9' ^ MASK, '1' ^ MASK, '8' ^ MASK,
	'4' ^ MASK };

/* A user who types that PIN by position, and does what a test asks meanwhile. */
struct typist {
	struct fake fake;
	unsigned presses;
	unsigned showings;
	uint8_t layouts[8][YKT_KEYPAD_KEYS];
	enum ykt_status (*instead)(struct typist *typist, unsigned *ret_press);
	void (*look)(struct typist *typist);
	unsigned looks;
	enum ykt_status (*keypad)(void *, const struct ykt_keypad *, unsigned *, int64_t);
	struct ykt_http platform;
};

static uint8_t
digit_of(unsigned place)
{
	return (uint8_t)((masked[place] ^ MASK) - '0');
}

static enum ykt_status
type(void *ctx, const struct ykt_keypad *pad, unsigned *ret_press, int64_t deadline)
{
	struct typist *typist =
	    (struct typist *)(void *)((char *)ctx - offsetof(struct typist, fake));

	(void)deadline;
	if (pad->entered == 0 && typist->showings < 8)
		memcpy(typist->layouts[typist->showings++], pad->digit, sizeof(pad->digit));
	typist->presses++;
	assert_int_equal(pad->wanted, WIRE_PIN_LEN);
	if (typist->look != NULL && pad->entered == WIRE_PIN_LEN / 2)
		typist->look(typist);
	if (typist->instead != NULL)
		return typist->instead(typist, ret_press);
	for (unsigned i = 0; i < YKT_KEYPAD_KEYS; i++) {
		if (pad->digit[i] == digit_of(pad->entered))
			*ret_press = i;
	}

	return YKT_OK;
}

static void
start(struct typist *typist)
{
	memset(typist, 0, sizeof(*typist));
	fake_init(&typist->fake);
	typist->fake.ui.keypad = type;
	fake_login(&typist->fake, true, 0);
}

static enum ykt_status
ask(struct typist *typist, struct client_pin *pin)
{
	return client_pin_ask(typist->fake.client, "pin", "Payment PIN", NULL, pin);
}

static enum ykt_status
is_the_pin(void *arg, const char *digits)
{
	(void)arg;
	assert_int_equal(strlen(digits), WIRE_PIN_LEN);
	for (unsigned i = 0; i < WIRE_PIN_LEN; i++)
		assert_int_equal(digits[i] - '0', digit_of(i));

	return YKT_PENDING;
}

static void
what_is_typed_by_position_is_the_pin(void **state)
{
	struct typist typist;
	struct client_pin pin;

	(void)state;
	start(&typist);
	assert_status(ask(&typist, &pin), YKT_OK);
	assert_int_equal(typist.presses, WIRE_PIN_LEN);
	/* What use says comes back. */
	assert_status(client_pin_open(typist.fake.client, &pin, is_the_pin, NULL), YKT_PENDING);
	fake_clear(&typist.fake);
}

static void
each_showing_has_a_layout_of_its_own(void **state)
{
	struct typist typist;
	struct client_pin pin;
	unsigned alike = 0;

	(void)state;
	start(&typist);
	for (int i = 0; i < 8; i++)
		assert_status(ask(&typist, &pin), YKT_OK);
	assert_int_equal(typist.showings, 8);
	for (int i = 0; i < 8; i++) {
		unsigned seen = 0;

		for (int k = 0; k < YKT_KEYPAD_KEYS; k++)
			seen |= 1u << typist.layouts[i][k];
		assert_int_equal(seen, (1u << YKT_KEYPAD_KEYS) - 1);
		for (int k = 0; k < i; k++)
			alike += memcmp(typist.layouts[i], typist.layouts[k], YKT_KEYPAD_KEYS) == 0;
	}
	assert_int_equal(alike, 0);
	fake_clear(&typist.fake);
}

static void
equal_digits_look_different_in_every_cell(void **state)
{
	struct typist typist;
	struct client_pin pin, again;

	(void)state;
	start(&typist);
	assert_status(ask(&typist, &pin), YKT_OK);
	assert_status(ask(&typist, &again), YKT_OK);
	assert_status(client_pin_equal(typist.fake.client, &pin, &again), YKT_OK);
	for (int i = 0; i < WIRE_PIN_LEN; i++)
		assert_memory_not_equal(pin.cell[i], again.cell[i], sizeof(pin.cell[i]));
	assert_memory_not_equal(pin.key, again.key, sizeof(pin.key));
	fake_clear(&typist.fake);
}

/* Wrong key, DELETE twice (once too often), then the PIN. */
static enum ykt_status
correcting(struct typist *typist, unsigned *ret_press)
{
	static const unsigned presses[] = { 0, YKT_PRESS_DELETE, YKT_PRESS_DELETE };

	*ret_press = presses[typist->presses - 1];
	if (typist->presses == YKT_ARRAY_LEN(presses))
		typist->instead = NULL;

	return YKT_OK;
}

static void
delete_takes_the_last_one_back(void **state)
{
	struct typist typist;
	struct client_pin pin;

	(void)state;
	start(&typist);
	typist.instead = correcting;
	assert_status(ask(&typist, &pin), YKT_OK);
	assert_int_equal(typist.presses, 3 + WIRE_PIN_LEN);
	assert_status(client_pin_open(typist.fake.client, &pin, is_the_pin, NULL), YKT_PENDING);
	fake_clear(&typist.fake);
}

static enum ykt_status
no_such_key(struct typist *typist, unsigned *ret_press)
{
	(void)typist;
	*ret_press = YKT_PRESS_DELETE + 1;

	return YKT_OK;
}

static enum ykt_status
no_press(struct typist *typist, unsigned *ret_press)
{
	(void)typist;
	(void)ret_press;

	return YKT_OK;
}

static enum ykt_status
foreign_status(struct typist *typist, unsigned *ret_press)
{
	(void)typist;
	(void)ret_press;

	return YKT_E_CARD;
}

static enum ykt_status
stops(struct typist *typist, unsigned *ret_press)
{
	(void)typist;
	(void)ret_press;

	return YKT_CANCELLED;
}

static enum ykt_status
too_late(struct typist *typist, unsigned *ret_press)
{
	(void)typist;
	(void)ret_press;

	return YKT_E_DEADLINE;
}

static void
what_is_no_press_leaves_nothing(void **state)
{
	static const struct {
		const char *why;
		enum ykt_status (*instead)(struct typist *, unsigned *);
		enum ykt_status status;
	} rows[] = {
		{ "a key that is none", no_such_key, YKT_E_DRIVER },
		{ "no key at all", no_press, YKT_E_DRIVER },
		{ "a foreign status", foreign_status, YKT_E_DRIVER },
		{ "the user stops", stops, YKT_CANCELLED },
		{ "the time is over", too_late, YKT_E_DEADLINE },
	};
	static const struct client_pin empty;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct typist typist;
		struct client_pin pin;

		start(&typist);
		typist.instead = rows[i].instead;
		assert_status_why(ask(&typist, &pin), rows[i].status, rows[i].why);
		assert_memory_equal(&pin, &empty, sizeof(pin));
		fake_clear(&typist.fake);
	}
}

static void
without_a_keypad_or_randomness_nothing_is_typed(void **state)
{
	struct typist typist;
	struct client_pin pin;

	(void)state;
	start(&typist);
	typist.fake.fault = FAKE_RANDOM;
	for (unsigned at = 1; at < 60; at++) {
		typist.fake.calls = 0;
		typist.fake.fault_at = at;
		typist.fake.fired = false;
		if (ask(&typist, &pin) == YKT_OK)
			break;
		assert_true(typist.fake.fired);
		assert_int_equal(pin.count, 0);
	}
	assert_false(typist.fake.fired);
	typist.fake.fault_at = 0;
	typist.fake.ui.keypad = NULL;
	assert_status(ask(&typist, &pin), YKT_REFUSED);
	assert_int_equal(pin.count, 0);
	fake_clear(&typist.fake);
}

/* True when the six characters, or their values, stand in some writable memory. */
static bool
holds_pin(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i + WIRE_PIN_LEN <= len; i++) {
		unsigned text = 0;
		unsigned raw = 0;

		for (unsigned k = 0; k < WIRE_PIN_LEN; k++) {
			text += bytes[i + k] == (uint8_t)(masked[k] ^ MASK);
			raw += bytes[i + k] == digit_of(k);
		}
		if (text == WIRE_PIN_LEN || raw == WIRE_PIN_LEN)
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
memory_holds_pin(void)
{
	static uint8_t window[65536 + WIRE_PIN_LEN];
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
		for (unsigned long at = from; !found && at < to; at += 65536) {
			ssize_t got = pread(memory, window, sizeof(window), (off_t)at);

			found = got > 0 && holds_pin(window, (size_t)got);
		}
		memset(window, 0, sizeof(window));
	}
	(void)fclose(maps);
	(void)close(memory);

	return found;
}

static void
look(struct typist *typist)
{
	typist->looks++;
	assert_false(memory_holds_pin());
}

/* When the payment leaves, and when its answer came. */
static enum ykt_status
watched_call(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct typist *typist = ctx;
	const struct ykt_http *platform = &typist->platform;
	enum ykt_status status;

	if (typist->presses > 0)
		look(typist);
	status = platform->call(platform->ctx, req, rsp);
	/* The platform of this test opens the block in the same memory; it wipes what it opened. */

	return status;
}

static void
the_scan_finds_a_clear_pin(void **state)
{
	char clear[WIRE_PIN_LEN + 1] = "";

	(void)state;
	assert_false(memory_holds_pin());
	for (unsigned i = 0; i < WIRE_PIN_LEN; i++)
		((volatile char *)clear)[i] = (char)(masked[i] ^ MASK);
	assert_true(memory_holds_pin());
	ykt_wipe(clear, sizeof(clear));
	assert_false(memory_holds_pin());
}

/* Something to pay, and a PIN at the platform that is not the one that is typed. */
static void
bill(struct fake *fake)
{
	struct wire_bill *wire = &fake->bills[0].wire;

	fake->wallet = 2 * FAKE_PRICE;
	strcpy(fake->pin, FAKE_PIN);
	strcpy(wire->bill_id, FAKE_BILL);
	strcpy(wire->payee, "Noodles Zhang");
	strcpy(wire->goods, "noodles");
	wire->amount_fen = FAKE_PRICE;
	wire->created_ms = fake->now_ms;
	wire->expires_ms = fake->now_ms + 600000;
	strcpy(wire->state, "open");
}

static void
no_clear_pin_is_in_memory_at_six_points(void **state)
{
	struct typist *typist = calloc(1, sizeof(*typist));

	(void)state;
	assert_non_null(typist);
	start(typist);
	bill(&typist->fake);
	look(typist);        /* 1: before */
	typist->look = look; /* 2: with half of it typed */
	typist->platform = typist->fake.platform;
	typist->fake.platform =
	    (struct ykt_http){ typist, watched_call }; /* 3: as it leaves, sealed */
	/* The platform has another PIN: what it opens is wiped at its end. */
	assert_status(ykt_client_pay(typist->fake.client, FAKE_BILL), YKT_DENIED);
	look(typist); /* 4: after the answer */
	assert_status(ykt_client_balance(typist->fake.client), YKT_OK);
	look(typist); /* 5: after another function */
	fake_stop(&typist->fake);
	look(typist); /* 6: after the client */
	assert_true(typist->looks >= 6);
	fake_clear(&typist->fake);
	free(typist);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_typed_by_position_is_the_pin),
		cmocka_unit_test(each_showing_has_a_layout_of_its_own),
		cmocka_unit_test(equal_digits_look_different_in_every_cell),
		cmocka_unit_test(delete_takes_the_last_one_back),
		cmocka_unit_test(what_is_no_press_leaves_nothing),
		cmocka_unit_test(without_a_keypad_or_randomness_nothing_is_typed),
		cmocka_unit_test(the_scan_finds_a_clear_pin),
		cmocka_unit_test(no_clear_pin_is_in_memory_at_six_points),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
