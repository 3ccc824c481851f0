/*
 * The data of a purse: files from the job, keys and limits from the key module,
 * what its city adds (city.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "card/files.h"
#include "card/purse_perso.h"
#include "card/sw.h"
#include "tsm/internal.h"

#define APP_TYPE_PURSE  0x02
#define VERSION_ENABLED 0x01
/* With padding and MAC a block is still a short APDU (GP-D 6.2.4). */
#define BLOCK_MAX 239
/* What a card of ours gathers at most: files 15 to 17, then keys, then the city's. */
#define ALL_MAX 1280

void
tsm_perso_file15(const struct tsm_job *job, uint8_t ret_bytes[FILE15_LEN])
{
	struct file15 file = { .app_type = APP_TYPE_PURSE, .version = VERSION_ENABLED };
	struct ykt_buf serial = YKT_BUF(file.serial);

	memcpy(file.issuer, job->issuer, sizeof(file.issuer));
	memcpy(file.start_date, job->valid_from, sizeof(file.start_date));
	memcpy(file.end_date,
	    ykt_get_u32(job->ends) > ykt_get_u32(job->valid_to) ? job->ends : job->valid_to,
	    sizeof(file.end_date));
	ykt_set_u16(file.issuer_data, (uint16_t)job->version);
	/* job.start has checked the digits. */
	if (ykt_hex_decode(job->card_no, strlen(job->card_no), &serial) != YKT_OK)
		assert(false);
	file15_encode(&file, ret_bytes);
}

/* Does the version bring this one itself? */
static bool
in_version(const struct tsm_job *job, uint16_t tag)
{
	struct ykt_rd rd = ykt_rd(ykt_bytes(job->groups, job->groups_len));
	struct dgi dgi;

	while (dgi_next(&rd, &dgi)) {
		if (dgi.tag == tag)
			return true;
	}

	return false;
}

/* Those that the job's version does not bring instead. */
static void
put_base(const struct tsm_job *job, struct ykt_bytes groups, struct ykt_buf *all)
{
	struct ykt_rd rd = ykt_rd(groups);
	struct dgi dgi;

	while (dgi_next(&rd, &dgi)) {
		if (!in_version(job, dgi.tag))
			dgi_put(all, dgi.tag, dgi.value);
	}
}

static void
put_version(const struct tsm_job *job, struct ykt_buf *all)
{
	uint8_t file15[FILE15_LEN];

	tsm_perso_file15(job, file15);
	dgi_put(all, PERSO_DGI_FILE15, YKT_BYTES(file15));
	ykt_put_mem(all, job->groups, job->groups_len);
}

/* The holder is not known here: file 16 begins empty. */
static void
put_groups(const struct tsm_worker *worker, struct ykt_buf *all)
{
	static const uint8_t file16[FILE16_LEN];
	const struct tsm_job *job = &worker->session.job;

	dgi_put(all, PERSO_DGI_FILE16, YKT_BYTES(file16));
	if (!in_version(job, PERSO_DGI_FILE17))
		dgi_put(all, PERSO_DGI_FILE17, YKT_BYTES(job->file17));
	ykt_put_mem(all, worker->run.dgis, worker->run.dgis_len);
	put_base(job, worker->tsm->options.groups, all);
	put_version(job, all);
}

/* As STORE DATA, the last of which commits all of it. */
static enum ykt_status
order_store(struct tsm_worker *worker, const struct ykt_buf *all)
{
	uint8_t apdu_bytes[APDU_SHORT_CMD_MAX];
	enum ykt_status status = ykt_buf_done(all);

	for (size_t at = 0; status == YKT_OK && at < all->len; at += BLOCK_MAX) {
		struct ykt_buf apdu = YKT_BUF(apdu_bytes);
		struct ykt_bytes part = ykt_bytes_sub(ykt_buf_view(all), at, BLOCK_MAX);
		uint8_t last = at + BLOCK_MAX >= all->len ? GP_STORE_LAST : 0;

		/* A block after a lost one has the wrong number, so the card refuses it. */
		gp_store_data_build(
		    (uint8_t)(GP_STORE_DGI | last), (uint8_t)(at / BLOCK_MAX), part, &apdu);
		status = tsm_order_secure(worker, &apdu, SW_OK, 0, 0);
	}

	return status;
}

enum ykt_status
tsm_perso_order(struct tsm_worker *worker)
{
	uint8_t all_bytes[ALL_MAX];
	struct ykt_buf all = YKT_BUF(all_bytes);
	enum ykt_status status;

	put_groups(worker, &all);
	status = order_store(worker, &all);
	ykt_buf_wipe(&all);

	return status;
}

enum ykt_status
tsm_perso_order_version(struct tsm_worker *worker)
{
	uint8_t all_bytes[ALL_MAX];
	struct ykt_buf all = YKT_BUF(all_bytes);

	put_version(&worker->session.job, &all);

	return order_store(worker, &all);
}
