/*
 * A host that has no way to any element: in place of element.c in programs
 * without lib/link (C5-ARC-9).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "embed/element.h"

#include <string.h>

enum ykt_status
embed_element_init(struct embed_element *element, const struct ykt_clock *clock,
    const char *address, struct ykt_bytes caller, const struct ykt_se *driver)
{
	(void)address;
	(void)caller;
	(void)driver;
	memset(element, 0, sizeof(*element));
	element->clock = clock;

	return YKT_OK;
}

void
embed_element_close(struct embed_element *element)
{
	(void)element;
}
