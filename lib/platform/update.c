/*
 * The newest release of the client software, given out in parts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/room.h"
#include "platform/rows.h"
#include "wire/update_msg.h"

int
op_client_version(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_client_version_req *ask = req;
	struct wire_client_version_rsp *answer = rsp;
	const struct platform *p = w->p;

	(void)call;
	(void)error;
	if (p->has_least)
		wire_version_text(&p->least, answer->least);
	if (p->o.release.len != 0 && strcmp(p->release.edition, ask->edition) == 0) {
		wire_version_text(&p->release.version, answer->newest);
		answer->length = (int64_t)p->o.release.len;
	}

	return 200;
}

int
op_client_block(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_client_block_req *ask = req;
	struct wire_client_block_rsp *answer = rsp;
	const struct platform *p = w->p;
	char newest[WIRE_VERSION_TEXT_MAX];
	struct ykt_bytes part;

	(void)call;
	wire_version_text(&p->release.version, newest);
	if (p->o.release.len == 0 || strcmp(newest, ask->version) != 0)
		return wire_error_set(error, 404, WIRE_ERR_NOT_FOUND, "no such release");
	part = ykt_bytes_sub(p->o.release, (size_t)ask->offset, sizeof(answer->data.data));
	if (part.len == 0)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "behind its end");
	answer->data.len = (uint16_t)part.len;
	memcpy(answer->data.data, part.data, part.len);

	return 200;
}
