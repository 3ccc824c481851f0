/*
 * The loop of a phone: profile, fetch, respond.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handset/handset_priv.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/apdu.h"
#include "card/sw.h"

/*
 * What this phone can do (TS 102 223 5.2, grade D): profile download and menu
 * selection; DISPLAY TEXT, GET INPUT, MORE TIME; SELECT ITEM, SET UP MENU.
 */
static const uint8_t profile[] = { 0x09, 0x00, 0x0D, 0x21 };

void
handset_init(struct handset *handset, const struct handset_options *options)
{
	memset(handset, 0, sizeof(*handset));
	handset->o = *options;
	handset->menu.title = "";
}

void
handset_clear(struct handset *handset)
{
	ykt_wipe(handset, sizeof(*handset));
}

/* One exchange; the answer's data appended to data, its word in *ret_sw. */
static enum ykt_status
exchange(
    struct handset *handset, const struct apdu_cmd *cmd, struct ykt_buf *data, uint16_t *ret_sw)
{
	uint8_t cmd_bytes[APDU_SHORT_CMD_MAX];
	uint8_t rsp_bytes[APDU_SHORT_RSP_MAX];
	struct ykt_buf out = YKT_BUF(cmd_bytes);
	struct ykt_buf rsp = YKT_BUF(rsp_bytes);
	struct apdu_rsp answer = { .sw = 0 };
	const struct ykt_se *se = handset->o.se;
	enum ykt_status status;

	apdu_cmd_encode(cmd, &out);
	status = ykt_buf_done(&out);
	if (status == YKT_OK)
		status = se->transceive(se->ctx, ykt_buf_view(&out), &rsp,
		    ykt_clock_mono(handset->o.clock) + HANDSET_CARD_MS);
	if (status == YKT_OK)
		status = apdu_rsp_decode(ykt_buf_view(&rsp), &answer);
	if (status == YKT_OK && data != NULL)
		ykt_put(data, answer.data);
	ykt_wipe(cmd_bytes, sizeof(cmd_bytes));
	ykt_wipe(rsp_bytes, sizeof(rsp_bytes));
	if (status == YKT_OK)
		*ret_sw = answer.sw;

	return status == YKT_E_FORMAT ? YKT_E_CARD : status;
}

static enum ykt_status
tell(struct handset *handset, uint8_t ins, struct ykt_bytes data, uint16_t *ret_sw)
{
	const struct apdu_cmd cmd = { .cla = USAT_CLA, .ins = ins, .data = data };

	return exchange(handset, &cmd, NULL, ret_sw);
}

static void
do_nothing(
    struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	(void)handset;
	(void)command;
	(void)answer;
}

static const struct {
	uint8_t type;
	void (*run)(struct handset *handset, const struct usat_command *command,
	    struct handset_answer *answer);
} commands[] = {
	{ USAT_MORE_TIME, do_nothing },
	{ USAT_SET_UP_MENU, handset_set_up_menu },
	{ USAT_SELECT_ITEM, handset_select_item },
	{ USAT_DISPLAY_TEXT, handset_display_text },
	{ USAT_GET_INPUT, handset_get_input },
};

/* Does a command; its answer goes to the card. */
static enum ykt_status
carry_out(struct handset *handset, const struct usat_command *command, uint16_t *ret_sw)
{
	uint8_t body_bytes[APDU_SHORT_DATA_MAX];
	uint8_t bytes[APDU_SHORT_DATA_MAX];
	struct ykt_buf body = YKT_BUF(body_bytes);
	struct ykt_buf data = YKT_BUF(bytes);
	struct handset_answer answer = { USAT_TYPE_UNKNOWN, &body };
	struct usat_response response = { .head = command->head };
	enum ykt_status status;

	for (size_t i = 0; i < YKT_ARRAY_LEN(commands); i++) {
		if (commands[i].type != command->head.type)
			continue;
		answer.result = USAT_DONE;
		commands[i].run(handset, command, &answer);
	}
	response.head.source = USAT_TERMINAL;
	response.head.dest = USAT_UICC;
	response.result = answer.result;
	if (answer.result == USAT_DONE)
		response.body = ykt_buf_view(&body);
	usat_response_encode(&response, &data);
	status = ykt_buf_done(&data);
	if (status == YKT_OK)
		status = tell(handset, USAT_INS_RESPONSE, ykt_buf_view(&data), ret_sw);
	ykt_wipe(body_bytes, sizeof(body_bytes));
	ykt_wipe(bytes, sizeof(bytes));

	return status;
}

/* FETCH of len bytes (0: 256), and what it asks. */
static enum ykt_status
fetch(struct handset *handset, uint8_t len, uint16_t *ret_sw)
{
	const struct apdu_cmd cmd = {
		.cla = USAT_CLA, .ins = USAT_INS_FETCH, .ne = len != 0 ? len : APDU_SHORT_NE_MAX
	};
	uint8_t bytes[USAT_COMMAND_MAX];
	struct ykt_buf data = YKT_BUF(bytes);
	struct usat_command command;
	uint16_t sw = 0;
	enum ykt_status status = exchange(handset, &cmd, &data, &sw);

	if (status != YKT_OK)
		return status;
	if (sw != SW_OK || usat_command_decode(ykt_buf_view(&data), &command) != YKT_OK)
		return YKT_E_CARD;

	return carry_out(handset, &command, ret_sw);
}

/* Follows 91xx until the card has no more to ask. *sw ends as its last word. */
static enum ykt_status
follow(struct handset *handset, uint16_t *sw)
{
	enum ykt_status status = YKT_OK;

	for (handset->commands = 0; status == YKT_OK && *sw >> 8 == USAT_SW1_PENDING;
	     handset->commands++) {
		if (handset->commands == HANDSET_COMMANDS_MAX)
			return YKT_E_CARD;
		status = fetch(handset, (uint8_t)*sw, sw);
	}

	return status;
}

enum ykt_status
handset_start(struct handset *handset)
{
	uint16_t sw = 0;
	enum ykt_status status = tell(handset, USAT_INS_PROFILE, YKT_BYTES(profile), &sw);

	memset(&handset->menu, 0, sizeof(handset->menu));
	handset->menu.title = "";
	if (status == YKT_OK)
		status = follow(handset, &sw);
	if (status != YKT_OK)
		return status;

	return sw == SW_OK && handset->menu.count != 0 ? YKT_OK : YKT_NOT_FOUND;
}

enum ykt_status
handset_choose(struct handset *handset, size_t place)
{
	uint8_t bytes[16];
	struct ykt_buf data = YKT_BUF(bytes);
	uint16_t sw = 0;
	enum ykt_status status;
	size_t mark;

	if (place >= handset->menu.count)
		return YKT_E_ARG;
	mark = usat_envelope_begin(&data, USAT_MENU_SELECTION, USAT_KEYPAD, USAT_UICC);
	usat_put_u8(&data, USAT_TAG_ITEM_ID | USAT_CR, handset->menu.ids[place]);
	usat_end(&data, mark);
	status = tell(handset, USAT_INS_ENVELOPE, ykt_buf_view(&data), &sw);
	if (status == YKT_OK)
		status = follow(handset, &sw);
	if (status == YKT_OK && sw != SW_OK)
		status = YKT_REFUSED;

	return status;
}

enum ykt_status
handset_run(struct handset *handset)
{
	enum ykt_status status = YKT_OK;

	while (status == YKT_OK) {
		size_t place = 0;

		status = handset_ask_item(handset, &handset->menu, &place);
		if (status != YKT_OK) /* the user leaves */
			return status == YKT_NOT_FOUND || status == YKT_CANCELLED ? YKT_OK : status;
		status = handset_choose(handset, place);
		if (status == YKT_REFUSED)
			status = YKT_OK;
	}

	return status;
}
