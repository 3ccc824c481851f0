/*
 * Driver: a card that knows its part by heart, for tests.
 *
 * It answers the listed commands in the listed order and keeps the first
 * difference as a sentence; a step that nobody used is one too.
 *
 *	static const struct se_script_step steps[] = {
 *		{ "SELECT purse", "00A40400 08 A000000632010105 00", "6F00 9000" },
 *		{ "the answer is lost", "80520000 0B ????????????????????????", NULL },
 *		{ "reset", SE_SCRIPT_RESET, "3B 80 01 81" },
 *		{ 0 },
 *	};
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINK_SE_SCRIPT_H
#define LINK_SE_SCRIPT_H

#include <ykt/driver/se.h>

#define SE_SCRIPT_RESET    "reset"
#define SE_SCRIPT_TEXT_MAX 256
#define SE_SCRIPT_RSP_MAX  1024

/* why names the step in a failure. A list ends with a step whose cmd is NULL. */
struct se_script_step {
	const char *why;
	const char *cmd; /* hex with blanks; ?? is any byte; or SE_SCRIPT_RESET */
	const char *rsp; /* hex with blanks, status word included; NULL: YKT_E_LINK */
};

/* Embedded; the owner does not move it. */
struct se_script {
	struct ykt_se se;
	const struct se_script_step *steps;
	size_t next;
	char failure[SE_SCRIPT_TEXT_MAX]; /* empty while all is well */
};

/* Borrows steps. */
void se_script_init(
    struct se_script *script, enum ykt_se_iface iface, const struct se_script_step *steps);

/*
 * NULL when every step was used and nothing else was sent; else one sentence
 * that names the step and the first differing byte, valid as long as script.
 * After a difference every exchange is YKT_E_LINK.
 */
const char *se_script_end(struct se_script *script);

#endif
