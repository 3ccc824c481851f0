/*
 * The key module's tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keys/keys.h"

const char *const keys_schema[] = {
	/* counter: the online counter that the next load will show. */
	"CREATE TABLE card ("
	" card_no TEXT PRIMARY KEY,"
	" se_id BLOB NOT NULL,"
	" alg INTEGER NOT NULL,"
	" counter INTEGER NOT NULL DEFAULT 0 CHECK (counter BETWEEN 0 AND 65535),"
	" mac1_wrong INTEGER NOT NULL DEFAULT 0,"
	" made_ms INTEGER NOT NULL"
	") STRICT;"
	"CREATE TABLE permit ("
	" order_id TEXT NOT NULL,"
	" attempt INTEGER NOT NULL,"
	" card_no TEXT NOT NULL REFERENCES card,"
	" counter INTEGER NOT NULL,"
	" balance INTEGER NOT NULL,"
	" amount INTEGER NOT NULL CHECK (amount > 0),"
	" terminal BLOB NOT NULL,"
	" datetime BLOB NOT NULL,"
	" random BLOB NOT NULL,"
	" state TEXT NOT NULL CHECK (state IN ('live', 'dead', 'released', 'committed')),"
	" made_ms INTEGER NOT NULL,"
	" PRIMARY KEY (order_id, attempt)"
	") STRICT;"
	"CREATE UNIQUE INDEX permit_live ON permit (card_no) WHERE state = 'live';"
	"CREATE UNIQUE INDEX permit_used ON permit (card_no, counter) WHERE state = 'committed';"
	"CREATE UNIQUE INDEX permit_terminal ON permit (card_no, terminal);",
	/* Orders given up for good: no permit for them, however late a request comes. */
	"CREATE TABLE gone (order_id TEXT PRIMARY KEY, made_ms INTEGER NOT NULL) STRICT;",
	/* What a permit is for: 2 a load, 3 an unload, as in the card's own messages. */
	"ALTER TABLE permit ADD COLUMN type INTEGER NOT NULL DEFAULT 2 CHECK (type IN (2, 3));",
	/*
	 * Payment PINs: blocks that were opened, each with the verifier that it was held
	 * against and the one made of it; and wrong ones of a verifier since the last right one.
	 */
	"CREATE TABLE pin_block ("
	" hash BLOB PRIMARY KEY,"
	" against BLOB NOT NULL,"
	" made BLOB NOT NULL,"
	" at_ms INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE pin_wrong ("
	" against BLOB PRIMARY KEY,"
	" wrong INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;",
	/*
	 * Wrong MAC1 of cards that are not in card: somebody claims to hold one. A claimed
	 * card has no se_id: its keys were made elsewhere, and never are here.
	 */
	"CREATE TABLE stray ("
	" card_no TEXT PRIMARY KEY,"
	" wrong INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;",
	/* Blocks are forgotten by their age. */
	"CREATE INDEX pin_block_age ON pin_block(at_ms);",
};
const size_t keys_schema_count = sizeof(keys_schema) / sizeof(keys_schema[0]);
