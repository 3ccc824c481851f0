/*
 * Opening a card by its address, see se_open.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "link/se_open.h"

#include <string.h>

#include <ykt/mem.h>

#include "link/se_modem.h"
#include "link/se_pcsc.h"
#include "link/se_socket.h"

#define SCHEME_SOCKET "socket:"
#define SCHEME_PCSC   "pcsc:"
#define SCHEME_MODEM  "modem:"

/* The link first: its address is the handle's. One of the drivers is set. */
struct opened {
	struct se_link link;
	const struct ykt_alloc *alloc;
	struct se_socket *socket;
	struct se_pcsc *pcsc;
	struct se_modem *modem;
};

/* What follows the scheme, or NULL when the address has another. */
static const char *
after(const char *address, const char *scheme)
{
	const size_t len = strlen(scheme);

	return strncmp(address, scheme, len) == 0 ? address + len : NULL;
}

/* The driver of the one handle that is open. */
static const struct ykt_se *
driver_of(const struct opened *opened)
{
	if (opened->socket != NULL)
		return se_socket_driver(opened->socket);
	if (opened->pcsc != NULL)
		return se_pcsc_driver(opened->pcsc);

	return se_modem_driver(opened->modem);
}

static enum ykt_status
open_driver(const struct se_open_options *options, const char *address, struct opened *opened,
    const struct ykt_se **ret_driver, const char **ret_why)
{
	const char *place = after(address, SCHEME_SOCKET);
	const char *reader = after(address, SCHEME_PCSC);
	const char *port = after(address, SCHEME_MODEM);
	enum ykt_status status = YKT_E_ARG;

	*ret_why = "address";
	if (place != NULL)
		status = se_socket_open(options->alloc, options->clock, options->iface, place,
		    options->caller, options->deadline_mono_ms, &opened->socket, ret_why);
	else if (reader != NULL)
		status =
		    se_pcsc_open(options->alloc, options->iface, reader, &opened->pcsc, ret_why);
	else if (port != NULL)
		status = se_modem_open(options->alloc, options->clock, port,
		    options->deadline_mono_ms, &opened->modem, ret_why);
	if (status == YKT_OK)
		*ret_driver = driver_of(opened);

	return status;
}

enum ykt_status
se_link_open(const struct se_open_options *options, const char *address, struct se_link **ret_link,
    const char **ret_why)
{
	const struct ykt_se *driver = NULL;
	const char *why = "memory";
	enum ykt_status status = YKT_E_NOMEM;
	struct opened *opened = ykt_mem_get(options->alloc, sizeof(*opened));

	if (opened != NULL) {
		opened->alloc = options->alloc;
		status = open_driver(options, address, opened, &driver, &why);
	}
	if (status != YKT_OK) {
		ykt_mem_put(options->alloc, &opened, sizeof(*opened));
		if (ret_why != NULL)
			*ret_why = why;
		return status;
	}
	se_link_init(&opened->link, driver, options->clock, options->trace);
	*ret_link = &opened->link;
	return YKT_OK;
}

void
se_link_close(struct se_link **link)
{
	struct opened *opened = (struct opened *)*link;

	if (opened == NULL)
		return;
	se_socket_close(&opened->socket);
	se_pcsc_close(&opened->pcsc);
	se_modem_close(&opened->modem);
	ykt_mem_put(opened->alloc, &opened, sizeof(*opened));
	*link = NULL;
}
