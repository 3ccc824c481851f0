/*
 * Names and sentences of the status values.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stddef.h>

#include <ykt/bytes.h>
#include <ykt/status.h>

struct entry {
	enum ykt_status status;
	const char *name;
	const char *text;
};

#define ENTRY(status, text)                                                                        \
	{                                                                                          \
		status, #status, text                                                              \
	}

static const struct entry entries[] = {
	ENTRY(YKT_OK, "Done."),
	ENTRY(YKT_REFUSED, "The other side refused; the reason is in its answer."),
	ENTRY(YKT_NOT_FOUND, "There is no such thing."),
	ENTRY(YKT_CONFLICT, "It exists already."),
	ENTRY(YKT_MISMATCH, "The same key was used before with other content."),
	ENTRY(YKT_BUSY, "It is in progress elsewhere; try again."),
	ENTRY(YKT_UNKNOWN, "It may or may not have happened."),
	ENTRY(YKT_NOT_DONE, "It certainly did not happen."),
	ENTRY(YKT_BLOCKED, "The card, application or account is blocked."),
	ENTRY(YKT_EXPIRED, "It is out of its validity."),
	ENTRY(YKT_LOW_BALANCE, "The balance is too small."),
	ENTRY(YKT_OVER_LIMIT, "A limit of amount, balance or count is reached."),
	ENTRY(YKT_DENIED, "Authentication or authorisation failed."),
	ENTRY(YKT_CANCELLED, "It was stopped by the user or the caller."),
	ENTRY(YKT_WRONG_CARD, "This is another card, or a card of another kind."),
	ENTRY(YKT_PENDING, "It was accepted and is not final yet."),
	ENTRY(YKT_LOGIN_NEEDED, "There is no session, or it has ended."),
	ENTRY(YKT_DUPLICATE, "It was seen before and has no new effect."),
	ENTRY(YKT_DISPUTED, "A case was opened and nothing was posted."),
	ENTRY(YKT_HIDDEN, "The screen went to the background while it asked."),
	ENTRY(YKT_E_ARG, "An argument is outside its documented range."),
	ENTRY(YKT_E_STATE, "The call came in the wrong order."),
	ENTRY(YKT_E_RANGE, "Checked arithmetic would overflow."),
	ENTRY(YKT_E_SPACE, "The output buffer is too small."),
	ENTRY(YKT_E_LINK, "The card is gone, or its answer was lost."),
	ENTRY(YKT_E_DRIVER, "A driver broke its contract."),
	ENTRY(YKT_E_NET, "Nothing reached the server."),
	ENTRY(YKT_E_NET_UNKNOWN, "The request may have reached the server."),
	ENTRY(YKT_E_STORE, "The database failed and committed nothing."),
	ENTRY(YKT_E_STORE_UNKNOWN, "The database failed and may have committed."),
	ENTRY(YKT_E_FILE, "A file could not be read or written; nothing changed."),
	ENTRY(YKT_E_DEADLINE, "The deadline passed before it was started."),
	ENTRY(YKT_E_DOWN, "This node is stopping."),
	ENTRY(YKT_E_RANDOM, "The source of random bytes failed."),
	ENTRY(YKT_E_FORMAT, "The bytes are not what they must be."),
	ENTRY(YKT_E_CARD, "The card answered with a status that this command cannot give."),
	ENTRY(YKT_E_SERVER, "The server's answer is outside the protocol."),
	ENTRY(YKT_E_REPLY, "The answer belongs to another question."),
	ENTRY(YKT_E_CRYPTO, "A cryptographic operation failed."),
	ENTRY(YKT_E_MAC, "A MAC, signature or cryptogram is wrong."),
	ENTRY(YKT_E_KEY, "There is no such key, or it may not be used for this."),
	ENTRY(YKT_E_INTERNAL, "The program is in a state that it cannot be in."),
	ENTRY(YKT_E_NOMEM, "There is no memory left."),
	ENTRY(YKT_E_CORRUPT, "Stored data fails its own check."),
};

static const struct entry *
find(enum ykt_status status)
{
	for (size_t i = 0; i < YKT_ARRAY_LEN(entries); i++) {
		if (entries[i].status == status)
			return &entries[i];
	}

	return NULL;
}

const char *
ykt_status_name(enum ykt_status status)
{
	const struct entry *entry = find(status);

	return entry != NULL ? entry->name : "YKT_?";
}

const char *
ykt_status_text(enum ykt_status status)
{
	const struct entry *entry = find(status);

	return entry != NULL ? entry->text : "The status is not one of ours.";
}
