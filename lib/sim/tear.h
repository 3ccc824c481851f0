/*
 * The tear matrix (reliability.md F2 and F1b): every scene, on both interfaces,
 * is cut at every write with every content that a cut may leave; recovery is cut
 * as well; writes that do nothing are tried. Each time the card must say of
 * itself exactly what it said before the command, or what it says after it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_TEAR_H
#define SIM_TEAR_H

#include "sim/tear_scene.h"

struct crypto;
struct tear;

struct tear_options {
	unsigned depth; /* 1, or 2: each recovery is cut as well */
	bool quick;     /* fewer contents, depth 2 only where the scene is TEAR_DEEP, on the wire */
};

/* What the other interface does before the command, and again after recovery. */
enum tear_between { TEAR_ALONE, TEAR_RESET, TEAR_TAP, TEAR_BETWEEN_COUNT };

const char *tear_between_name(enum tear_between between);

/* One row of the matrix and what came of it. */
struct tear_result {
	unsigned writes;  /* of the command, over the rows added up */
	unsigned cuts;    /* depth 1 */
	unsigned recuts;  /* cuts of a recovery */
	unsigned silent;  /* writes that did nothing, or failed */
	unsigned before;  /* cuts that left the state before */
	unsigned after;   /* and the state after */
	unsigned refused; /* the other side had ended the session: refused, nothing moved */
	bool broken;      /* a violation: text names it */
	char text[320];
};

/* Memory for three cards. YKT_E_SPACE. crypto is borrowed. */
YKT_MUST_USE enum ykt_status tear_new(struct crypto *crypto, struct tear **ret_tear);
void tear_free(struct tear **tear);

/* Runs one scene on both interfaces and with each doing of the other side; adds up. */
void tear_run(struct tear *tear, const struct tear_scene *scene, const struct tear_options *options,
    struct tear_result *ret_result);

#endif
