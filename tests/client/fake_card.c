/*
 * The card of the world: an issuer domain with an identity, and a purse.
 *
 * A MAC2 is good when it is the terminal number's bytes 2..5 turned over: so it
 * belongs to one attempt, like the real one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fake.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/fci.h"
#include "card/files.h"
#include "card/gp.h"
#include "card/ident.h"
#include "card/purse_admin.h"
#include "card/sw.h"
#include "card/tlv.h"
#include "check.h"

static uint16_t
do_select(struct fake *fake, const struct apdu_cmd *cmd, struct ykt_buf *rsp)
{
	const struct fci fci = { .name = YKT_BYTES(purse_aid), .priority = -1 };
	struct fake_card *card = &fake->card;

	/* There is one of each: nothing comes next, and what is selected stays. */
	if (cmd->p2 == PURSE_P2_SELECT_NEXT)
		return SW_FILE_NOT_FOUND;
	card->init = false;
	card->selected = 0;
	if (ykt_bytes_equal(cmd->data, YKT_BYTES(gp_isd_aid)))
		card->selected = 1;
	else if (card->installed && !card->locked &&
		 ykt_bytes_equal(cmd->data, YKT_BYTES(purse_aid)))
		card->selected = 2;
	else if (!card->no_ident && ykt_bytes_equal(cmd->data, YKT_BYTES(ident_aid)))
		card->selected = 3;
	if (card->selected == 2)
		fci_encode(&fci, rsp);

	return card->selected == 0 ? SW_FILE_NOT_FOUND : SW_OK;
}

static uint16_t
do_get_data(const struct fake *fake, const struct apdu_cmd *cmd, struct ykt_buf *rsp)
{
	static const uint8_t id[16] = { 0xA1, 0xA2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
		16 };

	uint8_t room[4];
	size_t mark;

	if (cmd->p1 == 0 && cmd->p2 == 0x45) {
		tlv_put(rsp, 0x45, YKT_BYTES(id));
		return SW_OK;
	}
	if (cmd->p1 != 0xFF || cmd->p2 != 0x21 || fake->card.room == 0)
		return SW_DATA_NOT_FOUND;
	ykt_set_u32(room, (uint32_t)(fake->card.room - 1));
	mark = tlv_begin(rsp, 0xFF21);
	tlv_put_u8(rsp, 0x81, 2);
	tlv_put(rsp, 0x82, YKT_BYTES(room));
	tlv_end(rsp, mark);

	return SW_OK;
}

static uint16_t
do_read(const struct fake *fake, struct ykt_buf *rsp)
{
	struct file15 file = { .app_type = 2, .version = 1 };
	struct ykt_buf serial = YKT_BUF(file.serial);
	uint8_t bytes[FILE15_LEN];

	assert_status(ykt_hex_decode(FAKE_CARD_NO, 20, &serial), YKT_OK);
	ykt_set_u16(file.issuer_data, fake->card.version);
	file15_encode(&file, bytes);
	ykt_put(rsp, YKT_BYTES(bytes));

	return SW_OK;
}

static uint16_t
do_record(struct fake *fake, const struct apdu_cmd *cmd, struct ykt_buf *rsp)
{
	if (cmd->p2 >> 3 != PURSE_SFI_TRIP || cmd->p1 < 1 || cmd->p1 > fake->card.record_count)
		return SW_RECORD_NOT_FOUND;
	ykt_put(rsp, YKT_BYTES(fake->card.records[cmd->p1 - 1]));

	return SW_OK;
}

/* Of nothing: what a client asks for the counter with. */
static uint16_t
do_init_capp(struct fake *fake, const struct apdu_cmd *cmd, struct ykt_buf *rsp)
{
	struct fake_card *card = &fake->card;
	struct purse_purchase_init_rsp answer = { .balance = card->balance,
		.offline_seq = card->offline,
		.overdraft_limit = card->debt,
		.key_version = 1 };
	struct purse_init init;

	if (purse_init_decode(cmd, &init) != YKT_OK || init.amount != 0)
		return SW_LENGTH;
	if (card->gate)
		return SW_CONDITIONS;
	if (card->rides_between > 0) {
		card->rides_between--;
		card->offline++;
	}
	purse_purchase_init_rsp_encode(&answer, rsp);

	return SW_OK;
}

static uint16_t
do_init(struct fake *fake, const struct apdu_cmd *cmd, struct ykt_buf *rsp)
{
	struct fake_card *card = &fake->card;
	struct purse_load_init_rsp answer = {
		.balance = card->balance, .online_seq = card->online, .key_version = 1, .alg = 0
	};
	struct purse_init init;

	bool unload = cmd->p1 == PURSE_INIT_UNLOAD;

	if (purse_init_decode(cmd, &init) != YKT_OK)
		return SW_LENGTH;
	if (unload && card->no_unload)
		return SW_KEY_INDEX;
	if (card->gate || (!unload && init.amount != 0 && card->balance + init.amount > FAKE_CAP))
		return SW_CONDITIONS;
	if (unload && (init.amount == 0 || init.amount > card->balance))
		return init.amount == 0 ? SW_DATA : SW_BALANCE;
	card->init = true;
	card->init_unload = unload;
	card->init_amount = init.amount;
	memcpy(card->init_terminal, init.terminal, 6);
	/* The platform reads from it which INITIALIZE this was. */
	memcpy(answer.random, init.terminal + 2, 4);
	ykt_set_u32(answer.mac1, init.amount | (unload ? FAKE_MAC1_UNLOAD : 0));
	purse_load_init_rsp_encode(&answer, rsp);

	return SW_OK;
}

/* CREDIT FOR LOAD or DEBIT FOR UNLOAD; the TAC of one and the MAC3 of the other are alike. */
static uint16_t
do_move(struct fake *fake, const struct apdu_cmd *cmd, bool unload, struct ykt_buf *rsp)
{
	struct fake_card *card = &fake->card;
	struct purse_credit credit;
	bool init = card->init;

	card->init = false;
	if (purse_credit_decode(cmd, &credit) != YKT_OK)
		return SW_LENGTH;
	if (!init || card->init_amount == 0 || card->init_unload != unload)
		return SW_CONDITIONS;
	if (unload && card->init_amount > card->balance)
		return SW_BALANCE;
	for (int i = 0; i < 4; i++) {
		uint8_t want = (uint8_t)(card->init_terminal[2 + i] ^ 0xFF);

		if (credit.mac2[i] != want)
			return SW_MAC;
	}
	if (unload)
		card->balance -= card->init_amount;
	else
		card->balance += card->init_amount;
	card->online++;
	card->commits += !unload;
	card->unloads += unload;
	memcpy(card->proof_tac, card->init_terminal + 2, 4);
	card->proof_seq = card->online;
	card->proof_unload = unload;
	ykt_put(rsp, YKT_BYTES(card->proof_tac));

	return SW_OK;
}

static uint16_t
do_proof(struct fake *fake, const struct apdu_cmd *cmd, struct ykt_buf *rsp)
{
	struct purse_proof_rsp answer = { 0 };
	struct purse_proof proof;

	if (purse_proof_decode(cmd, &proof) != YKT_OK)
		return SW_LENGTH;
	if (proof.type != (fake->card.proof_unload ? PURSE_TYPE_UNLOAD : PURSE_TYPE_LOAD) ||
	    proof.seq != fake->card.proof_seq)
		return SW_NO_PROOF;
	memcpy(fake->card.proof_unload ? answer.mac : answer.tac, fake->card.proof_tac, 4);
	purse_proof_rsp_encode(&answer, rsp);

	return SW_OK;
}

static uint16_t
run_purse(struct fake *fake, const struct apdu_cmd *cmd, struct ykt_buf *rsp)
{
	switch (cmd->ins) {
	case PURSE_INS_READ_BINARY:
		return do_read(fake, rsp);
	case PURSE_INS_READ_RECORD:
		return do_record(fake, cmd, rsp);
	case PURSE_INS_BALANCE:
		if (cmd->p1 == PURSE_BALANCE_AVAILABLE)
			ykt_put_u32(rsp, fake->card.balance);
		else
			ykt_put_u32(
			    rsp, cmd->p1 == PURSE_BALANCE_OVERDRAFT_LIMIT ? fake->card.debt : 0);
		return SW_OK;
	case PURSE_INS_INITIALIZE:
		return cmd->p1 == PURSE_INIT_CAPP ? do_init_capp(fake, cmd, rsp)
						  : do_init(fake, cmd, rsp);
	case PURSE_INS_CREDIT:
		return do_move(fake, cmd, false, rsp);
	case PURSE_INS_DEBIT:
		return cmd->p1 == PURSE_P1_UNLOAD ? do_move(fake, cmd, true, rsp) : SW_P1P2;
	case PURSE_INS_PROOF:
		return do_proof(fake, cmd, rsp);
	default:
		return SW_INS;
	}
}

/* INSTALL stands for all of the TSM's work. */
static uint16_t
run(struct fake *fake, const struct apdu_cmd *cmd, struct ykt_buf *rsp)
{
	if (cmd->ins == PURSE_INS_SELECT && fake->card.ruled) {
		fake->card.selected = 0;
		return SW_SECURITY;
	}
	if (cmd->ins == PURSE_INS_SELECT)
		return do_select(fake, cmd, rsp);
	if (cmd->cla == GP_CLA && cmd->ins == GP_INS_GET_DATA && fake->card.selected == 1)
		return do_get_data(fake, cmd, rsp);
	if (cmd->ins == GP_INS_INSTALL && cmd->p1 == GP_INSTALL_PERSONALIZATION &&
	    fake->card.selected == 1) {
		fake->card.version = (uint16_t)fake->manage.wanted;
		return SW_OK;
	}
	if (cmd->ins == GP_INS_INSTALL && fake->card.selected == 1) {
		fake->card.installed = true;
		return SW_OK;
	}
	if (cmd->ins == GP_INS_SET_STATUS && fake->card.selected == 1) {
		fake->card.locked = cmd->p2 == 0x80;
		return SW_OK;
	}
	if (cmd->ins == GP_INS_DELETE && fake->card.selected == 1) {
		assert_int_equal(fake->card.balance, 0); /* I-26 */
		fake->card.installed = false;
		return SW_OK;
	}

	if (fake->card.selected == 3)
		return SW_OK; /* the element answers */

	return fake->card.selected == 2 ? run_purse(fake, cmd, rsp) : SW_CONDITIONS;
}

static enum ykt_status
transceive(void *ctx, struct ykt_bytes command, struct ykt_buf *rsp, int64_t deadline)
{
	struct fake *fake = ctx;
	struct apdu_cmd cmd;
	size_t before = rsp->len;
	bool hit = fake_hit(fake, FAKE_PORT_SE);
	uint16_t sw = SW_LENGTH;

	assert_true(deadline > fake->now_ms);
	if (fake->down)
		return YKT_E_DOWN;
	if (fake->card.gone || (hit && fake->fault == FAKE_APDU_REQ))
		return YKT_E_LINK;
	fake->elsewhere++;
	if (apdu_cmd_decode(command, &cmd) == YKT_OK)
		sw = run(fake, &cmd, rsp);
	if (fake->card.selected == 3)
		se_transceive(&fake->element.se, YKT_SE_WIRED, command, rsp);
	else
		ykt_put_u16(rsp, sw);
	fake->elsewhere--;
	if (!hit)
		return YKT_OK;
	rsp->len = before;
	if (fake->fault == FAKE_APDU_RSP)
		return YKT_E_LINK;
	if (fake->fault == FAKE_APDU_6F00)
		ykt_put_u16(rsp, SW_UNKNOWN);
	else
		ykt_put_u8(rsp, 0x90);

	return YKT_OK;
}

static enum ykt_status
reset(void *ctx, struct ykt_buf *atr, int64_t deadline)
{
	struct fake *fake = ctx;

	(void)deadline;
	if (fake->down)
		return YKT_E_DOWN;
	if (fake->card.gone)
		return YKT_E_LINK;
	fake->card.selected = 0;
	fake->card.init = false;
	ykt_put_u8(atr, 0x3B);

	return YKT_OK;
}

static enum ykt_status
image_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	memcpy(out, ((struct fake_element *)ctx)->image + off, len);

	return YKT_OK;
}

static enum ykt_status
image_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	memcpy(((struct fake_element *)ctx)->image + off, data, len);

	return YKT_OK;
}

static enum ykt_status
element_random(void *ctx, uint8_t *out, size_t len)
{
	struct fake_element *element = ctx;

	for (size_t i = 0; i < len; i++) {
		element->rng = element->rng * 6364136223846793005u + 1442695040888963407u;
		out[i] = (uint8_t)(element->rng >> 56);
	}

	return YKT_OK;
}

void
fake_element_init_two(
    struct fake *fake, const struct crypto_sm2_pub *platform, const struct crypto_sm2_pub *second)
{
	struct fake_element *element = &fake->element;
	struct se_params params = { .uid_len = 4,
		.isd_kvn = 0x30,
		.isd_key_len = 16,
		.ident_count = second != NULL ? 2 : 1,
		.ident[0].has_platform = platform != NULL,
		.ident[1].has_platform = second != NULL };

	if (platform != NULL)
		params.ident[0].platform = *platform;
	if (second != NULL)
		params.ident[1].platform = *second;
	element->rng = 5;
	element->nvm = (struct ykt_nvm){ element, sizeof(element->image), image_read, image_write };
	element->random = (struct ykt_random){ element, element_random };
	assert_status(se_format(&element->nvm, &params), YKT_OK);
	assert_status(se_boot(&element->se, &element->nvm, fake->crypto, &element->random), YKT_OK);
}

void
fake_element_init(struct fake *fake, const struct crypto_sm2_pub *platform)
{
	fake_element_init_two(fake, platform, NULL);
}

void
fake_card_init(struct fake *fake)
{
	fake->se = (struct ykt_se){ fake, YKT_SE_WIRED, transceive, reset };
}
