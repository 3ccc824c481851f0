/*
 * Validator to platform, and platform to platform for clearing
 * (docs/protocol.md section 7).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_GATE_MSG_H
#define WIRE_GATE_MSG_H

#include "crypto/signer.h"
#include "wire/json.h"

#define WIRE_TAPS_MAX      64
#define WIRE_BLACKLIST_MAX 256
#define WIRE_CODES_MAX     128
#define WIRE_FARES_MAX     16
#define WIRE_CITIES_MAX    16

#define WIRE_PATH_GATE_UPLOAD  "/gate/upload"
#define WIRE_PATH_GATE_PARAMS  "/gate/params"
#define WIRE_PATH_CLEAR_SUBMIT "/clear/submit"

struct wire_tap {
	char card_no[21];
	uint8_t issuer[8];
	int64_t alg;
	int64_t key_version;
	uint8_t type[1]; /* 06 or 09 */
	int64_t amount_fen;
	int64_t balance_fen; /* before; may be negative */
	int64_t offline_seq; /* 0..65535 */
	uint8_t terminal[6];
	int64_t terminal_seq; /* 0..2^32-1 */
	uint8_t datetime[7];
	uint8_t tac[4]; /* zeros when not confirmed */
	bool confirmed;
	uint8_t trip[48]; /* the 1E record */
};

struct wire_gate_upload_req {
	char batch_id[33];
	uint8_t terminal[6];
	size_t records_count;
	struct wire_tap records[WIRE_TAPS_MAX];
};
/* One result a record, in their order; both for uploads and for clearing. */
struct wire_tap_result {
	char result[17]; /* enum wire_upload_result; for clearing enum wire_clear_result */
};
struct wire_gate_upload_rsp {
	char batch_id[33];
	size_t results_count;
	struct wire_tap_result results[WIRE_TAPS_MAX];
};

struct wire_gate_params_req {
	int64_t version; /* the one that the gate has; 0 for none */
};
/* An issuer that the gate accepts, with its city. */
struct wire_gate_city {
	char city[5];
	uint8_t issuer[8];
};
struct wire_gate_card {
	char card_no[21];
};
/* An account whose ride codes are refused: field 5 as digits. */
struct wire_gate_code {
	char user_no[21];
};
struct wire_gate_fare {
	char kind[17];
	int64_t amount_fen;
};
struct wire_gate_params_rsp {
	int64_t version;
	size_t cities_count;
	struct wire_gate_city cities[WIRE_CITIES_MAX];
	size_t blacklist_count;
	struct wire_gate_card blacklist[WIRE_BLACKLIST_MAX];
	int64_t cap_fen;
	size_t fares_count;
	struct wire_gate_fare fares[WIRE_FARES_MAX];
	bool has_codes;
	size_t codes_count; /* a list of its own: neither crowds the other out */
	struct wire_gate_code codes[WIRE_CODES_MAX];
	uint8_t sig[64]; /* SM2 over this message's encoding with sig all zero */
};

struct wire_clear_submit_req {
	char batch_id[33];
	char city[5]; /* the acquirer */
	size_t records_count;
	struct wire_tap records[WIRE_TAPS_MAX];
};
struct wire_clear_submit_rsp {
	char batch_id[33];
	size_t results_count;
	struct wire_tap_result results[WIRE_TAPS_MAX];
};

/*
 * Sets params->sig. scratch (emptied first and after) must hold the encoding:
 * 16 KiB is enough for the largest.
 *
 * As wire_encode() and signer_sign(); params is then unchanged.
 */
YKT_MUST_USE enum ykt_status wire_gate_params_sign(
    const struct signer *signer, struct ykt_buf *scratch, struct wire_gate_params_rsp *params);

/*
 * Checks params->sig; params is as before when it returns.
 *
 * YKT_E_MAC  the signature is wrong
 */
YKT_MUST_USE enum ykt_status wire_gate_params_verify(struct crypto *c,
    const struct crypto_sm2_pub *pub, struct ykt_buf *scratch, struct wire_gate_params_rsp *params);

extern const struct wire_message wire_tap_msg;
extern const struct wire_message wire_gate_upload_req_msg;
extern const struct wire_message wire_tap_result_msg;
extern const struct wire_message wire_gate_upload_rsp_msg;
extern const struct wire_message wire_gate_params_req_msg;
extern const struct wire_message wire_gate_city_msg;
extern const struct wire_message wire_gate_card_msg;
extern const struct wire_message wire_gate_code_msg;
extern const struct wire_message wire_gate_fare_msg;
extern const struct wire_message wire_gate_params_rsp_msg;
extern const struct wire_message wire_clear_submit_req_msg;
extern const struct wire_message wire_clear_submit_rsp_msg;

#endif
