/*
 * The bodies' tables. See wire/peer_msg.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/peer_msg.h"

#include "wire/field.h"

#define BUSINESS(s) FIELD_TEXT(s, business), FIELD_TEXT(s, trade_id)
#define RESPONSE(s) FIELD_TEXT(s, result), FIELD_TEXT(s, note)

static const struct wire_field wire_peer_ack_fields[] = { BUSINESS(wire_peer_ack),
	RESPONSE(wire_peer_ack) };
static MESSAGE(wire_peer_ack, "peer_ack");

static const struct wire_field wire_peer_app_business_req_fields[] = {
	BUSINESS(wire_peer_app_business_req),
	FIELD_BLOB(wire_peer_app_business_req, aid),
	FIELD_TEXT(wire_peer_app_business_req, state),
	FIELD_U16(wire_peer_app_business_req, version),
};
static MESSAGE(wire_peer_app_business_req, "peer_app_business");

static const struct wire_field wire_peer_app_query_req_fields[] = {
	BUSINESS(wire_peer_app_query_req),
	FIELD_BLOB(wire_peer_app_query_req, aid),
	FIELD_BLOB(wire_peer_app_query_req, se_id),
	FIELD_BOOL(wire_peer_app_query_req, test),
};
static MESSAGE(wire_peer_app_query_req, "peer_app_query");

static const struct wire_field wire_peer_app_query_rsp_fields[] = {
	BUSINESS(wire_peer_app_query_rsp),
	RESPONSE(wire_peer_app_query_rsp),
	FIELD_TEXT(wire_peer_app_query_rsp, state),
	FIELD_BOOL(wire_peer_app_query_rsp, open),
	FIELD_BOOL(wire_peer_app_query_rsp, update),
	FIELD_U16(wire_peer_app_query_rsp, version),
	FIELD_U16(wire_peer_app_query_rsp, has),
};
static MESSAGE(wire_peer_app_query_rsp, "peer_app_query_rsp");

static const struct wire_field wire_peer_app_manage_req_fields[] = {
	BUSINESS(wire_peer_app_manage_req),
	FIELD_BOOL(wire_peer_app_manage_req, begin),
	FIELD_BLOB(wire_peer_app_manage_req, se_id),
	FIELD_BLOB(wire_peer_app_manage_req, aid),
	FIELD_TEXT(wire_peer_app_manage_req, card_no),
	FIELD_TEXT(wire_peer_app_manage_req, operation),
	FIELD_TEXT(wire_peer_app_manage_req, city),
	FIELD_HEX(wire_peer_app_manage_req, issuer),
	FIELD_HEX(wire_peer_app_manage_req, start),
	FIELD_HEX(wire_peer_app_manage_req, end),
	FIELD_HEX(wire_peer_app_manage_req, file17),
	FIELD_FEN(wire_peer_app_manage_req, limit_fen),
	FIELD_ALG(wire_peer_app_manage_req, alg),
	FIELD_INT_OPT(wire_peer_app_manage_req, most_fen, 0, WIRE_FEN_MAX),
	FIELD_INT_OPT(wire_peer_app_manage_req, version, 1, 65535),
	FIELD_BOOL_OPT(wire_peer_app_manage_req, test),
};
static MESSAGE(wire_peer_app_manage_req, "peer_app_manage");

static const struct wire_field wire_peer_app_manage_rsp_fields[] = {
	BUSINESS(wire_peer_app_manage_rsp),
	RESPONSE(wire_peer_app_manage_rsp),
	FIELD_TEXT(wire_peer_app_manage_rsp, state),
	FIELD_U8(wire_peer_app_manage_rsp, step),
	FIELD_U8(wire_peer_app_manage_rsp, steps),
	FIELD_TEXT(wire_peer_app_manage_rsp, reason),
	FIELD_HEX_OPT(wire_peer_app_manage_rsp, session_id),
};
static MESSAGE(wire_peer_app_manage_rsp, "peer_app_manage_rsp");

static const struct wire_field wire_peer_token_req_fields[] = {
	BUSINESS(wire_peer_token_req),
	FIELD_BLOB(wire_peer_token_req, se_id),
	FIELD_BLOB(wire_peer_token_req, command),
};
static MESSAGE(wire_peer_token_req, "peer_token");

static const struct wire_field wire_peer_token_rsp_fields[] = {
	BUSINESS(wire_peer_token_rsp),
	RESPONSE(wire_peer_token_rsp),
	FIELD_BLOB(wire_peer_token_rsp, token),
};
static MESSAGE(wire_peer_token_rsp, "peer_token_rsp");

static const struct wire_field wire_peer_card_write_req_fields[] = {
	BUSINESS(wire_peer_card_write_req),
	FIELD_BLOB(wire_peer_card_write_req, se_id),
	FIELD_BLOB(wire_peer_card_write_req, aid),
	FIELD_TEXT(wire_peer_card_write_req, operation),
	FIELD_BOOL(wire_peer_card_write_req, done),
	FIELD_TEXT(wire_peer_card_write_req, reason),
	FIELD_BLOB(wire_peer_card_write_req, receipt),
};
static MESSAGE(wire_peer_card_write_req, "peer_card_write");

static const struct wire_field wire_peer_app_state_req_fields[] = {
	BUSINESS(wire_peer_app_state_req),
	FIELD_BLOB(wire_peer_app_state_req, se_id),
	FIELD_BLOB(wire_peer_app_state_req, aid),
	FIELD_U8(wire_peer_app_state_req, state),
};
static MESSAGE(wire_peer_app_state_req, "peer_app_state");

static const struct wire_field wire_peer_auth_req_fields[] = {
	BUSINESS(wire_peer_auth_req),
	FIELD_HEX(wire_peer_auth_req, challenge),
};
static MESSAGE(wire_peer_auth_req, "peer_auth");

static const struct wire_field wire_peer_auth_rsp_fields[] = {
	BUSINESS(wire_peer_auth_rsp),
	RESPONSE(wire_peer_auth_rsp),
	FIELD_HEX(wire_peer_auth_rsp, challenge),
};
static MESSAGE(wire_peer_auth_rsp, "peer_auth_rsp");

static const struct wire_field wire_peer_se_state_req_fields[] = {
	BUSINESS(wire_peer_se_state_req),
	FIELD_BLOB(wire_peer_se_state_req, se_id),
	FIELD_TEXT(wire_peer_se_state_req, state),
};
static MESSAGE(wire_peer_se_state_req, "peer_se_state");

static const struct {
	const struct wire_message *req;
	const struct wire_message *rsp;
} bodies[] = {
	[WIRE_PEER_APP_BUSINESS] = { &wire_peer_app_business_req_msg, &wire_peer_ack_msg },
	[WIRE_PEER_APP_QUERY] = { &wire_peer_app_query_req_msg, &wire_peer_app_query_rsp_msg },
	[WIRE_PEER_APP_MANAGE] = { &wire_peer_app_manage_req_msg, &wire_peer_app_manage_rsp_msg },
	[WIRE_PEER_TOKEN] = { &wire_peer_token_req_msg, &wire_peer_token_rsp_msg },
	[WIRE_PEER_CARD_WRITE] = { &wire_peer_card_write_req_msg, &wire_peer_ack_msg },
	[WIRE_PEER_APP_STATE] = { &wire_peer_app_state_req_msg, &wire_peer_ack_msg },
	[WIRE_PEER_AUTH] = { &wire_peer_auth_req_msg, &wire_peer_auth_rsp_msg },
	[WIRE_PEER_SE_STATE] = { &wire_peer_se_state_req_msg, &wire_peer_ack_msg },
};

const struct wire_message *
wire_peer_body_msg(enum wire_peer_kind kind, bool reply)
{
	return reply ? bodies[kind].rsp : bodies[kind].req;
}
