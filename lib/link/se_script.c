/*
 * Driver: a card that knows its part by heart, see se_script.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "link/se_script.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#define ANY_BYTE "??"

static void
fail(struct se_script *script, const char *what, size_t at)
{
	const struct se_script_step *step = &script->steps[script->next];
	const char *why = step->cmd != NULL ? step->why : "end of the script";

	if (script->failure[0] == '\0')
		(void)snprintf(script->failure, sizeof(script->failure), "step %zu (%s): %s %zu",
		    script->next + 1, why, what, at);
}

static bool
blank(char c)
{
	return c == ' ' || c == ':' || c == '\t';
}

/* Takes the next byte of a pattern: 0..255, -1 for any, -2 at its end, -3 when it is not hex. */
static int
next_byte(const char **text)
{
	uint8_t byte;
	struct ykt_buf out = { &byte, 0, 1, false };

	while (blank(**text))
		(*text)++;
	if (**text == '\0')
		return -2;
	if ((*text)[1] == '\0')
		return -3;
	*text += 2;
	if (memcmp(*text - 2, ANY_BYTE, 2) == 0)
		return -1;
	return ykt_hex_decode(*text - 2, 2, &out) == YKT_OK ? byte : -3;
}

/* True when cmd is what the step expects; else the failure says where it is not. */
static bool
matches(struct se_script *script, const char *pattern, struct ykt_bytes cmd)
{
	for (size_t i = 0;; i++) {
		int want = next_byte(&pattern);

		if (want == -3) {
			fail(script, "the script's own hex is bad at byte", i);
			return false;
		}
		if (want == -2 || i == cmd.len) {
			if (want == -2 && i == cmd.len)
				return true;
			fail(script,
			    want == -2 ? "the command is longer than" : "the command ends at", i);
			return false;
		}
		if (want >= 0 && cmd.data[i] != want) {
			fail(script, "the command differs at byte", i);
			return false;
		}
	}
}

static enum ykt_status
answer(struct se_script *script, const char *text, struct ykt_buf *rsp)
{
	enum ykt_status status;

	script->next++;
	if (text == NULL)
		return YKT_E_LINK;
	status = ykt_hex_decode(text, strlen(text), rsp);
	if (status == YKT_E_SPACE)
		rsp->full = true;
	return status == YKT_E_SPACE ? YKT_OK : status;
}

static enum ykt_status
script_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct se_script *script = ctx;
	const struct se_script_step *step = &script->steps[script->next];

	(void)deadline_mono_ms;
	if (script->failure[0] != '\0')
		return YKT_E_LINK;
	if (step->cmd == NULL || strcmp(step->cmd, SE_SCRIPT_RESET) == 0) {
		fail(script, "a command was not expected, its length is", cmd.len);
		return YKT_E_LINK;
	}
	if (!matches(script, step->cmd, cmd))
		return YKT_E_LINK;
	return answer(script, step->rsp, rsp);
}

static enum ykt_status
script_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	struct se_script *script = ctx;
	const struct se_script_step *step = &script->steps[script->next];

	(void)deadline_mono_ms;
	if (script->failure[0] != '\0')
		return YKT_E_LINK;
	if (step->cmd == NULL || strcmp(step->cmd, SE_SCRIPT_RESET) != 0) {
		fail(script, "a reset was not expected, steps used:", script->next);
		return YKT_E_LINK;
	}
	return answer(script, step->rsp, atr);
}

void
se_script_init(
    struct se_script *script, enum ykt_se_iface iface, const struct se_script_step *steps)
{
	*script = (struct se_script){
		.se = {
			.ctx = script,
			.iface = iface,
			.transceive = script_transceive,
			.reset = script_reset,
		},
		.steps = steps,
	};
}

const char *
se_script_end(struct se_script *script)
{
	size_t left = 0;

	while (script->steps[script->next + left].cmd != NULL)
		left++;
	if (left > 0)
		fail(script, "this and what follows was not used, steps left:", left);
	return script->failure[0] != '\0' ? script->failure : NULL;
}
