/*
 * Every message of docs/protocol.md as text, written by hand from that page.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_WIRE_MESSAGE_SAMPLES_H
#define TESTS_WIRE_MESSAGE_SAMPLES_H

#include "wire/account_msg.h"
#include "wire/claim_msg.h"
#include "wire/client_msg.h"
#include "wire/gate_msg.h"
#include "wire/key_msg.h"
#include "wire/manage_msg.h"
#include "wire/ota_msg.h"
#include "wire/pin_msg.h"
#include "wire/psp_msg.h"
#include "wire/ride_msg.h"
#include "wire/tsm_msg.h"
#include "wire/payout_msg.h"
#include "wire/wallet_msg.h"
#include "wire/withdraw_msg.h"

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
	    "\"fee_fen\":2000,\"min_load_fen\":1000,\"max_load_fen\":50000,\"cap_fen\":100000}],"
	    "\"issued_ms\":1795392000000,\"sig\":\"" H64 "\"}" },
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
	    "{\"order_id\":\"" ID "\",\"attempt\":3,\"init\":\"" H16
	    "\",\"amount_fen\":5000,\"to\":\"origin\",\"digest\":\"" H16 H16 "\",\"sig\":\"" H64
	    "\"}" },
	{ &wire_order_refund_req_msg,
	    "{\"order_id\":\"" ID "\",\"amount_fen\":5000,\"to\":\"origin\",\"digest\":\"" H16 H16
	    "\",\"sig\":\"" H64 "\"}" },
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
	    "{\"status\":0,\"key_id\":18,\"counter\":1099511627775,\"call\":\"0A000003\","
	    "\"pin\":\"0102\",\"sid\":\"" H16 "\"}" },
	{ &wire_key_pin_check_req_msg, "{\"user_id\":\"" ID "\",\"sid\":\"" H16
				       "\",\"use\":1,\"pin\":\"0102\",\"verifier\":\"ykt1$\"}" },
	{ &wire_key_pin_make_req_msg,
	    "{\"user_id\":\"" ID "\",\"sid\":\"" H16
	    "\",\"use\":2,\"phone\":\"13800000001\",\"old\":\"\",\"pin\":\"0102\"}" },
	{ &wire_key_pin_make_req_msg,
	    "{\"user_id\":\"" ID "\",\"sid\":\"" H16
	    "\",\"use\":2,\"phone\":\"13800000001\",\"old\":\"01\",\"pin\":\"0102\","
	    "\"verifier\":\"ykt1$\"}" },
	{ &wire_key_pin_rsp_msg, "{\"result\":\"right\"}" },
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
	{ &wire_key_ota_provide_req_msg, "{\"se_id\":\"" H16 "\"}" },
	{ &wire_key_ota_provide_rsp_msg, "{\"groups\":\"812001FF\"}" },
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
	{ &wire_card_version_rsp_msg,
	    "{\"state\":\"online\",\"update\":true,\"newest\":65535,\"has\":0}" },
	{ &wire_card_update_req_msg, "{\"card_no\":\"" CARD "\",\"version\":65535}" },
	{ &wire_card_status_msg,
	    "{\"card_no\":\"" CARD "\",\"card_state\":\"deleting\",\"kind\":\"delete\",\"state\":"
	    "\"proving\",\"reason\":\"\",\"changed_ms\":1795392000000,\"se_id\":\"01\"}" },
	{ &wire_card_claim_req_msg,
	    "{\"card_no\":\"" CARD "\",\"aid\":\"A000000632010105\",\"issuer\":"
	    "\"0001020304050607\"}" },
	{ &wire_card_claim_rsp_msg, "{\"attempt\":1,\"terminal\":\"310000000001\"}" },
	{ &wire_card_bind_req_msg, "{\"card_no\":\"" CARD "\",\"attempt\":1,\"init\":\"" H16
				   "\",\"offline_seq\":65535,\"overdraft_fen\":0}" },
	{ &wire_card_unbind_req_msg,
	    "{\"card_no\":\"" CARD "\",\"password\":\"x\",\"digest\":\"" H16 H16 "\",\"sig\":\"" H64
	    "\"}" },
	{ &wire_withdraw_req_msg, "{\"withdraw_id\":\"" ID "\",\"account_id\":\"" ID2
				  "\",\"amount_fen\":5000,\"digest\":\"" H16 H16 "\",\"sig\":\"" H64
				  "\",\"pin\":\"0102\"}" },
	{ &wire_withdraw_id_req_msg, "{\"withdraw_id\":\"" ID "\"}" },
	{ &wire_withdrawal_msg,
	    "{\"withdraw_id\":\"" ID "\",\"account_id\":\"" ID2
	    "\",\"account\":\"Test bank 0005\",\"amount_fen\":5000,\"state\":\"asked\",\"reason\":"
	    "\"\",\"made_ms\":1795392000000}" },
	{ &wire_withdrawals_req_msg, "{\"abnormal\":true,\"limit\":20}" },
	{ &wire_withdrawals_rsp_msg,
	    "{\"withdrawals\":[{\"withdraw_id\":\"" ID "\",\"account_id\":\"" ID2
	    "\",\"account\":\"Test bank 0005\",\"amount_fen\":5000,\"state\":\"refused\","
	    "\"reason\":\"account_blocked\",\"made_ms\":1795392000000}]}" },
	{ &wire_withdrawals_rsp_msg, "{\"withdrawals\":[]}" },
	{ &wire_psp_payout_req_msg,
	    "{\"payout_id\":\"" ID "\",\"bind_id\":\"" ID2 "\",\"token\":\"" H16
	    "\",\"amount_fen\":5000,\"ts_ms\":1795392000000,\"nonce\":\"" H16 "\"}" },
	{ &wire_psp_payout_rsp_msg,
	    "{\"payout_id\":\"" ID "\",\"amount_fen\":5000,\"state\":\"done\",\"reason\":\"\"}" },
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
	    "\",\"limit_fen\":100000,\"alg\":4,\"most_fen\":0,\"version\":65535,\"test\":true}" },
	{ &wire_tsm_session_rsp_msg, "{\"session_id\":\"" H16 "\"}" },
	{ &wire_key_token_make_req_msg, "{\"se_id\":\"01\",\"command\":\"80E4000000\"}" },
	{ &wire_key_token_make_rsp_msg, "{\"token\":\"" H16 "\"}" },
	{ &wire_key_receipt_check_req_msg,
	    "{\"se_id\":\"01\",\"answer\":\"00\",\"fields\":[{\"value\":\"A0\"}]}" },
	{ &wire_key_receipt_check_rsp_msg, "{\"ok\":true,\"counter\":2}" },
	{ &wire_tsm_app_get_req_msg,
	    "{\"aid\":\"A000000632010105\",\"se_id\":\"01\",\"test\":false}" },
	{ &wire_tsm_app_get_rsp_msg,
	    "{\"state\":\"download_paused\",\"open\":false,\"update\":true,\"newest\":3,"
	    "\"has\":0}" },
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
	{ &wire_gate_params_rsp_msg,
	    "{\"version\":3,\"cities\":[],\"blacklist\":[],\"cap_fen\":2000,\"fares\":[],"
	    "\"codes\":[{\"user_no\":\"00990100000000000001\"}],\"sig\":\"" H64 "\"}" },
	{ &wire_clear_submit_req_msg,
	    "{\"batch_id\":\"" ID "\",\"city\":\"9902\",\"records\":[" TAP "]}" },
	{ &wire_clear_submit_rsp_msg,
	    "{\"batch_id\":\"" ID "\",\"results\":[{\"result\":\"bad_tac\"}]}" },
};

#endif
