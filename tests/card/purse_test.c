/*
 * Purse cryptography against purse_3des.json and purse_sm4.json.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/purse.h"

#include <string.h>

#include "card_check.h"

static json_t *
example_set(json_t **ret_json)
{
	*ret_json = vectors_load("purse_3des.json");

	return json_object_get(*ret_json, "set");
}

static void
card_key(json_t *set, const char *name, uint8_t ret_key[PURSE_KEY_LEN])
{
	json_t *key = json_object_get(json_object_get(set, "keys"), name);

	vectors_copy(key, "card_key", ret_key, PURSE_KEY_LEN);
}

static void
test_two_level_diversification(void **state)
{
	json_t *json;
	json_t *set = example_set(&json);
	uint8_t issuer[PURSE_ISSUER_LEN];
	uint8_t serial[PURSE_SERIAL_LEN];
	const char *name;
	json_t *row;
	unsigned count = 0;

	vectors_copy(set, "issuer", issuer, sizeof(issuer));
	vectors_copy(set, "serial", serial, sizeof(serial));
	json_object_foreach(json_object_get(set, "keys"), name, row)
	{
		uint8_t root[PURSE_KEY_LEN];
		uint8_t key[PURSE_KEY_LEN];

		vectors_copy(row, "root", root, sizeof(root));
		assert_status(purse_diversify(*state, PURSE_ALG_TDES, root, issuer, key), YKT_OK);
		assert_hex(YKT_BYTES(key), vectors_text(row, "after_issuer"));
		assert_status(
		    purse_card_key(*state, PURSE_ALG_TDES, root, issuer, serial, key), YKT_OK);
		assert_hex(YKT_BYTES(key), vectors_text(row, "card_key"));
		count++;
	}
	assert_int_equal(count, 4);
	json_decref(json);
}

static void
test_load_session_macs_and_tac(void **state)
{
	json_t *json;
	json_t *set = example_set(&json);
	json_t *row = json_object_get(set, "load");
	struct purse_session session;
	struct purse_load load = { 0 };
	uint8_t dlk[PURSE_KEY_LEN];
	uint8_t dtk[PURSE_KEY_LEN];
	uint8_t random[PURSE_RANDOM_LEN];
	uint8_t mac[PURSE_MAC_LEN];

	card_key(set, "DLK", dlk);
	card_key(set, "DTK", dtk);
	vectors_copy(row, "rand", random, sizeof(random));
	vectors_copy(row, "terminal", load.terminal, sizeof(load.terminal));
	vectors_copy(row, "datetime", load.datetime, sizeof(load.datetime));
	load.balance = vectors_number(row, "balance");
	load.amount = vectors_number(row, "amount");
	load.type = (uint8_t)vectors_number(row, "type");
	load.online_seq = (uint16_t)vectors_number(row, "online_seq");

	assert_status(
	    purse_session_load(*state, PURSE_ALG_TDES, dlk, random, load.online_seq, &session),
	    YKT_OK);
	assert_hex(ykt_bytes(session.key, 8), vectors_text(row, "session_key"));
	assert_status(purse_load_mac1(*state, &session, &load, mac), YKT_OK);
	assert_hex(YKT_BYTES(mac), vectors_text(row, "MAC1"));
	assert_status(purse_load_mac2(*state, &session, &load, mac), YKT_OK);
	assert_hex(YKT_BYTES(mac), vectors_text(row, "MAC2"));

	load.balance += load.amount; /* the TAC is over the balance after */
	assert_status(purse_load_tac(*state, PURSE_ALG_TDES, dtk, &load, mac), YKT_OK);
	assert_hex(YKT_BYTES(mac), vectors_text(row, "TAC"));
	assert_status(purse_tac_key(PURSE_ALG_TDES, dtk, &session), YKT_OK);
	assert_hex(ykt_bytes(session.key, 8), vectors_text(row, "tac_key"));
	purse_session_clear(&session);
	assert_int_equal(session.key[0], 0);
	json_decref(json);
}

static void
check_purchase(struct crypto *crypto, json_t *set, json_t *row)
{
	struct purse_session session;
	struct purse_purchase purchase = { 0 };
	uint8_t dpk[PURSE_KEY_LEN];
	uint8_t dtk[PURSE_KEY_LEN];
	uint8_t random[PURSE_RANDOM_LEN];
	uint8_t mac[PURSE_MAC_LEN];
	uint8_t macs[2][PURSE_MAC_LEN];

	card_key(set, "DPK", dpk);
	card_key(set, "DTK", dtk);
	vectors_copy(row, "rand", random, sizeof(random));
	vectors_copy(row, "terminal", purchase.terminal, sizeof(purchase.terminal));
	vectors_copy(row, "datetime", purchase.datetime, sizeof(purchase.datetime));
	purchase.amount = vectors_number(row, "amount");
	purchase.terminal_seq = vectors_number(row, "terminal_seq");
	purchase.type = (uint8_t)vectors_number(row, "type");

	assert_status(
	    purse_session_purchase(crypto, PURSE_ALG_TDES, dpk, random,
		(uint16_t)vectors_number(row, "offline_seq"), purchase.terminal_seq, &session),
	    YKT_OK);
	assert_hex(ykt_bytes(session.key, 8), vectors_text(row, "session_key"));
	assert_status(purse_purchase_mac1(crypto, &session, &purchase, mac), YKT_OK);
	assert_hex(YKT_BYTES(mac), vectors_text(row, "MAC1"));
	assert_status(purse_purchase_mac2(crypto, &session, purchase.amount, mac), YKT_OK);
	assert_hex(YKT_BYTES(mac), vectors_text(row, "MAC2"));
	assert_status(purse_purchase_macs(crypto, &session, &purchase, macs[0], macs[1]), YKT_OK);
	assert_hex(YKT_BYTES(macs[0]), vectors_text(row, "MAC1"));
	assert_hex(YKT_BYTES(macs[1]), vectors_text(row, "MAC2"));
	assert_status(purse_purchase_tac(crypto, PURSE_ALG_TDES, dtk, &purchase, mac), YKT_OK);
	assert_hex(YKT_BYTES(mac), vectors_text(row, "TAC"));
}

static void
test_purchase_and_compound_purchase(void **state)
{
	static const char *const names[] = { "purchase", "capp_entry_zero_amount", "capp_exit" };
	json_t *json;
	json_t *set = example_set(&json);

	for (size_t i = 0; i < YKT_ARRAY_LEN(names); i++)
		check_purchase(*state, set, json_object_get(set, names[i]));
	json_decref(json);
}

static void
test_secure_messaging(void **state)
{
	static const char *const names[] = { "secure_messaging", "app_block" };
	json_t *json;
	json_t *set = example_set(&json);
	uint8_t key[PURSE_KEY_LEN];

	card_key(set, "DAMK", key);
	for (size_t i = 0; i < YKT_ARRAY_LEN(names); i++) {
		json_t *row = json_object_get(set, names[i]);
		struct hex challenge = vectors_hex(row, "challenge");
		struct hex input = vectors_hex(row, "mac_input");
		uint8_t mac[PURSE_MAC_LEN];

		assert_status(purse_sm_mac(*state, PURSE_ALG_TDES, key, hex_view(&challenge),
				  hex_view(&input), mac),
		    YKT_OK);
		assert_hex(YKT_BYTES(mac), vectors_text(row, "MAC"));
	}
	json_decref(json);
}

static void
test_sm4_reading_agrees_with_its_examples(void **state)
{
	json_t *json = vectors_load("purse_sm4.json");
	json_t *row = json_object_get(json, "UNCONFIRMED_layout_examples");
	struct purse_session session;
	uint8_t key[PURSE_KEY_LEN];
	uint8_t factor[PURSE_FACTOR_LEN];
	uint8_t y[8];
	uint8_t mac[PURSE_MAC_LEN];
	uint8_t macs[2][PURSE_MAC_LEN];
	uint8_t out[PURSE_KEY_LEN];
	struct purse_purchase purchase = {
		.amount = 200, .type = 0x09, .datetime = { 0x20, 0x26 }
	};

	vectors_copy(row, "key", key, sizeof(key));
	vectors_copy(row, "diversify_X", factor, sizeof(factor));
	assert_status(purse_diversify(*state, PURSE_ALG_SM4, key, factor, out), YKT_OK);
	assert_hex(YKT_BYTES(out), vectors_text(row, "diversified"));

	vectors_copy(row, "session_Y", y, sizeof(y));
	assert_status(purse_session_purchase(*state, PURSE_ALG_SM4, key, y, ykt_get_u16(y + 4),
			  ykt_get_u16(y + 6), &session),
	    YKT_OK);
	assert_hex(YKT_BYTES(session.key), vectors_text(row, "session_key"));
	assert_status(purse_purchase_mac2(*state, &session, 200, mac), YKT_OK);
	assert_hex(YKT_BYTES(mac), vectors_text(row, "mac_of_000000C8"));
	assert_status(purse_purchase_macs(*state, &session, &purchase, macs[0], macs[1]), YKT_OK);
	assert_hex(YKT_BYTES(macs[1]), vectors_text(row, "mac_of_000000C8"));
	assert_status(purse_purchase_mac1(*state, &session, &purchase, mac), YKT_OK);
	assert_memory_equal(macs[0], mac, sizeof(mac));
	json_decref(json);
}

static void
test_foreign_algorithm_and_long_challenge_are_refused(void **state)
{
	static const uint8_t key[PURSE_KEY_LEN] = { 1 };
	static const uint8_t challenge[9] = { 1 };
	uint8_t out[PURSE_KEY_LEN] = { 0x5A };
	uint8_t mac[PURSE_MAC_LEN] = { 0x5A };
	struct purse_session session = { .key = { 0x5A } };

	assert_status(purse_diversify(*state, (enum purse_alg)1, key, key, out), YKT_E_ARG);
	assert_status(
	    purse_session_load(*state, (enum purse_alg)2, key, key, 1, &session), YKT_E_ARG);
	assert_status(purse_tac_key((enum purse_alg)3, key, &session), YKT_E_ARG);
	assert_status(
	    purse_sm_mac(*state, PURSE_ALG_TDES, key, YKT_BYTES(challenge), YKT_BYTES(key), mac),
	    YKT_E_ARG);
	assert_status(purse_external_auth(*state, key, ykt_bytes(challenge, 5), out), YKT_E_ARG);
	assert_int_equal(out[0], 0x5A);
	assert_int_equal(mac[0], 0x5A);
	assert_int_equal(session.key[0], 0x5A);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_level_diversification),
		cmocka_unit_test(test_load_session_macs_and_tac),
		cmocka_unit_test(test_purchase_and_compound_purchase),
		cmocka_unit_test(test_secure_messaging),
		cmocka_unit_test(test_sm4_reading_agrees_with_its_examples),
		cmocka_unit_test(test_foreign_algorithm_and_long_challenge_are_refused),
	};

	return cmocka_run_group_tests(tests, crypto_setup, crypto_teardown);
}
