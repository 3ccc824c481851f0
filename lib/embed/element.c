/*
 * The element of a host.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "embed/element.h"

#include <string.h>

#include <ykt/mem.h>

#define OPEN_MS 5000

static enum ykt_status
element_open(struct embed_element *element)
{
	const struct se_open_options options = {
		.alloc = &ykt_alloc_libc,
		.clock = element->clock,
		.iface = YKT_SE_WIRED,
		.deadline_mono_ms = ykt_clock_mono(element->clock) + OPEN_MS,
		.caller = ykt_bytes(element->caller, element->caller_len),
	};

	if (element->link != NULL)
		return YKT_OK;
	if (element->address[0] == '\0')
		return YKT_E_LINK;

	return se_link_open(&options, element->address, &element->link, NULL) == YKT_OK
		   ? YKT_OK
		   : YKT_E_LINK;
}

static bool
element_is_own(const struct embed_element *element)
{
	return element->link == &element->own;
}

static enum ykt_status
element_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline)
{
	struct embed_element *element = ctx;
	enum ykt_status status = element_open(element);

	return status == YKT_OK ? se_link_transceive(element->link, cmd, rsp, deadline) : status;
}

/* A link that does not come back is opened anew: the card process may be another. */
static enum ykt_status
element_reset(void *ctx, struct ykt_buf *atr, int64_t deadline)
{
	struct embed_element *element = ctx;
	enum ykt_status status = element_open(element);

	if (status == YKT_OK)
		status = se_link_reset(element->link, atr, deadline);
	if (status == YKT_E_LINK && element->link != NULL && !element_is_own(element)) {
		se_link_close(&element->link);
		status = element_open(element);
		if (status == YKT_OK)
			status = se_link_reset(element->link, atr, deadline);
	}

	return status;
}

enum ykt_status
embed_element_init(struct embed_element *element, const struct ykt_clock *clock,
    const char *address, struct ykt_bytes caller, const struct ykt_se *driver)
{
	size_t len = address != NULL ? strlen(address) : 0;

	if (len >= sizeof(element->address) || (caller.len != 0 && !host_caller_fits(caller)))
		return YKT_E_ARG;
	memset(element, 0, sizeof(*element));
	element->port = (struct ykt_se){ element, YKT_SE_WIRED, element_transceive, element_reset };
	element->clock = clock;
	if (address != NULL)
		memcpy(element->address, address, len);
	element->caller_len = caller.len;
	if (caller.len != 0)
		memcpy(element->caller, caller.data, caller.len);
	if (driver != NULL) {
		se_link_init(&element->own, driver, clock, NULL);
		element->link = &element->own;
	}

	return YKT_OK;
}

void
embed_element_close(struct embed_element *element)
{
	if (element->link != NULL && !element_is_own(element))
		se_link_close(&element->link);
	element->link = NULL;
}
