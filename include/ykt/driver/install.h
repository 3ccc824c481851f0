/*
 * Port: the place where a new version of the program is put beside the one that
 * runs, and becomes it at its next start. Only the client's update calls it. A
 * host whose programs come from a shop or a package manager has none.
 *
 * Whenever the power goes, what starts next is the old version or the new one,
 * whole.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_DRIVER_INSTALL_H
#define YKT_DRIVER_INSTALL_H

#include <stdbool.h>

#include <ykt/bytes.h>

struct ykt_install {
	void *ctx;
	/*
	 * An empty place for that version ("1.2.3", not the one that runs); what earlier
	 * attempts left is removed. YKT_E_FILE.
	 */
	enum ykt_status (*begin)(void *ctx, const char *version);
	/* A whole file into it; name is a path below it. YKT_E_FILE. */
	enum ykt_status (*put)(void *ctx, const char *name, bool program, struct ykt_bytes content);
	/*
	 * The place is complete: makes it durable, and asks the program in it whether it
	 * runs here and finds itself whole. YKT_REFUSED: it does not. YKT_E_FILE.
	 */
	enum ykt_status (*check)(void *ctx);
	/* From the next start on it is the program, on trial; the old one is kept. YKT_E_FILE. */
	enum ykt_status (*commit)(void *ctx);
	/* Is the version that runs on trial? */
	bool (*trial)(void *ctx);
	/*
	 * Ends the trial: keep, and the old one is removed; or not, and the next start is
	 * of the old one. YKT_E_FILE: it goes on.
	 */
	enum ykt_status (*settle)(void *ctx, bool keep);
};

#endif
