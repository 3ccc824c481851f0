/*
 * English words for the codes on a card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/words.h"

#include "card/apdu.h"
#include "cli/words_priv.h"

const char *
words_look_up(const struct word *table, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].code == code)
			return table[i].text;

	return NULL;
}

const char *
words_trip_type(uint8_t type)
{
	static const struct word table[] = {
		{ 0x00, "initial" },
		{ 0x01, "e-cash entry" },
		{ 0x02, "e-cash exit" },
		{ 0x03, "entry" },
		{ 0x04, "exit" },
		{ 0x05, "e-cash single fare" },
		{ 0x06, "single fare" },
		{ 0x07, "e-cash make-up" },
		{ 0x08, "make-up" },
		{ 0x09, "e-cash load" },
		{ 0x0A, "load" },
	};

	return LOOK_UP(table, type);
}

const char *
words_industry(uint8_t industry)
{
	static const struct word table[] = {
		{ 0x01, "metro" },
		{ 0x02, "bus" },
		{ 0x03, "city ferry" },
		{ 0x04, "taxi" },
		{ 0x05, "rental car" },
		{ 0x06, "bicycle" },
		{ 0x07, "parking" },
		{ 0x08, "coach" },
		{ 0x09, "ferry" },
		{ 0x0A, "intercity rail" },
		{ 0x0B, "air" },
		{ 0x0C, "highway" },
		{ 0x0E, "suburban rail" },
	};

	return LOOK_UP(table, industry);
}

const char *
words_log_type(uint8_t type)
{
	static const struct word table[] = {
		{ 0x01, "passbook load" },
		{ 0x02, "load" },
		{ 0x03, "unload" },
		{ 0x06, "purchase" },
		{ 0x07, "overdraft change" },
		{ 0x09, "compound purchase" },
		{ 0x91, "grey lock" },
		{ 0x93, "purchase under a grey lock" },
		{ 0x95, "grey lock undone by the issuer" },
	};

	return LOOK_UP(table, type);
}

const char *
words_app_type(uint8_t type)
{
	static const struct word table[] = {
		{ 0x01, "passbook" },
		{ 0x02, "purse" },
		{ 0x03, "passbook and purse" },
	};

	return LOOK_UP(table, type);
}

const char *
words_id_type(uint8_t type)
{
	static const struct word table[] = {
		{ 0x00, "identity card" },
		{ 0x01, "officer's card" },
		{ 0x02, "passport" },
		{ 0x03, "entry permit" },
		{ 0x04, "temporary identity card" },
	};

	return LOOK_UP(table, type);
}

const char *
words_metro_status(uint8_t status)
{
	static const struct word table[] = {
		{ 0x00, "initial" },
		{ 0x01, "entered" },
		{ 0x02, "exited" },
		{ 0x03, "entry updated" },
		{ 0x04, "exit updated" },
	};

	return LOOK_UP(table, status);
}

const char *
words_bus_status(uint8_t status)
{
	static const struct word table[] = {
		{ 0x00, "initial" },
		{ 0x01, "boarded" },
		{ 0x02, "alighted" },
	};

	return LOOK_UP(table, status);
}

/* Instructions of INITIALIZE and DEBIT that P1 tells apart; P1 in the low byte. */
static const char *
command_by_p1(uint8_t ins, uint8_t p1)
{
	static const struct word table[] = {
		{ 0x5000, "INITIALIZE FOR LOAD" },
		{ 0x5001, "INITIALIZE FOR PURCHASE" },
		{ 0x5003, "INITIALIZE FOR CAPP PURCHASE" },
		{ 0x5004, "INITIALIZE FOR UPDATE" },
		{ 0x5005, "INITIALIZE FOR UNLOAD" },
		{ 0x5400, "DEBIT FOR PURCHASE" },
		{ 0x5401, "DEBIT FOR PURCHASE" },
		{ 0x5402, "DEBIT FOR PURCHASE" },
		{ 0x5403, "DEBIT FOR UNLOAD" },
		{ 0xE602, "INSTALL [for load]" },
		{ 0xE604, "INSTALL [for install]" },
		{ 0xE608, "INSTALL [for make selectable]" },
		{ 0xE60C, "INSTALL [for install and make selectable]" },
		{ 0xE610, "INSTALL [for extradition]" },
		{ 0xE620, "INSTALL [for personalization]" },
		{ 0xE640, "INSTALL [for registry update]" },
	};

	return LOOK_UP(table, (uint32_t)ins << 8 | p1);
}

const char *
words_command(uint8_t cla, uint8_t ins, uint8_t p1)
{
	static const struct word iso[] = {
		{ 0x20, "VERIFY" },
		{ 0x70, "MANAGE CHANNEL" },
		{ 0x82, "EXTERNAL AUTHENTICATE" },
		{ 0x84, "GET CHALLENGE" },
		{ 0x88, "INTERNAL AUTHENTICATE" },
		{ 0xA4, "SELECT" },
		{ 0xB0, "READ BINARY" },
		{ 0xB2, "READ RECORD" },
		{ 0xB5, "READ PICTURE" },
		{ 0xC0, "GET RESPONSE" },
		{ 0xD6, "UPDATE BINARY" },
		{ 0xDC, "UPDATE RECORD" },
		{ 0xE2, "APPEND RECORD" },
	};
	static const struct word own[] = {
		{ 0x16, "CARD BLOCK" },
		{ 0x18, "APPLICATION UNBLOCK" },
		{ 0x1E, "APPLICATION BLOCK" },
		{ 0x24, "UNBLOCK PIN" },
		{ 0x52, "CREDIT FOR LOAD" },
		{ 0x58, "UPDATE OVERDRAW LIMIT" },
		{ 0x5A, "GET TRANSACTION PROOF" },
		{ 0x5C, "GET BALANCE" },
		{ 0x5E, "CHANGE OR RELOAD PIN" },
		{ 0x70, "PSAM MAC1" },
		{ 0x72, "PSAM MAC2" },
		{ 0x82, "EXTERNAL AUTHENTICATE" },
		{ 0xB4, "READ EXTENDED DATA" },
		{ 0xCA, "GET DATA" },
		{ 0xCD, "CHANGE ALGORITHM" },
		{ 0xD8, "PUT KEY" },
		{ 0xDC, "UPDATE CAPP DATA CACHE" },
		{ 0xE2, "STORE DATA" },
		{ 0xE4, "DELETE" },
		{ 0xE8, "LOAD" },
		{ 0xF0, "SET STATUS" },
		{ 0xF2, "GET STATUS" },
	};
	const char *text;

	if ((cla & 0x80) == 0)
		return LOOK_UP(iso, ins);
	text = command_by_p1(ins, p1);
	/* INITIALIZE UPDATE shares 50 with the purse: its P1 is a key version. */
	if (text == NULL && ins == 0x50)
		return "INITIALIZE UPDATE";

	return text != NULL ? text : LOOK_UP(own, ins);
}

const char *
words_tag(uint32_t tag)
{
	static const struct word table[] = {
		{ 0x42, "issuer identification" },
		{ 0x4F, "application identifier" },
		{ 0x50, "application label" },
		{ 0x61, "application template" },
		{ 0x6F, "FCI template" },
		{ 0x73, "security domain management data" },
		{ 0x84, "DF name" },
		{ 0x87, "application priority" },
		{ 0xA5, "FCI proprietary template" },
		{ 0xC4, "executable load file" },
		{ 0xC5, "privileges" },
		{ 0xCC, "security domain" },
		{ 0xE3, "registry entry" },
		{ 0x9F08, "application version" },
		{ 0x9F0C, "public application information (file 15)" },
		{ 0x9F51, "balance of the first ticket kind" },
		{ 0x9F70, "life cycle state" },
		{ 0xBF0C, "FCI issuer discretionary data" },
		{ 0xDF71, "balance of the second ticket kind" },
	};

	return LOOK_UP(table, tag);
}
