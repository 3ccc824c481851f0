/*
 * Payment PINs: blocks opened, verifiers made and compared. Nowhere else is one in clear.
 *
 * A verifier is "ykt1$" | salt, 32 hex digits | "$" | MAC, 64 hex digits: HMAC-SM3 under a
 * key derived from the PIN key, over "ykt-pin-verifier" | the user's id and its NUL | salt |
 * digits. The salt is made of the block, so that the same block gives the same verifier
 * when an answer was lost. Layout: a choice of this project, grade D.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keys/pin.h"

#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "crypto/crypto.h"
#include "crypto/pwhash.h"
#include "wire/pin.h"
#include "wire/pin_msg.h"

#define MARK     "ykt1$"
#define MARK_LEN 5
#define SALT_LEN 16
#define MAC_LEN  32
#define TEXT_LEN (MARK_LEN + 2 * SALT_LEN + 1 + 2 * MAC_LEN)

_Static_assert(TEXT_LEN < WIRE_PIN_VERIFIER_MAX, "a verifier fits its field");
_Static_assert(CRYPTO_PWHASH_MAX <= WIRE_PIN_VERIFIER_MAX, "one from before fits too");

/* One request: the keys for its time, and whose PIN it is about. */
struct pin_ask {
	struct keys_worker *worker;
	struct signer_soft module; /* opens blocks */
	uint8_t key[32];           /* makes verifiers */
	const char *user_id;
	const uint8_t *sid;
	struct pin_look look;
};

static enum ykt_status
ask_begin(
    struct keys_worker *worker, const char *user_id, const uint8_t sid[16], struct pin_ask *ask)
{
	const struct keys_pay_pin *own = &worker->keys->options.pay_pin;

	*ask = (struct pin_ask){ .worker = worker, .user_id = user_id, .sid = sid };
	ask->look.now_ms = ykt_clock_wall(worker->keys->options.env.clock);
	signer_soft_init(&ask->module, worker->crypto, &own->key);

	return crypto_kdf_sm3(worker->crypto, YKT_BYTES(own->key.d),
	    ykt_bytes_str("ykt pin verifier"), ask->key, sizeof(ask->key));
}

static void
ask_end(struct pin_ask *ask)
{
	signer_soft_clear(&ask->module);
	ykt_wipe(ask->key, sizeof(ask->key));
}

static enum ykt_status
hash_block(struct pin_ask *ask, struct ykt_bytes block)
{
	return crypto_sm3(ask->worker->crypto, &block, 1, ask->look.block);
}

/*
 * Opens a block that was made about now: one that is older may have been forgotten here,
 * and could be held against a verifier once more. YKT_E_MAC: no such block.
 */
static enum ykt_status
open_block(
    struct pin_ask *ask, struct ykt_bytes block, enum wire_pin_use use, char pin[WIRE_PIN_LEN + 1])
{
	int64_t made_ms = 0;
	enum ykt_status status =
	    wire_pin_open(&ask->module.signer, block, ask->sid, use, pin, &made_ms);

	if (status == YKT_OK && (made_ms < ask->look.now_ms - WIRE_PIN_LIFE_MS ||
				    made_ms > ask->look.now_ms + WIRE_PIN_LIFE_MS)) {
		ykt_wipe(pin, WIRE_PIN_LEN + 1);
		status = YKT_E_MAC;
	}

	return status;
}

static enum ykt_status
hash_verifier(const struct pin_ask *ask, const char *verifier, uint8_t ret_hash[32])
{
	const struct ykt_bytes parts[] = { ykt_bytes(ask->user_id, strlen(ask->user_id) + 1),
		ykt_bytes_str(verifier) };

	return crypto_sm3(ask->worker->crypto, parts, YKT_ARRAY_LEN(parts), ret_hash);
}

static enum ykt_status
verifier_mac(
    const struct pin_ask *ask, const uint8_t salt[SALT_LEN], const char *pin, uint8_t mac[MAC_LEN])
{
	const struct ykt_bytes parts[] = { ykt_bytes_str("ykt-pin-verifier"),
		ykt_bytes(ask->user_id, strlen(ask->user_id) + 1), ykt_bytes(salt, SALT_LEN),
		ykt_bytes(pin, WIRE_PIN_LEN) };

	return crypto_hmac_sm3(
	    ask->worker->crypto, YKT_BYTES(ask->key), parts, YKT_ARRAY_LEN(parts), mac);
}

/* The verifier of pin, out of the block that ask->look names. */
static enum ykt_status
verifier_make(const struct pin_ask *ask, const char *pin, char ret_verifier[WIRE_PIN_VERIFIER_MAX])
{
	const struct ykt_bytes parts[] = { ykt_bytes_str("ykt-pin-salt"),
		YKT_BYTES(ask->look.block) };
	uint8_t salt[32], mac[MAC_LEN];
	enum ykt_status status = crypto_hmac_sm3(
	    ask->worker->crypto, YKT_BYTES(ask->key), parts, YKT_ARRAY_LEN(parts), salt);

	if (status == YKT_OK)
		status = verifier_mac(ask, salt, pin, mac);
	if (status != YKT_OK)
		return status;
	memcpy(ret_verifier, MARK, MARK_LEN);
	ykt_hex_encode(ykt_bytes(salt, SALT_LEN), ret_verifier + MARK_LEN);
	ret_verifier[MARK_LEN + 2 * SALT_LEN] = '$';
	ykt_hex_encode(YKT_BYTES(mac), ret_verifier + MARK_LEN + 2 * SALT_LEN + 1);

	return YKT_OK;
}

static bool
is_ours(const char *verifier)
{
	return strncmp(verifier, MARK, MARK_LEN) == 0;
}

/* YKT_E_MAC: another PIN. YKT_E_FORMAT: no verifier. */
static enum ykt_status
verifier_check(const struct pin_ask *ask, const char *verifier, const char *pin)
{
	uint8_t bytes[SALT_LEN + MAC_LEN], mac[MAC_LEN];
	struct ykt_buf salt = { bytes, 0, SALT_LEN, false };
	struct ykt_buf want = { bytes + SALT_LEN, 0, MAC_LEN, false };
	enum ykt_status status;

	if (!is_ours(verifier))
		return crypto_pwhash_check(
		    verifier, ykt_bytes(pin, WIRE_PIN_LEN), &crypto_pwhash_cost_server);
	if (strlen(verifier) != TEXT_LEN || verifier[MARK_LEN + 2 * SALT_LEN] != '$')
		return YKT_E_FORMAT;
	status = ykt_hex_decode(verifier + MARK_LEN, 2 * SALT_LEN, &salt);
	if (status == YKT_OK)
		status = ykt_hex_decode(verifier + MARK_LEN + 2 * SALT_LEN + 1, 2 * MAC_LEN, &want);
	if (status == YKT_OK)
		status = verifier_mac(ask, bytes, pin, mac);
	if (status == YKT_OK && !ykt_ct_equal(mac, bytes + SALT_LEN, sizeof(mac)))
		status = YKT_E_MAC;

	return status;
}

static void
say(struct wire_key_pin_rsp *rsp, enum wire_pin_result result)
{
	wire_token_set(&wire_pin_result, (int)result, rsp->result, sizeof(rsp->result));
}

/* Is pin, out of the block that ask->look names, the verifier's? A look is taken first. */
static enum ykt_status
compare(struct pin_ask *ask, const char *verifier, const char *pin)
{
	const struct ykt_store *store = ask->worker->keys->options.store;
	enum ykt_status status = hash_verifier(ask, verifier, ask->look.against);

	if (status == YKT_OK)
		status = pin_look_take(store, &ask->look);
	if (status == YKT_OK)
		status = verifier_check(ask, verifier, pin);
	if (status == YKT_OK)
		status = pin_look_right(store, &ask->look);

	return status;
}

/* One of a password hash's kind is replaced; the block may be held against the new one too. */
static enum ykt_status
renew(struct pin_ask *ask, const char *verifier, const char *pin, struct wire_key_pin_rsp *rsp)
{
	uint8_t made[32];
	enum ykt_status status;

	if (is_ours(verifier))
		return YKT_OK;
	status = verifier_make(ask, pin, rsp->verifier);
	if (status == YKT_OK)
		status = hash_verifier(ask, rsp->verifier, made);
	if (status == YKT_OK)
		status = pin_look_made(ask->worker->keys->options.store, &ask->look, made);
	rsp->has_verifier = status == YKT_OK;

	return status;
}

static int
refuse(struct wire_error *error, enum ykt_status status)
{
	return status == YKT_BLOCKED
		   ? wire_error_set(error, 429, WIRE_ERR_TOO_OFTEN, "too many wrong PINs")
		   : keys_fail(error, status);
}

static int
none(struct wire_error *error)
{
	return wire_error_set(error, 404, WIRE_ERR_NOT_FOUND, "this module opens no PINs");
}

static enum ykt_status
check(struct pin_ask *ask, const struct wire_key_pin_check_req *req, struct wire_key_pin_rsp *rsp)
{
	const struct ykt_bytes block = ykt_bytes(req->pin.data, req->pin.len);
	char pin[WIRE_PIN_LEN + 1] = "";
	enum ykt_status status = open_block(ask, block, (enum wire_pin_use)req->use, pin);

	if (status == YKT_OK)
		status = hash_block(ask, block);
	if (status == YKT_OK)
		status = compare(ask, req->verifier, pin);
	if (status == YKT_OK)
		status = renew(ask, req->verifier, pin, rsp);
	ykt_wipe(pin, sizeof(pin));
	if (status == YKT_OK || status == YKT_E_MAC)
		say(rsp, status == YKT_OK ? WIRE_PIN_RIGHT : WIRE_PIN_WRONG);

	return status == YKT_E_MAC ? YKT_OK : status;
}

int
keys_pin_check(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	struct keys_worker *worker = worker_arg;
	const struct wire_key_pin_check_req *req = req_arg;
	struct pin_ask ask;
	enum ykt_status status;

	(void)http;
	if (!worker->keys->options.pay_pin.there)
		return none(error);
	status = ask_begin(worker, req->user_id, req->sid, &ask);
	if (status == YKT_OK && req->use != WIRE_PIN_PAY && req->use != WIRE_PIN_MENU)
		status = YKT_E_ARG;
	if (status == YKT_OK)
		status = check(&ask, req, rsp_arg);
	ask_end(&ask);

	return status == YKT_OK ? 200 : refuse(error, status);
}

/* What the two blocks of a request hold. */
struct pin_pair {
	char pin[WIRE_PIN_LEN + 1];
	char old[WIRE_PIN_LEN + 1]; /* "": none, or none that could be read */
};

/* The old one is right; or the new one is stored already, and the answer was lost. */
static enum ykt_status
compare_pair(struct pin_ask *ask, const struct wire_key_pin_make_req *req,
    const struct pin_pair *pair, bool *ret_again)
{
	enum ykt_status status = YKT_E_MAC;

	if (!req->has_verifier)
		return YKT_OK;
	if (pair->old[0] != '\0') {
		status = hash_block(ask, ykt_bytes(req->old.data, req->old.len));
		if (status == YKT_OK)
			status = compare(ask, req->verifier, pair->old);
	}
	/* It was held against the verifier before this one. */
	if (status == YKT_E_MAC || status == YKT_MISMATCH) {
		status = hash_block(ask, ykt_bytes(req->pin.data, req->pin.len));
		if (status == YKT_OK)
			status = compare(ask, req->verifier, pair->pin);
		*ret_again = status == YKT_OK;
	}

	return status;
}

static enum ykt_status
make(struct pin_ask *ask, const struct wire_key_pin_make_req *req, const struct pin_pair *pair,
    struct wire_key_pin_rsp *rsp)
{
	const struct ykt_bytes block = ykt_bytes(req->pin.data, req->pin.len);
	uint8_t made[32];
	bool again = false;
	enum ykt_status status = compare_pair(ask, req, pair, &again);

	if (status == YKT_E_MAC) {
		say(rsp, WIRE_PIN_WRONG);
		return YKT_OK;
	}
	if (status == YKT_OK && again) {
		say(rsp, WIRE_PIN_SAME_AGAIN);
		return YKT_OK;
	}
	if (status == YKT_OK)
		status = hash_block(ask, block);
	if (status == YKT_OK)
		status = verifier_make(ask, pair->pin, rsp->verifier);
	if (status == YKT_OK)
		status = hash_verifier(ask, rsp->verifier, made);
	if (status == YKT_OK)
		status = pin_look_made(ask->worker->keys->options.store, &ask->look, made);
	rsp->has_verifier = status == YKT_OK;
	if (status == YKT_OK)
		say(rsp, WIRE_PIN_MADE);

	return status;
}

/* Opens both; what needs no verifier is judged here. */
static enum ykt_status
judge(struct pin_ask *ask, const struct wire_key_pin_make_req *req, struct wire_key_pin_rsp *rsp)
{
	struct pin_pair pair = { "", "" };
	enum ykt_status status = open_block(
	    ask, ykt_bytes(req->pin.data, req->pin.len), (enum wire_pin_use)req->use, pair.pin);

	if (status == YKT_OK) {
		status =
		    open_block(ask, ykt_bytes(req->old.data, req->old.len), WIRE_PIN_OLD, pair.old);
		/* One that cannot be read is found wrong, at the price of a try. */
		if (status == YKT_E_MAC)
			status = YKT_OK;
		if (status == YKT_OK && wire_pin_weak(pair.pin, req->phone))
			say(rsp, WIRE_PIN_IS_WEAK);
		else if (status == YKT_OK && ykt_ct_equal(pair.old, pair.pin, sizeof(pair.pin)))
			say(rsp, WIRE_PIN_IS_OLD);
		else if (status == YKT_OK)
			status = make(ask, req, &pair, rsp);
	} else if (status == YKT_E_MAC) {
		say(rsp, WIRE_PIN_NO_BLOCK);
		status = YKT_OK;
	}
	ykt_wipe(&pair, sizeof(pair));

	return status;
}

int
keys_pin_make(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	struct keys_worker *worker = worker_arg;
	const struct wire_key_pin_make_req *req = req_arg;
	struct pin_ask ask;
	enum ykt_status status;

	(void)http;
	if (!worker->keys->options.pay_pin.there)
		return none(error);
	status = ask_begin(worker, req->user_id, req->sid, &ask);
	if (status == YKT_OK && req->use != WIRE_PIN_NEW && req->use != WIRE_PIN_MENU)
		status = YKT_E_ARG;
	if (status == YKT_OK)
		status = judge(&ask, req, rsp_arg);
	ask_end(&ask);

	return status == YKT_OK ? 200 : refuse(error, status);
}
