/*
 * Faults as a list drawn up front: at the n-th passage of a site, this happens.
 *
 * Drawing first and firing later is what makes a failing journey shrinkable:
 * take entries out, run it again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_FAULTS_H
#define SIM_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/rng.h"

/* Where a fault can strike. Each passage of a site is counted. */
enum fault_site {
	SITE_APDU_WIRED, /* client or TSM to the phone's element */
	SITE_APDU_GATE,  /* validator to the phone's element */
	SITE_NVM,        /* a write of the element's memory */
	SITE_NET_CLIENT, /* phone to a server */
	SITE_NET_INNER,  /* server to server */
	SITE_NET_GATE,   /* validator to its platform */
	SITE_STORE,      /* a transaction of a server's database */
	SITE_FILE,       /* a durable write of phone or validator */
	SITE_COUNT
};

/* The ids of reliability.md §4.3 stand beside each kind. */
enum fault_kind {
	FAULT_APDU_LOST_BEFORE, /* F1: the card never saw it */
	FAULT_APDU_LOST_AFTER,  /* F1: done, the answer lost */
	FAULT_APDU_CUT,         /* F1: the answer came torn */
	FAULT_TAP_BETWEEN,      /* F1b: a tap on the other interface first */
	FAULT_WIRED_RESET,      /* F1b: a wired reset during the tap */
	FAULT_TEAR,             /* F2: power gone during this write */
	FAULT_NVM_SILENT,       /* F2: the write does nothing and says nothing */
	FAULT_NET_LOST_REQUEST, /* F7 */
	FAULT_NET_LOST_ANSWER,  /* F7 */
	FAULT_NET_DUPLICATE,    /* F7: the request arrives twice */
	FAULT_NET_DELAY,        /* F7: param ms late */
	FAULT_NET_REORDER,      /* F7: a copy arrives after later requests */
	FAULT_CRASH_BEFORE,     /* the node dies before this step */
	FAULT_CRASH_AFTER,      /* the node dies when it has just done it */
	FAULT_KIND_COUNT
};

#define FAULTS_MAX 16

struct fault {
	enum fault_site site;
	enum fault_kind kind;
	uint32_t nth;   /* strikes at this passage of the site, counted from 0 */
	uint32_t param; /* ms, or how a torn write looks */
	bool fired;
};

struct faults {
	struct fault list[FAULTS_MAX];
	size_t count;
	uint32_t passages[SITE_COUNT];
	uint64_t *fired; /* FAULT_KIND_COUNT totals of the whole run, or NULL */
	bool armed;
};

/*
 * Draws the faults of one journey: none in 1 of 6, one in half, two to four in
 * the rest (reliability.md §4.4 asks >= 80 % with one, >= 30 % with two). The
 * sites of a top-up are drawn for a journey that has one.
 */
void faults_draw(struct faults *faults, struct rng *rng, bool top_up, uint64_t *fired);
/* Counts a passage; the fault that strikes here, or NULL. */
const struct fault *faults_pass(struct faults *faults, enum fault_site site);
const char *fault_kind_name(enum fault_kind kind);
const char *fault_site_name(enum fault_site site);
void faults_print(const struct faults *faults, FILE *out);

#endif
