/*
 * The tables of the messages about a card's application.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/manage_msg.h"

#include "wire/field.h"

static const struct wire_field wire_card_delete_req_fields[] = {
	FIELD_TEXT(wire_card_delete_req, card_no),
	FIELD_BLOB(wire_card_delete_req, se_id),
	FIELD_TEXT(wire_card_delete_req, password),
};
MESSAGE(wire_card_delete_req, "card_delete_req");

static const struct wire_field wire_card_delete_rsp_fields[] = {
	FIELD_BOOL(wire_card_delete_rsp, proven),
	FIELD_COUNT(wire_card_delete_rsp, attempt),
	FIELD_HEX(wire_card_delete_rsp, terminal),
};
MESSAGE(wire_card_delete_rsp, "card_delete_rsp");

static const struct wire_field wire_card_prove_req_fields[] = {
	FIELD_TEXT(wire_card_prove_req, card_no),
	FIELD_COUNT(wire_card_prove_req, attempt),
	FIELD_HEX(wire_card_prove_req, init),
};
MESSAGE(wire_card_prove_req, "card_prove_req");

static const struct wire_field wire_card_session_req_fields[] = {
	FIELD_TEXT(wire_card_session_req, card_no),
	FIELD_BLOB(wire_card_session_req, se_id),
};
MESSAGE(wire_card_session_req, "card_session_req");

static const struct wire_field wire_card_session_rsp_fields[] = {
	FIELD_TEXT(wire_card_session_rsp, kind),
	FIELD_HEX(wire_card_session_rsp, session_id),
};
MESSAGE(wire_card_session_rsp, "card_session_rsp");

static const struct wire_field wire_card_status_fields[] = {
	FIELD_TEXT(wire_card_status, card_no),
	FIELD_TEXT(wire_card_status, card_state),
	FIELD_TEXT(wire_card_status, kind),
	FIELD_TEXT(wire_card_status, state),
	FIELD_TEXT(wire_card_status, reason),
	FIELD_TIME(wire_card_status, changed_ms),
	FIELD_BLOB(wire_card_status, se_id),
};
MESSAGE(wire_card_status, "card_status");

static const struct wire_field wire_card_unlock_req_fields[] = {
	FIELD_TEXT(wire_card_unlock_req, card_no),
	FIELD_TEXT(wire_card_unlock_req, password),
};
MESSAGE(wire_card_unlock_req, "card_unlock_req");

static const struct wire_field wire_card_lock_rsp_fields[] = {
	FIELD_TEXT(wire_card_lock_rsp, card_state),
};
MESSAGE(wire_card_lock_rsp, "card_lock_rsp");

static const struct wire_field wire_card_version_rsp_fields[] = {
	FIELD_TEXT(wire_card_version_rsp, state),
	FIELD_BOOL(wire_card_version_rsp, update),
	FIELD_U16(wire_card_version_rsp, newest),
	FIELD_U16(wire_card_version_rsp, has),
};
MESSAGE(wire_card_version_rsp, "card_version_rsp");

static const struct wire_field wire_card_update_req_fields[] = {
	FIELD_TEXT(wire_card_update_req, card_no),
	FIELD_INT(wire_card_update_req, version, 1, 65535),
};
MESSAGE(wire_card_update_req, "card_update_req");
