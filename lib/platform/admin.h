/*
 * What an operator may read, and the two things that he may decide.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_ADMIN_H
#define PLATFORM_ADMIN_H

#include "platform/ledger.h"
#include "wire/json.h"

/* POST /admin/ledger, an empty object to ask. */
struct admin_total {
	char account[LEDGER_ACCOUNT_MAX];
	int64_t total_fen;
};
struct admin_ledger_rsp {
	size_t totals_count;
	struct admin_total totals[LEDGER_TOTALS_MAX];
	int64_t sum_fen;
	int64_t journals;
	bool chain_ok;
	bool sums_ok;
	bool balances_ok;
	bool orders_ok;
	int64_t cases;
	int64_t work;
};

/*
 * POST /admin/verify: begin lets a run over the whole ledger begin behind everything else; one
 * that is under way goes on. state: "none", where it is ("chain", "entries", "balances",
 * "orders", "end") or "done"; journals of about of_journals. What is wrong is a case "ledger".
 */
struct admin_verify_req {
	bool begin;
};
struct admin_verify_rsp {
	char state[17];
	int64_t journals;
	int64_t of_journals;
	int64_t entries;
	int64_t begun_ms;
	int64_t changed_ms;
	bool chain_ok; /* so far */
	bool sums_ok;
	bool balances_ok;
	bool orders_ok;
	char bad_node[17];
	int64_t bad_seq;
};
extern const struct wire_message admin_verify_req_msg;
extern const struct wire_message admin_verify_rsp_msg;

/* POST /admin/orders: the latest, of one state or ("") of all. */
struct admin_orders_req {
	char state[17];
	int64_t limit;
};

/*
 * POST /admin/risk: reports with findings, and what was refused for them, the latest
 * first. "" and 0: of anybody, any device, any time.
 */
#define ADMIN_RISKS_MAX 50
struct admin_risk_req {
	char phone[21];
	char device[129]; /* 128 hex digits */
	int64_t from_ms;
	int64_t until_ms; /* not in it */
	int64_t limit;
};
struct admin_risk {
	int64_t time_ms;
	char phone[21]; /* "": no user, or one that is forgotten */
	uint8_t device[64];
	char op[33];
	char version[17];
	int64_t findings; /* bits of wire/report.h */
	char verdict[33]; /* "": it was noted and let go on */
	char system[34];  /* the operating system: "debian 12"; "": not said */
};
struct admin_risk_rsp {
	size_t risks_count;
	struct admin_risk risks[ADMIN_RISKS_MAX];
};
extern const struct wire_message admin_risk_req_msg;
extern const struct wire_message admin_risk_rsp_msg;

/*
 * POST /admin/cases: what a person must look at, open ones, the oldest first; of one kind
 * or ("") of all. POST /admin/gaps: rides that are missing (platform/chain.h), the
 * oldest first; kind: "card", "terminal" or "".
 */
#define ADMIN_CASES_MAX 50
struct admin_cases_req {
	char kind[17];
	int64_t limit;
};
struct admin_case {
	char kind[17];
	char ref[65];
	int64_t opened_ms;
};
struct admin_cases_rsp {
	size_t cases_count;
	struct admin_case cases[ADMIN_CASES_MAX];
};
struct admin_gap {
	char kind[17];
	char ref[65];
	int64_t first;
	int64_t last;
	int64_t since_ms;
	int64_t explained_ms; /* 0: nobody did */
};
struct admin_gaps_rsp {
	size_t gaps_count;
	struct admin_gap gaps[ADMIN_CASES_MAX];
};
extern const struct wire_message admin_cases_req_msg;
extern const struct wire_message admin_cases_rsp_msg;
extern const struct wire_message admin_gaps_rsp_msg;

/*
 * POST /admin/terminal: from now on this terminal's PSAM is stopped, or is not any more.
 * Records that say they were made meanwhile are posted, and cases.
 */
struct admin_terminal_req {
	uint8_t terminal[6];
	bool stopped;
};
extern const struct wire_message admin_terminal_req_msg;

/*
 * POST /admin/gap: why these sequences of a terminal made no records is known (chain_explain).
 * 404: they are no whole gap of it.
 */
struct admin_gap_req {
	uint8_t terminal[6];
	int64_t first;
	int64_t last;
};
extern const struct wire_message admin_gap_req_msg;

/* POST /admin/code: stops or lets go new authorisations of one code account. */
struct admin_code_req {
	char user_no[21];
	bool frozen;
};

/*
 * POST /admin/user: a person's identity was confirmed at a counter, or is not
 * believed any more. 404: nobody has that number.
 */
struct admin_user_req {
	char phone[21];
	bool registered;
};

/*
 * POST /admin/tester: a person opens cards of applications that are in testing, and
 * gets versions that are in test. 404: nobody has that number.
 */
struct admin_tester_req {
	char phone[21];
	bool tester;
};

/*
 * POST /admin/cert: a device is lost. Its certificate ends with its session, and
 * no one-time code gets another for it until that is taken back. 404: nobody has
 * that number, or no certificate.
 */
struct admin_cert_req {
	char phone[21];
	bool barred;
};

extern const struct wire_message admin_cert_req_msg;
extern const struct wire_message admin_user_req_msg;
extern const struct wire_message admin_tester_req_msg;
extern const struct wire_message admin_ledger_rsp_msg;
extern const struct wire_message admin_orders_req_msg;
extern const struct wire_message admin_code_req_msg;

#endif
