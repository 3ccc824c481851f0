/*
 * Reading a T-Union card without keys.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/card_view.h"

#include <string.h>

#include <ykt/civil.h>
#include <ykt/hex.h>

#include "card/apdu.h"
#include "card/fci.h"
#include "card/purse_cmd.h"
#include "card/sw.h"

#define CMD_MAX  32
#define RID_LEN  5
#define DATE_LEN 4

/* The purse in its editions (card.md 1.1): both algorithms, SM only, the newer SM only. */
static const uint8_t aids[][PURSE_AID_LEN] = {
	{ 0xA0, 0x00, 0x00, 0x06, 0x32, 0x01, 0x01, 0x05 },
	{ 0xA0, 0x00, 0x00, 0x06, 0x32, 0x01, 0x01, 0x07 },
	{ 0xA0, 0x00, 0x00, 0x06, 0x32, 0x10, 0x10, 0x04 },
};

struct reading {
	const struct ykt_se *se;
	int64_t deadline_mono_ms;
	uint8_t raw[APDU_SHORT_RSP_MAX];
	struct apdu_rsp rsp; /* views into raw */
};

/* Sends one command; rsp is the answer, whatever its status word. */
static enum ykt_status
exchange(struct reading *reading, const struct ykt_buf *cmd)
{
	struct ykt_buf out = YKT_BUF(reading->raw);
	enum ykt_status status;

	status = reading->se->transceive(
	    reading->se->ctx, ykt_buf_view(cmd), &out, reading->deadline_mono_ms);
	if (status == YKT_OK)
		status = apdu_rsp_decode(ykt_buf_view(&out), &reading->rsp);

	return status;
}

static bool
refused_as_blocked(uint16_t sw)
{
	return sw_status(sw) == YKT_BLOCKED;
}

static enum ykt_status
take_info(struct ykt_bytes bytes, struct card_view *view)
{
	enum ykt_status status = file15_decode(bytes, &view->info);

	if (status == YKT_OK)
		status = file15_number(&view->info, view->number);
	view->has_info = status == YKT_OK;

	return status;
}

/* DF71 of our cards is four bytes; another length has a meaning that we do not know. */
static void
take_second(struct ykt_bytes bytes, struct card_view *view)
{
	view->has_second = purse_balance_rsp_decode(bytes, &view->second_fen) == YKT_OK;
}

/* YKT_NOT_FOUND: no application of that name answers. */
static enum ykt_status
select_name(struct reading *reading, struct ykt_bytes aid)
{
	uint8_t raw[CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(raw);
	enum ykt_status status;

	purse_select_build(aid, &cmd);
	status = exchange(reading, &cmd);
	if (status != YKT_OK)
		return status;
	if (refused_as_blocked(reading->rsp.sw) || sw_status(reading->rsp.sw) == YKT_OK)
		return YKT_OK;
	return reading->rsp.sw == SW_SECURITY ? YKT_DENIED : YKT_NOT_FOUND;
}

/*
 * SELECT by each name until one is there, or by the one that is asked for. A
 * blocked purse may still give its FCI with 6A81 or 6283, which then names the
 * card.
 */
static enum ykt_status
select_purse(struct reading *reading, struct ykt_bytes aid, struct card_view *view)
{
	struct fci fci = { 0 };
	enum ykt_status status = YKT_NOT_FOUND;
	bool blocked;

	if (aid.len != 0)
		status = select_name(reading, aid);
	for (size_t i = 0; i < YKT_ARRAY_LEN(aids) && aid.len == 0 && status == YKT_NOT_FOUND; i++)
		status = select_name(reading, YKT_BYTES(aids[i]));
	if (status != YKT_OK)
		return status == YKT_NOT_FOUND ? YKT_WRONG_CARD : status;

	blocked = refused_as_blocked(reading->rsp.sw);
	status = fci_decode(reading->rsp.data, &fci);
	if (status == YKT_OK && memcmp(fci.name.data, aids[0], RID_LEN) != 0)
		return YKT_WRONG_CARD;
	if (status == YKT_OK && fci.info.len != 0)
		status = take_info(fci.info, view);
	if (status == YKT_OK)
		take_second(fci.second, view);

	return blocked ? YKT_BLOCKED : status;
}

/* File 15 where the FCI did not carry it. */
static enum ykt_status
read_info(struct reading *reading, struct card_view *view)
{
	uint8_t raw[CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(raw);
	enum ykt_status status;

	purse_read_binary_build(PURSE_SFI_INFO, 0, FILE15_LEN, &cmd);
	status = exchange(reading, &cmd);
	if (status != YKT_OK)
		return status;
	if (refused_as_blocked(reading->rsp.sw))
		return YKT_BLOCKED;
	if (reading->rsp.sw != SW_OK)
		return YKT_E_FORMAT;

	return take_info(reading->rsp.data, view);
}

/* File 17 is wished, not needed. */
static enum ykt_status
read_management(struct reading *reading, struct card_view *view)
{
	uint8_t raw[CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(raw);
	enum ykt_status status;

	purse_read_binary_build(PURSE_SFI_MANAGEMENT, 0, FILE17_LEN, &cmd);
	status = exchange(reading, &cmd);
	if (status == YKT_OK && reading->rsp.sw == SW_OK)
		view->has_management =
		    file17_decode(reading->rsp.data, &view->management) == YKT_OK;

	return status;
}

/* One balance; YKT_REFUSED when the card does not know that kind. */
static enum ykt_status
read_one_balance(struct reading *reading, enum purse_balance_p1 which, uint32_t *ret_fen)
{
	uint8_t raw[CMD_MAX];
	struct ykt_buf cmd = YKT_BUF(raw);
	enum ykt_status status;

	purse_balance_build(which, &cmd);
	status = exchange(reading, &cmd);
	if (status != YKT_OK)
		return status;
	if (refused_as_blocked(reading->rsp.sw) && reading->rsp.sw != SW_FUNCTION)
		return YKT_BLOCKED;
	if (reading->rsp.sw != SW_OK)
		return YKT_REFUSED;

	return purse_balance_rsp_decode(reading->rsp.data, ret_fen);
}

/* Available minus the overdraft limit, as wallets show it (card.md 1.3); else the actual one. */
static enum ykt_status
read_balance(struct reading *reading, struct card_view *view)
{
	uint32_t available = 0;
	uint32_t limit = 0;
	enum ykt_status status;

	status = read_one_balance(reading, PURSE_BALANCE_AVAILABLE, &available);
	if (status == YKT_REFUSED) {
		status = read_one_balance(reading, PURSE_BALANCE_ACTUAL, &available);
		if (status == YKT_REFUSED)
			status = YKT_E_FORMAT;
	} else if (status == YKT_OK) {
		status = read_one_balance(reading, PURSE_BALANCE_OVERDRAFT_LIMIT, &limit);
		if (status == YKT_REFUSED)
			status = YKT_OK;
	}
	if (status == YKT_OK)
		view->balance_fen = (int64_t)available - limit;

	return status;
}

/*
 * Records 1..count of a cyclic file into rows of len bytes, empty slots left out.
 * The file ends where the card refuses a record.
 */
static enum ykt_status
read_records(struct reading *reading, uint8_t sfi, unsigned count, size_t len, uint8_t *rows,
    unsigned *ret_count, unsigned *odd_count)
{
	enum ykt_status status = YKT_OK;
	unsigned taken = 0;

	for (uint8_t number = 1; number <= count && status == YKT_OK; number++) {
		uint8_t raw[CMD_MAX];
		struct ykt_buf cmd = YKT_BUF(raw);

		purse_read_record_build(sfi, number, &cmd);
		status = exchange(reading, &cmd);
		if (status != YKT_OK || reading->rsp.sw != SW_OK)
			break;
		if (reading->rsp.data.len != len) {
			(*odd_count)++;
		} else if (!record_empty(reading->rsp.data)) {
			memcpy(rows + taken * len, reading->rsp.data.data, len);
			taken++;
		}
	}
	*ret_count = taken;

	return status;
}

static enum ykt_status
read_all(struct reading *reading, struct card_view *view)
{
	enum ykt_status status = select_purse(reading, ykt_bytes(NULL, 0), view);

	if (status == YKT_OK && !view->has_info)
		status = read_info(reading, view);
	if (status == YKT_OK)
		status = read_management(reading, view);
	if (status == YKT_OK)
		status = read_balance(reading, view);
	if (status == YKT_OK)
		status = read_records(reading, PURSE_SFI_LOG, RECORD_LOG_COUNT, RECORD_LOG_LEN,
		    view->log[0], &view->log_count, &view->odd_count);
	if (status == YKT_OK)
		status = read_records(reading, PURSE_SFI_TRIP, RECORD_TRIP_COUNT, RECORD_TRIP_LEN,
		    view->trips[0], &view->trip_count, &view->odd_count);

	return status;
}

enum ykt_status
card_view_read(const struct ykt_se *se, int64_t deadline_mono_ms, struct card_view *ret_view)
{
	struct reading reading = { .se = se, .deadline_mono_ms = deadline_mono_ms };
	struct card_view view = { 0 };
	enum ykt_status status = read_all(&reading, &view);

	if (status == YKT_OK || status == YKT_BLOCKED)
		*ret_view = view;

	return status;
}

enum ykt_status
card_view_balance(const struct ykt_se *se, struct ykt_bytes aid, int64_t deadline_mono_ms,
    struct card_view *ret_view)
{
	struct reading reading = { .se = se, .deadline_mono_ms = deadline_mono_ms };
	struct card_view view = { 0 };
	enum ykt_status status = select_purse(&reading, aid, &view);

	if (status == YKT_OK && !view.has_info)
		status = read_info(&reading, &view);
	if (status == YKT_OK)
		status = read_balance(&reading, &view);
	if (status == YKT_OK)
		*ret_view = view;

	return status;
}

/* Zeros are BCD too, and no date. */
static bool
is_date(const uint8_t bcd[DATE_LEN])
{
	return ykt_bcd_valid(ykt_bytes(bcd, DATE_LEN)) && bcd[0] != 0 && bcd[2] >= 0x01 &&
	       bcd[2] <= 0x12 && bcd[3] >= 0x01 && bcd[3] <= 0x31;
}

/* BCD dates compare as bytes. */
enum card_validity
card_view_validity(const struct card_view *view, int64_t utc_ms)
{
	const struct file15 *info = &view->info;
	uint8_t today[DATE_LEN];
	struct ykt_buf out = YKT_BUF(today);
	char text[9];

	ykt_civil_day(utc_ms, text);
	if (!is_date(info->start_date) || !is_date(info->end_date) ||
	    ykt_hex_decode(text, strlen(text), &out) != YKT_OK)
		return CARD_VALIDITY_UNKNOWN;
	if (info->version == 0)
		return CARD_NOT_ENABLED;
	if (memcmp(today, info->start_date, DATE_LEN) < 0)
		return CARD_NOT_YET_VALID;
	if (memcmp(today, info->end_date, DATE_LEN) > 0)
		return CARD_EXPIRED;

	return CARD_VALID;
}
