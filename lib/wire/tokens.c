/*
 * The tokens of the messages.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <ykt/bytes.h>

#include "wire/tokens.h"

#define TOKENS(name, ...)                                                                          \
	static const char *const name##_text[] = { __VA_ARGS__ };                                  \
	const struct wire_tokens name = { name##_text, YKT_ARRAY_LEN(name##_text) }

TOKENS(wire_order_state, "created", "paid", "opening", "opened", "loading", "loaded", "refunding",
    "refunded", "closed", "case");
TOKENS(wire_order_kind, "open", "topup", "wallet");
TOKENS(wire_load_result, "credit", "loaded", "not_loaded");
TOKENS(wire_unload_purpose, "return", "move");
TOKENS(wire_unload_state, "none", "begun", "asked", "done", "closed", "case");
TOKENS(wire_unload_ticket, "", "held", "used", "expired");
TOKENS(wire_unload_result, "debit", "done", "not_done", "closed");
TOKENS(wire_permit_result, "credit", "held", "committed", "not_loaded", "mac1", "case");
TOKENS(wire_job_kind, "open", "delete", "lock", "unlock", "update");
TOKENS(wire_app_state, "to_test", "testing", "online", "paused", "download_paused", "offline");
TOKENS(wire_peer_kind, "app_business", "app_query", "app_manage", "token", "card_write",
    "app_state", "auth", "se_state");
TOKENS(wire_element_state, "in_use", "lost", "locked", "terminated");
TOKENS(wire_version_state, "pending", "rejected", "test", "published", "paused", "offline");
TOKENS(wire_job_state, "waiting", "running", "done", "failed");
TOKENS(wire_psp_state, "waiting", "paid", "refunded", "done");
TOKENS(wire_upload_result, "posted", "duplicate", "suspense", "refused", "case");
TOKENS(wire_clear_result, "good", "bad_tac", "duplicate", "case");
TOKENS(wire_record_kind, "load", "tap", "suspense", "refund", "ride", "payment", "withdrawal");
TOKENS(wire_ride_kind, "entry", "exit", "single");
TOKENS(wire_bill_state, "open", "paid", "expired", "refunded");
TOKENS(wire_account_state, "asked", "waiting", "bound", "refused", "unbinding", "unbound");
TOKENS(wire_withdraw_state, "asked", "done", "refused");
TOKENS(wire_pin_result, "right", "wrong", "made", "same_again", "weak", "old", "no_block");
TOKENS(wire_otp_purpose, "register", "login", "reset", "pin");

const char *
wire_token_text(const struct wire_tokens *tokens, int value)
{
	return value >= 0 && (size_t)value < tokens->count ? tokens->text[value] : "";
}

int
wire_token_find(const struct wire_tokens *tokens, const char *text)
{
	for (size_t i = 0; i < tokens->count; i++) {
		if (strcmp(tokens->text[i], text) == 0)
			return (int)i;
	}

	return -1;
}

void
wire_token_set(const struct wire_tokens *tokens, int value, char *field, size_t size)
{
	const char *text = wire_token_text(tokens, value);
	size_t len = strlen(text);

	assert(len < size);

	memcpy(field, text, len + 1);
}
