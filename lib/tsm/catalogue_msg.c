/*
 * The tables of the operator's messages.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tsm/catalogue.h"
#include "wire/field.h"

static const struct wire_field tsm_app_ref_fields[] = {
	FIELD_BLOB(tsm_app_ref, aid),
};
MESSAGE(tsm_app_ref, "app_add");

static const struct wire_field tsm_element_state_fields[] = {
	FIELD_BLOB(tsm_element_state, se_id),
	FIELD_TEXT(tsm_element_state, state),
};
MESSAGE(tsm_element_state, "se_state");

static const struct wire_field tsm_app_move_fields[] = {
	FIELD_BLOB(tsm_app_move, aid),
	FIELD_TEXT(tsm_app_move, state),
};
MESSAGE(tsm_app_move, "app_move");

static const struct wire_field tsm_version_file_fields[] = {
	FIELD_HEX(tsm_version_file, sfi),
	FIELD_BLOB(tsm_version_file, content),
};
static MESSAGE(tsm_version_file, "version_file");

static const struct wire_field tsm_version_new_fields[] = {
	FIELD_BLOB(tsm_version_new, aid),
	FIELD_INT(tsm_version_new, version, 1, 65535),
	FIELD_HEX_OPT(tsm_version_new, end),
	FIELD_HEX_OPT(tsm_version_new, file17),
	FIELD_INT_OPT(tsm_version_new, limit_fen, 1, PURSE_BALANCE_MAX),
	FIELD_INT_OPT(tsm_version_new, fci, 0, PERSO_FCI_BALANCE | PERSO_FCI_BALANCE_SECOND),
	FIELD_LIST_OPT(tsm_version_new, files, tsm_version_file_msg),
};
MESSAGE(tsm_version_new, "version_add");

static const struct wire_field tsm_version_move_fields[] = {
	FIELD_BLOB(tsm_version_move, aid),
	FIELD_INT(tsm_version_move, version, 1, 65535),
	FIELD_TEXT(tsm_version_move, state),
};
MESSAGE(tsm_version_move, "version_move");

static const struct wire_field tsm_app_row_fields[] = {
	FIELD_BLOB(tsm_app_row, aid),
	FIELD_TEXT(tsm_app_row, state),
};
static MESSAGE(tsm_app_row, "app_row");

static const struct wire_field tsm_version_row_fields[] = {
	FIELD_BLOB(tsm_version_row, aid),
	FIELD_INT(tsm_version_row, version, 1, 65535),
	FIELD_TEXT(tsm_version_row, state),
};
static MESSAGE(tsm_version_row, "version_row");

static const struct wire_field tsm_app_list_rsp_fields[] = {
	FIELD_LIST(tsm_app_list_rsp, apps, tsm_app_row_msg),
	FIELD_LIST(tsm_app_list_rsp, versions, tsm_version_row_msg),
};
MESSAGE(tsm_app_list_rsp, "app_list_rsp");
