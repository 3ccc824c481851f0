/*
 * Inside the key module: what its files share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef KEYS_INTERNAL_H
#define KEYS_INTERNAL_H

#include "card/purse.h"
#include "keys/keys.h"
#include "wire/call.h"
#include "wire/key_msg.h"

struct keys {
	struct keys_options options;
};

struct keys_worker {
	const struct keys *keys;
	struct crypto *crypto;
	struct wire_scratch *scratch;
};

/* Where a code certificate has its month. */
#define KEYS_CODE_EXPIRY_OFF 11

/* MAC1 failures after which a card gets no more permits (T05, R-oracle). */
#define KEYS_MAC1_LIMIT 200

/* The 20 digits of a card number as the 10 bytes of file 15's serial. */
YKT_MUST_USE enum ykt_status keys_serial(const char *card_no, uint8_t ret_serial[PURSE_SERIAL_LEN]);

/* Of type wire_handler, one a path. */
int keys_load_permit(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_unload_permit(void *worker, const struct ykt_http_request *http, const void *req,
    void *rsp, struct wire_error *error);
int keys_card_claim(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_load_tac(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_tac_verify(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_scp_session(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_token_make(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_receipt_check(void *worker, const struct ykt_http_request *http, const void *req,
    void *rsp, struct wire_error *error);
int keys_scp_putkey(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_perso_make(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_psam_make(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_code_sign(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_ident_sign(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_ota_open(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_ota_answer(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_ota_command(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_ota_provide(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_ota_receipt(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_pin_check(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);
int keys_pin_make(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error);

/* A status as an answer: store busy or down 503, the rest 500. */
int keys_fail(struct wire_error *error, enum ykt_status status);

#endif
