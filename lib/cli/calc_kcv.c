/*
 * The check value of a key, as PUT KEY and key lists of cards have it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/calc_priv.h"

#include <strings.h>

#include <ykt/secret.h>

#include "card/gp.h"
#include "cli/jsonput.h"

#define KEY_MAX   32
#define TDES2_LEN 16

static enum ykt_status
compute(struct crypto *crypto, struct calc_args *args, const struct ykt_buf *key, bool aes,
    uint8_t kcv[GP_KCV_LEN])
{
	enum ykt_status status;

	if (!aes && key->len != TDES2_LEN)
		return calc_bad(args, "key: must have 16 bytes");
	status = aes ? gp_kcv_aes(crypto, key->data, key->len, kcv)
		     : gp_kcv_tdes(crypto, key->data, kcv);

	return status == YKT_E_ARG ? calc_bad(args, "key: must have 16, 24 or 32 bytes") : status;
}

enum ykt_status
calc_kcv(struct crypto *crypto, struct calc_args *args, json_t *object)
{
	const char *alg = calc_args_text(args, "alg");
	const bool aes = alg != NULL && strcasecmp(alg, "aes") == 0;
	uint8_t raw[KEY_MAX];
	struct ykt_buf key = YKT_BUF(raw);
	uint8_t kcv[GP_KCV_LEN];
	enum ykt_status status;

	if (alg != NULL && !aes && strcasecmp(alg, "3des") != 0)
		return calc_bad(args, "alg: must be 3des or aes");
	status = calc_args_bytes(args, "key", 0, &key);
	if (status == YKT_OK)
		status = compute(crypto, args, &key, aes, kcv);
	ykt_wipe(raw, sizeof(raw));
	if (status == YKT_OK) {
		jsonput_text(object, "alg", aes ? "aes" : "3des");
		jsonput_hex(object, "kcv", YKT_BYTES(kcv));
	}

	return status == YKT_NOT_FOUND ? YKT_E_FORMAT : status;
}
