/*
 * The card OS: one secure element over an image in non-volatile memory.
 *
 * A card is an image (formatted once, SE_IMAGE_SIZE bytes behind the nvm port)
 * and a struct se that the caller provides and that holds everything volatile.
 * Nothing is allocated and nothing is global, so a process may run any number
 * of cards; one card is not safe to use from two threads at once.
 *
 * Every command that changes the image does so in one journal write, read back
 * before the answer is made. The card never syncs: a driver over a file syncs
 * the image after se_boot() and before it lets an answer out.
 *
 * Policy for the two interfaces (one purse session per card): a purse SELECT
 * or INITIALIZE on the contactless side ends a wired purse session, whose next
 * step gets 6985; a wired purse SELECT or INITIALIZE between a contactless
 * INITIALIZE and its DEBIT is refused with 6985. A reset of one interface ends
 * only what that interface owns. Each interface has four logical channels with
 * their own selection and secure channel; any command to a purse on one of them
 * ends a purse session of another channel of the same interface.
 *
 * Refusals that the sources leave open: 6985 for a step out of order, for a load
 * that would pass the cap, and for the wire while a tap is open; 6983 when 200
 * INITIALIZE of online steps (until APPLICATION UNBLOCK; a success starts the
 * count anew), 100 wrong secure-messaging MACs and authentications together, or
 * 255 INITIALIZE UPDATE (until a success; none comes after the limit) were
 * without success. Record 18 and GET TRANSACTION PROOF number a transaction by
 * its counter after the step.
 *
 * The identity applet (card/ident.h) is selected on the wired side only.
 *
 * Further choices of this card: load, unload and change of the overdraft limit
 * move one online counter, and both ticket kinds share it, the offline counter,
 * the log and the proofs. A PIN try is taken before the PIN is looked at. CARD
 * BLOCK needs the card-lock privilege, because a card has purses of many. What
 * 80CD means, whose the MAC of APPEND RECORD is, and that UNBLOCK PIN may set a
 * PIN, are readings; card/purse_admin.h and card/purse_pin.h say so.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_SE_H
#define SE_SE_H

#include <ykt/bytes.h>
#include <ykt/driver/nvm.h>
#include <ykt/driver/random.h>
#include <ykt/driver/se.h>

#include "crypto/sm2.h"
#include "se/state.h"

#define SE_IDENTITY_LEN 16
#define SE_IIN_LEN      4
#define SE_UID_LEN_MAX  10

/* The application identifiers that every card of ours knows. */
#define SE_AID_ISD          "\xA0\x00\x00\x01\x51\x00\x00\x00"
#define SE_AID_PURSE_ELF    "\xA0\x00\x00\x06\x32\x01\x01"
#define SE_AID_PURSE_MODULE "\xA0\x00\x00\x06\x32\x01\x01\x05"
#define SE_AID_SSD_ELF      "\xA0\x00\x00\x01\x51\x53\x50"
#define SE_AID_SSD_MODULE   "\xA0\x00\x00\x01\x51\x53\x50\x41"
#define SE_AID_PPSE         "2PAY.SYS.DDF01"

/* An instance of the identity applet (card/ident.h); the points are on the curve. */
struct se_ident_params {
	bool has_platform;
	bool has_authority;
	struct crypto_sm2_pub platform;  /* who ENCIPHER is for */
	struct crypto_sm2_pub authority; /* of certificates */
};

/* What makes one blank card different from another. */
struct se_params {
	uint8_t identity[SE_IDENTITY_LEN]; /* the SE id: tag 45, and in tag 9F7F */
	uint8_t iin[SE_IIN_LEN];           /* issuer number, tag 42 */
	uint8_t uid[SE_UID_LEN_MAX];       /* contactless UID */
	uint8_t uid_len;                   /* 4, 7 or 10 */
	uint8_t isd_kvn;                   /* key version of the initial set, 0x30 usually */
	uint8_t isd_key_len;               /* 16, 24 or 32: AES keys */
	/*
	 * i of SCP03: 70, the card challenge computed from a counter, or 60, drawn; 0 is 70.
	 * i of SCP02: 15, with MACs of answers 35, with a computed challenge 55, with both
	 * 75; then, for the 2016 profile, the keys are 3DES, of 16 bytes. 0: no SCP02.
	 */
	uint8_t scp03_i;
	uint8_t scp02_i;
	bool plain_channel; /* level 00, a channel without secure messaging, may be opened */
	uint8_t isd_enc[32];
	uint8_t isd_mac[32];
	uint8_t isd_dek[32];
	/*
	 * Instances of the identity applet, below the issuer's domain and without a key pair
	 * yet: the first has the applet's AID, the others a byte more, from 01 on.
	 */
	size_t ident_count; /* at most SE_IDENT_COUNT */
	struct se_ident_params ident[SE_IDENT_COUNT];
	/*
	 * Keys of the menu's secured packets (card/air_keys.h), set 1: ota_alg is an enum
	 * ota_alg, 0 for AES. Zeros: it takes no packets, and makes no calls.
	 */
	uint8_t ota_kic[16];
	uint8_t ota_kid[16];
	uint8_t ota_payload[16];
	uint8_t ota_alg;
	uint8_t menu_root[64]; /* SM2, x then y: who signs menu packages; zeros: nobody */
};

/* The facts about a card that a host may show or present on the air. */
struct se_info {
	uint8_t identity[SE_IDENTITY_LEN];
	uint8_t uid[SE_UID_LEN_MAX];
	uint8_t uid_len;
};

/*
 * Writes a blank card: an issuer security domain with its first key set, no
 * other domain, no purse, the identity applet if it is asked for. Whatever the image held is gone. The last write makes
 * the image a card, so a cut before it leaves an image that se_boot() refuses.
 *
 * YKT_E_ARG: nvm smaller than SE_IMAGE_SIZE, or a length in params not listed
 * there. YKT_E_DRIVER and others: what the nvm port answered, or it did not
 * keep what was written.
 */
YKT_MUST_USE enum ykt_status se_format(const struct ykt_nvm *nvm, const struct se_params *params);

/*
 * Starts a card: finishes a torn write, checks every page, leaves both
 * interfaces reset. May be called again on a used struct se: that is a power
 * cycle. nvm, crypto and random are borrowed until se_clear(); crypto may be
 * shared with other cards of the same thread.
 *
 * YKT_E_CORRUPT: not a card image, of another version, or a page fails its
 * check. YKT_E_DRIVER and others: the nvm port failed. After any error the card
 * answers every command with 6F00 and touches nothing.
 */
YKT_MUST_USE enum ykt_status se_boot(struct se *se, const struct ykt_nvm *nvm,
    struct crypto *crypto, const struct ykt_random *random);

/*
 * Who hears of every APDU that one application of the card sends to another: room
 * "se", name "command" or "answer" (data, then the status word by itself). Borrowed
 * until se_clear() or the next se_boot(), which forget it. NULL: nobody.
 */
void se_set_trace(struct se *se, const struct ykt_trace *trace_or_null);

/* Power off: wipes everything volatile. Accepts a struct that never booted. */
void se_clear(struct se *se);

/*
 * Runs one command APDU and appends the response with its status word to rsp,
 * which must have room for SE_RSP_MAX bytes (of an answer that finds no room rsp
 * says that it is full) and must not hold cmd there. Never fails: every wrong
 * input has a status word. The image is as before, or as after the command, never between.
 */
void
se_transceive(struct se *se, enum ykt_se_iface iface, struct ykt_bytes cmd, struct ykt_buf *rsp);

/*
 * Warm reset of one interface (contactless: the field went off and on). Ends
 * its selection, its secure channel and a purse session that it owns; the other
 * interface notices nothing. Appends the ATR, or the ATS, to atr.
 */
void se_reset(struct se *se, enum ykt_se_iface iface, struct ykt_buf *atr);

/*
 * Names who speaks on a channel: the hash of the caller's certificate, 20 or 32
 * bytes. From then on the access rules of the card hold for the channel: SELECT
 * and commands that no rule allows get 6982. An empty hash lifts that, which is
 * the state after a reset and for channels opened from such a channel; a channel
 * inherits the caller of the one it was opened from.
 *
 * YKT_E_ARG    no such channel, or another length
 * YKT_E_STATE  the channel is not open, or the card not booted
 */
YKT_MUST_USE enum ykt_status
se_set_caller(struct se *se, enum ykt_se_iface iface, uint8_t channel, struct ykt_bytes hash);

/*
 * The oldest transaction event that waits; false when none does. A tap queues
 * one after its commit. Unsigned, and lost by a power cycle or when more than
 * SE_EVENT_COUNT wait: a reason to read the card, never a proof.
 */
YKT_MUST_USE bool se_take_event(struct se *se, struct se_event *ret_event);

/* True when the access rules let the caller with this hash hear of the event. */
YKT_MUST_USE bool
se_event_is_for(const struct se *se, const struct se_event *event, struct ykt_bytes hash);

/* Identity and UID. YKT_E_STATE: not booted. */
YKT_MUST_USE enum ykt_status se_get_info(const struct se *se, struct se_info *ret_info);

/* One interface of a card as a port; the owner keeps it where it stays put. */
struct se_port {
	struct ykt_se se; /* hand out &port.se */
	struct se *card;
};

/* Binds port to one interface of se; both must outlive the use of port->se. */
void se_port(struct se_port *port, struct se *se, enum ykt_se_iface iface);

#endif
