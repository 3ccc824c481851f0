/*
 * The tokens of the messages, one table for both ends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_TOKENS_H
#define WIRE_TOKENS_H

#include <stddef.h>

#include <ykt/status.h>

/* A table of tokens; the position is the enumeration's value. */
struct wire_tokens {
	const char *const *text;
	size_t count;
};

/* In the order of docs/protocol.md section 2; stored by text, never by number. */
enum wire_order_state {
	WIRE_ORDER_CREATED,
	WIRE_ORDER_PAID,
	WIRE_ORDER_OPENING,
	WIRE_ORDER_OPENED,
	WIRE_ORDER_LOADING,
	WIRE_ORDER_LOADED,
	WIRE_ORDER_REFUNDING,
	WIRE_ORDER_REFUNDED,
	WIRE_ORDER_CLOSED,
	WIRE_ORDER_CASE,
};
extern const struct wire_tokens wire_order_state; /* "created" ... */

enum wire_order_kind { WIRE_ORDER_OPEN, WIRE_ORDER_TOPUP, WIRE_ORDER_WALLET };
extern const struct wire_tokens wire_order_kind; /* "open", "topup", "wallet" */

enum wire_load_result { WIRE_LOAD_CREDIT, WIRE_LOAD_LOADED, WIRE_LOAD_NOT_LOADED };
extern const struct wire_tokens wire_load_result; /* "credit", "loaded", "not_loaded" */

/* What an unload is for, where it stands, and what became of a move's money. */
enum wire_unload_purpose { WIRE_UNLOAD_RETURN, WIRE_UNLOAD_MOVE };
extern const struct wire_tokens wire_unload_purpose; /* "return", "move" */
enum wire_unload_state {
	WIRE_UNLOAD_NONE,   /* there is none: the card is in use */
	WIRE_UNLOAD_BEGUN,  /* no MAC2 was given yet */
	WIRE_UNLOAD_ASKED,  /* one may be out */
	WIRE_UNLOAD_DONE,   /* the card is empty, the money is booked */
	WIRE_UNLOAD_CLOSED, /* given up: the card is in use again */
	WIRE_UNLOAD_CASE,
};
extern const struct wire_tokens wire_unload_state;
enum wire_unload_ticket {
	WIRE_TICKET_NONE,
	WIRE_TICKET_HELD,
	WIRE_TICKET_USED,    /* it paid for a card in another device */
	WIRE_TICKET_EXPIRED, /* it went into the wallet */
};
extern const struct wire_tokens wire_unload_ticket; /* "" ... */
enum wire_unload_result {
	WIRE_UNLOAD_DEBIT,
	WIRE_UNLOAD_EMPTY,   /* "done" */
	WIRE_UNLOAD_NOT,     /* "not_done": proven, and nothing changed */
	WIRE_UNLOAD_GIVEN_UP /* "closed" */
};
extern const struct wire_tokens wire_unload_result;

enum wire_permit_result {
	WIRE_PERMIT_CREDIT,
	WIRE_PERMIT_HELD,
	WIRE_PERMIT_COMMITTED,
	WIRE_PERMIT_NOT_LOADED,
	WIRE_PERMIT_MAC1,
	WIRE_PERMIT_CASE,
};
extern const struct wire_tokens wire_permit_result;

/* What a job of the TSM does with the application of one card. */
enum wire_job_kind {
	WIRE_JOB_OPEN,
	WIRE_JOB_DELETE,
	WIRE_JOB_LOCK,
	WIRE_JOB_UNLOCK,
	WIRE_JOB_UPDATE,
};
extern const struct wire_tokens wire_job_kind; /* "open", "delete", "lock", "unlock", "update" */

/* An application at the TSM (1059.6: to be tested .. offline), and a version of it. */
enum wire_app_state {
	WIRE_APP_TO_TEST,
	WIRE_APP_TESTING,
	WIRE_APP_ONLINE,
	WIRE_APP_PAUSED,
	WIRE_APP_DOWNLOAD_PAUSED,
	WIRE_APP_OFFLINE,
};
extern const struct wire_tokens wire_app_state;

/* Messages between TSMs (wire/peer_msg.h), as 1059.6 chapter 10 lists them. */
enum wire_peer_kind {
	WIRE_PEER_APP_BUSINESS,
	WIRE_PEER_APP_QUERY,
	WIRE_PEER_APP_MANAGE,
	WIRE_PEER_TOKEN,
	WIRE_PEER_CARD_WRITE,
	WIRE_PEER_APP_STATE,
	WIRE_PEER_AUTH,
	WIRE_PEER_SE_STATE,
};
extern const struct wire_tokens wire_peer_kind;

/* An element, as a TSM tells of it. */
enum wire_element_state {
	WIRE_ELEMENT_IN_USE,
	WIRE_ELEMENT_LOST,
	WIRE_ELEMENT_LOCKED,
	WIRE_ELEMENT_TERMINATED,
};
extern const struct wire_tokens wire_element_state;

enum wire_version_state {
	WIRE_VERSION_PENDING,
	WIRE_VERSION_REJECTED,
	WIRE_VERSION_TEST,
	WIRE_VERSION_PUBLISHED,
	WIRE_VERSION_PAUSED,
	WIRE_VERSION_OFFLINE,
};
extern const struct wire_tokens wire_version_state;

enum wire_job_state { WIRE_JOB_WAITING, WIRE_JOB_RUNNING, WIRE_JOB_DONE, WIRE_JOB_FAILED };
extern const struct wire_tokens wire_job_state;

enum wire_psp_state { WIRE_PSP_WAITING, WIRE_PSP_PAID, WIRE_PSP_REFUNDED, WIRE_PSP_DONE };
extern const struct wire_tokens wire_psp_state;

enum wire_upload_result {
	WIRE_UPLOAD_POSTED,
	WIRE_UPLOAD_DUPLICATE,
	WIRE_UPLOAD_SUSPENSE,
	WIRE_UPLOAD_REFUSED,
	WIRE_UPLOAD_CASE,
};
extern const struct wire_tokens wire_upload_result;

enum wire_clear_result {
	WIRE_CLEAR_GOOD,
	WIRE_CLEAR_BAD_TAC,
	WIRE_CLEAR_DUPLICATE,
	WIRE_CLEAR_CASE,
};
extern const struct wire_tokens wire_clear_result;

enum wire_record_kind {
	WIRE_RECORD_LOAD,
	WIRE_RECORD_TAP,
	WIRE_RECORD_SUSPENSE,
	WIRE_RECORD_REFUND,
	WIRE_RECORD_RIDE,
	WIRE_RECORD_PAYMENT,
	WIRE_RECORD_WITHDRAWAL,
};
extern const struct wire_tokens wire_record_kind;

enum wire_ride_kind { WIRE_RIDE_ENTRY, WIRE_RIDE_EXIT, WIRE_RIDE_SINGLE };
extern const struct wire_tokens wire_ride_kind;
enum wire_bill_state {
	WIRE_BILL_OPEN,
	WIRE_BILL_PAID,
	WIRE_BILL_EXPIRED,
	WIRE_BILL_REFUNDED,
};
extern const struct wire_tokens wire_bill_state;

/* A binding of an account; the platform alone knows the first and the fifth. */
enum wire_account_state {
	WIRE_ACCOUNT_ASKED,   /* the account system has not answered yet */
	WIRE_ACCOUNT_WAITING, /* for the code that the issuer sent */
	WIRE_ACCOUNT_BOUND,
	WIRE_ACCOUNT_REFUSED,
	WIRE_ACCOUNT_UNBINDING, /* over for the user; the account system hears of it */
	WIRE_ACCOUNT_UNBOUND,
};
extern const struct wire_tokens wire_account_state;

/* A withdrawal; the last two are for good. */
enum wire_withdraw_state { WIRE_WITHDRAW_ASKED, WIRE_WITHDRAW_DONE, WIRE_WITHDRAW_REFUSED };
extern const struct wire_tokens wire_withdraw_state;

enum wire_otp_purpose { WIRE_OTP_REGISTER, WIRE_OTP_LOGIN, WIRE_OTP_RESET, WIRE_OTP_PIN };
extern const struct wire_tokens wire_otp_purpose;

/* The token of value; "" for a value outside the table. */
const char *wire_token_text(const struct wire_tokens *tokens, int value);
/* The value of text; -1 when the table does not have it. */
int wire_token_find(const struct wire_tokens *tokens, const char *text);
/* Copies the token into a message's text field of size bytes (it must fit). */
void wire_token_set(const struct wire_tokens *tokens, int value, char *field, size_t size);

#endif
