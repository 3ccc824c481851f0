/*
 * Holders of cards that others opened.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "holders.h"

#include <string.h>

struct holder
holder_open(void)
{
	struct holder h = { 0 };

	bench_open(&h.b);
	bench_register(h.b, BENCH_PHONE);
	model_card(h.b, STRAY)->balance = HOLDS;
	model_card(h.b, STRAY)->counter = 31;
	return h;
}

void
holder_close(struct holder *h)
{
	bench_check_books(h->b);
	bench_close(&h->b);
}

struct wire_card_claim_req
holder_req(const struct holder *h)
{
	struct wire_card_claim_req req = { .card_no = STRAY, .aid.len = 8 };

	memcpy(req.aid.data, h->b->app.aid, 8);
	memset(req.issuer, 1, sizeof(req.issuer));
	return req;
}

int
holder_claim(struct holder *h)
{
	const struct wire_card_claim_req req = holder_req(h);

	return bench_ask(h->b, "card.claim", NULL, &req, &h->proof);
}

struct wire_card_bind_req
holder_proof(struct holder *h)
{
	struct wire_card_bind_req req = {
		.card_no = STRAY, .attempt = h->proof.attempt, .offline_seq = SEQ
	};

	model_card_init(h->b, STRAY, 0, h->proof.terminal, req.init);
	return req;
}

int
holder_bind(struct holder *h)
{
	struct wire_card_bind_req req = holder_proof(h);

	return bench_ask(h->b, "card.bind", NULL, &req, &h->card);
}

void
holder_bound(struct holder *h)
{
	assert_int_equal(holder_claim(h), 200);
	assert_int_equal(holder_bind(h), 200);
}

struct wire_card_unbind_req
holder_unbind_req(const struct holder *h, const char *card_no, const char *password)
{
	struct wire_card_unbind_req req = { .card_no = "" };
	uint8_t text[WIRE_CARD_UNBIND_SIGN_LEN];

	strcpy(req.card_no, card_no);
	strcpy(req.password, password);
	assert_status(
	    wire_card_unbind_digest(h->b->other, card_no, h->b->user_id, req.digest), YKT_OK);
	wire_card_unbind_to_sign(req.digest, card_no, text);
	assert_status(crypto_sm2_sign(h->b->other, &h->b->device, crypto_sm2_default_id,
			  YKT_BYTES(text), req.sig),
	    YKT_OK);
	return req;
}

int
holder_unbind(struct holder *h)
{
	struct wire_card_unbind_req req = holder_unbind_req(h, STRAY, BENCH_PASS);
	struct wire_card_lock_rsp rsp;

	return bench_ask(h->b, "card.unbind", NULL, &req, &rsp);
}

size_t
holder_listed(struct holder *h)
{
	static struct wire_card_list_rsp list;
	struct wire_empty none = { 0 };

	assert_int_equal(bench_ask(h->b, "card.list", NULL, &none, &list), 200);
	return list.cards_count;
}

void
holder_assert_free(struct holder *h)
{
	assert_int_equal(bench_number(h->b, "SELECT COUNT(*) FROM card"), 0);
	assert_int_equal(bench_number(h->b, "SELECT COUNT(*) FROM journal"), 0);
	assert_int_equal(holder_listed(h), 0);
}
