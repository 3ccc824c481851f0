/*
 * A card on the bench of the tear matrix: the real card OS over a memory whose
 * next writes can be made to fail, and the plain exchange with it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_TEAR_CARD_H
#define SIM_TEAR_CARD_H

#include <ykt/driver/nvm.h>

#include "se/image.h"
#include "se/se.h"
#include "sim/rng.h"

/* What a power cut leaves in the bytes that were being written (F2). */
enum tear_content {
	TEAR_CONTENT_OLD,
	TEAR_CONTENT_NEW,
	TEAR_CONTENT_BYTE,    /* only the first byte is new */
	TEAR_CONTENT_QUARTER, /* a prefix is new, the rest old */
	TEAR_CONTENT_HALF,
	TEAR_CONTENT_BUT_ONE, /* all but the last byte is new */
	TEAR_CONTENT_AND,     /* old & new */
	TEAR_CONTENT_FF,
	TEAR_CONTENT_RANDOM,
	TEAR_CONTENT_COUNT
};

/* How a write goes wrong. */
enum tear_fault {
	TEAR_FAULT_NONE,
	TEAR_FAULT_CUT,    /* torn, and the power stays off until tear_card_power() */
	TEAR_FAULT_SILENT, /* says it worked and did nothing */
	TEAR_FAULT_ERROR   /* fails and did nothing; the power stays on */
};

const char *tear_content_name(enum tear_content content);
const char *tear_fault_name(enum tear_fault fault);

struct tear_card {
	struct se se;
	struct ykt_nvm nvm;
	struct crypto *crypto; /* borrowed */
	struct rng rng;
	struct ykt_random random;
	struct rng noise;
	unsigned writes; /* since tear_card_fault() or tear_card_power() */
	unsigned fault_at;
	enum tear_fault fault;
	enum tear_content content;
	bool off;
	bool fired;
	bool idle;           /* the write that it struck would have changed nothing */
	const char *trouble; /* NULL, or the first step of a set-up that went wrong */
	uint8_t image[SE_IMAGE_SIZE];
};

/* A moment of a card, to be put back into the card that it was taken from. */
struct tear_save {
	struct se se;
	struct rng rng;
	uint8_t image[SE_IMAGE_SIZE];
};

/* Ports and an empty memory; the address of card must not change afterwards. */
void tear_card_init(struct tear_card *card, struct crypto *crypto);
/* Formats and boots it as a blank card with known keys. False: see trouble. */
bool tear_card_blank(struct tear_card *card);
/* The same for the profile of 2016: its issuer's domain speaks SCP02. */
bool tear_card_blank_scp02(struct tear_card *card);
/* Boots over image, with the same random numbers each time. */
YKT_MUST_USE enum ykt_status tear_card_boot(struct tear_card *card);

void tear_card_save(const struct tear_card *card, struct tear_save *save);
/* Puts it back, with the power on and no fault armed. */
void tear_card_restore(struct tear_card *card, const struct tear_save *save);

/* The at-th write from now (1 is the next) goes wrong so. */
void tear_card_fault(
    struct tear_card *card, unsigned at, enum tear_fault fault, enum tear_content content);
/* Power back on, no fault armed. */
void tear_card_power(struct tear_card *card);

/* One exchange; the status word. ret_data may be NULL, or gets the data alone. */
uint16_t tear_card_send(struct tear_card *card, enum ykt_se_iface iface, struct ykt_bytes cmd,
    struct ykt_buf *ret_data);
uint16_t tear_card_send_hex(struct tear_card *card, enum ykt_se_iface iface, const char *cmd_hex);

/* Notes what in card->trouble unless good; good again. */
bool tear_need(struct tear_card *card, bool good, const char *what);

#endif
