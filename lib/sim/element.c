/*
 * The simulated card and its faults F1, F1b and F2 (reliability.md 4.3).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/element.h"

#include <string.h>

#include "card/gp.h"
#include "sim/net.h"

/* How the bytes under a torn write look afterwards. */
enum tear { TEAR_OLD, TEAR_NEW, TEAR_PREFIX, TEAR_AND, TEAR_FF, TEAR_RANDOM, TEAR_COUNT };

static enum ykt_status
nvm_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	const struct element *element = ctx;

	memcpy(out, element->image + off, len);
	return YKT_OK;
}

static void
tear(struct element *element, uint32_t off, const uint8_t *data, uint32_t len, uint32_t param)
{
	uint32_t cut = rng_below(&element->noise, len + 1);

	for (uint32_t i = 0; i < len; i++) {
		uint8_t *home = &element->image[off + i];

		switch ((enum tear)(param % TEAR_COUNT)) {
		case TEAR_OLD:
			break;
		case TEAR_NEW:
			*home = data[i];
			break;
		case TEAR_PREFIX:
			*home = i < cut ? data[i] : *home;
			break;
		case TEAR_AND:
			*home &= data[i];
			break;
		case TEAR_FF:
			*home = 0xFF;
			break;
		case TEAR_RANDOM:
		default:
			*home = (uint8_t)rng_next(&element->noise);
			break;
		}
	}
}

static enum ykt_status
nvm_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	struct element *element = ctx;
	const struct fault *fault;

	if (!element->power)
		return YKT_E_DOWN;
	fault = faults_pass(element->faults, SITE_NVM);
	if (fault != NULL && fault->kind == FAULT_NVM_SILENT)
		return YKT_OK;
	if (fault != NULL && fault->kind == FAULT_TEAR) {
		tear(element, off, data, len, fault->param);
		element->power = false;
		element->torn = true;
		return YKT_E_DOWN;
	}
	memcpy(element->image + off, data, len);
	return YKT_OK;
}

/* After a tear: the card starts again, its journal recovers. */
static enum ykt_status
power_up(struct element *element)
{
	if (element->power)
		return YKT_OK;
	element->power = true;
	element->torn = false;
	return se_boot(&element->card, &element->nvm, element->crypto, element->random);
}

static void
trace(struct element *element, struct ykt_bytes cmd, struct ykt_bytes rsp)
{
	net_hash_mix(element->hash, cmd.data, cmd.len);
	net_hash_mix(element->hash, rsp.data, rsp.len);
}

/* Something on the other interface happens before this command arrives. */
static void
happen_between(struct element *element, enum fault_kind kind)
{
	uint8_t atr[64];
	struct ykt_buf buf = YKT_BUF(atr);

	if (kind == FAULT_WIRED_RESET) {
		se_reset(&element->card, YKT_SE_WIRED, &buf);
	} else if (kind == FAULT_TAP_BETWEEN && element->between != NULL && !element->in_between) {
		element->in_between = true;
		element->between(element->between_arg);
		element->in_between = false;
	}
}

static enum ykt_status
transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct element_side *side = ctx;
	struct element *element = side->element;
	uint8_t scratch[SE_RSP_MAX];
	struct ykt_buf answer = YKT_BUF(scratch);
	const struct fault *fault;

	(void)deadline_mono_ms;
	if (sched_sleep_until(element->sched, sched_mono(element->sched) + ELEMENT_APDU_MS) !=
	    YKT_OK)
		return YKT_E_DOWN;
	fault = element->in_between ? NULL : faults_pass(element->faults, side->site);
	if (fault != NULL && fault->kind == FAULT_APDU_LOST_BEFORE)
		return YKT_E_LINK;
	if (power_up(element) != YKT_OK)
		return YKT_E_LINK;
	if (fault != NULL)
		happen_between(element, fault->kind);
	if (element->leaving != NULL && cmd.len > 1 && cmd.data[1] == GP_INS_DELETE)
		element->leaving(element->between_arg);
	se_transceive(&element->card, side->port.iface, cmd, &answer);
	trace(element, cmd, ykt_buf_view(&answer));
	if (element->torn || (fault != NULL && fault->kind == FAULT_APDU_LOST_AFTER))
		return YKT_E_LINK;
	if (fault != NULL && fault->kind == FAULT_APDU_CUT)
		answer.len = fault->param % answer.len;
	ykt_put(rsp, ykt_buf_view(&answer));
	return YKT_OK;
}

static enum ykt_status
reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	struct element_side *side = ctx;

	(void)deadline_mono_ms;
	if (sched_alive(side->element->sched) != YKT_OK)
		return YKT_E_DOWN;
	if (power_up(side->element) != YKT_OK)
		return YKT_E_LINK;
	se_reset(&side->element->card, side->port.iface, atr);
	return YKT_OK;
}

void
element_init(struct element *element, struct sched *sched, struct faults *faults,
    struct crypto *crypto, const struct ykt_random *random, uint64_t *hash, uint64_t seed)
{
	static const enum fault_site site_of[] = { SITE_APDU_WIRED, SITE_APDU_GATE };

	memset(element, 0, sizeof(*element));
	element->sched = sched;
	element->faults = faults;
	element->crypto = crypto;
	element->random = random;
	element->hash = hash;
	element->noise = rng_stream(seed, 0x7EA2);
	element->power = true;
	element->nvm = (struct ykt_nvm){
		.ctx = element, .size = SE_IMAGE_SIZE, .read = nvm_read, .write = nvm_write
	};
	for (size_t i = 0; i < YKT_ARRAY_LEN(element->side); i++) {
		element->side[i] = (struct element_side){ .element = element,
			.site = site_of[i],
			.port = { .ctx = &element->side[i],
			    .iface = (enum ykt_se_iface)i,
			    .transceive = transceive,
			    .reset = reset } };
	}
}
