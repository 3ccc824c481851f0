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
		{ 0x11, "SEND SS" },
		{ 0x12, "SEND USSD" },
		{ USAT_SEND_SMS, "SEND SHORT MESSAGE" },
		{ 0x14, "SEND DTMF" },
		{ 0x15, "LAUNCH BROWSER" },
		{ 0x16, "GEOGRAPHICAL LOCATION REQUEST" },
		{ 0x20, "PLAY TONE" },
		{ USAT_DISPLAY_TEXT, "DISPLAY TEXT" },
		{ USAT_GET_INKEY, "GET INKEY" },
		{ USAT_GET_INPUT, "GET INPUT" },
		{ USAT_SELECT_ITEM, "SELECT ITEM" },
		{ USAT_SET_UP_MENU, "SET UP MENU" },
		{ USAT_LOCAL_INFORMATION, "PROVIDE LOCAL INFORMATION" },
		{ USAT_TIMER, "TIMER MANAGEMENT" },
		{ USAT_IDLE_TEXT, "SET UP IDLE MODE TEXT" },
		{ 0x30, "PERFORM CARD APDU" },
		{ 0x31, "POWER ON CARD" },
		{ 0x32, "POWER OFF CARD" },
		{ 0x33, "GET READER STATUS" },
		{ 0x34, "RUN AT COMMAND" },
		{ 0x35, "LANGUAGE NOTIFICATION" },
		{ USAT_OPEN_CHANNEL, "OPEN CHANNEL" },
		{ USAT_CLOSE_CHANNEL, "CLOSE CHANNEL" },
		{ USAT_RECEIVE_DATA, "RECEIVE DATA" },
		{ USAT_SEND_DATA, "SEND DATA" },
		{ USAT_CHANNEL_STATUS, "GET CHANNEL STATUS" },
		{ 0x45, "SERVICE SEARCH" },
		{ 0x46, "GET SERVICE INFORMATION" },
		{ 0x47, "DECLARE SERVICE" },
		{ 0x50, "SET FRAMES" },
		{ 0x51, "GET FRAMES STATUS" },
		{ 0x60, "RETRIEVE MULTIMEDIA MESSAGE" },
		{ 0x61, "SUBMIT MULTIMEDIA MESSAGE" },
		{ 0x62, "DISPLAY MULTIMEDIA MESSAGE" },
		{ 0x70, "ACTIVATE" },
		{ 0x71, "CONTACTLESS STATE CHANGED" },
	};

	return LOOK_UP(table, type);
}

static const struct word usat_tags[] = {
	{ USAT_TAG_DETAILS, "command details" },
	{ USAT_TAG_DEVICES, "device identities" },
	{ USAT_TAG_RESULT, "result" },
	{ USAT_TAG_DURATION, "duration" },
	{ USAT_TAG_ALPHA, "alpha identifier" },
	{ USAT_TAG_ADDRESS, "address" },
	{ 0x07, "capability configuration parameters" },
	{ 0x08, "subaddress" },
	{ 0x09, "SS string" },
	{ 0x0A, "USSD string" },
	{ USAT_TAG_SMS_TPDU, "SMS TPDU" },
	{ 0x0C, "cell broadcast page" },
	{ USAT_TAG_TEXT, "text string" },
	{ 0x0E, "tone" },
	{ USAT_TAG_ITEM, "item" },
	{ USAT_TAG_ITEM_ID, "item identifier" },
	{ USAT_TAG_RESPONSE_LEN, "response length" },
	{ 0x12, "file list" },
	{ 0x13, "location information" },
	{ 0x14, "IMEI" },
	{ USAT_TAG_HELP, "help request" },
	{ 0x16, "network measurement results" },
	{ USAT_TAG_DEFAULT_TEXT, "default text" },
	{ 0x18, "next action indicators" },
	{ USAT_TAG_EVENTS, "event list" },
	{ 0x1A, "cause" },
	{ 0x1B, "location status" },
	{ 0x1C, "transaction identifier" },
	{ 0x1D, "BCCH channel list" },
	{ 0x1E, "icon identifier" },
	{ 0x1F, "icon identifiers of items" },
	{ 0x20, "card reader status" },
	{ 0x21, "card ATR" },
	{ 0x22, "C-APDU" },
	{ 0x23, "R-APDU" },
	{ USAT_TAG_TIMER_ID, "timer identifier" },
	{ USAT_TAG_TIMER_VALUE, "timer value" },
	{ USAT_TAG_DATE_TIME, "date, time and time zone" },
	{ 0x27, "call control requested action" },
	{ 0x28, "AT command" },
	{ 0x29, "AT response" },
	{ 0x2A, "BC repeat indicator" },
	{ USAT_TAG_IMMEDIATE, "immediate response" },
	{ 0x2C, "DTMF string" },
	{ USAT_TAG_LANGUAGE, "language" },
	{ 0x2E, "timing advance" },
	{ 0x2F, "AID" },
	{ 0x30, "browser identity" },
	{ 0x31, "URL" },
	{ 0x32, "bearer" },
	{ 0x33, "provisioning reference file" },
	{ 0x34, "browser termination cause" },
	{ USAT_TAG_BEARER, "bearer description" },
	{ USAT_TAG_CHANNEL_DATA, "channel data" },
	{ USAT_TAG_CHANNEL_LEN, "channel data length" },
	{ USAT_TAG_CHANNEL_STATUS, "channel status" },
	{ USAT_TAG_BUFFER_SIZE, "buffer size" },
	{ USAT_TAG_TRANSPORT, "transport level" },
	{ USAT_TAG_OTHER_ADDRESS, "other address" },
	{ 0x3F, "access technology" },
	{ 0x40, "display parameters" },
	{ 0x41, "service record" },
	{ 0x42, "device filter" },
	{ 0x43, "service search" },
	{ 0x44, "attribute information" },
	{ 0x45, "service availability" },
	{ USAT_TAG_APN, "network access name" },
	{ 0x50, "text attribute" },
	{ 0x51, "text attributes of items" },
};

const char *
words_usat_tag(uint16_t tag)
{
	return LOOK_UP(usat_tags, tag);
}

const char *
words_usat_result(uint8_t result)
{
	static const struct word table[] = {
		{ USAT_DONE, "done" },
		{ USAT_DONE_PARTLY, "done, with partial comprehension" },
		{ USAT_DONE_MISSING, "done, with missing information" },
		{ 0x03, "done, additional files were read" },
		{ USAT_DONE_NO_ICON, "done, the icon not shown" },
		{ 0x05, "done, modified by call control of the card" },
		{ 0x06, "done, with limited service" },
		{ 0x07, "done, modified by call control" },
		{ USAT_USER_ENDED, "ended by the user" },
		{ USAT_USER_BACK, "backward move by the user" },
		{ USAT_NO_RESPONSE, "no response from the user" },
		{ USAT_USER_HELP, "help wanted by the user" },
		{ 0x14, "USSD or SS transaction ended by the user" },
		{ USAT_TERMINAL_BUSY, "terminal busy" },
		{ USAT_NETWORK_BUSY, "network busy" },
		{ USAT_USER_REFUSED, "refused by the user" },
		{ 0x23, "cleared by the user" },
		{ 0x24, "contradicts the state of a timer" },
		{ 0x25, "call control problem for the moment" },
		{ 0x26, "browser error" },
		{ USAT_BEYOND, "beyond the terminal" },
		{ USAT_TYPE_UNKNOWN, "type not understood" },
		{ USAT_DATA_UNKNOWN, "data not understood" },
		{ USAT_NUMBER_UNKNOWN, "number not known" },
		{ 0x34, "SS error" },
		{ 0x35, "SMS error" },
		{ USAT_VALUES_MISSING, "values missing" },
		{ 0x37, "USSD error" },
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
