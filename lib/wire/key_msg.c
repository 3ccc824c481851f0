/*
 * The tables of the messages to the key module.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/key_msg.h"

#include "wire/field.h"

static const struct wire_field wire_key_load_permit_req_fields[] = {
	FIELD_TEXT(wire_key_load_permit_req, order_id),
	FIELD_COUNT(wire_key_load_permit_req, attempt),
	FIELD_TEXT(wire_key_load_permit_req, card_no),
	FIELD_HEX(wire_key_load_permit_req, issuer),
	FIELD_ALG(wire_key_load_permit_req, alg),
	FIELD_U8(wire_key_load_permit_req, key_version),
	FIELD_FEN(wire_key_load_permit_req, amount_fen),
	FIELD_HEX(wire_key_load_permit_req, terminal),
	FIELD_HEX(wire_key_load_permit_req, datetime),
	FIELD_HEX(wire_key_load_permit_req, init),
	FIELD_BOOL(wire_key_load_permit_req, attest),
	FIELD_BOOL(wire_key_load_permit_req, release),
};
MESSAGE(wire_key_load_permit_req, "key_load_permit_req");

static const struct wire_field wire_key_load_permit_rsp_fields[] = {
	FIELD_TEXT(wire_key_load_permit_rsp, result),
	FIELD_HEX_OPT(wire_key_load_permit_rsp, mac2),
	FIELD_TEXT_OPT(wire_key_load_permit_rsp, order_id),
	FIELD_INT_OPT(wire_key_load_permit_rsp, balance_fen, -WIRE_FEN_MAX, WIRE_FEN_MAX),
	FIELD_INT_OPT(wire_key_load_permit_rsp, online_seq, 0, 65535),
	FIELD_INT_OPT(wire_key_load_permit_rsp, amount_fen, 0, WIRE_FEN_MAX),
};
MESSAGE(wire_key_load_permit_rsp, "key_load_permit_rsp");

static const struct wire_field wire_key_load_tac_req_fields[] = {
	FIELD_TEXT(wire_key_load_tac_req, order_id),
	FIELD_COUNT(wire_key_load_tac_req, attempt),
	FIELD_HEX(wire_key_load_tac_req, tac),
};
MESSAGE(wire_key_load_tac_req, "key_load_tac_req");

static const struct wire_field wire_key_load_tac_rsp_fields[] = {
	FIELD_BOOL(wire_key_load_tac_rsp, ok),
	FIELD_BALANCE(wire_key_load_tac_rsp, balance_fen),
};
MESSAGE(wire_key_load_tac_rsp, "key_load_tac_rsp");

static const struct wire_field wire_key_tac_fields[] = {
	FIELD_TEXT(wire_key_tac, card_no),
	FIELD_HEX(wire_key_tac, issuer),
	FIELD_ALG(wire_key_tac, alg),
	FIELD_HEX(wire_key_tac, type),
	FIELD_FEN(wire_key_tac, amount_fen),
	FIELD_HEX(wire_key_tac, terminal),
	FIELD_U32(wire_key_tac, terminal_seq),
	FIELD_HEX(wire_key_tac, datetime),
	FIELD_HEX(wire_key_tac, tac),
};
MESSAGE(wire_key_tac, "key_tac");

static const struct wire_field wire_key_tac_verify_req_fields[] = {
	FIELD_LIST(wire_key_tac_verify_req, taps, wire_key_tac_msg),
};
MESSAGE(wire_key_tac_verify_req, "key_tac_verify_req");

static const struct wire_field wire_key_good_fields[] = {
	FIELD_BOOL(wire_key_good, good),
};
MESSAGE(wire_key_good, "key_good");

static const struct wire_field wire_key_tac_verify_rsp_fields[] = {
	FIELD_LIST(wire_key_tac_verify_rsp, ok, wire_key_good_msg),
};
MESSAGE(wire_key_tac_verify_rsp, "key_tac_verify_rsp");

static const struct wire_field wire_key_scp_session_req_fields[] = {
	FIELD_BLOB(wire_key_scp_session_req, se_id),
	FIELD_BLOB(wire_key_scp_session_req, sd_aid),
	FIELD_U8(wire_key_scp_session_req, kvn),
	FIELD_BLOB(wire_key_scp_session_req, iur),
	FIELD_HEX(wire_key_scp_session_req, host_challenge),
	FIELD_U8(wire_key_scp_session_req, level),
};
MESSAGE(wire_key_scp_session_req, "key_scp_session_req");

static const struct wire_field wire_key_scp_session_rsp_fields[] = {
	FIELD_BOOL(wire_key_scp_session_rsp, ok),
	FIELD_HEX(wire_key_scp_session_rsp, s_enc),
	FIELD_HEX(wire_key_scp_session_rsp, s_mac),
	FIELD_HEX(wire_key_scp_session_rsp, s_rmac),
	FIELD_HEX(wire_key_scp_session_rsp, host_cryptogram),
};
MESSAGE(wire_key_scp_session_rsp, "key_scp_session_rsp");

static const struct wire_field wire_key_scp_putkey_req_fields[] = {
	FIELD_BLOB(wire_key_scp_putkey_req, se_id),
	FIELD_BLOB(wire_key_scp_putkey_req, sd_aid),
	FIELD_U8(wire_key_scp_putkey_req, old_kvn),
	FIELD_U8(wire_key_scp_putkey_req, new_kvn),
};
MESSAGE(wire_key_scp_putkey_req, "key_scp_putkey_req");

static const struct wire_field wire_key_scp_putkey_rsp_fields[] = {
	FIELD_BLOB(wire_key_scp_putkey_rsp, data),
	FIELD_HEX(wire_key_scp_putkey_rsp, kcv),
};
MESSAGE(wire_key_scp_putkey_rsp, "key_scp_putkey_rsp");

static const struct wire_field wire_key_token_make_req_fields[] = {
	FIELD_BLOB(wire_key_token_make_req, se_id),
	FIELD_BLOB(wire_key_token_make_req, command),
};
MESSAGE(wire_key_token_make_req, "key_token_make_req");

static const struct wire_field wire_key_token_make_rsp_fields[] = {
	FIELD_BLOB(wire_key_token_make_rsp, token),
};
MESSAGE(wire_key_token_make_rsp, "key_token_make_rsp");

static const struct wire_field wire_key_field_fields[] = {
	FIELD_BLOB(wire_key_field, value),
};
static MESSAGE(wire_key_field, "key_field");

static const struct wire_field wire_key_receipt_check_req_fields[] = {
	FIELD_BLOB(wire_key_receipt_check_req, se_id),
	FIELD_BLOB(wire_key_receipt_check_req, answer),
	FIELD_LIST(wire_key_receipt_check_req, fields, wire_key_field_msg),
};
MESSAGE(wire_key_receipt_check_req, "key_receipt_check_req");

static const struct wire_field wire_key_receipt_check_rsp_fields[] = {
	FIELD_BOOL(wire_key_receipt_check_rsp, ok),
	FIELD_COUNT(wire_key_receipt_check_rsp, counter),
};
MESSAGE(wire_key_receipt_check_rsp, "key_receipt_check_rsp");

static const struct wire_field wire_key_perso_make_req_fields[] = {
	FIELD_BLOB(wire_key_perso_make_req, se_id),
	FIELD_BLOB(wire_key_perso_make_req, sd_aid),
	FIELD_U8(wire_key_perso_make_req, kvn),
	FIELD_TEXT(wire_key_perso_make_req, card_no),
	FIELD_HEX(wire_key_perso_make_req, issuer),
	FIELD_TEXT(wire_key_perso_make_req, city),
	FIELD_ALG(wire_key_perso_make_req, alg),
	FIELD_FEN(wire_key_perso_make_req, limit_fen),
	FIELD_FEN(wire_key_perso_make_req, overdraft_fen),
	FIELD_HEX(wire_key_perso_make_req, start),
	FIELD_HEX(wire_key_perso_make_req, end),
};
MESSAGE(wire_key_perso_make_req, "key_perso_make_req");

static const struct wire_field wire_key_perso_make_rsp_fields[] = {
	FIELD_BLOB(wire_key_perso_make_rsp, dgis),
};
MESSAGE(wire_key_perso_make_rsp, "key_perso_make_rsp");

static const struct wire_field wire_key_psam_make_req_fields[] = {
	FIELD_HEX(wire_key_psam_make_req, terminal),
	FIELD_HEX(wire_key_psam_make_req, psam_no),
};
MESSAGE(wire_key_psam_make_req, "key_psam_make_req");

static const struct wire_field wire_key_psam_make_rsp_fields[] = {
	FIELD_BLOB(wire_key_psam_make_rsp, dgis),
};
MESSAGE(wire_key_psam_make_rsp, "key_psam_make_rsp");

static const struct wire_field wire_key_code_sign_req_fields[] = {
	FIELD_TEXT(wire_key_code_sign_req, account),
	FIELD_HEX(wire_key_code_sign_req, user),
	FIELD_U8(wire_key_code_sign_req, kind),
	FIELD_INT(wire_key_code_sign_req, limit_fen, 0, 0xFFFFFF),
	FIELD_HEX(wire_key_code_sign_req, point),
	FIELD_U32(wire_key_code_sign_req, expires_s),
	FIELD_U16(wire_key_code_sign_req, validity_s),
};
MESSAGE(wire_key_code_sign_req, "key_code_sign_req");

static const struct wire_field wire_key_code_sign_rsp_fields[] = {
	FIELD_BLOB(wire_key_code_sign_rsp, auth),
};
MESSAGE(wire_key_code_sign_rsp, "key_code_sign_rsp");

static const struct wire_field wire_key_ident_sign_req_fields[] = {
	FIELD_BLOB(wire_key_ident_sign_req, request),
	FIELD_INT(wire_key_ident_sign_req, days, 1, 3660),
};
MESSAGE(wire_key_ident_sign_req, "key_ident_sign_req");

static const struct wire_field wire_key_ident_sign_rsp_fields[] = {
	FIELD_BLOB(wire_key_ident_sign_rsp, cert),
};
MESSAGE(wire_key_ident_sign_rsp, "key_ident_sign_rsp");
