/*
 * The TSM's tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tsm/tsm.h"

const char *const tsm_schema[] = {
	/*
	 * print: digest of the request, so that a repeat is known. sessions: how
	 * many ended without result. seen_ms: when a client was last heard.
	 */
	"CREATE TABLE job ("
	" job_id TEXT PRIMARY KEY,"
	" print BLOB NOT NULL,"
	" se_id BLOB NOT NULL,"
	" aid BLOB NOT NULL,"
	" issuer BLOB NOT NULL,"
	" card_no TEXT NOT NULL,"
	" valid_from BLOB NOT NULL,"
	" valid_to BLOB NOT NULL,"
	" file17 BLOB NOT NULL,"
	" limit_fen INTEGER NOT NULL,"
	" alg INTEGER NOT NULL,"
	" state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),"
	" step INTEGER NOT NULL DEFAULT 0,"
	" reason TEXT NOT NULL DEFAULT '',"
	" sessions INTEGER NOT NULL DEFAULT 0,"
	" made_ms INTEGER NOT NULL,"
	" seen_ms INTEGER NOT NULL"
	") STRICT;"
	"CREATE UNIQUE INDEX job_place ON job (se_id, aid) WHERE state IN ('waiting', 'running');"
	"CREATE UNIQUE INDEX job_card ON job (card_no) WHERE state <> 'failed';"
	/*
	 * id: digest of the capability, which is kept nowhere. report: digest of
	 * the last report; answer: what it got. sealed: the secure channel.
	 */
	"CREATE TABLE session ("
	" id BLOB PRIMARY KEY,"
	" job_id TEXT NOT NULL REFERENCES job,"
	" state TEXT NOT NULL CHECK (state IN ('live', 'over')),"
	" seq INTEGER NOT NULL DEFAULT 0,"
	" repeats INTEGER NOT NULL DEFAULT 0,"
	" report BLOB NOT NULL DEFAULT x'',"
	" answer BLOB NOT NULL DEFAULT x'',"
	" sealed BLOB NOT NULL DEFAULT x'',"
	" se_type TEXT NOT NULL DEFAULT '',"
	" expires_ms INTEGER NOT NULL,"
	" seen_ms INTEGER NOT NULL DEFAULT 0"
	") STRICT;"
	"CREATE UNIQUE INDEX session_job ON session (job_id);"
	"CREATE INDEX session_expires ON session (expires_ms);"
	/* What was read back from elements (I-26), never what was only asked for. */
	"CREATE TABLE app ("
	" se_id BLOB NOT NULL,"
	" aid BLOB NOT NULL,"
	" state INTEGER NOT NULL,"
	" sd_aid BLOB NOT NULL,"
	" card_no TEXT,"
	" read_ms INTEGER NOT NULL,"
	" PRIMARY KEY (se_id, aid)"
	") STRICT;",
	/*
	 * Jobs on cards that are there. most_fen: what a card may hold that is
	 * deleted. gone: the element said, under a MAC, that its instance is.
	 */
	"ALTER TABLE job ADD COLUMN kind TEXT NOT NULL DEFAULT 'open'"
	" CHECK (kind IN ('open', 'delete', 'lock', 'unlock', 'update'));"
	"ALTER TABLE job ADD COLUMN most_fen INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE job ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;"
	"DROP INDEX job_card;"
	"CREATE UNIQUE INDEX job_card ON job (card_no) WHERE kind = 'open' AND state <> 'failed';",
	/*
	 * Applications and their versions (catalogue.c). One without a row is online,
	 * as it was before there were rows. ends: the last day of cards that have the
	 * version, zeros: as opened. groups: what it brings beside file 15.
	 */
	"CREATE TABLE application ("
	" aid BLOB PRIMARY KEY,"
	" state TEXT NOT NULL CHECK (state IN"
	"  ('to_test', 'testing', 'online', 'paused', 'download_paused', 'offline'))"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE version ("
	" aid BLOB NOT NULL,"
	" version INTEGER NOT NULL,"
	" state TEXT NOT NULL CHECK (state IN"
	"  ('pending', 'rejected', 'test', 'published', 'paused', 'offline')),"
	" ends BLOB NOT NULL,"
	" groups BLOB NOT NULL,"
	" PRIMARY KEY (aid, version)"
	") STRICT, WITHOUT ROWID;"
	"ALTER TABLE job ADD COLUMN version INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE app ADD COLUMN version INTEGER NOT NULL DEFAULT 0;",
	/* Messages of other TSMs: which were here, and what they told (peer.c). */
	"CREATE TABLE peer_seen ("
	" sender TEXT NOT NULL,"
	" message_id TEXT NOT NULL,"
	" seen_ms INTEGER NOT NULL,"
	" PRIMARY KEY (sender, message_id)"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX peer_seen_ms ON peer_seen (seen_ms);"
	"CREATE TABLE peer_notice ("
	" sender TEXT NOT NULL,"
	" trade_id TEXT NOT NULL,"
	" message TEXT NOT NULL,"
	" digest BLOB NOT NULL,"
	" told_ms INTEGER NOT NULL,"
	" PRIMARY KEY (sender, trade_id)"
	") STRICT, WITHOUT ROWID;",
	/*
	 * asker: the TSM that started the job; told: its end is on its way there.
	 * far_job: jobs of our platforms at other TSMs. request: the body of app_manage;
	 * asked: how often; session: digest of the capability that the other gave.
	 * peer_out: what is to be sent, one after the other. peer_link: when one is asked
	 * who it is, and when it last said so.
	 */
	"ALTER TABLE job ADD COLUMN asker TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE job ADD COLUMN told INTEGER NOT NULL DEFAULT 1;"
	"CREATE INDEX job_untold ON job (job_id) WHERE told = 0;"
	"CREATE TABLE far_job ("
	" job_id TEXT PRIMARY KEY,"
	" print BLOB NOT NULL,"
	" peer TEXT NOT NULL,"
	" request BLOB NOT NULL,"
	" state TEXT NOT NULL DEFAULT 'waiting'"
	" CHECK (state IN ('waiting', 'running', 'done', 'failed')),"
	" step INTEGER NOT NULL DEFAULT 0,"
	" reason TEXT NOT NULL DEFAULT '',"
	" asked INTEGER NOT NULL DEFAULT 0,"
	" session BLOB NOT NULL DEFAULT x'',"
	" made_ms INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX far_session ON far_job (session);"
	"CREATE TABLE peer_out ("
	" seq INTEGER PRIMARY KEY AUTOINCREMENT,"
	" peer TEXT NOT NULL,"
	" message TEXT NOT NULL,"
	" body BLOB NOT NULL,"
	" tries INTEGER NOT NULL DEFAULT 0,"
	" due_ms INTEGER NOT NULL"
	") STRICT;"
	"CREATE INDEX peer_out_peer ON peer_out (peer, seq);"
	"CREATE TABLE peer_link ("
	" peer TEXT PRIMARY KEY,"
	" due_ms INTEGER NOT NULL,"
	" good_ms INTEGER NOT NULL DEFAULT 0"
	") STRICT, WITHOUT ROWID;",
	/* Elements: what our operator says (source ''), and other TSMs (element.c). */
	"CREATE TABLE se_state ("
	" se_id BLOB NOT NULL,"
	" source TEXT NOT NULL,"
	" state TEXT NOT NULL CHECK (state IN ('in_use', 'lost', 'locked', 'terminated')),"
	" PRIMARY KEY (se_id, source)"
	") STRICT, WITHOUT ROWID;",
	/* When each was last tried: a peer that is heard from is tried again (heard.c). */
	"ALTER TABLE peer_out"
	" ADD COLUMN asked_ms INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE peer_link"
	" ADD COLUMN asked_ms INTEGER NOT NULL DEFAULT 0;",
};
const size_t tsm_schema_count = sizeof(tsm_schema) / sizeof(tsm_schema[0]);
