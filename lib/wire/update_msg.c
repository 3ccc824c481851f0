/*
 * The tables of the messages of an update.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/update_msg.h"

#include "wire/field.h"
#include "wire/release.h"

static const struct wire_field wire_client_version_req_fields[] = {
	FIELD_TEXT(wire_client_version_req, version),
	FIELD_TEXT(wire_client_version_req, edition),
};
MESSAGE(wire_client_version_req, "client_version_req");

static const struct wire_field wire_client_version_rsp_fields[] = {
	FIELD_TEXT(wire_client_version_rsp, newest),
	FIELD_TEXT(wire_client_version_rsp, least),
	FIELD_INT(wire_client_version_rsp, length, 0, WIRE_RELEASE_MAX),
};
MESSAGE(wire_client_version_rsp, "client_version_rsp");

static const struct wire_field wire_client_block_req_fields[] = {
	FIELD_TEXT(wire_client_block_req, version),
	FIELD_INT(wire_client_block_req, offset, 0, WIRE_RELEASE_MAX),
};
MESSAGE(wire_client_block_req, "client_block_req");

static const struct wire_field wire_client_block_rsp_fields[] = {
	FIELD_BLOB(wire_client_block_rsp, data),
};
MESSAGE(wire_client_block_rsp, "client_block_rsp");

bool
wire_op_guest(const struct wire_op *op)
{
	return op->req == &wire_client_version_req_msg || op->req == &wire_client_block_req_msg;
}
