/*
 * A card that was bound is unbound: no money moves; what keeps it; and rides that come late are
 * in the right books (C5-BND-2). And a binding under every fault.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "holders.h"

#include <string.h>

#include "bad.h"
#include "taps.h"
#include "wire/wallet_msg.h"

static void
test_unbinding_moves_no_money(void **state)
{
	struct holder h = holder_open();

	(void)state;
	holder_bound(&h);
	assert_int_equal(holder_unbind(&h), 200);
	assert_int_equal(holder_unbind(&h), 200); /* the same again is the same */
	assert_int_equal(holder_listed(&h), 0);
	assert_int_equal(model_card(h.b, STRAY)->balance, HOLDS);
	assert_int_equal(bench_account(h.b, "SH:", STRAY), 0);
	assert_int_equal(bench_account(h.b, "EXT", ""), 0);
	/* It can be bound again, by anybody who has it, with what is on it then. */
	model_card(h.b, STRAY)->balance = 300;
	model_card(h.b, STRAY)->counter = 40;
	bench_register(h.b, BENCH_PHONE2);
	holder_bound(&h);
	assert_int_equal(h.card.balance_fen, 300);
	assert_int_equal(bench_account(h.b, "SH:", STRAY), 300);
	holder_close(&h);
}

static void
test_unbinding_needs_password_and_what_was_shown(void **state)
{
	struct holder h = holder_open();
	struct wire_card_unbind_req req;
	struct wire_card_lock_rsp rsp;
	char own[21];

	(void)state;
	holder_bound(&h);
	req = holder_unbind_req(&h, STRAY, "not my password");
	assert_int_equal(bench_ask(h.b, "card.unbind", NULL, &req, &rsp), 403);
	assert_string_equal(h.b->error.error, "login_failed");
	req = holder_unbind_req(&h, STRAY, BENCH_PASS);
	req.digest[0] ^= 1;
	assert_int_equal(bench_ask(h.b, "card.unbind", NULL, &req, &rsp), 403);
	assert_string_equal(h.b->error.error, "digest");
	req = holder_unbind_req(&h, STRAY, BENCH_PASS);
	req.sig[0] ^= 1;
	assert_int_equal(bench_ask(h.b, "card.unbind", NULL, &req, &rsp), 403);
	assert_string_equal(h.b->error.error, "signature");
	req = holder_unbind_req(&h, BAD_CARD, BENCH_PASS);
	assert_int_equal(bench_ask(h.b, "card.unbind", NULL, &req, &rsp), 404);
	strcpy(req.card_no, "1");
	assert_int_equal(bench_ask(h.b, "card.unbind", NULL, &req, &rsp), 400);
	/* One that was opened here is deleted or given back. */
	(void)bench_card(h.b, own);
	req = holder_unbind_req(&h, own, BENCH_PASS);
	assert_int_equal(bench_ask(h.b, "card.unbind", NULL, &req, &rsp), 409);
	assert_string_equal(h.b->error.error, "card_own");
	assert_int_equal(holder_listed(&h), 2);
	assert_int_equal(bench_account(h.b, "SH:", STRAY), HOLDS);
	holder_close(&h);
}

/* What is paid and not on the card yet keeps it; so does a lock. */
static void
test_what_keeps_a_bound_card(void **state)
{
	struct holder h = holder_open();
	struct wire_user_close_req leave = { .password = BENCH_PASS };
	struct wire_card_balance_req one = { STRAY };
	struct wire_card_lock_rsp lock;
	struct wire_card_unlock_req open = { STRAY, BENCH_PASS };
	struct wire_empty none;
	struct wire_order order;

	(void)state;
	holder_bound(&h);
	order = bench_topup(h.b, STRAY, 1000);
	assert_int_equal(holder_unbind(&h), 409);
	assert_string_equal(h.b->error.error, "orders");
	bench_load_whole(h.b, order.order_id);
	assert_int_equal(bench_ask(h.b, "user.close", NULL, &leave, &none), 409);
	assert_string_equal(h.b->error.error, "cards");
	assert_int_equal(bench_ask(h.b, "card.lock", NULL, &one, &lock), 200);
	assert_string_equal(lock.card_state, "locked");
	assert_int_equal(bench_number(h.b, "SELECT rev FROM blacklist"), 1);
	assert_int_equal(holder_unbind(&h), 409);
	assert_string_equal(h.b->error.error, "card_state");
	assert_int_equal(bench_ask(h.b, "card.unlock", NULL, &open, &lock), 200);
	assert_string_equal(lock.card_state, "active");
	assert_int_equal(holder_unbind(&h), 200);
	assert_int_equal(bench_ask(h.b, "user.close", NULL, &leave, &none), 200);
	bench_check_books(h.b);
	bench_close(&h.b);
}

/* The TSM has no keys of its domain. */
static void
test_what_only_its_issuer_does(void **state)
{
	struct holder h = holder_open();
	struct wire_card_delete_req gone = { STRAY, { 8, { 1 } }, BENCH_PASS };
	struct wire_card_delete_rsp proof_rsp;
	struct wire_card_update_req update = { STRAY, 2 };
	struct wire_card_lock_rsp lock;
	struct wire_card_balance_req one = { STRAY };
	struct wire_card_version_rsp version;

	(void)state;
	holder_bound(&h);
	assert_int_equal(bench_ask(h.b, "card.delete", NULL, &gone, &proof_rsp), 409);
	assert_string_equal(h.b->error.error, "card_foreign");
	assert_int_equal(bench_ask(h.b, "card.update", NULL, &update, &lock), 409);
	assert_string_equal(h.b->error.error, "card_foreign");
	assert_int_equal(bench_ask(h.b, "card.version", NULL, &one, &version), 409);
	assert_string_equal(h.b->error.error, "card_foreign");
	assert_int_equal(bench_number(h.b, "SELECT COUNT(*) FROM card_job"), 0);
	holder_close(&h);
}

/* Rides before the binding, in it and after it come late, in any order. */
static void
test_late_rides_are_in_the_right_books(void **state)
{
	struct holder h = holder_open();
	struct taps t = { .b = h.b, .card_no = STRAY };

	(void)state;
	memcpy(t.req.terminal, (const uint8_t[]){ 0x31, 0, 0, 0, 0, 1 }, 6);
	strcpy(t.req.batch_id, "0000000000000000000000000000000b");
	holder_bound(&h);
	assert_string_equal(taps_up(&t, taps_tap(&t, SEQ - 1, 1, 300)), "posted");
	assert_int_equal(taps_shadow(&t), HOLDS);
	assert_int_equal(bench_account(h.b, "EXT", ""), -HOLDS - 300);
	assert_string_equal(taps_up(&t, taps_tap(&t, SEQ, 2, 200)), "posted");
	assert_int_equal(taps_shadow(&t), HOLDS - 200);
	assert_int_equal(holder_unbind(&h), 200);
	assert_int_equal(taps_shadow(&t), 0);
	assert_string_equal(taps_up(&t, taps_tap(&t, SEQ + 1, 3, 100)), "posted");
	assert_int_equal(taps_shadow(&t), 0);
	assert_int_equal(bench_account(h.b, "EXT", ""), -600);
	assert_int_equal(taps_merchant(&t), 600);
	holder_close(&h);
}

/* A torn ride of a card that is unbound meanwhile goes back to who had it. */
static void
test_a_torn_ride_outlives_the_binding(void **state)
{
	struct holder h = holder_open();
	struct taps t = { .b = h.b, .card_no = STRAY };

	(void)state;
	memcpy(t.req.terminal, (const uint8_t[]){ 0x31, 0, 0, 0, 0, 1 }, 6);
	strcpy(t.req.batch_id, "0000000000000000000000000000000b");
	holder_bound(&h);
	assert_string_equal(taps_up(&t, taps_torn(&t, SEQ, 1, 300)), "suspense");
	assert_int_equal(holder_unbind(&h), 200);
	assert_string_equal(taps_up(&t, taps_tap(&t, SEQ + 1, 2, 100)), "posted");
	assert_int_equal(taps_wallet(&t), 300);
	assert_int_equal(taps_shadow(&t), 0);
	assert_int_equal(bench_account(h.b, "EXT", ""), -400);
	holder_close(&h);
}

/* A number that a bound card has is not given to a new one. */
static void
test_new_cards_get_other_numbers(void **state)
{
	struct holder h = holder_open();
	char own[21], other[21];

	(void)state;
	(void)bench_card(h.b, own);
	assert_status(bench_sql(h.b, "UPDATE card_seq SET next = next - 1"), YKT_OK);
	(void)bench_card(h.b, other);
	assert_string_not_equal(own, other);
	holder_close(&h);
}

/* Every outside call fails, each way: after asking on it is bound once, with its money. */
static void
test_every_fault_binds_once(void **state)
{
	static const enum bench_fault faults[] = { BENCH_FAULT_BEFORE, BENCH_FAULT_LOST };

	(void)state;
	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		bool fired = true;

		for (unsigned at = 1; fired && at < 200; at++) {
			struct holder h = holder_open();
			int code = 0;

			h.b->calls = 0;
			h.b->fault = faults[f];
			h.b->fail_at = at;
			for (int i = 0; i < 6 && code != 200; i++) {
				code = holder_claim(&h);
				if (code == 409 && strcmp(h.b->error.error, "card_bound") == 0)
					code = 200;
				else if (code == 200)
					code = holder_bind(&h);
			}
			assert_int_equal(code, 200);
			fired = h.b->fired;
			h.b->fail_at = 0;
			assert_int_equal(holder_listed(&h), 1);
			assert_int_equal(bench_account(h.b, "SH:", STRAY), HOLDS);
			holder_close(&h);
		}
		assert_false(fired);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unbinding_moves_no_money),
		cmocka_unit_test(test_unbinding_needs_password_and_what_was_shown),
		cmocka_unit_test(test_what_keeps_a_bound_card),
		cmocka_unit_test(test_what_only_its_issuer_does),
		cmocka_unit_test(test_late_rides_are_in_the_right_books),
		cmocka_unit_test(test_a_torn_ride_outlives_the_binding),
		cmocka_unit_test(test_new_cards_get_other_numbers),
		cmocka_unit_test(test_every_fault_binds_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
