/*
 * What the tests of the card share: a memory that can be torn at any write, a
 * random source that is a script, and the other side of each conversation (a
 * terminal, a TSM), made from lib/card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SE_SUPPORT_H
#define TESTS_SE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "card/purse.h"
#include "card/scp03.h"
#include "se/se.h"

/* What a power cut leaves in the bytes that were being written. */
enum tear {
	TEAR_OLD,
	TEAR_NEW,
	TEAR_PREFIX_1,
	TEAR_PREFIX_HALF,
	TEAR_PREFIX_ALL_BUT_1,
	TEAR_AND, /* old & new */
	TEAR_FF,
	TEAR_RANDOM,
	TEAR_COUNT
};

/* How the fault_at-th write from now goes wrong. */
enum fault {
	FAULT_NONE,
	FAULT_CUT,    /* torn, and the power stays off until nvm_power() */
	FAULT_SILENT, /* says it worked and did nothing */
	FAULT_ERROR   /* fails and did nothing; the power stays on */
};

/* Every write of a while, so that a crash may lose any of those not yet synced. */
#define NVM_LOG_MAX 64
struct nvm_log {
	size_t count;
	size_t used;
	struct {
		uint32_t off;
		uint32_t len;
		size_t at;
	} write[NVM_LOG_MAX];
	uint8_t data[32768];
};

struct nvm_mem {
	struct ykt_nvm port;
	struct nvm_log *log; /* NULL: not kept */
	unsigned writes;     /* since nvm_power() or nvm_fault() */
	unsigned fault_at;
	enum fault fault;
	enum tear tear;
	uint64_t seed;
	bool off;
	bool fired;
	uint8_t bytes[SE_IMAGE_SIZE];
};

void nvm_init(struct nvm_mem *nvm);
/* The fault_at-th write from now (1 is the next) fails so; 0: none does. */
void nvm_fault(struct nvm_mem *nvm, unsigned fault_at, enum fault fault, enum tear tear);
/* Power back on, no fault armed. */
void nvm_power(struct nvm_mem *nvm);

/* Scripted bytes first, then a counter through a mixing function. */
struct rng {
	struct ykt_random port;
	uint64_t state;
	uint8_t script[64];
	size_t script_len;
	bool fails;
};

void rng_init(struct rng *rng, uint64_t seed);
void rng_script(struct rng *rng, const char *hex);

/* A card with its world. Made by card_new(), which ends the test on any failure. */
struct card {
	struct se se;
	struct nvm_mem nvm;
	struct rng rng;
	struct crypto *crypto;
};

struct card *card_new(void);
void card_free(struct card **card);
/* Power cycle: a fresh struct se over the same memory. */
enum ykt_status card_boot(struct card *card);
/* The parameters of card_new(): keys of the published SCP03 vectors, zero identity. */
void card_params(struct se_params *ret_params);

/* One exchange; the answer as upper-case hex, in a buffer of the test support. */
const char *card_hex(struct card *card, enum ykt_se_iface iface, const char *cmd_hex);
/* Both on the wired side: the whole answer, or only the status word, must be this. */
void expect(struct card *card, const char *cmd_hex, const char *rsp_hex);
void expect_sw(struct card *card, uint16_t sw, const char *cmd_hex);
void
expect_on(struct card *card, enum ykt_se_iface iface, const char *cmd_hex, const char *rsp_hex);
uint16_t card_send(
    struct card *card, enum ykt_se_iface iface, struct ykt_bytes cmd, struct ykt_buf *ret_data);

/* A TSM: one secure channel. */
struct tsm {
	struct card *card;
	enum ykt_se_iface iface;
	struct scp03_session session;
	uint8_t key_version;
	uint16_t sw; /* of the last command */
	uint8_t data_bytes[300];
	struct ykt_buf data;
};

extern const struct scp03_keys tsm_isd_keys; /* of card_params() */
extern const struct scp03_keys tsm_ssd_keys;

/* SELECT, INITIALIZE UPDATE, EXTERNAL AUTHENTICATE; all must succeed. */
void tsm_open(struct tsm *tsm, struct card *card, const char *aid_hex,
    const struct scp03_keys *keys, uint8_t level);
/* Wraps, sends, unwraps; the status word, and the data in tsm->data. */
uint16_t tsm_send(struct tsm *tsm, struct ykt_bytes plain);
uint16_t tsm_send_hex(struct tsm *tsm, const char *plain_hex);

#define AID_ISD      "A000000151000000"
#define AID_SSD      "A00000063201FF01"
#define AID_PURSE    "A000000632010105"
#define SELECT_PURSE "00A4040008" AID_PURSE "00"
#define KVN_SSD      0x31

/* The purse's own keys, from tests/vectors/purse_3des.json. */
struct purse_keys {
	uint8_t dpk[16];
	uint8_t dlk[16];
	uint8_t dtk[16];
	uint8_t damk[16];
};

extern const struct purse_keys purse_test_keys;
#define FILE15_HEX                                                                                 \
	"01011000FFFFFFFF"                                                                         \
	"02"                                                                                       \
	"01"                                                                                       \
	"03105170000000000001"                                                                     \
	"20250101"                                                                                 \
	"20351231"                                                                                 \
	"0000"
/* A trip of 48 bytes and the head of a journey of 128. */
#define TRIP_HEX                                                                                   \
	"03"                                                                                       \
	"3100000000010000"                                                                         \
	"01"                                                                                       \
	"0001"                                                                                     \
	"0002"                                                                                     \
	"0003"                                                                                     \
	"00"                                                                                       \
	"00000000"                                                                                 \
	"00000384"                                                                                 \
	"20250102030405"                                                                           \
	"1000"                                                                                     \
	"0101100000000000"                                                                         \
	"000000000000"
#define FILE17_HEX                                                                                 \
	"00000156"                                                                                 \
	"1100"                                                                                     \
	"1000"                                                                                     \
	"0001"                                                                                     \
	"01"                                                                                       \
	"00000000000000000000000000000000000000000000000000"                                       \
	"000000000000000000000000000000000000000000000000"

struct purse_setup {
	const char *aid;
	uint32_t cap;
	uint32_t limit;
	enum purse_alg alg;
};

/* The domain AID_SSD with keys of its own; then INSTALL of a purse below it. */
void tsm_make_ssd(struct card *card);
void tsm_install_purse(struct card *card, const char *aid_hex);
/* PUT KEY of one new symmetric key (16 bytes) into the domain, over SCP03; it must go well. */
void tsm_put_key(struct card *card, const char *aid_hex, const struct scp03_keys *keys,
    uint8_t version, uint8_t type, const uint8_t key[16]);
/* The command with the token that key (card/gp_sign.h) makes; flip spoils a byte of it. */
struct gp_sign_key;
void issuer_sign(struct card *card, const struct gp_sign_key *key, const char *hex, uint8_t flip,
    struct ykt_buf *ret_cmd);

/* The personalisation groupings, encrypted under the DEK of tsm_ssd_keys. */
void
tsm_perso_groups(struct card *card, const struct purse_setup *setup, struct ykt_buf *ret_groups);
/* Sends groups by STORE DATA; the last status word. */
uint16_t tsm_store(struct tsm *tsm, struct ykt_bytes groups);
/* All of it up to selectable: AID_PURSE, cap 100000, no overdraft, 3DES. */
void tsm_make_purse(struct card *card);
void tsm_make_purse_as(struct card *card, const struct purse_setup *setup);

/* A terminal: INITIALIZE and the second step, with the purse selected. */
#define TERMINAL_HEX "310000000001"
#define DATETIME_HEX "20250102030405"

uint16_t terminal_load(struct card *card, enum ykt_se_iface iface, uint32_t amount);
uint16_t terminal_purchase(
    struct card *card, enum ykt_se_iface iface, uint32_t amount, uint32_t terminal_seq);
/* The second steps alone, to be cut. init is the answer to INITIALIZE. */
void terminal_credit_cmd(
    struct card *card, struct ykt_bytes init, uint32_t amount, struct ykt_buf *ret_cmd);
void terminal_debit_cmd(struct card *card, struct ykt_bytes init, uint8_t type, uint32_t amount,
    uint32_t terminal_seq, struct ykt_buf *ret_cmd);
/* A command of secure messaging: challenge fetched, MAC made, sent. */
uint16_t terminal_sm(
    struct card *card, enum ykt_se_iface iface, const char *header_hex, const char *data_hex);

/*
 * All that the card holds: registry, keys, files, records, balance, counters,
 * proofs. Equal snapshots mean that nothing at all moved.
 */
struct snapshot {
	uint8_t home[SE_HOME_SIZE];
};

void snapshot_take(const struct card *card, struct snapshot *ret_snapshot);
bool snapshot_equal(const struct snapshot *a, const struct snapshot *b);

#endif
