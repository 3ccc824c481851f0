/*
 * The platform's tables. Ids are 32 hex digits; money is fen; times are UTC ms.
 *
 * Exactly-once rests on the unique constraints here, never on a look before an
 * insert. A released step never changes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/platform.h"

/* Step 1: accounts, orders, cards. */
static const char step_1[] =
    /* People. login_wait is by phone, known or not, so that both look alike. */
    "CREATE TABLE user(user_id TEXT PRIMARY KEY, phone TEXT NOT NULL UNIQUE, name TEXT NOT NULL,"
    " verifier TEXT NOT NULL, se_id BLOB NOT NULL, client_version TEXT NOT NULL,"
    " edition TEXT NOT NULL, created_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE login_wait(phone TEXT PRIMARY KEY, fails INTEGER NOT NULL,"
    " until_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE otp(phone TEXT NOT NULL, purpose TEXT NOT NULL, salt BLOB NOT NULL,"
    " hash BLOB NOT NULL, made_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL,"
    " tries INTEGER NOT NULL, sent INTEGER NOT NULL, day TEXT NOT NULL, day_count INTEGER NOT NULL,"
    " used_by TEXT NOT NULL, PRIMARY KEY(phone, purpose)) STRICT, WITHOUT ROWID;"
    /* One session a user: a new login ends the old one. key is masked. */
    "CREATE TABLE session(sid BLOB PRIMARY KEY, user_id TEXT NOT NULL UNIQUE, device BLOB NOT NULL,"
    " key BLOB NOT NULL, ctr INTEGER NOT NULL, created_ms INTEGER NOT NULL,"
    " used_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE open_nonce(device BLOB NOT NULL, nonce BLOB NOT NULL, ts_ms INTEGER NOT NULL,"
    " PRIMARY KEY(device, nonce)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX open_nonce_age ON open_nonce(ts_ms);"
    /* Kept for ever. answer is NULL while the first request is being served. */
    "CREATE TABLE idem(user_id TEXT NOT NULL, op TEXT NOT NULL, key TEXT NOT NULL,"
    " fingerprint BLOB NOT NULL, order_id TEXT NOT NULL, busy_ms INTEGER NOT NULL, answer BLOB,"
    " PRIMARY KEY(user_id, op, key)) STRICT, WITHOUT ROWID;"
    /* Orders. pay_id is the order whose payment pays this one (itself or its parent). */
    "CREATE TABLE ord(order_id TEXT PRIMARY KEY, parent_id TEXT NOT NULL, pay_id TEXT NOT NULL,"
    " user_id TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, card_no TEXT NOT NULL,"
    " aid BLOB NOT NULL, amount_fen INTEGER NOT NULL CHECK(amount_fen >= 0),"
    " created_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL, paid_fen INTEGER NOT NULL,"
    " loaded_fen INTEGER NOT NULL, refunded_fen INTEGER NOT NULL, note TEXT NOT NULL,"
    " attempt INTEGER NOT NULL,"
    " CHECK(loaded_fen >= 0 AND refunded_fen >= 0 AND loaded_fen + refunded_fen <= paid_fen))"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX ord_user ON ord(user_id, created_ms);"
    "CREATE INDEX ord_card ON ord(card_no) WHERE card_no <> '';"
    "CREATE INDEX ord_pay ON ord(pay_id);"
    "CREATE INDEX ord_open ON ord(changed_ms)"
    " WHERE state IN ('paid', 'opening', 'loading', 'refunding', 'case');"
    "CREATE TABLE prepay(pay_id TEXT PRIMARY KEY, prepay_id TEXT NOT NULL UNIQUE,"
    " amount_fen INTEGER NOT NULL, pay_token BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE notice(nonce BLOB PRIMARY KEY, notice_id TEXT NOT NULL, pay_id TEXT NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE attempt(order_id TEXT NOT NULL, attempt INTEGER NOT NULL, card_no TEXT NOT NULL,"
    " terminal BLOB NOT NULL, purpose TEXT NOT NULL, init BLOB NOT NULL, datetime BLOB NOT NULL,"
    " result TEXT NOT NULL, mac2 BLOB NOT NULL, PRIMARY KEY(order_id, attempt),"
    " UNIQUE(card_no, terminal)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE refund(order_id TEXT PRIMARY KEY, refund_id TEXT NOT NULL UNIQUE,"
    " prepay_id TEXT NOT NULL, amount_fen INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    /* Cards and their openings. */
    "CREATE TABLE card_seq(iin TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE card(card_no TEXT PRIMARY KEY, user_id TEXT NOT NULL, aid BLOB NOT NULL,"
    " state TEXT NOT NULL, order_id TEXT NOT NULL UNIQUE, created_ms INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX card_user ON card(user_id);"
    "CREATE TABLE job(order_id TEXT PRIMARY KEY, job_id TEXT NOT NULL UNIQUE, se_id BLOB NOT NULL,"
    " card_no TEXT NOT NULL, started INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

/* Step 2: the ledger, append-only, one hash chain a writer. */
static const char step_2[] =
    "CREATE TABLE journal(node TEXT NOT NULL, seq INTEGER NOT NULL, time_ms INTEGER NOT NULL,"
    " kind TEXT NOT NULL, ref TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY(node, seq))"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE entry(node TEXT NOT NULL, seq INTEGER NOT NULL, line INTEGER NOT NULL,"
    " account TEXT NOT NULL, fen INTEGER NOT NULL, PRIMARY KEY(node, seq, line))"
    " STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER journal_fixed BEFORE UPDATE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
    "CREATE TRIGGER journal_kept BEFORE DELETE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
    "CREATE TRIGGER entry_fixed BEFORE UPDATE ON entry"
    " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
    "CREATE TRIGGER entry_kept BEFORE DELETE ON entry"
    " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
    /* Stored balances for U: and SH: only; rollup is a cache of sums up to rollup_at. */
    "CREATE TABLE bal(account TEXT PRIMARY KEY, fen INTEGER NOT NULL, as_of_ms INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE rollup(class TEXT PRIMARY KEY, fen INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE rollup_at(node TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

/* Step 3: taps, batches, and the outbox. */
static const char step_3[] =
    /*
     * Taps, both as acquirer (acquirer is our city) and as issuer (ours or a
     * peer). The first constraint is the clearing key of I-14. The second key is
     * for taps whose TAC counted (valid = 1): unauthenticated ones must not
     * occupy it. send = 1: still to be told to the issuer.
     */
    "CREATE TABLE tap(tap_id INTEGER PRIMARY KEY, acquirer TEXT NOT NULL, issuer TEXT NOT NULL,"
    " terminal BLOB NOT NULL, terminal_seq INTEGER NOT NULL, card_no TEXT NOT NULL,"
    " offline_seq INTEGER NOT NULL, amount_fen INTEGER NOT NULL CHECK(amount_fen >= 0),"
    " time_ms INTEGER NOT NULL, state TEXT NOT NULL, valid INTEGER NOT NULL, send INTEGER NOT NULL,"
    " record BLOB NOT NULL, UNIQUE(acquirer, terminal, terminal_seq)) STRICT;"
    "CREATE UNIQUE INDEX tap_counter ON tap(card_no, offline_seq) WHERE valid = 1;"
    "CREATE INDEX tap_doubt ON tap(card_no, offline_seq) WHERE valid = 0;"
    "CREATE INDEX tap_send ON tap(issuer, tap_id) WHERE send = 1;"
    "CREATE TABLE tap_refused(id INTEGER PRIMARY KEY, acquirer TEXT NOT NULL, time_ms INTEGER NOT "
    "NULL,"
    " reason TEXT NOT NULL, record BLOB NOT NULL, UNIQUE(acquirer, reason, record)) STRICT;"
    "CREATE TABLE batch(id INTEGER PRIMARY KEY, source TEXT NOT NULL, batch_id TEXT NOT NULL,"
    " time_ms INTEGER NOT NULL, records INTEGER NOT NULL, sum_fen INTEGER NOT NULL,"
    " posted INTEGER NOT NULL, posted_fen INTEGER NOT NULL, duplicate INTEGER NOT NULL,"
    " duplicate_fen INTEGER NOT NULL, suspense INTEGER NOT NULL, suspense_fen INTEGER NOT NULL,"
    " refused INTEGER NOT NULL, refused_fen INTEGER NOT NULL) STRICT;"
    /* Work that nobody asks for, and what a person must see. */
    "CREATE TABLE work(kind INTEGER NOT NULL, ref TEXT NOT NULL, next_ms INTEGER NOT NULL,"
    " tries INTEGER NOT NULL, since_ms INTEGER NOT NULL, PRIMARY KEY(kind, ref))"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX work_due ON work(next_ms);"
    "INSERT INTO work VALUES(5, '', 0, 0, 0);"
    "CREATE TABLE casebook(kind TEXT NOT NULL, ref TEXT NOT NULL, opened_ms INTEGER NOT NULL,"
    " closed_ms INTEGER NOT NULL, PRIMARY KEY(kind, ref)) STRICT, WITHOUT ROWID;";

/* Step 4: ride codes. */
static const char step_4[] =
    "CREATE TABLE code_account(seq INTEGER PRIMARY KEY, user_id TEXT NOT NULL UNIQUE,"
    " user_no TEXT NOT NULL UNIQUE, account TEXT NOT NULL UNIQUE, state TEXT NOT NULL,"
    " created_ms INTEGER NOT NULL) STRICT;"
    /* Every authorisation that was ever given, to the byte. */
    "CREATE TABLE code_issue(auth_hash BLOB PRIMARY KEY, user_id TEXT NOT NULL, point BLOB NOT "
    "NULL,"
    " limit_fen INTEGER NOT NULL, expires_s INTEGER NOT NULL, issued_ms INTEGER NOT NULL,"
    " auth BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX code_issue_user ON code_issue(user_id, issued_ms);"
    /* A gate's ride once, a code once, a rider's second once (I-14 for codes). */
    "CREATE TABLE code_ride(ride_id INTEGER PRIMARY KEY, terminal BLOB NOT NULL,"
    " ride_seq INTEGER NOT NULL, hash BLOB NOT NULL UNIQUE, user_id TEXT NOT NULL,"
    " user_no TEXT NOT NULL, generated_s INTEGER NOT NULL, kind TEXT NOT NULL,"
    " amount_fen INTEGER NOT NULL CHECK(amount_fen >= 0), time_ms INTEGER NOT NULL,"
    " taken_ms INTEGER NOT NULL, code BLOB NOT NULL, UNIQUE(terminal, ride_seq),"
    " UNIQUE(user_no, generated_s)) STRICT;"
    "CREATE INDEX code_ride_user ON code_ride(user_id, time_ms);"
    "CREATE TABLE code_refused(terminal BLOB NOT NULL, ride_seq INTEGER NOT NULL,"
    " reason TEXT NOT NULL, time_ms INTEGER NOT NULL, amount_fen INTEGER NOT NULL,"
    " code BLOB NOT NULL, PRIMARY KEY(terminal, ride_seq, reason, code)) STRICT, WITHOUT ROWID;";

/*
 * Step 5: payment PINs and bills. A bill's row is the one place where it is paid;
 * digest, sig and device are what its payer signed.
 */
static const char step_5[] =
    "CREATE TABLE pin(user_id TEXT PRIMARY KEY, verifier TEXT NOT NULL, fails INTEGER NOT NULL,"
    " set_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE bill(bill_id TEXT PRIMARY KEY, merchant TEXT NOT NULL, ref TEXT NOT NULL,"
    " payee TEXT NOT NULL, goods TEXT NOT NULL, amount_fen INTEGER NOT NULL CHECK(amount_fen > 0),"
    " created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, state TEXT NOT NULL,"
    " user_id TEXT NOT NULL, paid_ms INTEGER NOT NULL, refund_ms INTEGER NOT NULL,"
    " digest BLOB NOT NULL, sig BLOB NOT NULL, device BLOB NOT NULL, UNIQUE(merchant, ref))"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX entry_user ON entry(account) WHERE substr(account, 1, 2) = 'U:';";

/*
 * Step 6: who a user is. registered_ms: since when his identity is confirmed,
 * 0 while he is anonymous; the limits of purse and wallet go by it.
 */
static const char step_6[] =
    "ALTER TABLE user ADD COLUMN registered_ms INTEGER NOT NULL DEFAULT 0;";

/*
 * Step 7: work on cards that are there, at most one piece a card at a time.
 * most_fen: what a card may hold that is deleted. after, back: the card's state
 * when it is done, and when it cannot be done. attempt: the last proof begun.
 */
static const char step_7[] =
    "CREATE TABLE card_job(seq INTEGER PRIMARY KEY, job_id TEXT NOT NULL UNIQUE,"
    " card_no TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, se_id BLOB NOT NULL,"
    " most_fen INTEGER NOT NULL CHECK(most_fen >= 0), after TEXT NOT NULL, back TEXT NOT NULL,"
    " attempt INTEGER NOT NULL, reason TEXT NOT NULL, made_ms INTEGER NOT NULL,"
    " changed_ms INTEGER NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX card_job_live ON card_job(card_no)"
    " WHERE state IN ('proving', 'asked', 'started');"
    "CREATE INDEX card_job_card ON card_job(card_no);";

/* Step 8: what clients reported of themselves, and what was said to it. */
static const char step_8[] =
    "CREATE TABLE risk_log(id INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL,"
    " user_id TEXT NOT NULL, device BLOB NOT NULL, op TEXT NOT NULL, version TEXT NOT NULL,"
    " findings INTEGER NOT NULL, verdict TEXT NOT NULL) STRICT;"
    "CREATE INDEX risk_log_time ON risk_log(time_ms);";

/* Step 9: what the payer of an order saw and signed, before the pay channel was paid. */
static const char step_9[] =
    "CREATE TABLE confirmed(pay_id TEXT PRIMARY KEY, digest BLOB NOT NULL, sig BLOB NOT NULL,"
    " device BLOB NOT NULL, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

/*
 * Step 10: unloads. The row is there before the card is asked for anything. One a
 * card, unless it was given up. ticket: of a move, whose money waits under V:id.
 */
static const char step_10[] =
    "CREATE TABLE unload(unload_id TEXT PRIMARY KEY, user_id TEXT NOT NULL, card_no TEXT NOT NULL,"
    " purpose TEXT NOT NULL, state TEXT NOT NULL, amount_fen INTEGER NOT NULL,"
    " fee_fen INTEGER NOT NULL, attempt INTEGER NOT NULL, created_ms INTEGER NOT NULL,"
    " changed_ms INTEGER NOT NULL, ticket TEXT NOT NULL, expires_ms INTEGER NOT NULL,"
    " order_id TEXT NOT NULL, CHECK(amount_fen >= 0 AND fee_fen BETWEEN 0 AND amount_fen))"
    " STRICT, WITHOUT ROWID;"
    "CREATE UNIQUE INDEX unload_card ON unload(card_no) WHERE state <> 'closed';"
    "CREATE INDEX unload_user ON unload(user_id, created_ms);"
    "CREATE INDEX unload_open ON unload(changed_ms) WHERE state IN ('begun', 'asked', 'case');";

/*
 * Step 11: the certificates of users' elements, by the key in them. state: active,
 * replaced (another element's is active), barred (by the operator).
 */
static const char step_11[] =
    "CREATE TABLE ident_cert(device BLOB NOT NULL, user_id TEXT NOT NULL, state TEXT NOT NULL,"
    " cert BLOB NOT NULL, request BLOB NOT NULL, issued_ms INTEGER NOT NULL,"
    " PRIMARY KEY(device, user_id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX ident_cert_user ON ident_cert(user_id);";

/*
 * Step 12: elements whose menus call, and menu packages on their way to them. counter is
 * the highest that was taken, of packets up and down; response is what the packet with it
 * got, x'' while it has none.
 */
static const char step_12[] =
    "CREATE TABLE ota_card(se_id BLOB PRIMARY KEY, user_id TEXT NOT NULL, key_id INTEGER NOT NULL,"
    " counter INTEGER NOT NULL, hash BLOB NOT NULL, response BLOB NOT NULL, bound INTEGER NOT NULL,"
    " window_ms INTEGER NOT NULL, calls INTEGER NOT NULL, menu_version INTEGER NOT NULL,"
    " language INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX ota_card_user ON ota_card(user_id);"
    "CREATE TABLE ota_push(se_id BLOB PRIMARY KEY, version INTEGER NOT NULL, at INTEGER NOT NULL,"
    " tries INTEGER NOT NULL, state INTEGER NOT NULL, counter INTEGER NOT NULL,"
    " packet BLOB NOT NULL) STRICT, WITHOUT ROWID;";

/*
 * Step 13: cards that gates refuse. rev counts the changes of that list, so that
 * gates know a newer one; tries: TSM jobs that ended without an outcome.
 */
static const char step_13[] =
    "ALTER TABLE card_job ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX card_listed ON card(state) WHERE state IN ('locking', 'locked', 'unlocking');"
    "CREATE TABLE blacklist(rev INTEGER NOT NULL) STRICT;"
    "INSERT INTO blacklist VALUES(0);"
    "CREATE TRIGGER card_listing AFTER UPDATE OF state ON card"
    " WHEN (old.state IN ('locking', 'locked', 'unlocking'))"
    " <> (new.state IN ('locking', 'locked', 'unlocking'))"
    " BEGIN UPDATE blacklist SET rev = rev + 1; END;";

/*
 * Step 14: bank cards and payment accounts that users bind: a token, an issuer's name
 * and four digits, never a number. charge: what accounts were asked to pay.
 */
static const char step_14[] =
    "CREATE TABLE account(account_id TEXT PRIMARY KEY, user_id TEXT NOT NULL, state TEXT NOT NULL,"
    " reason TEXT NOT NULL, token BLOB NOT NULL, issuer TEXT NOT NULL, last4 TEXT NOT NULL,"
    " begun_ms INTEGER NOT NULL, bound_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX account_user ON account(user_id);"
    "CREATE UNIQUE INDEX account_token ON account(token) WHERE state = 'bound';"
    "CREATE TABLE charge(pay_id TEXT NOT NULL, account_id TEXT NOT NULL, state TEXT NOT NULL,"
    " digest BLOB NOT NULL, sig BLOB NOT NULL, device BLOB NOT NULL, at_ms INTEGER NOT NULL,"
    " PRIMARY KEY(pay_id, account_id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX charge_account ON charge(account_id) WHERE state = 'asked';";

/* Step 15: versions of applications; who tests them. */
static const char step_15[] = "ALTER TABLE card_job ADD COLUMN version INTEGER NOT NULL DEFAULT 0;"
			      "ALTER TABLE card_job ADD COLUMN test INTEGER NOT NULL DEFAULT 0;"
			      "ALTER TABLE job ADD COLUMN test INTEGER NOT NULL DEFAULT 0;"
			      "ALTER TABLE user ADD COLUMN tester INTEGER NOT NULL DEFAULT 0;";

/*
 * Step 16: payment PINs are the key module's. round counts the right ones. A verifier of
 * before, a password hash, is replaced at the next right PIN.
 */
static const char step_16[] = "ALTER TABLE pin ADD COLUMN round INTEGER NOT NULL DEFAULT 0;";

/* Step 17: what users said yes to when they asked for money back; the first of each order. */
static const char step_17[] =
    "CREATE TABLE refund_yes(order_id TEXT PRIMARY KEY, digest BLOB NOT NULL, sig BLOB NOT NULL,"
    " device BLOB NOT NULL, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

/* Step 18: the operating system that a client said it runs on. */
static const char step_18[] = "ALTER TABLE risk_log ADD COLUMN system TEXT NOT NULL DEFAULT '';";

/* Step 19: what users said yes to when a card's money left it; a wish is good for one. */
static const char step_19[] =
    "CREATE TABLE unload_yes(unload_id TEXT PRIMARY KEY, wish TEXT NOT NULL UNIQUE,"
    " destination TEXT NOT NULL, fee_fen INTEGER NOT NULL CHECK(fee_fen >= 0),"
    " digest BLOB NOT NULL, sig BLOB NOT NULL, device BLOB NOT NULL, at_ms INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;";

/*
 * Step 20: code accounts that gates refuse are in their list. Those that are frozen
 * already make it another one.
 */
static const char step_20[] =
    "CREATE INDEX code_account_shut ON code_account(state) WHERE state <> 'open';"
    "CREATE TRIGGER code_listing AFTER UPDATE OF state ON code_account"
    " WHEN (old.state = 'open') <> (new.state = 'open')"
    " BEGIN UPDATE blacklist SET rev = rev + 1; END;"
    "UPDATE blacklist SET rev = rev + 1 WHERE EXISTS"
    " (SELECT 1 FROM code_account WHERE state <> 'open');";

/*
 * Step 21: cards that the platform did not open and that their holders bound. bound_seq: the
 * card's offline counter at its binding; what it spent before is in others' books. The last
 * owner of an unbound card stays in its row: unconfirmed rides of his may come yet.
 */
static const char step_21[] =
    "ALTER TABLE card ADD COLUMN bound INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE card ADD COLUMN bound_seq INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE card_claim(card_no TEXT NOT NULL, user_id TEXT NOT NULL,"
    " claim_id TEXT NOT NULL UNIQUE, aid BLOB NOT NULL, attempt INTEGER NOT NULL,"
    " begun_ms INTEGER NOT NULL, wrong INTEGER NOT NULL, wrong_ms INTEGER NOT NULL,"
    " PRIMARY KEY(card_no, user_id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX card_claim_user ON card_claim(user_id);";

/*
 * Step 22: which counters of cards and sequences of terminals are here (from low to high)
 * but for the gaps; when terminals were stopped (until_ms 0: still).
 */
static const char step_22[] =
    "CREATE TABLE seen(kind TEXT NOT NULL, ref TEXT NOT NULL, low INTEGER NOT NULL,"
    " high INTEGER NOT NULL, PRIMARY KEY(kind, ref)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE gap(kind TEXT NOT NULL, ref TEXT NOT NULL, first INTEGER NOT NULL,"
    " last INTEGER NOT NULL CHECK(last >= first), since_ms INTEGER NOT NULL,"
    " PRIMARY KEY(kind, ref, first)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX gap_age ON gap(since_ms);"
    "CREATE TABLE psam_stop(terminal BLOB NOT NULL, from_ms INTEGER NOT NULL,"
    " until_ms INTEGER NOT NULL, PRIMARY KEY(terminal, from_ms)) STRICT, WITHOUT ROWID;";

/* Step 23: money on its way out of wallets, with what their owners signed. */
static const char step_23[] =
    "CREATE TABLE withdraw(withdraw_id TEXT PRIMARY KEY, user_id TEXT NOT NULL,"
    " account_id TEXT NOT NULL, account TEXT NOT NULL,"
    " amount_fen INTEGER NOT NULL CHECK(amount_fen > 0), state TEXT NOT NULL,"
    " reason TEXT NOT NULL, digest BLOB NOT NULL, sig BLOB NOT NULL, device BLOB NOT NULL,"
    " made_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX withdraw_open ON withdraw(user_id) WHERE state = 'asked';";

/*
 * Step 24: gaps that a person looked at (explained_ms; 0: nobody did). They stay listed, and
 * open no case any more.
 */
static const char step_24[] = "ALTER TABLE gap ADD COLUMN explained_ms INTEGER NOT NULL DEFAULT 0;";

/* Step 25: the withdrawals of a user, newest first. */
static const char step_25[] = "CREATE INDEX withdraw_user ON withdraw(user_id, made_ms);";

/*
 * Step 26: runs of the ledger's verification, each as far as it is: the last journal of each
 * writer that was looked at, and the sums of entries up to there.
 */
static const char step_26[] =
    "CREATE TABLE verify_run(run TEXT PRIMARY KEY, phase INTEGER NOT NULL, begun_ms INTEGER NOT"
    " NULL, changed_ms INTEGER NOT NULL, journals INTEGER NOT NULL, entries INTEGER NOT NULL,"
    " sum_fen INTEGER NOT NULL, chain_ok INTEGER NOT NULL, sums_ok INTEGER NOT NULL,"
    " balances_ok INTEGER NOT NULL, orders_ok INTEGER NOT NULL, bad_node TEXT NOT NULL,"
    " bad_seq INTEGER NOT NULL, at_ref TEXT NOT NULL, at_seq INTEGER NOT NULL,"
    " at_line INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE verify_at(run TEXT NOT NULL, node TEXT NOT NULL, seq INTEGER NOT NULL,"
    " link BLOB NOT NULL, PRIMARY KEY(run, node)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE verify_sum(run TEXT NOT NULL, account TEXT NOT NULL, fen INTEGER NOT NULL,"
    " PRIMARY KEY(run, account)) STRICT, WITHOUT ROWID;";

const char *const platform_schema[] = { step_1, step_2, step_3, step_4, step_5, step_6, step_7,
	step_8, step_9, step_10, step_11, step_12, step_13, step_14, step_15, step_16, step_17,
	step_18, step_19, step_20, step_21, step_22, step_23, step_24, step_25, step_26 };
const size_t platform_schema_count = sizeof(platform_schema) / sizeof(platform_schema[0]);
