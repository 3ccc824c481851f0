/*
 * Payment PINs at the key module's JSON side, over a real database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pin_desk.h"

static int64_t
wrong(void)
{
	return number("SELECT COALESCE(MAX(wrong), 0) FROM pin_wrong");
}

static void
test_a_verifier_knows_its_pin_and_tells_nothing(void **state)
{
	char verifier[WIRE_PIN_VERIFIER_MAX], other[WIRE_PIN_VERIFIER_MAX];
	struct wire_key_pin_check_req req;

	(void)state;
	verifier_of(PIN, verifier);
	verifier_of(PIN, other);
	assert_memory_equal(verifier, "ykt1$", 5);
	assert_string_not_equal(verifier, other);
	assert_null(strstr(verifier, PIN));
	req = checking(PIN, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "right");
	assert_false(desk.rsp.has_verifier);
	assert_int_equal(wrong(), 0);
	req = checking(NEXT, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "wrong");
	assert_int_equal(wrong(), 1);
}

/* Another session, another use, another user's verifier, a changed byte, no block: all alike. */
static void
test_what_is_not_that_users_block_is_wrong(void **state)
{
	char verifier[WIRE_PIN_VERIFIER_MAX];
	struct wire_key_pin_check_req req;

	(void)state;
	verifier_of(PIN, verifier);
	for (int kind = 0; kind < 6; kind++) {
		req = checking(PIN, verifier);
		switch (kind) {
		case 0:
			memcpy(req.sid, other_sid, sizeof(other_sid));
			break;
		case 1:
			seal(sid, WIRE_PIN_NEW, PIN, &req);
			break;
		case 2:
			strcpy(req.user_id, OTHER);
			break;
		case 3:
			req.pin.data[req.pin.len / 2] ^= 1;
			break;
		case 4:
			req.pin.len = 0;
			break;
		default:
			req.use = WIRE_PIN_MENU;
			break;
		}
		assert_int_equal(check(&req), 200);
		assert_string_equal(desk.rsp.result, "wrong");
	}
	req = checking(PIN, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "right");
}

/* A block that was held against one verifier is no way to find the PIN by others. */
static void
test_a_block_is_held_against_one_verifier(void **state)
{
	char verifier[WIRE_PIN_VERIFIER_MAX], other[WIRE_PIN_VERIFIER_MAX];
	struct wire_key_pin_check_req req;

	(void)state;
	verifier_of(PIN, verifier);
	verifier_of(NEXT, other);
	req = checking(NEXT, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "wrong");
	strcpy(req.verifier, other);
	assert_int_equal(check(&req), 422);
	/* The very same request again is the same look: its answer was lost. */
	strcpy(req.verifier, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "wrong");
	assert_int_equal(wrong(), 1);
}

static void
test_after_many_wrong_ones_none_is_looked_at(void **state)
{
	char verifier[WIRE_PIN_VERIFIER_MAX];
	struct wire_key_pin_check_req req;

	(void)state;
	verifier_of(PIN, verifier);
	for (int i = 0; i < LIMIT; i++) {
		req = checking(NEXT, verifier);
		assert_int_equal(check(&req), 200);
		assert_string_equal(desk.rsp.result, "wrong");
	}
	req = checking(PIN, verifier);
	assert_int_equal(check(&req), 429);
	assert_int_equal(wrong(), LIMIT);
	/* A PIN that is reset has tries of its own. */
	verifier_of(PIN, verifier);
	req = checking(PIN, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "right");
}

/* Verifiers of before are password hashes: the answer brings the one that replaces them. */
static void
test_a_verifier_of_before_is_replaced(void **state)
{
	char verifier[WIRE_PIN_VERIFIER_MAX], renewed[WIRE_PIN_VERIFIER_MAX];
	struct wire_key_pin_check_req req;

	(void)state;
	assert_status(crypto_pwhash_make(
			  &desk_random, ykt_bytes_str(PIN), &crypto_pwhash_cost_test, verifier),
	    YKT_OK);
	req = checking(NEXT, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "wrong");
	assert_false(desk.rsp.has_verifier);
	req = checking(PIN, verifier);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "right");
	assert_true(desk.rsp.has_verifier);
	strcpy(renewed, desk.rsp.verifier);
	assert_memory_equal(renewed, "ykt1$", 5);
	/* The answer was lost, or stored and the request came again: both hold. */
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.verifier, renewed);
	strcpy(req.verifier, renewed);
	assert_int_equal(check(&req), 200);
	assert_string_equal(desk.rsp.result, "right");
	strcpy(req.verifier, "$nonsense");
	assert_int_equal(check(&req), 422);
}

static void
test_a_pin_is_made_and_replaced(void **state)
{
	char verifier[WIRE_PIN_VERIFIER_MAX], next[WIRE_PIN_VERIFIER_MAX];
	struct wire_key_pin_make_req req;
	struct wire_key_pin_check_req of;
	const struct {
		const char *old, *pin, *result;
	} rows[] = {
		{ PIN, "123456", "weak" },
		{ PIN, "800000", "weak" }, /* of the phone's number */
		{ PIN, PIN, "old" },
		{ "918273", NEXT, "wrong" },
		{ NULL, NEXT, "wrong" },
	};

	(void)state;
	verifier_of(PIN, verifier);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		req = making(rows[i].old, rows[i].pin, verifier);
		assert_int_equal(make(&req), 200);
		assert_string_equal(desk.rsp.result, rows[i].result);
		assert_false(desk.rsp.has_verifier);
	}
	req = making(PIN, NEXT, verifier);
	memset(req.pin.data, 0, req.pin.len);
	assert_int_equal(make(&req), 200);
	assert_string_equal(desk.rsp.result, "no_block");
	req = making(PIN, NEXT, verifier);
	assert_int_equal(make(&req), 200);
	assert_string_equal(desk.rsp.result, "made");
	strcpy(next, desk.rsp.verifier);
	/* The same again gives the same; and when it was stored, it says so. */
	assert_int_equal(make(&req), 200);
	assert_string_equal(desk.rsp.verifier, next);
	strcpy(req.verifier, next);
	assert_int_equal(make(&req), 200);
	assert_string_equal(desk.rsp.result, "same_again");
	of = checking(NEXT, next);
	assert_int_equal(check(&of), 200);
	assert_string_equal(desk.rsp.result, "right");
}

static void
test_only_a_platform_asks_and_only_where_there_is_a_key(void **state)
{
	char verifier[WIRE_PIN_VERIFIER_MAX];
	struct wire_key_pin_check_req req;
	struct wire_key_pin_make_req new;
	int64_t rows;

	(void)state;
	verifier_of(PIN, verifier);
	rows = number("SELECT COUNT(*) FROM pin_block");
	req = checking(PIN, verifier);
	new = making(NULL, NEXT, NULL);
	assert_int_equal(
	    ask("tsm-9901", WIRE_PATH_KEY_PIN_CHECK, &wire_key_pin_check_req_msg, &req), 403);
	assert_int_equal(
	    ask("operator", WIRE_PATH_KEY_PIN_MAKE, &wire_key_pin_make_req_msg, &new), 403);
	req.use = WIRE_PIN_NEW;
	assert_int_equal(check(&req), 400);
	new.use = WIRE_PIN_PAY;
	assert_int_equal(make(&new), 400);
	keys_worker_free(&desk.worker);
	keys_free(&desk.keys);
	desk.options.pay_pin.there = false;
	assert_status(keys_new(&desk.options, &desk.keys), YKT_OK);
	assert_status(keys_worker_new(desk.keys, desk.crypto, &desk.worker), YKT_OK);
	req.use = WIRE_PIN_PAY;
	assert_int_equal(check(&req), 404);
	new.use = WIRE_PIN_NEW;
	assert_int_equal(make(&new), 404);
	assert_int_equal(number("SELECT COUNT(*) FROM pin_block"), rows);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_verifier_knows_its_pin_and_tells_nothing),
		TEST(test_what_is_not_that_users_block_is_wrong),
		TEST(test_a_block_is_held_against_one_verifier),
		TEST(test_after_many_wrong_ones_none_is_looked_at),
		TEST(test_a_verifier_of_before_is_replaced),
		TEST(test_a_pin_is_made_and_replaced),
		TEST(test_only_a_platform_asks_and_only_where_there_is_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
