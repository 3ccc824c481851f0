/*
 * The tables of the messages between platform and TSM.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/tsm_msg.h"

#include "wire/field.h"

static const struct wire_field wire_tsm_job_start_req_fields[] = {
	FIELD_TEXT(wire_tsm_job_start_req, job_id),
	FIELD_TEXT(wire_tsm_job_start_req, kind),
	FIELD_BLOB(wire_tsm_job_start_req, se_id),
	FIELD_BLOB(wire_tsm_job_start_req, aid),
	FIELD_TEXT(wire_tsm_job_start_req, city),
	FIELD_HEX(wire_tsm_job_start_req, issuer),
	FIELD_TEXT(wire_tsm_job_start_req, card_no),
	FIELD_HEX(wire_tsm_job_start_req, start),
	FIELD_HEX(wire_tsm_job_start_req, end),
	FIELD_HEX(wire_tsm_job_start_req, file17),
	FIELD_FEN(wire_tsm_job_start_req, limit_fen),
	FIELD_ALG(wire_tsm_job_start_req, alg),
	FIELD_INT_OPT(wire_tsm_job_start_req, most_fen, 0, WIRE_FEN_MAX),
	FIELD_INT_OPT(wire_tsm_job_start_req, version, 1, 65535),
	FIELD_BOOL_OPT(wire_tsm_job_start_req, test),
};
MESSAGE(wire_tsm_job_start_req, "tsm_job_start_req");

static const struct wire_field wire_tsm_session_rsp_fields[] = {
	FIELD_HEX(wire_tsm_session_rsp, session_id),
};
MESSAGE(wire_tsm_session_rsp, "tsm_session_rsp");

static const struct wire_field wire_tsm_job_id_req_fields[] = {
	FIELD_TEXT(wire_tsm_job_id_req, job_id),
};
MESSAGE(wire_tsm_job_id_req, "tsm_job_id_req");

static const struct wire_field wire_tsm_job_get_rsp_fields[] = {
	FIELD_TEXT(wire_tsm_job_get_rsp, state),
	FIELD_COUNT(wire_tsm_job_get_rsp, step),
	FIELD_COUNT(wire_tsm_job_get_rsp, steps),
	FIELD_TEXT(wire_tsm_job_get_rsp, reason),
};
MESSAGE(wire_tsm_job_get_rsp, "tsm_job_get_rsp");

static const struct wire_field wire_tsm_app_get_req_fields[] = {
	FIELD_BLOB(wire_tsm_app_get_req, aid),
	FIELD_BLOB(wire_tsm_app_get_req, se_id),
	FIELD_BOOL(wire_tsm_app_get_req, test),
};
MESSAGE(wire_tsm_app_get_req, "tsm_app_get_req");

static const struct wire_field wire_tsm_app_get_rsp_fields[] = {
	FIELD_TEXT(wire_tsm_app_get_rsp, state),
	FIELD_BOOL(wire_tsm_app_get_rsp, open),
	FIELD_BOOL(wire_tsm_app_get_rsp, update),
	FIELD_U16(wire_tsm_app_get_rsp, newest),
	FIELD_U16(wire_tsm_app_get_rsp, has),
};
MESSAGE(wire_tsm_app_get_rsp, "tsm_app_get_rsp");
