/*
 * Status words: the one table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/sw.h"

#include <stddef.h>

#include <ykt/bytes.h>

#define EXACT   0xFFFF
#define FAMILY  0xFF00
#define COUNTER 0xFFF0

/* The first row that matches counts, so an exact word stands before its family. */
static const struct sw_info table[] = {
	{ SW_OK, EXACT, YKT_OK, "done" },
	{ 0x6100, FAMILY, YKT_OK, "done, more data can be fetched" },
	{ 0x9100, FAMILY, YKT_OK, "done, a proactive command is waiting" },
	{ SW_WARN_END_OF_FILE, EXACT, YKT_NOT_FOUND, "the end of the file was reached" },
	{ SW_WARN_FILE_BLOCKED, EXACT, YKT_BLOCKED, "the application is blocked" },
	{ 0x6300, EXACT, YKT_DENIED, "authentication failed" },
	{ SW_MORE_DATA_GP, EXACT, YKT_PENDING, "more entries are available" },
	{ SW_TRIES_LEFT_0, EXACT, YKT_BLOCKED, "verification failed, no tries are left" },
	{ SW_TRIES_LEFT_0, COUNTER, YKT_DENIED, "verification failed, tries are left" },
	{ SW_EXEC_ERROR, EXACT, YKT_REFUSED, "execution error, nothing was changed" },
	{ SW_MEMORY, EXACT, YKT_REFUSED, "the card could not write its memory" },
	{ SW_LENGTH, EXACT, YKT_REFUSED, "wrong length" },
	{ SW_CHANNEL, EXACT, YKT_REFUSED, "the logical channel is not supported" },
	{ SW_SM_UNSUPPORTED, EXACT, YKT_REFUSED, "secure messaging is not supported" },
	{ SW_CHAIN_EXPECTED, EXACT, YKT_REFUSED, "the last command of the chain was expected" },
	{ SW_CHAINING_UNSUPPORTED, EXACT, YKT_REFUSED, "command chaining is not supported" },
	{ SW_STATE, EXACT, YKT_REFUSED, "the command is not accepted in this state" },
	{ SW_EXT_DATA, EXACT, YKT_REFUSED, "the extended data could not be updated" },
	{ SW_FILE_KIND, EXACT, YKT_REFUSED, "the command does not fit the kind of file" },
	{ SW_SECURITY, EXACT, YKT_DENIED, "the security conditions are not satisfied" },
	{ SW_AUTH_BLOCKED, EXACT, YKT_BLOCKED, "verification is blocked" },
	{ SW_NO_CHALLENGE, EXACT, YKT_REFUSED, "the referenced data is not usable" },
	{ SW_CONDITIONS, EXACT, YKT_REFUSED, "the conditions of use are not satisfied" },
	{ SW_NO_EF, EXACT, YKT_REFUSED, "no file is selected" },
	{ SW_SM_MISSING, EXACT, YKT_DENIED, "the secure messaging MAC is missing" },
	{ SW_SM_WRONG, EXACT, YKT_DENIED, "the secure messaging MAC is wrong" },
	{ SW_DATA, EXACT, YKT_REFUSED, "the data is wrong" },
	{ SW_FUNCTION, EXACT, YKT_BLOCKED, "not supported, or the application is blocked" },
	{ SW_FILE_NOT_FOUND, EXACT, YKT_NOT_FOUND, "no such file or application" },
	{ SW_RECORD_NOT_FOUND, EXACT, YKT_NOT_FOUND, "no such record" },
	{ SW_NO_SPACE, EXACT, YKT_OVER_LIMIT, "not enough memory on the card" },
	{ SW_LC_TLV, EXACT, YKT_REFUSED, "the length does not agree with the data" },
	{ SW_P1P2, EXACT, YKT_REFUSED, "wrong parameters P1 or P2" },
	{ SW_LC_P1P2, EXACT, YKT_REFUSED, "the length does not agree with P1 and P2" },
	{ SW_DATA_NOT_FOUND, EXACT, YKT_NOT_FOUND, "the referenced data or key was not found" },
	{ SW_OFFSET, EXACT, YKT_REFUSED, "the offset is outside the file" },
	{ 0x6C00, FAMILY, YKT_REFUSED, "wrong expected length, the right one was named" },
	{ SW_INS, EXACT, YKT_REFUSED, "the instruction is not supported" },
	{ SW_CLA, EXACT, YKT_REFUSED, "the class is not supported" },
	{ SW_UNKNOWN, EXACT, YKT_REFUSED, "the card gave no diagnosis" },
	{ SW_MAC, EXACT, YKT_DENIED, "the MAC of the transaction is wrong" },
	{ SW_PERMANENT_LOCK, EXACT, YKT_BLOCKED, "the application is locked for ever" },
	{ SW_BALANCE, EXACT, YKT_LOW_BALANCE, "the balance is too small" },
	{ SW_COUNTER, EXACT, YKT_OVER_LIMIT, "the transaction counter is at its limit" },
	{ SW_KEY_INDEX, EXACT, YKT_REFUSED, "the key index is not supported" },
	{ SW_NO_PROOF, EXACT, YKT_NOT_FOUND, "no proof of that transaction is available" },
	{ SW_APP_DISABLED, EXACT, YKT_BLOCKED, "the application is disabled" },
	{ SW_NOT_NEWER, EXACT, YKT_REFUSED, "the version is not newer than the card's" },
	{ SW_ALGORITHM, EXACT, YKT_REFUSED, "the algorithm is not supported" },
	{ SW_KEY_CHECK, EXACT, YKT_REFUSED, "the key check value is wrong" },
};

static const struct sw_info foreign = { 0, 0, YKT_E_CARD, "unknown status word" };

const struct sw_info *
sw_info(uint16_t sw)
{
	for (size_t i = 0; i < YKT_ARRAY_LEN(table); i++)
		if ((sw & table[i].mask) == table[i].sw)
			return &table[i];

	return &foreign;
}

enum ykt_status
sw_status(uint16_t sw)
{
	return sw_info(sw)->outcome;
}

const char *
sw_text(uint16_t sw)
{
	return sw_info(sw)->text;
}

bool
sw_tries_left(uint16_t sw, unsigned *ret_tries)
{
	if ((sw & COUNTER) != SW_TRIES_LEFT_0)
		return false;
	*ret_tries = sw & 0x0F;

	return true;
}

/* The length in the low byte of a family; zero stands for 256. */
static bool
family_len(uint16_t sw, uint16_t family, unsigned *ret_len)
{
	if ((sw & FAMILY) != family)
		return false;
	*ret_len = (sw & 0xFF) != 0 ? sw & 0xFFu : 256;

	return true;
}

bool
sw_more(uint16_t sw, unsigned *ret_len)
{
	return family_len(sw, 0x6100, ret_len);
}

bool
sw_exact_le(uint16_t sw, unsigned *ret_len)
{
	return family_len(sw, 0x6C00, ret_len);
}
