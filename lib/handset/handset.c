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

#define PROFILE_LEN 18

/*
 * What this phone can do (TS 102 223 5.2, grade D), by byte from 1. The second half
 * needs a net.
 */
static const struct {
	uint8_t byte;
	uint8_t bits;
	bool net;
} abilities[] = {
	{ 1, 0x01 | 0x08 | 0x20, false }, /* profile download, menu selection, timers */
	/* DISPLAY TEXT, GET INKEY, GET INPUT, MORE TIME, REFRESH */
	{ 3, 0x01 | 0x02 | 0x04 | 0x08 | 0x80, false },
	{ 4, 0x01 | 0x20, false }, /* SELECT ITEM, SET UP MENU */
	{ 5, 0x01, false },        /* SET UP EVENT LIST */
	/* TIMER MANAGEMENT, both; date and time; GET INKEY with yes or no */
	{ 8, 0x01 | 0x02 | 0x04 | 0x08, false }, { 9, 0x08, false }, /* language */
	{ 1, 0x02, true },                                           /* SMS-PP download */
	{ 4, 0x02, true },                                           /* SEND SHORT MESSAGE */
	{ 6, 0x04 | 0x08, true },                   /* data available, channel status */
	{ 12, 0x1F, true },                         /* OPEN CHANNEL to GET CHANNEL STATUS */
	{ 13, 0x02 | HANDSET_CHANNELS << 5, true }, /* packet data; so many channels */
	{ 17, 0x01 | 0x02, true },                  /* TCP and UDP, remote, as client */
};

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
	handset_hang_up(handset);
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
	bool net;
	handset_run_fn *run;
} commands[] = {
	{ USAT_MORE_TIME, false, do_nothing },
	{ USAT_SET_UP_MENU, false, handset_set_up_menu },
	{ USAT_SELECT_ITEM, false, handset_select_item },
	{ USAT_DISPLAY_TEXT, false, handset_display_text },
	{ USAT_GET_INPUT, false, handset_get_input },
	{ USAT_GET_INKEY, false, handset_get_inkey },
	{ USAT_TIMER, false, handset_timer },
	{ USAT_LOCAL_INFORMATION, false, handset_local_information },
	{ USAT_SET_UP_EVENT_LIST, false, handset_event_list },
	{ USAT_REFRESH, false, handset_refresh },
	{ USAT_SEND_SMS, true, handset_send_sms },
	{ USAT_OPEN_CHANNEL, true, handset_open_channel },
	{ USAT_CLOSE_CHANNEL, true, handset_close_channel },
	{ USAT_RECEIVE_DATA, true, handset_receive_data },
	{ USAT_SEND_DATA, true, handset_send_data },
	{ USAT_CHANNEL_STATUS, true, handset_channel_status },
};

/* Types of TS 102 223 9.4 that this phone does not do: beyond it, but understood. */
static bool
is_beyond(uint8_t type)
{
	static const uint8_t types[] = { USAT_POLL_INTERVAL, USAT_POLLING_OFF, 0x10, 0x11, 0x12,
		0x14, 0x15, 0x20, USAT_IDLE_TEXT, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x45, 0x46,
		0x47, 0x60, 0x61, 0x62, 0x70, 0x71, 0x72, 0x73 };

	return memchr(types, type, sizeof(types)) != NULL;
}

static void
perform(struct handset *handset, const struct usat_command *command, struct handset_answer *answer)
{
	answer->result = is_beyond(command->head.type) ? USAT_BEYOND : USAT_TYPE_UNKNOWN;
	for (size_t i = 0; i < YKT_ARRAY_LEN(commands); i++) {
		if (commands[i].type != command->head.type)
			continue;
		answer->result = USAT_BEYOND;
		if (commands[i].net && handset->o.net == NULL)
			return;
		answer->result = USAT_DONE;
		commands[i].run(handset, command, answer);
	}
}

/* Does a command; its answer goes to the card. */
static enum ykt_status
carry_out(struct handset *handset, const struct usat_command *command, uint16_t *ret_sw)
{
	uint8_t body_bytes[APDU_SHORT_DATA_MAX];
	uint8_t bytes[APDU_SHORT_DATA_MAX];
	struct ykt_buf body = YKT_BUF(body_bytes);
	struct ykt_buf data = YKT_BUF(bytes);
	struct handset_answer answer = { .body = &body };
	struct usat_response response = { .head = command->head };
	enum ykt_status status;

	perform(handset, command, &answer);
	response.head.source = USAT_TERMINAL;
	response.head.dest = USAT_UICC;
	response.result = answer.result;
	if (answer.has_info)
		response.info = ykt_bytes(&answer.info, 1);
	if (answer.result < USAT_USER_ENDED || answer.result == USAT_TIMER_STATE)
		response.body = ykt_buf_view(&body);
	usat_response_encode(&response, &data);
	status = ykt_buf_done(&data);
	/* A card that is to be reset gets no answer: it begins anew. */
	*ret_sw = SW_OK;
	if (status == YKT_OK && !handset->reset_asked)
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

	for (handset->commands = 0;
	     status == YKT_OK && *sw >> 8 == USAT_SW1_PENDING && !handset->reset_asked;
	     handset->commands++) {
		if (handset->commands == HANDSET_COMMANDS_MAX)
			return YKT_E_CARD;
		status = fetch(handset, (uint8_t)*sw, sw);
	}

	return status;
}

enum ykt_status
handset_tell(
    struct handset *handset, struct ykt_bytes envelope, struct ykt_buf *data, uint16_t *ret_sw)
{
	const struct apdu_cmd cmd = { .cla = USAT_CLA,
		.ins = USAT_INS_ENVELOPE,
		.data = envelope,
		.ne = data != NULL ? APDU_SHORT_NE_MAX : 0 };
	enum ykt_status status = exchange(handset, &cmd, data, ret_sw);

	return status == YKT_OK ? follow(handset, ret_sw) : status;
}

static void
make_profile(const struct handset *handset, uint8_t profile[PROFILE_LEN])
{
	memset(profile, 0, PROFILE_LEN);
	for (size_t i = 0; i < YKT_ARRAY_LEN(abilities); i++)
		if (!abilities[i].net || handset->o.net != NULL)
			profile[abilities[i].byte - 1] |= abilities[i].bits;
}

/* A card that has just been reset, or never asked: it knows no menu, timer, channel. */
static enum ykt_status
begin(struct handset *handset, uint16_t *ret_sw)
{
	uint8_t profile[PROFILE_LEN];
	enum ykt_status status;

	handset_hang_up(handset);
	memset(handset->timers, 0, sizeof(handset->timers));
	memset(&handset->menu, 0, sizeof(handset->menu));
	handset->menu.title = "";
	handset->tells_data = handset->tells_channel = handset->reset_asked = false;
	make_profile(handset, profile);
	status = tell(handset, USAT_INS_PROFILE, YKT_BYTES(profile), ret_sw);

	return status == YKT_OK ? follow(handset, ret_sw) : status;
}

/* What REFRESH asked for. */
static enum ykt_status
reset(struct handset *handset)
{
	uint8_t bytes[APDU_SHORT_RSP_MAX];
	struct ykt_buf atr = YKT_BUF(bytes);
	const struct ykt_se *se = handset->o.se;
	uint16_t sw = 0;
	enum ykt_status status;

	if (handset->resets++ == HANDSET_RESETS_MAX)
		return YKT_E_CARD;
	status = se->reset(se->ctx, &atr, ykt_clock_mono(handset->o.clock) + HANDSET_CARD_MS);

	return status == YKT_OK ? begin(handset, &sw) : status;
}

/* Events, and resets that come of them or of what was before. */
static enum ykt_status
settle(struct handset *handset)
{
	enum ykt_status status;

	handset->resets = 0;
	do
		status = handset->reset_asked ? reset(handset) : handset_settle(handset);
	while (status == YKT_OK && handset->reset_asked);

	return status;
}

enum ykt_status
handset_start(struct handset *handset)
{
	uint16_t sw = 0;
	enum ykt_status status = begin(handset, &sw);

	if (status == YKT_OK && handset->o.registers)
		handset_register(handset);
	if (status == YKT_OK)
		status = settle(handset);
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
	status = handset_tell(handset, ykt_buf_view(&data), NULL, &sw);
	if (status == YKT_OK)
		status = settle(handset);
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
