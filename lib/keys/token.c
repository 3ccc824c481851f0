/*
 * Tokens and receipts of delegated management (GP231 9.2, C.4, C.5): the issuer's
 * word that another domain may do just this, and what shows that it was done.
 *
 * Both keys are derived for each element from the issuer's root, as versions 70 and
 * 71 of its domain (identifier 1, AES); they never leave but for the element. A
 * token is for a command and not for a time, so the module signs only what a city's
 * TSM may want for ever: applications of the scheme without privileges, packages and
 * moves between its domains, and deletions of what is the scheme's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "card/gp.h"
#include "card/gp_receipt.h"
#include "card/gp_sign.h"
#include "card/gp_token.h"
#include "card/tlv.h"
#include "keys/internal.h"
#include "keys/sd.h"

#define TAG_AID 0x4F

/* The registered provider of the transport scheme (card.md 1.1). */
static const uint8_t scheme[] = { 0xA0, 0x00, 0x00, 0x06, 0x32 };

static bool
of_scheme(struct ykt_bytes aid)
{
	return aid.len > sizeof(scheme) &&
	       ykt_bytes_equal(ykt_bytes_sub(aid, 0, sizeof(scheme)), YKT_BYTES(scheme));
}

static bool
install_may(const struct gp_install *install)
{
	switch (install->form) {
	case GP_INSTALL_LOAD:
		return of_scheme(install->elf) && of_scheme(install->sd);
	case GP_INSTALL_INSTALL:
	case GP_INSTALL_SELECTABLE:
	case GP_INSTALL_INSTALL_SELECTABLE:
		return of_scheme(install->aid) && install->privileges.len == 1 &&
		       install->privileges.data[0] == 0;
	case GP_INSTALL_EXTRADITION:
		return of_scheme(install->aid) && of_scheme(install->sd);
	default:
		return false;
	}
}

/* YKT_E_ARG: not a command that the issuer gives a token for. */
static enum ykt_status
judge(struct ykt_bytes command, struct apdu_cmd *cmd)
{
	struct gp_install install;
	struct ykt_bytes aid;

	if (apdu_cmd_decode(command, cmd) != YKT_OK)
		return YKT_E_ARG;
	if (cmd->ins == GP_INS_INSTALL)
		return gp_install_decode(cmd, &install) == YKT_OK && install_may(&install)
			   ? YKT_OK
			   : YKT_E_ARG;
	if (cmd->ins == GP_INS_DELETE)
		return TLV_FIND(cmd->data, &aid, TAG_AID) == YKT_OK && of_scheme(aid) ? YKT_OK
										      : YKT_E_ARG;

	return YKT_E_ARG;
}

/* AES, identifier 1 of version kvn of the issuer's domain. The caller wipes it. */
static enum ykt_status
issuer_key(
    struct keys_worker *worker, struct ykt_bytes se_id, uint8_t kvn, struct scp03_keys *ret_keys)
{
	return keys_sd_set(worker, se_id, YKT_BYTES(gp_isd_aid), kvn, ret_keys);
}

int
keys_token_make(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	struct keys_worker *worker = worker_arg;
	const struct wire_key_token_make_req *req = req_arg;
	struct wire_key_token_make_rsp *rsp = rsp_arg;
	struct ykt_buf token = { .data = rsp->token.data, .cap = sizeof(rsp->token.data) };
	uint8_t bytes[GP_TOKEN_INPUT_MAX];
	struct ykt_buf input = YKT_BUF(bytes);
	struct scp03_keys keys = { 0 };
	struct ykt_bytes old;
	struct apdu_cmd cmd;
	enum ykt_status status = judge(ykt_bytes(req->command.data, req->command.len), &cmd);

	(void)http;
	if (status == YKT_OK && gp_token_input(&cmd, &input, &old) != YKT_OK)
		status = YKT_E_ARG;
	if (status == YKT_OK)
		status = issuer_key(
		    worker, ykt_bytes(req->se_id.data, req->se_id.len), GP_TOKEN_KVN, &keys);
	if (status == YKT_OK) {
		const struct gp_sign_key key = { GP_KEY_TYPE_AES, ykt_bytes(keys.enc, 16) };

		status = gp_sign_make(worker->crypto, &key, ykt_buf_view(&input), &token);
	}
	ykt_wipe(&keys, sizeof(keys));
	rsp->token.len = (uint16_t)token.len;

	return status == YKT_OK ? 200 : keys_fail(error, status);
}

/* YKT_E_MAC: not of this element, or of another command. */
static enum ykt_status
check(struct keys_worker *worker, const struct wire_key_receipt_check_req *req,
    struct wire_key_receipt_check_rsp *rsp)
{
	struct ykt_bytes fields[GP_RECEIPT_FIELDS_MAX];
	uint8_t bytes[GP_RECEIPT_INPUT_MAX];
	struct ykt_buf input = YKT_BUF(bytes);
	struct scp03_keys keys = { 0 };
	struct gp_receipt receipt;
	enum ykt_status status;

	for (size_t i = 0; i < req->fields_count; i++)
		fields[i] = ykt_bytes(req->fields[i].value.data, req->fields[i].value.len);
	if (gp_receipt_decode(ykt_bytes(req->answer.data, req->answer.len), &receipt) != YKT_OK ||
	    receipt.receipt.len == 0)
		return YKT_E_MAC;
	gp_receipt_input_put(receipt.confirmation, fields, req->fields_count, &input);
	status = ykt_buf_done(&input);
	if (status == YKT_OK)
		status = issuer_key(
		    worker, ykt_bytes(req->se_id.data, req->se_id.len), GP_RECEIPT_KVN, &keys);
	if (status == YKT_OK) {
		const struct gp_sign_key key = { GP_KEY_TYPE_AES, ykt_bytes(keys.enc, 16) };

		status = gp_sign_check(worker->crypto, &key, ykt_buf_view(&input), receipt.receipt);
	}
	ykt_wipe(&keys, sizeof(keys));
	if (status == YKT_OK) {
		rsp->ok = true;
		rsp->counter = receipt.counter;
	}

	return status;
}

int
keys_receipt_check(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	enum ykt_status status = check(worker, req, rsp);

	(void)http;
	/* ok is false: one answer for everything that is no receipt. */
	if (status == YKT_E_MAC)
		return 200;

	return status == YKT_OK ? 200 : keys_fail(error, status);
}
