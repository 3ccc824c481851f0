/*
 * The cards that one process holds, see se_hold.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se_hold.h"

#include <ykt/mem.h>

#include "link/se_serve.h"
#include "se_program.h"

static enum ykt_status
part_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	const struct se_held *card = ctx;

	return ykt_nvm_read(&card->hold->image.port, card->base + off, out, len);
}

static enum ykt_status
part_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	const struct se_held *card = ctx;

	return ykt_nvm_write(&card->hold->image.port, card->base + off, data, len);
}

static enum ykt_status
start_card(struct se_hold *hold, size_t at, struct crypto *crypto, const struct ykt_random *random)
{
	struct se_held *card = &hold->cards[at];

	card->hold = hold;
	card->base = (uint32_t)at * SE_IMAGE_SIZE;
	card->nvm = (struct ykt_nvm){
		.ctx = card,
		.size = SE_IMAGE_SIZE,
		.read = part_read,
		.write = part_write,
	};
	card->lose_ins = SE_NO_LOSS;
	return se_boot(&card->se, &card->nvm, crypto, random);
}

static enum ykt_status
start_cards(
    struct se_hold *hold, size_t count, struct crypto *crypto, const struct ykt_random *random)
{
	enum ykt_status status = YKT_OK;

	hold->cards = ykt_mem_get(&ykt_alloc_libc, count * sizeof(*hold->cards));
	if (hold->cards == NULL)
		return YKT_E_NOMEM;
	hold->count = count;
	for (size_t i = 0; i < count && status == YKT_OK; i++) {
		status = start_card(hold, i, crypto, random);
		if (status != YKT_OK && count > 1)
			se_complain("%s: its card %zu does not start", hold->path, i);
		if (status != YKT_OK)
			se_image_complain_start(
			    hold->path, &hold->image.port, hold->cards[i].base, status);
	}
	/* What a torn write left behind is repaired before anybody connects. */
	if (status == YKT_OK)
		status = se_hold_commit(hold);
	return status;
}

enum ykt_status
se_hold_open(const struct se_options *options, struct crypto *crypto,
    const struct ykt_random *random, struct se_hold *hold)
{
	enum ykt_status status;
	size_t count;

	hold->path = options->args[0];
	status =
	    se_image_open(options, crypto, hold->path, options->container ? 0 : 1, &hold->image);
	if (status != YKT_OK)
		return status;
	count = hold->image.port.size / SE_IMAGE_SIZE;
	if (count > SE_SERVE_TOGETHER_MAX) {
		se_complain("%s: more than %d images", hold->path, SE_SERVE_TOGETHER_MAX);
		return YKT_E_ARG;
	}
	return start_cards(hold, count, crypto, random);
}

enum ykt_status
se_hold_commit(struct se_hold *hold)
{
	return hold->in_memory ? YKT_OK : se_image_sync(&hold->image, hold->path);
}

void
se_hold_idle(struct se_hold *hold)
{
	if (!hold->in_memory)
		(void)host_sealed_ahead(hold->image.file);
}

void
se_hold_close(struct se_hold *hold)
{
	const size_t size = hold->count * sizeof(*hold->cards);

	for (size_t i = 0; i < hold->count; i++)
		se_clear(&hold->cards[i].se);
	if (hold->cards != NULL)
		ykt_mem_put(&ykt_alloc_libc, &hold->cards, size);
	hold->count = 0;
	se_image_close(&hold->image);
}
