/*
 * Every message of docs/protocol.md, against text written by hand from that
 * page: it is read and written back to the byte, each required field is missed,
 * each field may come once only, and an unknown one is refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/account_msg.h"
#include "wire/client_msg.h"
#include "wire/gate_msg.h"
#include "wire/key_msg.h"
#include "wire/manage_msg.h"
#include "wire/ota_msg.h"
#include "wire/psp_msg.h"
#include "wire/ride_msg.h"
#include "wire/tsm_msg.h"
#include "wire/wallet_msg.h"
#include "wire_test.h"

#define ID   "0123456789abcdef0123456789abcdef"
#define ID2  "ffffffffffffffff0000000000000000"
#define CARD "03104990000000000011"
#define H16  "000102030405060708090A0B0C0D0E0F"
#define H33  "0200112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"
#define H60                                                                                        \
	"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"                         \
	"202122232425262728292A2B2C2D2E2F303132333435363738393A3B"
#define H64                                                                                        \
	"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"                         \
	"202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F"
#define H48                                                                                        \
	"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"                         \
	"202122232425262728292A2B2C2D2E2F"
#define ORDER                                                                                      \
	"{\"order_id\":\"" ID "\",\"parent_id\":\"\",\"kind\":\"topup\",\"state\":\"paid\","       \
	"\"card_no\":\"" CARD "\",\"aid\":\"A000000632010105\",\"city\":\"9901\","                 \
	"\"amount_fen\":5000,\"created_ms\":1795392000000,\"paid_fen\":5000,\"loaded_fen\":0,"     \
	"\"refunded_fen\":0,\"abnormal\":true,\"note\":\"loading\"}"
#define THECARD                                                                                    \
	"{\"card_no\":\"" CARD "\",\"aid\":\"A000000632010105\",\"city\":\"9901\","                \
	"\"issuer\":\"0310499900000000\",\"state\":\"active\",\"balance_fen\":-100,"               \
	"\"as_of_ms\":1795392000000,\"pending_fen\":-200}"
#define RIDE                                                                                       \
	"{\"ride_seq\":4294967295,\"kind\":\"single\",\"amount_fen\":200,"                         \
	"\"datetime\":\"20261123080000\",\"code\":\"" H48 "\"}"
#define TAP                                                                                        \
	"{\"card_no\":\"" CARD "\",\"issuer\":\"0310499900000000\",\"alg\":4,\"key_version\":1,"   \
	"\"type\":\"09\",\"amount_fen\":300,\"balance_fen\":5000,\"offline_seq\":65535,"           \
	"\"terminal\":\"310000000001\",\"terminal_seq\":4294967295,"                               \
	"\"datetime\":\"20261123080000\",\"tac\":\"01020304\",\"confirmed\":true,\"trip\":\"" H48  \
	"\"}"

static const struct {
	const struct wire_message *msg;
	const char *text;
} messages[] = {
	{ &wire_error_msg,
	    "{\"error\":\"held\",\"detail\":\"another order\",\"order_id\":\"" ID "\"}" },
	{ &wire_otp_send_req_msg, "{\"phone\":\"13800000000\",\"purpose\":\"register\"}" },
	{ &wire_otp_send_rsp_msg, "{\"retry_ms\":60000}" },
	{ &wire_user_register_req_msg,
	    "{\"phone\":\"13800000000\",\"name\":\"\xE5\xBC\xA0\xE4\xB8\x89\",\"otp\":\"123456\","
	    "\"password\":\"secret\",\"consent\":true,\"se_id\":\"" H16
	    "\",\"client_version\":\"0.1.0\",\"edition\":\"2016\"}" },
	{ &wire_user_register_rsp_msg, "{\"user_id\":\"" ID "\"}" },
	{ &wire_user_login_req_msg,
	    "{\"phone\":\"13800000000\",\"password\":\"secret\",\"client_version\":\"0.1.0\","
	    "\"se_id\":\"\"}" },
	{ &wire_user_login_rsp_msg,
	    "{\"sid\":\"" H16 "\",\"user_id\":\"" ID "\",\"name\":\"\",\"idle_ms\":900000,"
	    "\"absolute_ms\":86400000,\"abnormal\":2}" },
	{ &wire_app_list_rsp_msg,
	    "{\"apps\":[{\"aid\":\"A000000632010105\",\"city\":\"9901\",\"issuer\":"
	    "\"0310499900000000\",\"name_zh\":\"\xE5\xB8\x82\",\"name_en\":\"City\","
	    "\"fee_fen\":2000,\"min_load_fen\":1000,\"max_load_fen\":50000,\"cap_fen\":100000}]}" },
	{ &wire_order_msg, ORDER },
	{ &wire_order_open_req_msg,
	    "{\"aid\":\"A000000632010105\",\"se_id\":\"0102\",\"first_load_fen\":5000}" },
	{ &wire_order_topup_req_msg, "{\"card_no\":\"" CARD "\",\"amount_fen\":5000}" },
	{ &wire_order_id_req_msg, "{\"order_id\":\"" ID "\"}" },
	{ &wire_order_pay_rsp_msg,
	    "{\"prepay_id\":\"" ID2 "\",\"amount_fen\":5000,\"payee\":\"city 9901\"}" },
	{ &wire_order_confirm_req_msg,
	    "{\"order_id\":\"" ID "\",\"amount_fen\":5000,\"digest\":\"" H16 H16 "\",\"sig\":\"" H64
	    "\"}" },
	{ &wire_order_confirm_rsp_msg, "{\"pay_token\":\"" H16 "\"}" },
	{ &wire_order_list_req_msg, "{\"abnormal\":false,\"limit\":50}" },
	{ &wire_order_list_rsp_msg, "{\"orders\":[" ORDER "," ORDER "]}" },
	{ &wire_order_list_rsp_msg, "{\"orders\":[]}" },
	{ &wire_order_refund_req_msg,
	    "{\"order_id\":\"" ID "\",\"attempt\":3,\"init\":\"" H16 "\"}" },
	{ &wire_order_refund_req_msg, "{\"order_id\":\"" ID "\"}" },
	{ &wire_load_begin_rsp_msg,
	    "{\"attempt\":1,\"terminal\":\"990100000001\",\"amount_fen\":5000,\"card_no\":\"" CARD
	    "\"}" },
	{ &wire_load_request_req_msg, "{\"order_id\":\"" ID "\",\"attempt\":1,\"card_no\":\"" CARD
				      "\",\"attest\":false,\"init\":\"" H16 "\"}" },
	{ &wire_load_request_rsp_msg,
	    "{\"result\":\"credit\",\"datetime\":\"20261123080000\",\"mac2\":\"01020304\"}" },
	{ &wire_load_request_rsp_msg, "{\"result\":\"not_loaded\"}" },
	{ &wire_load_confirm_req_msg,
	    "{\"order_id\":\"" ID "\",\"attempt\":1,\"credited\":true,\"tac\":\"01020304\"}" },
	{ &wire_open_begin_req_msg, "{\"order_id\":\"" ID "\",\"se_id\":\"01\"}" },
	{ &wire_open_begin_rsp_msg, "{\"session_id\":\"" H16 "\"}" },
	{ &wire_card_msg, THECARD },
	{ &wire_card_list_rsp_msg, "{\"cards\":[" THECARD "]}" },
	{ &wire_card_balance_req_msg, "{\"card_no\":\"" CARD "\"}" },
	{ &wire_card_records_req_msg, "{\"card_no\":\"" CARD "\",\"limit\":1}" },
	{ &wire_card_records_rsp_msg,
	    "{\"records\":[{\"kind\":\"tap\",\"amount_fen\":300,\"time_ms\":0,\"place\":\"A\","
	    "\"state\":\"posted\"}]}" },
	{ &wire_code_authorise_req_msg, "{\"point\":\"" H33 "\"}" },
	{ &wire_code_authorise_rsp_msg,
	    "{\"auth\":\"" H60 "\",\"redraw_ms\":30000,\"now_ms\":1795392000000}" },
	{ &wire_code_records_req_msg, "{\"limit\":50}" },
	{ &wire_order_wallet_req_msg, "{\"amount_fen\":5000}" },
	{ &wire_wallet_msg, "{\"balance_fen\":-200,\"as_of_ms\":1795392000000,\"user_no\":\"" CARD
			    "\",\"state\":\"open\",\"trip_limit_fen\":1000,\"user_id\":\"" ID
			    "\",\"cap_fen\":500000,"
			    "\"has_pin\":true}" },
	{ &wire_ride_msg, RIDE },
	{ &wire_gate_rides_req_msg,
	    "{\"batch_id\":\"" ID "\",\"terminal\":\"310000000001\",\"rides\":[" RIDE "]}" },
	{ &wire_gate_rides_rsp_msg,
	    "{\"batch_id\":\"" ID "\",\"results\":[{\"result\":\"posted\"}]}" },
	{ &wire_key_code_sign_req_msg,
	    "{\"account\":\"9901000000000001\",\"user\":\"00990100000000000001\",\"kind\":0,"
	    "\"limit_fen\":1000,\"point\":\"" H33
	    "\",\"expires_s\":1795507200,\"validity_s\":60}" },
	{ &wire_key_code_sign_rsp_msg, "{\"auth\":\"" H60 "\"}" },
	{ &wire_key_ota_open_req_msg, "{\"se_id\":\"" H16 "\",\"packet\":\"0102\"}" },
	{ &wire_key_ota_open_rsp_msg,
	    "{\"status\":0,\"key_id\":18,\"counter\":1099511627775,\"call\":\"0A000003\"}" },
	{ &wire_key_ota_answer_req_msg,
	    "{\"se_id\":\"" H16
	    "\",\"key_id\":18,\"counter\":7,\"status\":2,\"last\":9,\"answer\":\"\"}" },
	{ &wire_key_ota_answer_rsp_msg, "{\"packet\":\"0102\"}" },
	{ &wire_key_ota_command_req_msg,
	    "{\"se_id\":\"" H16 "\",\"key_id\":18,\"counter\":1,\"command\":\"80CA000000\"}" },
	{ &wire_key_ota_command_rsp_msg, "{\"packet\":\"0102\"}" },
	{ &wire_key_ota_receipt_req_msg,
	    "{\"se_id\":\"" H16 "\",\"key_id\":21,\"packet\":\"0271\"}" },
	{ &wire_key_ota_receipt_rsp_msg,
	    "{\"ok\":true,\"status\":0,\"counter\":1,\"data\":\"019000\"}" },
	{ &wire_wallet_records_req_msg, "{\"limit\":50}" },
	{ &wire_bill_id_req_msg, "{\"bill_id\":\"" ID "\"}" },
	{ &wire_bill_msg,
	    "{\"bill_id\":\"" ID "\",\"payee\":\"shop\",\"goods\":\"tea\",\"amount_fen\":5000,"
	    "\"created_ms\":1,\"expires_ms\":2,\"state\":\"open\",\"mine\":false,"
	    "\"paid_ms\":0}" },
	{ &wire_bill_pay_req_msg,
	    "{\"bill_id\":\"" ID "\",\"amount_fen\":5000,\"digest\":\"" H16 H16 "\",\"sig\":\"" H64
	    "\",\"pin\":\"0102\"}" },
	{ &wire_pin_set_req_msg, "{\"password\":\"secret\",\"old\":\"\",\"pin\":\"0102\"}" },
	{ &wire_user_password_req_msg, "{\"old\":\"secret\",\"password\":\"another\"}" },
	{ &wire_user_reset_req_msg, "{\"phone\":\"13800000000\",\"name\":\"Li\",\"otp\":\"123456\","
				    "\"password\":\"another\"}" },
	{ &wire_pin_reset_req_msg,
	    "{\"password\":\"secret\",\"otp\":\"123456\",\"pin\":\"0102\"}" },
	{ &wire_user_close_req_msg, "{\"password\":\"secret\"}" },
	{ &wire_merchant_bill_req_msg,
	    "{\"ref\":\"r1\",\"payee\":\"shop\",\"goods\":\"tea\",\"amount_fen\":5000,"
	    "\"life_ms\":60000}" },
	{ &wire_key_load_permit_req_msg,
	    "{\"order_id\":\"" ID "\",\"attempt\":1,\"card_no\":\"" CARD "\",\"issuer\":"
	    "\"0310499900000000\",\"alg\":0,\"key_version\":1,\"amount_fen\":5000,\"terminal\":"
	    "\"990100000001\",\"datetime\":\"20261123080000\",\"init\":\"" H16
	    "\",\"attest\":false,\"release\":true}" },
	{ &wire_key_load_permit_rsp_msg, "{\"result\":\"held\",\"order_id\":\"" ID2
					 "\",\"balance_fen\":-1,\"online_seq\":65535}" },
	{ &wire_key_load_permit_rsp_msg, "{\"result\":\"credit\",\"mac2\":\"01020304\"}" },
	{ &wire_key_load_tac_req_msg,
	    "{\"order_id\":\"" ID "\",\"attempt\":1,\"tac\":\"01020304\"}" },
	{ &wire_key_load_tac_rsp_msg, "{\"ok\":true,\"balance_fen\":5000}" },
	{ &wire_key_tac_verify_req_msg,
	    "{\"taps\":[{\"card_no\":\"" CARD "\",\"issuer\":\"0310499900000000\",\"alg\":4,"
	    "\"type\":\"06\",\"amount_fen\":300,\"terminal\":\"310000000001\",\"terminal_seq\":0,"
	    "\"datetime\":\"20261123080000\",\"tac\":\"01020304\"}]}" },
	{ &wire_key_tac_verify_rsp_msg, "{\"ok\":[{\"good\":true},{\"good\":false}]}" },
	{ &wire_key_scp_session_req_msg,
	    "{\"se_id\":\"01\",\"sd_aid\":\"A000000151000000\",\"kvn\":255,\"iur\":\"" H16
	    "\",\"host_challenge\":\"0001020304050607\",\"level\":51}" },
	{ &wire_key_scp_session_rsp_msg,
	    "{\"ok\":true,\"s_enc\":\"" H16 "\",\"s_mac\":\"" H16 "\",\"s_rmac\":\"" H16
	    "\",\"host_cryptogram\":\"0001020304050607\"}" },
	{ &wire_card_delete_req_msg,
	    "{\"card_no\":\"" CARD "\",\"se_id\":\"01\",\"password\":\"x\"}" },
	{ &wire_card_delete_rsp_msg,
	    "{\"proven\":false,\"attempt\":2147483647,\"terminal\":\"310000000001\"}" },
	{ &wire_card_prove_req_msg,
	    "{\"card_no\":\"" CARD "\",\"attempt\":1,\"init\":\"" H16 "\"}" },
	{ &wire_card_session_req_msg, "{\"card_no\":\"" CARD "\",\"se_id\":\"01\"}" },
	{ &wire_card_session_rsp_msg, "{\"kind\":\"delete\",\"session_id\":\"" H16 "\"}" },
	{ &wire_card_unlock_req_msg, "{\"card_no\":\"" CARD "\",\"password\":\"x\"}" },
	{ &wire_card_lock_rsp_msg, "{\"card_state\":\"locking\"}" },
	{ &wire_card_unlock_req_msg, "{\"card_no\":\"" CARD "\",\"password\":\"x\"}" },
	{ &wire_card_lock_rsp_msg, "{\"card_state\":\"locking\"}" },
	{ &wire_card_status_msg,
	    "{\"card_no\":\"" CARD "\",\"card_state\":\"deleting\",\"kind\":\"delete\",\"state\":"
	    "\"proving\",\"reason\":\"\",\"changed_ms\":1795392000000,\"se_id\":\"01\"}" },
	{ &wire_account_msg,
	    "{\"account_id\":\"" ID "\",\"state\":\"bound\",\"reason\":\"\",\"issuer\":\"Test "
				    "bank\",\"last4\":\"0005\",\"bound_ms\":1795392000000}" },
	{ &wire_account_list_rsp_msg, "{\"accounts\":[]}" },
	{ &wire_account_begin_req_msg, "{\"account_id\":\"" ID "\",\"sealed\":\"0102\"}" },
	{ &wire_account_confirm_req_msg, "{\"account_id\":\"" ID "\",\"code\":\"0102\"}" },
	{ &wire_account_id_req_msg, "{\"account_id\":\"" ID "\"}" },
	{ &wire_account_unbind_req_msg,
	    "{\"account_id\":\"" ID "\",\"password\":\"x\",\"digest\":\"" H16 H16
	    "\",\"sig\":\"" H64 "\"}" },
	{ &wire_order_charge_req_msg, "{\"order_id\":\"" ID "\",\"account_id\":\"" ID2
				      "\",\"amount_fen\":5000,\"digest\":\"" H16 H16
				      "\",\"sig\":\"" H64 "\",\"pin\":\"0102\"}" },
	{ &wire_psp_bind_req_msg,
	    "{\"bind_id\":\"" ID "\",\"user\":\"" ID2
	    "\",\"sealed\":\"0102\",\"ts_ms\":1795392000000,\"nonce\":\"" H16 "\"}" },
	{ &wire_psp_bind_confirm_req_msg,
	    "{\"bind_id\":\"" ID "\",\"code\":\"0102\",\"ts_ms\":1795392000000,\"nonce\":\"" H16
	    "\"}" },
	{ &wire_psp_bind_id_req_msg,
	    "{\"bind_id\":\"" ID "\",\"ts_ms\":1795392000000,\"nonce\":\"" H16 "\"}" },
	{ &wire_psp_bind_rsp_msg,
	    "{\"bind_id\":\"" ID "\",\"state\":\"bound\",\"reason\":\"\",\"issuer\":\"Test "
				 "bank\",\"last4\":\"0005\",\"token\":\"" H16 "\"}" },
	{ &wire_psp_charge_req_msg,
	    "{\"prepay_id\":\"" ID "\",\"bind_id\":\"" ID2 "\",\"token\":\"" H16
	    "\",\"amount_fen\":5000,\"ts_ms\":1795392000000,\"nonce\":\"" H16 "\"}" },
	{ &wire_psp_charge_rsp_msg,
	    "{\"prepay_id\":\"" ID "\",\"state\":\"waiting\",\"reason\":\"account_funds\"}" },
	{ &wire_key_scp_putkey_req_msg,
	    "{\"se_id\":\"01\",\"sd_aid\":\"A000000151000000\",\"old_kvn\":0,\"new_kvn\":32}" },
	{ &wire_key_scp_putkey_rsp_msg, "{\"data\":\"20\",\"kcv\":\"000102030405060708\"}" },
	{ &wire_key_perso_make_req_msg,
	    "{\"se_id\":\"01\",\"sd_aid\":\"A000000151000000\",\"kvn\":32,\"card_no\":\"" CARD
	    "\",\"issuer\":\"0310499900000000\",\"city\":\"9901\",\"alg\":4,\"limit_fen\":100000,"
	    "\"overdraft_fen\":0,\"start\":\"20261123\",\"end\":\"20361123\"}" },
	{ &wire_key_perso_make_rsp_msg, "{\"dgis\":\"9001028001\"}" },
	{ &wire_key_psam_make_req_msg,
	    "{\"terminal\":\"310000000001\",\"psam_no\":\"00010203040506070809\"}" },
	{ &wire_key_psam_make_rsp_msg, "{\"dgis\":\"00\"}" },
	{ &wire_tsm_job_start_req_msg,
	    "{\"job_id\":\"" ID "\",\"kind\":\"open\",\"se_id\":\"01\",\"aid\":"
	    "\"A000000632010105\",\"city\":\"9901\",\"issuer\":\"0310499900000000\",\"card_no\":"
	    "\"" CARD "\",\"start\":\"20261123\",\"end\":\"20361123\",\"file17\":\"" H60
	    "\",\"limit_fen\":100000,\"alg\":4}" },
	{ &wire_tsm_job_start_req_msg,
	    "{\"job_id\":\"" ID "\",\"kind\":\"delete\",\"se_id\":\"01\",\"aid\":"
	    "\"A000000632010105\",\"city\":\"9901\",\"issuer\":\"0310499900000000\",\"card_no\":"
	    "\"" CARD "\",\"start\":\"20261123\",\"end\":\"20361123\",\"file17\":\"" H60
	    "\",\"limit_fen\":100000,\"alg\":4,\"most_fen\":0}" },
	{ &wire_tsm_session_rsp_msg, "{\"session_id\":\"" H16 "\"}" },
	{ &wire_tsm_job_id_req_msg, "{\"job_id\":\"" ID "\"}" },
	{ &wire_tsm_job_get_rsp_msg,
	    "{\"state\":\"running\",\"step\":3,\"steps\":9,\"reason\":\"\"}" },
	{ &wire_psp_prepay_req_msg,
	    "{\"order_id\":\"" ID "\",\"amount_fen\":5000,\"currency\":\"CNY\",\"payee\":\"x\","
	    "\"ts_ms\":1795392000000,\"nonce\":\"" H16 "\"}" },
	{ &wire_psp_prepay_rsp_msg, "{\"prepay_id\":\"" ID2 "\",\"order_id\":\"" ID
				    "\",\"amount_fen\":5000,\"pay_token\":\"" H16 "\"}" },
	{ &wire_psp_query_req_msg,
	    "{\"prepay_id\":\"" ID2 "\",\"ts_ms\":0,\"nonce\":\"" H16 "\"}" },
	{ &wire_psp_query_rsp_msg,
	    "{\"prepay_id\":\"" ID2 "\",\"order_id\":\"" ID
	    "\",\"amount_fen\":5000,\"currency\":\"CNY\",\"payee\":\"x\",\"state\":\"paid\","
	    "\"refunded_fen\":0}" },
	{ &wire_psp_refund_req_msg, "{\"refund_id\":\"" ID "\",\"prepay_id\":\"" ID2
				    "\",\"amount_fen\":5000,\"ts_ms\":0,\"nonce\":\"" H16 "\"}" },
	{ &wire_psp_refund_rsp_msg, "{\"refund_id\":\"" ID "\",\"prepay_id\":\"" ID2
				    "\",\"amount_fen\":5000,\"state\":\"done\"}" },
	{ &wire_pay_notice_msg,
	    "{\"notice_id\":\"" ID "\",\"prepay_id\":\"" ID2 "\",\"order_id\":\"" ID
	    "\",\"amount_fen\":5000,\"currency\":\"CNY\",\"payee\":\"x\",\"state\":\"paid\","
	    "\"ts_ms\":0,\"nonce\":\"" H16 "\"}" },
	{ &wire_psp_confirm_req_msg,
	    "{\"prepay_id\":\"" ID2 "\",\"pay_token\":\"" H16 "\",\"amount_fen\":5000}" },
	{ &wire_psp_confirm_rsp_msg, "{\"state\":\"paid\"}" },
	{ &wire_tap_msg, TAP },
	{ &wire_gate_upload_req_msg,
	    "{\"batch_id\":\"" ID "\",\"terminal\":\"310000000001\",\"records\":[" TAP "," TAP
	    "]}" },
	{ &wire_gate_upload_rsp_msg,
	    "{\"batch_id\":\"" ID
	    "\",\"results\":[{\"result\":\"posted\"},{\"result\":\"suspense\"}]}" },
	{ &wire_gate_params_req_msg, "{\"version\":0}" },
	{ &wire_gate_params_rsp_msg,
	    "{\"version\":3,\"cities\":[{\"city\":\"9901\",\"issuer\":\"0310499900000000\"}],"
	    "\"blacklist\":[{\"card_no\":\"" CARD "\"}],\"cap_fen\":2000,\"fares\":[{\"kind\":"
	    "\"bus\",\"amount_fen\":200}],\"sig\":\"" H64 "\"}" },
	{ &wire_clear_submit_req_msg,
	    "{\"batch_id\":\"" ID "\",\"city\":\"9902\",\"records\":[" TAP "]}" },
	{ &wire_clear_submit_rsp_msg,
	    "{\"batch_id\":\"" ID "\",\"results\":[{\"result\":\"bad_tac\"}]}" },
};

static void
test_reads_and_writes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(messages); i++) {
		const struct wire_message *msg = messages[i].msg;
		struct ykt_bytes json = exact(messages[i].text, strlen(messages[i].text));
		uint8_t out[4096];
		struct ykt_buf back = YKT_BUF(out);
		void *m = malloc(msg->size);

		assert_non_null(m);
		assert_status_why(wire_decode(msg, json, m), YKT_OK, msg->name);
		assert_status_why(wire_encode(msg, m, &back), YKT_OK, msg->name);
		assert_true_why(ykt_bytes_equal(json, ykt_buf_view(&back)), msg->name);
		free(m);
		release(json);
	}
}

/* Writes text with each top-level "name": renamed to another. */
static void
rename_field(const char *text, const char *name, const char *other, char *out, size_t size)
{
	char quoted[64];
	const char *at;

	snprintf(quoted, sizeof(quoted), "\"%s\":", name);
	at = strstr(text, quoted);
	assert_non_null(at);
	snprintf(out, size, "%.*s\"%s\":%s", (int)(at - text), text, other, at + strlen(quoted));
}

static void
test_misses_each_required_field(void **state)
{
	char text[4096];
	char why[128];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(messages); i++) {
		const struct wire_message *msg = messages[i].msg;

		for (size_t j = 0; j < msg->field_count; j++) {
			const char *name = msg->fields[j].name;

			if (msg->fields[j].optional)
				continue;
			snprintf(why, sizeof(why), "%s without %s", msg->name, name);
			rename_field(messages[i].text, name, "unknown", text, sizeof(text));
			refuses(msg, text, strlen(text), why);
			if (j == 0)
				continue;
			snprintf(
			    why, sizeof(why), "%s with two %s", msg->name, msg->fields[0].name);
			rename_field(
			    messages[i].text, name, msg->fields[0].name, text, sizeof(text));
			refuses(msg, text, strlen(text), why);
		}
	}
}

/* A message with one more key at its end. */
static void
test_refuses_an_unknown_field(void **state)
{
	char text[4096];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(messages); i++) {
		size_t len = strlen(messages[i].text);

		snprintf(
		    text, sizeof(text), "%.*s,\"amount\":1}", (int)(len - 1), messages[i].text);
		refuses(messages[i].msg, text, strlen(text), messages[i].msg->name);
	}
}

/* No two fields of a structure share a byte, and none passes its end. */
static void
check_layout(const struct wire_message *msg)
{
	uint8_t *used = calloc(1, msg->size);

	assert_non_null(used);
	for (size_t i = 0; i < msg->field_count; i++) {
		const struct wire_field *field = &msg->fields[i];
		size_t len = field->size;

		if (field->type == WIRE_INT)
			len = sizeof(int64_t);
		else if (field->type == WIRE_BOOL)
			len = sizeof(bool);
		else if (field->type == WIRE_BYTES)
			len = sizeof(uint16_t) + field->size;
		else if (field->type == WIRE_LIST)
			len = (size_t)field->size * field->count_max;
		else if (field->type == WIRE_RAW || field->type == WIRE_DIGITS)
			len = sizeof(struct ykt_bytes);
		assert_true_why(len != 0 && field->off + len <= msg->size, field->name);
		for (size_t k = 0; k < len; k++)
			assert_true_why(used[field->off + k]++ == 0, field->name);
		if (field->optional)
			assert_true_why(used[field->has_off]++ == 0, field->name);
		if (field->type == WIRE_LIST) {
			assert_true_why(field->size == field->msg->size, field->name);
			check_layout(field->msg);
		}
	}
	free(used);
}

static void
test_layout(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(messages); i++)
		check_layout(messages[i].msg);
}

static void
test_reads_the_values(void **state)
{
	struct wire_key_load_permit_rsp permit;
	struct wire_order order;
	struct wire_tap tap;

	(void)state;
	assert_status(wire_decode(&wire_order_msg, ykt_bytes_str(ORDER), &order), YKT_OK);
	assert_string_equal(order.order_id, ID);
	assert_string_equal(order.parent_id, "");
	assert_string_equal(order.kind, "topup");
	assert_string_equal(order.card_no, CARD);
	assert_int_equal(order.aid.len, 8);
	assert_memory_equal(order.aid.data, "\xA0\x00\x00\x06\x32\x01\x01\x05", 8);
	assert_int_equal(order.amount_fen, 5000);
	assert_int_equal(order.created_ms, INT64_C(1795392000000));
	assert_true(order.abnormal);

	assert_status(wire_decode(&wire_tap_msg, ykt_bytes_str(TAP), &tap), YKT_OK);
	assert_int_equal(tap.type[0], 0x09);
	assert_int_equal(tap.terminal_seq, INT64_C(4294967295));
	assert_int_equal(tap.offline_seq, 65535);
	assert_memory_equal(tap.terminal, "\x31\x00\x00\x00\x00\x01", 6);
	assert_int_equal(tap.trip[47], 0x2F);

	assert_status(wire_decode(&wire_key_load_permit_rsp_msg,
			  ykt_bytes_str("{\"result\":\"credit\",\"mac2\":\"01020304\"}"), &permit),
	    YKT_OK);
	assert_true(permit.has_mac2);
	assert_false(permit.has_order_id || permit.has_balance_fen || permit.has_online_seq);
}

/* Ranges that a later check would not see. */
static void
test_refuses_out_of_range(void **state)
{
	static const struct {
		const struct wire_message *msg;
		const char *from;
		const char *to;
	} rows[] = {
		{ &wire_order_list_req_msg, "50", "51" },
		{ &wire_order_list_req_msg, "50", "0" },
		{ &wire_card_records_req_msg, "\"limit\":1", "\"limit\":51" },
		{ &wire_order_topup_req_msg, "5000", "-1" },
		{ &wire_order_topup_req_msg, "5000", "100000000000001" },
		{ &wire_order_topup_req_msg, CARD, CARD "1" },
		{ &wire_tap_msg, "65535", "65536" },
		{ &wire_tap_msg, "4294967295", "4294967296" },
		{ &wire_tap_msg, "\"alg\":4", "\"alg\":5" },
		{ &wire_tap_msg, "\"key_version\":1", "\"key_version\":256" },
		{ &wire_key_load_permit_rsp_msg, "\"online_seq\":65535", "\"online_seq\":-1" },
		{ &wire_load_begin_rsp_msg, "\"attempt\":1", "\"attempt\":-1" },
		{ &wire_psp_prepay_req_msg, "\"CNY\"", "\"CNYX\"" },
		{ &wire_psp_prepay_req_msg, "1795392000000", "253402300800000" },
	};
	char text[4096];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		size_t j = 0;
		const char *at;

		while (messages[j].msg != rows[i].msg)
			j++;
		at = strstr(messages[j].text, rows[i].from);
		assert_non_null(at);
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - messages[j].text),
		    messages[j].text, rows[i].to, at + strlen(rows[i].from));
		refuses(rows[i].msg, text, strlen(text), rows[i].to);
	}
}

/* 64 taps pass, 65 do not. */
static void
test_bounds_a_batch(void **state)
{
	static struct wire_gate_upload_req m;
	static char text[64 * 1024];
	struct ykt_buf json = { (uint8_t *)text, 0, sizeof(text), false };

	(void)state;
	for (int count = WIRE_TAPS_MAX; count <= WIRE_TAPS_MAX + 1; count++) {
		json.len = 0;
		ykt_put(&json, ykt_bytes_str("{\"batch_id\":\"x\",\"terminal\":\"310000000001\","
					     "\"records\":["));
		for (int i = 0; i < count; i++) {
			ykt_put(&json, ykt_bytes_str(i == 0 ? "" : ","));
			ykt_put(&json, ykt_bytes_str(TAP));
		}
		ykt_put(&json, ykt_bytes_str("]}"));
		assert_status(ykt_buf_done(&json), YKT_OK);
		assert_status(wire_decode(&wire_gate_upload_req_msg, ykt_buf_view(&json), &m),
		    count == WIRE_TAPS_MAX ? YKT_OK : YKT_E_FORMAT);
		assert_int_equal(m.records_count, count == WIRE_TAPS_MAX ? count : 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_and_writes_back),
		cmocka_unit_test(test_misses_each_required_field),
		cmocka_unit_test(test_refuses_an_unknown_field),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_reads_the_values),
		cmocka_unit_test(test_refuses_out_of_range),
		cmocka_unit_test(test_bounds_a_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
