/*
 * The update of the client software, between client and platform
 * (docs/protocol.md section 2). Anybody may ask: what is given out is signed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_UPDATE_MSG_H
#define WIRE_UPDATE_MSG_H

#include "wire/client_msg.h"

#define WIRE_UPDATE_BLOCK 24576 /* bytes of a release in one answer, but for the last */

/* client.version: what there is for this edition. */
struct wire_client_version_req {
	char version[17]; /* the one that asks */
	char edition[9];
};
struct wire_client_version_rsp {
	char newest[19]; /* "": nothing is offered */
	char least[19];  /* older ones begin nothing with money; "": any may */
	int64_t length;  /* of the newest release */
};

/* client.block: a part of the newest release. */
struct wire_client_block_req {
	char version[19]; /* as newest was told; another one by now is not found */
	int64_t offset;
};
struct wire_client_block_rsp {
	WIRE_BLOB(WIRE_UPDATE_BLOCK) data;
};

extern const struct wire_message wire_client_version_req_msg;
extern const struct wire_message wire_client_version_rsp_msg;
extern const struct wire_message wire_client_block_req_msg;
extern const struct wire_message wire_client_block_rsp_msg;

/* True for these two: a client asks them under a key that it throws away afterwards. */
bool wire_op_guest(const struct wire_op *op);

#endif
