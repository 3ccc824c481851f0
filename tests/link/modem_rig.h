/*
 * A modem on a pty that says what a table says, for the tests of se_modem.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_LINK_MODEM_RIG_H
#define TESTS_LINK_MODEM_RIG_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#define MODEM_TURNS 16

/* What a command that begins with ask is answered; each turn serves once, in order. */
struct modem_turn {
	const char *ask;
	const char *say;  /* NULL: nothing at all */
	unsigned late_ms; /* it waits so long first */
};

struct modem_rig {
	int master;
	int slave; /* held open, so that the pty outlives the driver */
	char path[64];
	pthread_t thread;
	const struct modem_turn *turns;
	bool no_channels; /* knows no +CCHO, +CGLA */
	bool no_basic;    /* knows no +CSIM */
	bool echo;        /* never mind ATE0 */
	atomic_uint asked;
	atomic_uint wrong; /* commands that were not the next turn's */
	char last[600];    /* the last command that a turn served; read it after modem_stop() */
};

void modem_start(struct modem_rig *rig, const struct modem_turn *turns);
void modem_stop(struct modem_rig *rig);

#endif
