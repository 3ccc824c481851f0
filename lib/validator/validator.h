/*
 * A validator: a bus machine or a metro gate with its PSAM (card.md 1.9, 2.8 of
 * the requirement notes; reliability.md R5, R7, I-13).
 *
 * Works offline. A tap is durable before the gate opens, a debit whose answer
 * may be lost is durable before it is sent, and a record leaves only after the
 * platform acknowledged it. One thread or fiber at a time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef VALIDATOR_VALIDATOR_H
#define VALIDATOR_VALIDATOR_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/driver/file.h>
#include <ykt/driver/http.h>
#include <ykt/driver/se.h>
#include <ykt/env.h>
#include <ykt/money.h>

#include "code/code_verify.h"
#include "crypto/sm2.h"

struct crypto;
struct validator;

#define VALIDATOR_ISSUERS_MAX 16
#define VALIDATOR_CARD_NO_MAX 21

enum validator_kind { VALIDATOR_METRO_ENTRY, VALIDATOR_METRO_EXIT, VALIDATOR_BUS };

/* Fares in fen. Metro: base for the first stations, then steps. */
struct validator_fares {
	ykt_fen metro_base;
	ykt_fen metro_step;
	unsigned metro_base_stations; /* how far the base fare goes */
	unsigned metro_step_stations; /* stations of each further step, > 0 */
	ykt_fen bus;
};

/* Everything is borrowed and outlives the validator, but for plain values. */
struct validator_options {
	struct ykt_env env;
	struct crypto *crypto;
	const struct ykt_se *psam;
	const struct ykt_file *file; /* this validator's own folder */
	const struct ykt_http *http; /* NULL: offline for good */
	enum validator_kind kind;
	uint8_t city[2];        /* BCD */
	uint8_t institution[8]; /* the acquirer: our city's issuer code */
	uint8_t operator_code[2];
	uint8_t line[2];
	uint8_t station[2];
	/* Issuers whose cards are taken until parameters say which; the own always is. */
	uint8_t issuers[VALIDATOR_ISSUERS_MAX][8];
	size_t issuer_count;
	struct validator_fares fares;
	ykt_fen tap_cap;                  /* no single debit above this (I-2) */
	ykt_fen balance_cap;              /* no card with more than this (I-2) */
	int64_t torn_window_ms;           /* a torn tap is finished for its rider this long */
	struct crypto_sm2_pub params_pub; /* signs the parameters */
	/*
	 * Ride codes: roots NULL takes none. roots and institutions are borrowed;
	 * fare_fen is the validator's to set.
	 */
	struct code_policy codes;
};

enum validator_gate {
	VALIDATOR_OPEN,   /* paid; let the rider through */
	VALIDATOR_CLOSED, /* refused; nothing was charged */
	VALIDATOR_RETAP   /* unknown; the same card again settles it, never twice */
};

/* What the display needs. reason is a stable token, also the message id. */
struct validator_result {
	enum validator_gate gate;
	const char *reason;                  /* see validator_reasons */
	char card_no[VALIDATOR_CARD_NO_MAX]; /* "" until the card said it */
	ykt_fen amount;
	ykt_fen balance; /* after; meaningful when open */
	bool recovered;  /* a torn tap was finished, no second debit */
	bool foreign;    /* another city's card */
	bool by_code;    /* a ride code: card_no is its field 5, balance is not known */
};

/*
 * Every reason there is, in the order of the checks; NULL ends the list. "ok"
 * and "recovered" open the gate, "retap", "too_fast" and "card_not_genuine" ask
 * for the same card again, all others close it.
 * Those of codes come last.
 */
extern const char *const validator_reasons[];

/*
 * Asks the PSAM for its terminal number and opens the durable state and the
 * parameters that were fetched last.
 *
 * YKT_E_CORRUPT  a file fails its check: taken out of service, money in it
 * YKT_MISMATCH   the state was made with another PSAM: its records must be
 *                uploaded with that one first
 * YKT_E_MAC      the kept parameters are not signed by params_pub
 * YKT_E_CARD     the PSAM does not answer as one
 * YKT_E_ARG, YKT_E_NOMEM, YKT_E_FILE, YKT_E_LINK, YKT_E_CRYPTO, YKT_E_DOWN
 */
YKT_MUST_USE enum ykt_status
validator_new(const struct validator_options *options, struct validator **ret_validator);
/*
 * The orderly end. Keeps that the last gate was opened, so that after a restart
 * its rider is not taken for one who was debited and not let in; when that
 * cannot be written, such a rider is let in once more within a minute.
 */
void validator_free(struct validator **validator);

/* Six bytes, from the PSAM; borrowed. */
const uint8_t *validator_terminal(const struct validator *validator);

/*
 * One card in the field, from SELECT to the gate. YKT_OK with *ret_result for
 * every rider's case. Other statuses mean that the validator itself cannot work
 * (YKT_E_FILE, YKT_E_DOWN, PSAM gone): the gate stays closed.
 */
YKT_MUST_USE enum ykt_status validator_tap(
    struct validator *validator, const struct ykt_se *card, struct validator_result *ret_result);

/*
 * One ride code, as it was scanned: verified offline under the loaded roots,
 * taken once (a code is a rider and a second), durable before the gate opens. A
 * bus takes its fare, a metro entry the base fare, a metro exit nothing. After a
 * crash the rider who was charged last passes once more within a minute.
 * Statuses as of validator_tap().
 */
YKT_MUST_USE enum ykt_status validator_scan(
    struct validator *validator, struct ykt_bytes code, struct validator_result *ret_result);

/*
 * Uploads one batch, of taps first and then of rides by code, at most 16 records, and forgets what was acknowledged.
 * *ret_sent: records acknowledged now; 0 when nothing waits. Torn taps older
 * than their window travel as unconfirmed.
 *
 * YKT_E_NET, YKT_E_NET_UNKNOWN, YKT_BUSY ...: nothing was forgotten; again later
 */
YKT_MUST_USE enum ykt_status validator_upload(struct validator *validator, unsigned *ret_sent);

/*
 * Fetches the parameters (issuers, blacklist, fares, cap), checks their
 * signature, keeps them durably and goes by them from then on, also after a
 * restart. The cap only ever lowers the one of the options; a fare that is not
 * among them is that of the options. *ret_version: what is in use now, 0 when
 * the platform has published none. The same version again changes nothing.
 *
 * YKT_E_MAC      not signed by params_pub
 * YKT_EXPIRED    older than what is in use (T14)
 * YKT_E_SERVER   signed, but not fit for use: a fare over the cap or twice, a
 *                card number that is none
 * YKT_E_STATE    no http port
 * Whatever fails, what was in use stays in use.
 */
YKT_MUST_USE enum ykt_status validator_params(struct validator *validator, int64_t *ret_version);

/* The version in use; 0: those of the options. */
int64_t validator_params_version(const struct validator *validator);

/* Records that wait for upload, taps and rides by code; and torn taps. */
unsigned validator_waiting(const struct validator *validator);
unsigned validator_torn(const struct validator *validator);

#endif
