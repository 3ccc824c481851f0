/*
 * English words for the toolkit of a UICC and for secured packets.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/ota.h"
#include "card/usat.h"
#include "cli/words_priv.h"

const char *
words_usat_type(uint8_t type)
{
	static const struct word table[] = {
		{ USAT_REFRESH, "REFRESH" },
		{ USAT_MORE_TIME, "MORE TIME" },
		{ USAT_POLL_INTERVAL, "POLL INTERVAL" },
		{ USAT_POLLING_OFF, "POLLING OFF" },
		{ USAT_SET_UP_EVENT_LIST, "SET UP EVENT LIST" },
		{ 0x10, "SET UP CALL" },
		{ USAT_SEND_SMS, "SEND SHORT MESSAGE" },
		{ 0x20, "PLAY TONE" },
		{ USAT_DISPLAY_TEXT, "DISPLAY TEXT" },
		{ USAT_GET_INKEY, "GET INKEY" },
		{ USAT_GET_INPUT, "GET INPUT" },
		{ USAT_SELECT_ITEM, "SELECT ITEM" },
		{ USAT_SET_UP_MENU, "SET UP MENU" },
		{ USAT_LOCAL_INFORMATION, "PROVIDE LOCAL INFORMATION" },
		{ USAT_TIMER, "TIMER MANAGEMENT" },
		{ USAT_IDLE_TEXT, "SET UP IDLE MODE TEXT" },
		{ USAT_OPEN_CHANNEL, "OPEN CHANNEL" },
		{ USAT_CLOSE_CHANNEL, "CLOSE CHANNEL" },
		{ USAT_RECEIVE_DATA, "RECEIVE DATA" },
		{ USAT_SEND_DATA, "SEND DATA" },
		{ USAT_CHANNEL_STATUS, "GET CHANNEL STATUS" },
		{ 0x70, "ACTIVATE" },
		{ 0x71, "CONTACTLESS STATE CHANGED" },
	};

	return LOOK_UP(table, type);
}

const char *
words_usat_tag(uint16_t tag)
{
	static const struct word table[] = {
		{ USAT_TAG_DETAILS, "command details" },
		{ USAT_TAG_DEVICES, "device identities" },
		{ USAT_TAG_RESULT, "result" },
		{ USAT_TAG_DURATION, "duration" },
		{ USAT_TAG_ALPHA, "alpha identifier" },
		{ USAT_TAG_ADDRESS, "address" },
		{ USAT_TAG_SMS_TPDU, "SMS TPDU" },
		{ USAT_TAG_TEXT, "text string" },
		{ 0x0E, "tone" },
		{ USAT_TAG_ITEM, "item" },
		{ USAT_TAG_ITEM_ID, "item identifier" },
		{ USAT_TAG_RESPONSE_LEN, "response length" },
		{ USAT_TAG_HELP, "help request" },
		{ USAT_TAG_DEFAULT_TEXT, "default text" },
		{ 0x18, "next action indicators" },
		{ USAT_TAG_EVENTS, "event list" },
		{ 0x1E, "icon identifier" },
		{ 0x1F, "icon identifiers of items" },
		{ USAT_TAG_TIMER_ID, "timer identifier" },
		{ USAT_TAG_TIMER_VALUE, "timer value" },
		{ 0x2D, "language" },
		{ 0x2F, "AID" },
		{ USAT_TAG_BEARER, "bearer description" },
		{ USAT_TAG_CHANNEL_DATA, "channel data" },
		{ USAT_TAG_CHANNEL_LEN, "channel data length" },
		{ USAT_TAG_CHANNEL_STATUS, "channel status" },
		{ USAT_TAG_BUFFER_SIZE, "buffer size" },
		{ USAT_TAG_TRANSPORT, "transport level" },
		{ USAT_TAG_OTHER_ADDRESS, "other address" },
		{ USAT_TAG_APN, "network access name" },
		{ 0x50, "text attribute" },
		{ 0x51, "text attributes of items" },
	};

	return LOOK_UP(table, tag);
}

const char *
words_usat_result(uint8_t result)
{
	static const struct word table[] = {
		{ USAT_DONE, "done" },
		{ USAT_DONE_PARTLY, "done, with partial comprehension" },
		{ USAT_DONE_MISSING, "done, with missing information" },
		{ USAT_DONE_NO_ICON, "done, the icon not shown" },
		{ 0x07, "done, modified by call control" },
		{ USAT_USER_ENDED, "ended by the user" },
		{ USAT_USER_BACK, "backward move by the user" },
		{ USAT_NO_RESPONSE, "no response from the user" },
		{ USAT_USER_HELP, "help wanted by the user" },
		{ USAT_TERMINAL_BUSY, "terminal busy" },
		{ USAT_NETWORK_BUSY, "network busy" },
		{ USAT_USER_REFUSED, "refused by the user" },
		{ 0x23, "cleared by the user" },
		{ 0x24, "contradicts the state of a timer" },
		{ USAT_BEYOND, "beyond the terminal" },
		{ USAT_TYPE_UNKNOWN, "type not understood" },
		{ USAT_DATA_UNKNOWN, "data not understood" },
		{ USAT_NUMBER_UNKNOWN, "number not known" },
		{ 0x35, "SMS error" },
		{ USAT_VALUES_MISSING, "values missing" },
		{ 0x38, "card reader error" },
		{ 0x39, "call control problem" },
		{ USAT_BIP_ERROR, "bearer independent protocol error" },
	};

	return LOOK_UP(table, result);
}

const char *
words_usat_envelope(uint8_t tag)
{
	static const struct word table[] = {
		{ USAT_SMS_PP, "SMS-PP DOWNLOAD" },
		{ USAT_CELL_BROADCAST, "CELL BROADCAST DOWNLOAD" },
		{ USAT_MENU_SELECTION, "MENU SELECTION" },
		{ USAT_CALL_CONTROL, "CALL CONTROL" },
		{ USAT_SMS_CONTROL, "MO SHORT MESSAGE CONTROL" },
		{ USAT_EVENT, "EVENT DOWNLOAD" },
		{ USAT_TIMER_EXPIRATION, "TIMER EXPIRATION" },
		{ USAT_USSD, "USSD DOWNLOAD" },
	};

	return LOOK_UP(table, tag);
}

const char *
words_ota_alg(uint8_t id)
{
	static const struct word table[] = {
		{ OTA_ALG_IMPLICIT, "implicit" },
		{ 1, "DES (or CRC-16)" },
		{ OTA_ALG_AES, "AES" },
		{ OTA_ALG_TDES2, "3DES, two keys (or CRC-32)" },
		{ 9, "3DES, three keys" },
	};

	return LOOK_UP(table, id & 0x0F);
}
