/*
 * The key module's shared part, its workers and its routes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keys/keys.h"

#include <string.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "card/purse_pin.h"
#include "keys/internal.h"
#include "wire/ota_msg.h"
#include "wire/pin_msg.h"

static const struct wire_route routes[] = {
	{ .path = WIRE_PATH_KEY_LOAD_PERMIT,
	    .roles = "platform-*",
	    .req = &wire_key_load_permit_req_msg,
	    .rsp = &wire_key_load_permit_rsp_msg,
	    .fn = keys_load_permit },
	{ .path = WIRE_PATH_KEY_UNLOAD_PERMIT,
	    .roles = "platform-*",
	    .req = &wire_key_load_permit_req_msg,
	    .rsp = &wire_key_load_permit_rsp_msg,
	    .fn = keys_unload_permit },
	{ .path = WIRE_PATH_KEY_CARD_CLAIM,
	    .roles = "platform-*",
	    .req = &wire_key_load_permit_req_msg,
	    .rsp = &wire_key_load_permit_rsp_msg,
	    .fn = keys_card_claim },
	{ .path = WIRE_PATH_KEY_LOAD_TAC,
	    .roles = "platform-*",
	    .req = &wire_key_load_tac_req_msg,
	    .rsp = &wire_key_load_tac_rsp_msg,
	    .fn = keys_load_tac },
	{ .path = WIRE_PATH_KEY_TAC_VERIFY,
	    .roles = "platform-*",
	    .req = &wire_key_tac_verify_req_msg,
	    .rsp = &wire_key_tac_verify_rsp_msg,
	    .fn = keys_tac_verify },
	{ .path = WIRE_PATH_KEY_SCP_SESSION,
	    .roles = "tsm-*",
	    .req = &wire_key_scp_session_req_msg,
	    .rsp = &wire_key_scp_session_rsp_msg,
	    .fn = keys_scp_session },
	{ .path = WIRE_PATH_KEY_SCP_PUTKEY,
	    .roles = "tsm-*",
	    .req = &wire_key_scp_putkey_req_msg,
	    .rsp = &wire_key_scp_putkey_rsp_msg,
	    .fn = keys_scp_putkey },
	{ .path = WIRE_PATH_KEY_TOKEN_MAKE,
	    .roles = "tsm-*",
	    .req = &wire_key_token_make_req_msg,
	    .rsp = &wire_key_token_make_rsp_msg,
	    .fn = keys_token_make },
	{ .path = WIRE_PATH_KEY_RECEIPT_CHECK,
	    .roles = "tsm-*",
	    .req = &wire_key_receipt_check_req_msg,
	    .rsp = &wire_key_receipt_check_rsp_msg,
	    .fn = keys_receipt_check },
	{ .path = WIRE_PATH_KEY_PERSO_MAKE,
	    .roles = "tsm-*",
	    .req = &wire_key_perso_make_req_msg,
	    .rsp = &wire_key_perso_make_rsp_msg,
	    .fn = keys_perso_make },
	{ .path = WIRE_PATH_KEY_PSAM_MAKE,
	    .roles = "operator",
	    .req = &wire_key_psam_make_req_msg,
	    .rsp = &wire_key_psam_make_rsp_msg,
	    .fn = keys_psam_make },
	{ .path = WIRE_PATH_KEY_CODE_SIGN,
	    .roles = "platform-*",
	    .req = &wire_key_code_sign_req_msg,
	    .rsp = &wire_key_code_sign_rsp_msg,
	    .fn = keys_code_sign },
	{ .path = WIRE_PATH_KEY_IDENT_SIGN,
	    .roles = "platform-*",
	    .req = &wire_key_ident_sign_req_msg,
	    .rsp = &wire_key_ident_sign_rsp_msg,
	    .fn = keys_ident_sign },
	{ .path = WIRE_PATH_KEY_OTA_OPEN,
	    .roles = "platform-*",
	    .req = &wire_key_ota_open_req_msg,
	    .rsp = &wire_key_ota_open_rsp_msg,
	    .fn = keys_ota_open },
	{ .path = WIRE_PATH_KEY_OTA_ANSWER,
	    .roles = "platform-*",
	    .req = &wire_key_ota_answer_req_msg,
	    .rsp = &wire_key_ota_answer_rsp_msg,
	    .fn = keys_ota_answer },
	{ .path = WIRE_PATH_KEY_OTA_COMMAND,
	    .roles = "platform-*",
	    .req = &wire_key_ota_command_req_msg,
	    .rsp = &wire_key_ota_command_rsp_msg,
	    .fn = keys_ota_command },
	{ .path = WIRE_PATH_KEY_OTA_RECEIPT,
	    .roles = "platform-*",
	    .req = &wire_key_ota_receipt_req_msg,
	    .rsp = &wire_key_ota_receipt_rsp_msg,
	    .fn = keys_ota_receipt },
	{ .path = WIRE_PATH_KEY_OTA_PROVIDE,
	    .roles = "tsm-*",
	    .req = &wire_key_ota_provide_req_msg,
	    .rsp = &wire_key_ota_provide_rsp_msg,
	    .fn = keys_ota_provide },
	{ .path = WIRE_PATH_KEY_PIN_CHECK,
	    .roles = "platform-*",
	    .req = &wire_key_pin_check_req_msg,
	    .rsp = &wire_key_pin_rsp_msg,
	    .fn = keys_pin_check },
	{ .path = WIRE_PATH_KEY_PIN_MAKE,
	    .roles = "platform-*",
	    .req = &wire_key_pin_make_req_msg,
	    .rsp = &wire_key_pin_rsp_msg,
	    .fn = keys_pin_make },
};

#ifdef YKT_REFUSE_TEST_KEYS
static bool
is_test_root(const uint8_t root[KEYS_ROOT_LEN])
{
	return ykt_bytes_equal(
	    ykt_bytes(root, sizeof(KEYS_TEST_MARK) - 1), ykt_bytes_str(KEYS_TEST_MARK));
}

/* A root that is not there is zero, and no test key. */
static bool
has_test_option(const struct keys_roots *roots)
{
	return is_test_root(roots->unload) || is_test_root(roots->overdraft) ||
	       is_test_root(roots->pin_unblock) || is_test_root(roots->pin_reload) ||
	       is_test_root(roots->internal) || is_test_root(roots->external) ||
	       is_test_root(roots->block) || is_test_root(roots->unblock) ||
	       is_test_root(roots->record) || is_test_root(roots->ota_kic) ||
	       is_test_root(roots->ota_kid) || is_test_root(roots->ota_payload);
}

static bool
is_test_authority(const struct keys_ident *ident)
{
	return strncmp(ident->authority, KEYS_TEST_MARK, sizeof(KEYS_TEST_MARK) - 1) == 0;
}

static bool
has_test_root(const struct keys_roots *roots)
{
	return has_test_option(roots) || is_test_root(roots->purchase) ||
	       is_test_root(roots->load) || is_test_root(roots->tac) ||
	       is_test_root(roots->maintenance) || is_test_root(roots->isd) ||
	       is_test_root(roots->ssd) || is_test_root(roots->psam);
}
#else
static bool
is_test_authority(const struct keys_ident *ident)
{
	(void)ident;
	return false;
}

static bool
has_test_root(const struct keys_roots *roots)
{
	(void)roots;
	return false;
}
#endif

/* None, or a certificate of that very key. */
static bool
code_fits(const struct keys_code *code)
{
	struct code_cert cert;
	uint8_t point[CODE_POINT_LEN];

	if (!code->there)
		return true;
	crypto_sm2_compress(&code->key.pub, point);
	return code_cert_decode(YKT_BYTES(code->cert), &cert) == YKT_OK &&
	       ykt_bytes_equal(YKT_BYTES(point), YKT_BYTES(cert.point));
}

static bool
pin_fits(const struct keys_pin *pin)
{
	if (pin->tries == 0)
		return pin->len == 0;

	return pin->tries <= PURSE_PIN_TRIES_MAX && pin->len <= sizeof(pin->bytes) &&
	       purse_pin_valid(ykt_bytes(pin->bytes, pin->len));
}

static bool
ota_fits(const struct keys_roots *roots)
{
	return roots->has_ota_kic == roots->has_ota_kid &&
	       roots->has_ota_kic == roots->has_ota_payload;
}

enum ykt_status
keys_new(const struct keys_options *options, struct keys **ret_keys)
{
	struct keys *keys;

	if (options->env.clock == NULL || options->env.random == NULL ||
	    options->env.alloc == NULL || options->store == NULL || options->city == NULL ||
	    !pin_fits(&options->pin) || !ota_fits(&options->roots) ||
	    (options->ident.there && options->ident.authority[0] == '\0'))
		return YKT_E_ARG;
	if (has_test_root(&options->roots) || is_test_authority(&options->ident))
		return YKT_E_KEY;
	if (!code_fits(&options->code))
		return YKT_MISMATCH;
	keys = ykt_mem_get(options->env.alloc, sizeof(*keys));
	if (keys == NULL)
		return YKT_E_NOMEM;
	keys->options = *options;
	*ret_keys = keys;
	return YKT_OK;
}

void
keys_free(struct keys **keys)
{
	if (keys != NULL && *keys != NULL)
		ykt_mem_put((*keys)->options.env.alloc, keys, sizeof(**keys));
}

enum ykt_status
keys_worker_new(const struct keys *keys, struct crypto *crypto, struct keys_worker **ret_worker)
{
	const struct ykt_alloc *alloc = keys->options.env.alloc;
	struct keys_worker *worker = ykt_mem_get(alloc, sizeof(*worker));
	enum ykt_status status;

	if (worker == NULL)
		return YKT_E_NOMEM;
	worker->keys = keys;
	worker->crypto = crypto;
	status = wire_dispatch_scratch_new(alloc, routes, YKT_ARRAY_LEN(routes), &worker->scratch);
	if (status == YKT_OK)
		*ret_worker = worker;
	else
		ykt_mem_put(alloc, &worker, sizeof(*worker));
	return status;
}

void
keys_worker_free(struct keys_worker **worker)
{
	if (worker == NULL || *worker == NULL)
		return;
	wire_scratch_free(&(*worker)->scratch);
	ykt_mem_put((*worker)->keys->options.env.alloc, worker, sizeof(**worker));
}

void
keys_handle(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	wire_dispatch(routes, YKT_ARRAY_LEN(routes), worker,
	    ((struct keys_worker *)worker)->scratch, req, rsp);
}

enum ykt_status
keys_serial(const char *card_no, uint8_t ret_serial[PURSE_SERIAL_LEN])
{
	uint8_t serial[PURSE_SERIAL_LEN];
	struct ykt_buf buf = YKT_BUF(serial);

	if (!wire_card_no_valid(card_no) ||
	    ykt_hex_decode(card_no, 2 * PURSE_SERIAL_LEN, &buf) != YKT_OK)
		return YKT_E_ARG;
	memcpy(ret_serial, serial, sizeof(serial));
	return YKT_OK;
}

int
keys_fail(struct wire_error *error, enum ykt_status status)
{
	switch (status) {
	case YKT_E_ARG:
	case YKT_E_FORMAT:
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, ykt_status_text(status));
	case YKT_NOT_FOUND:
		return wire_error_set(
		    error, 404, WIRE_ERR_NOT_FOUND, "this module made no such card");
	case YKT_MISMATCH:
		return wire_error_set(
		    error, 422, WIRE_ERR_MISMATCH, "not the same request as before");
	case YKT_CONFLICT:
		return wire_error_set(
		    error, 422, WIRE_ERR_MISMATCH, "the card lives in another element");
	case YKT_BLOCKED:
		return wire_error_set(error, 429, WIRE_ERR_TOO_OFTEN, "too many wrong MAC1");
	case YKT_BUSY:
	case YKT_E_DOWN:
	case YKT_E_STORE:
	case YKT_E_STORE_UNKNOWN:
		return wire_error_set(error, 503, WIRE_ERR_BUSY, ykt_status_text(status));
	default:
		return wire_error_set(error, 500, WIRE_ERR_INTERNAL, ykt_status_text(status));
	}
}
