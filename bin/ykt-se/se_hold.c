/*
 * The cards that one process holds, see se_hold.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se_hold.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ykt/mem.h>

#include "link/se_serve.h"
#include "se_program.h"

static enum ykt_status
part_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	const struct se_held *card = ctx;

	return ykt_nvm_read(&card->hold->port, card->base + off, out, len);
}

static enum ykt_status
part_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	const struct se_held *card = ctx;

	return ykt_nvm_write(&card->hold->port, card->base + off, data, len);
}

size_t
se_hold_images(const char *path)
{
	struct stat info;

	if (stat(path, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size % SE_IMAGE_SIZE != 0)
		return 0;
	return (size_t)info.st_size / SE_IMAGE_SIZE;
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
start_cards(const char *path, struct se_hold *hold, size_t count, struct crypto *crypto,
    const struct ykt_random *random)
{
	enum ykt_status status = YKT_OK;

	hold->cards = ykt_mem_get(&ykt_alloc_libc, count * sizeof(*hold->cards));
	if (hold->cards == NULL)
		return YKT_E_NOMEM;
	hold->count = count;
	for (size_t i = 0; i < count && status == YKT_OK; i++) {
		status = start_card(hold, i, crypto, random);
		if (status != YKT_OK && count > 1)
			se_complain("%s: its card %zu does not start", path, i);
	}
	/* What a torn write left behind is repaired before anybody connects. */
	if (status == YKT_OK)
		status = se_hold_commit(hold);
	return status;
}

enum ykt_status
se_hold_open(const char *path, bool many, struct crypto *crypto, const struct ykt_random *random,
    struct se_hold *hold)
{
	size_t count = many ? se_hold_images(path) : 1;
	enum ykt_status status;

	if (access(path, F_OK) != 0) {
		se_complain("%s: no such image; '%s format' makes one", path, SE_PROGRAM);
		return YKT_NOT_FOUND;
	}
	if (count == 0 || count > SE_SERVE_TOGETHER_MAX) {
		se_complain("%s: not one to %d whole images", path, SE_SERVE_TOGETHER_MAX);
		return count == 0 ? YKT_E_CORRUPT : YKT_E_ARG;
	}
	errno = 0;
	status = host_nvm_open(
	    &ykt_alloc_libc, path, (uint32_t)count * SE_IMAGE_SIZE, &hold->file, NULL);
	if (status == YKT_OK) {
		hold->port = host_nvm_port(hold->file);
		status = start_cards(path, hold, count, crypto, random);
	}
	if (status != YKT_OK)
		se_complain_image(path, status);
	return status;
}

enum ykt_status
se_hold_commit(struct se_hold *hold)
{
	return hold->in_memory ? YKT_OK : host_nvm_sync(hold->file);
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
	host_nvm_close(&hold->file);
}
