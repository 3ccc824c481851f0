/*
 * What the files of this room share: one command's context, the registry, and the
 * commands by group. The purse has its own in purse_priv.h, personalisation in perso_priv.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_INTERNAL_H
#define SE_INTERNAL_H

#include "card/apdu.h"
#include "card/gp_sign.h"
#include "card/sw.h"
#include "se/se.h"

#define SE_AID_CRS "\xA0\x00\x00\x01\x51\x43\x52\x53\x00"
#define SE_AID_ARA "\xA0\x00\x00\x01\x51\x41\x43\x4C\x00"

/* Applications with an entry in the image, and with those that are built in. */
#define SE_ENTRY_COUNT (SE_SD_COUNT + SE_PURSE_COUNT + SE_IDENT_COUNT)
#define SE_APP_COUNT   (SE_ENTRY_COUNT + 4)

/* One command on its way. A command appends its data to out and returns its SW. */
struct se_call {
	struct se *se;
	struct se_side *side; /* the channel that the command came on */
	enum ykt_se_iface iface;
	uint8_t channel;
	struct ykt_bytes raw; /* the command as it came */
	const struct apdu_cmd *cmd;
	struct ykt_buf *out;
};

/*
 * One command of an application. rsp_len is the length of the answer when it is
 * fixed, so that a shorter Le is refused before anything happens.
 */
struct se_row {
	uint8_t cla;
	uint8_t ins;
	uint16_t rsp_len; /* SE_ROW_EXTENDED: takes extended lengths too */
	uint16_t (*run)(struct se_call *call);
};

#define SE_ROW_EXTENDED 0xFFFF

/* dispatch.c */
/* The row for the command, or NULL and the status word to refuse with. */
const struct se_row *
se_row_find(const struct se_row *rows, size_t count, const struct apdu_cmd *cmd, uint16_t *ret_sw);
/* Finds the row, checks Le and runs it. */
uint16_t se_rows_run(const struct se_row *rows, size_t count, struct se_call *call);
uint16_t se_dispatch(struct se_call *call);

/* registry.c: applications are numbered: domains, purses, ident, PPSE, CRS, ARA. */
struct se_app se_app_at(size_t number);
size_t se_app_number(struct se_app app);
bool se_app_equal(struct se_app a, struct se_app b);
/* Empty when there is no such application. */
struct ykt_bytes se_app_aid(const struct se *se, struct se_app app);
/* The application with an entry and exactly this AID; NONE without. */
struct se_app se_app_find(const struct se *se, struct ykt_bytes aid);
bool se_app_selectable(const struct se *se, struct se_app app);
/* Where the entry of a domain, a purse or ident starts in home, and its size there. */
uint32_t se_app_off(struct se_app app);
size_t se_app_size(struct se_app app);
/* Ends every selection, personalisation and purse session of app. */
void se_app_gone(struct se *se, struct se_app app);
const uint8_t *se_home(const struct se *se, uint32_t off);

/* Journal, with the card's own status word. */
void se_tx_begin(struct se *se);
void se_tx_put(struct se *se, uint32_t off, struct ykt_bytes bytes);
void se_tx_put_u8(struct se *se, uint32_t off, uint8_t value);
void se_tx_fill(struct se *se, uint32_t off, uint8_t value, size_t len);
uint16_t se_tx_commit(struct se *se);

/* card.c */
uint8_t se_card_state(const struct se *se);
/* 9000, or the refusal of a command to a domain of a card that is locked or terminated. */
uint16_t se_card_blocks(const struct se *se, const struct apdu_cmd *cmd);
/* SET STATUS for the card itself. */
uint16_t se_card_set_state(struct se_call *call);
/* Everything but the issuer's domain is left, on both sides. */
void se_card_leave(struct se *se);

/* channel.c */
/* The open channel that cla names; 0 when it names none. */
uint8_t se_channel_of(const struct se *se, enum ykt_se_iface iface, uint8_t cla);
uint16_t se_channel_manage(struct se_call *call);
/* Closes every channel of iface and opens the basic one afresh. */
void se_channel_reset(struct se *se, enum ykt_se_iface iface);

/* crs.c */
uint16_t se_crs_dispatch(struct se_call *call);
/* The value of tag A5: version, and the counter of updates. */
void se_crs_version(const struct se *se, struct ykt_buf *out);

/* ara.c */
uint16_t se_ara_dispatch(struct se_call *call);
/* One command of STORE DATA: a rule to add, rules to delete, or the refresh tag. */
uint16_t se_ara_store(struct se_call *call, struct ykt_bytes bytes);
/* True when no caller is named for the channel, or a rule lets it do this. */
bool se_ara_may_select(const struct se_call *call, struct se_app app);
bool se_ara_may_send(const struct se_call *call);

/* The rule that counts for this AID and caller. */
struct ara_ref;
struct ara_rule;
YKT_MUST_USE bool
se_ara_find(const struct se *se, const struct ara_ref *ref, struct ara_rule *ret_rule);

/* event.c: after the commit of a purchase; nothing happens for one by wire. */
void se_event_raise(struct se_call *call, const struct purse_purchase *purchase, uint32_t balance);

/* air.c: which purses answer on the contactless side. */
/* True for a purse that was made selectable, even if it is locked now. */
bool se_air_made(const struct se *se, uint8_t purse);
/* True when some partial AID finds both. */
bool se_air_group(const struct se *se, uint8_t a, uint8_t b);
/* Stage an availability, and the counter of updates. */
void se_air_put(struct se *se, uint8_t purse, uint8_t air);
void se_air_count(struct se *se);
/* True when the contactless side answers for app. */
bool se_air_answers(const struct se *se, struct se_app app);
/* True for the default card. */
bool se_air_preferred(const struct se *se, struct se_app app);
/* Stages the availability of a purse that becomes selectable: the first of a group answers. */
void se_air_enter(struct se *se, uint8_t purse);
/* Stages that the purses marked leave: one that waited takes the place of each that answered. */
void se_air_leave(struct se *se, const bool marked[SE_APP_COUNT]);

/* se.c: one command from inside, as from the wired side; appends its data to out. */
uint16_t se_exchange(struct se *se, struct ykt_bytes cmd, struct ykt_buf *out);

struct menu_pack;

/* menu_os.c */
/* True for a toolkit command of the handset: by wire, on the basic channel. */
bool se_menu_takes(const struct se_call *call);
uint16_t se_menu_toolkit(struct se_call *call);
/* Commands to the menu itself: packages. */
uint16_t se_menu_dispatch(struct se_call *call);

struct ota_keys;
/* menu_ota.c: a TPDU of ENVELOPE; appends the proof of receipt. */
uint16_t se_menu_packet(struct se_call *call, struct ykt_bytes tpdu);
/* KIc and KID of every packet; false for a card without. The caller wipes them. */
YKT_MUST_USE bool se_menu_keys(const struct se *se, struct ota_keys *ret_keys);
/* Their algorithm, an enum ota_alg. */
uint8_t se_menu_alg(const struct se *se);
/* STORE DATA to the issuer's domain: a series of groupings with the menu's keys. */
uint16_t se_menu_provide(struct se_call *call, struct ykt_bytes groups);

/* menu_air.c: calls; the context is the struct se_call. */
extern const struct menu_air se_menu_air;

/* menu_slot.c: the packages in the image. */
/* The active package; false without one. */
YKT_MUST_USE bool se_menu_package(const struct se *se, struct menu_pack *ret_pack);
uint16_t se_menu_load(struct se_call *call);
uint16_t se_menu_info(struct se_call *call);
uint16_t se_menu_rollback(struct se_call *call);
/* A start on trial: counts it, or rolls back after too many. A taken menu: the trial ends. */
uint16_t se_menu_started(struct se *se);
uint16_t se_menu_taken(struct se *se);
/* Back to the package before, if the active one is on trial. */
uint16_t se_menu_refused(struct se *se);

/* select.c */
uint16_t se_select(struct se_call *call);

/* sd_channel.c */
uint16_t se_sd_dispatch(struct se_call *call);
/* i of SCP03, 60 or 70. */
uint8_t se_scp03_i(const struct se *se);
void se_scp_close(struct se *se, struct se_side *side);
/* Sensitive data under the DEK of the open channel: whole blocks, appended to out. */
YKT_MUST_USE enum ykt_status
se_scp_decrypt(const struct se_call *call, struct ykt_bytes secret, struct ykt_buf *out);

/* scp02.c: the same steps for a set of 3DES keys. */
/* Counts the attempt durably, when the counter is not above max. */
uint16_t se_scp_count(struct se *se, uint8_t sd, uint32_t max, uint8_t ret_seq[SCP03_SEQ_LEN]);
uint16_t se_scp02_initialize(struct se_call *call, uint8_t kvn, const struct scp03_keys *keys);
/* EXTERNAL AUTHENTICATE; as scp02_authenticate_check(), and YKT_E_ARG for R-MAC without i bit 6. */
YKT_MUST_USE enum ykt_status se_scp02_authenticate(struct se_call *call);
/* The answer to call->cmd, the plain command, with its status word. */
YKT_MUST_USE enum ykt_status
se_scp02_wrap(struct se_call *call, struct ykt_bytes plain, struct ykt_buf *out);
uint16_t se_scp02_begin_r_mac(struct se_call *call);
uint16_t se_scp02_end_r_mac(struct se_call *call);
/* i of SCP02: 0 where the card does not allow it. */
uint8_t se_scp02_i(const struct se *se);

/* True when the card allows SCP02. */
bool se_scp02_allowed(const struct se *se);

/*
 * sd_keys.c: the key set sd answers with: its own, or that of its parents. The
 * type is the same for all three, and one that the card allows.
 */
YKT_MUST_USE bool se_sd_keys(const struct se *se, uint8_t sd, uint8_t kvn, uint8_t *ret_kvn,
    uint8_t *ret_type, struct scp03_keys *ret_keys);
/* True when the set that answers key version 0 opens SCP02: 3DES keys. */
bool se_sd_opens_scp02(const struct se *se, uint8_t sd);
/* The slot of one key; NULL without. */
const uint8_t *se_sd_key(const struct se *se, uint8_t sd, uint8_t kvn, uint8_t id);
/* True when sd has keys of its own for channels. */
bool se_sd_has_keys(const struct se *se, uint8_t sd);
/*
 * A key that signs outside of channels; false without. It lies in bytes, which the
 * caller wipes.
 */
YKT_MUST_USE bool se_sd_sign_key(const struct se *se, uint8_t sd, uint8_t kvn, uint8_t id,
    uint8_t bytes[GP_SIGN_KEY_MAX], struct gp_sign_key *ret_key);
uint16_t se_sd_put_key(struct se_call *call);
uint16_t se_sd_delete_key(struct se_call *call, uint8_t id, uint8_t version);
void se_sd_key_info(const struct se *se, uint8_t sd, struct ykt_buf *out);

/* sd_content.c, sd_install.c, sd_status.c, sd_store.c */
/* token.c: 9000 when the domain needs no token for this command, or shows a right one. */
uint16_t se_token_check(const struct se_call *call);
/*
 * Commits the open transaction of a content management command, and appends its
 * answer: a receipt over fields (card/gp_receipt.h) where one is due, else 00.
 */
uint16_t se_receipt_commit(struct se_call *call, const struct ykt_bytes *fields, size_t count);
/* True when the domain of this channel has a privilege of the second byte. */
bool se_sd_privileged(const struct se_call *call, uint8_t privilege);
/* True when the domain of this channel may manage the contents of sd. */
bool se_sd_manages(const struct se_call *call, uint8_t sd);
uint16_t se_sd_install(struct se_call *call);
uint16_t se_sd_delete(struct se_call *call);
uint16_t se_sd_set_status(struct se_call *call);
uint16_t se_sd_get_status(struct se_call *call);
uint16_t se_sd_get_data(struct se_call *call);
/* Of tag 42 or 45: what STORE DATA left, else the card's own. */
enum se_number { SE_NUMBER_IIN = 0x42, SE_NUMBER_CIN = 0x45 };
struct ykt_bytes se_sd_number(const struct se *se, uint8_t sd, enum se_number tag);
uint16_t se_sd_store_data(struct se_call *call);
/* Drops the series of STORE DATA if it is the one of this channel. */
void se_series_end(struct se *se, const struct se_side *side);

/* perso.c: takes all groupings of a series into purse, or none. */
uint16_t se_perso_store(struct se_call *call, uint8_t purse, struct ykt_bytes groups);

/* pin.c: the PIN of the selected application, which has one (SE_PIN_x). */
const uint8_t *se_pin(const struct se_call *call);
/* 9000, or 6982 when the caller lacks a right that needs (PIN, EXTERNAL) asks for. */
uint16_t se_pin_allows(const struct se_call *call, const uint8_t needs[2], uint8_t access);
/* Nobody has proved the PIN of app any more, on any channel. */
void se_pin_forget(struct se *se, struct se_app app);
/* Stages all tries, and pin as the new PIN unless it is empty. */
void se_pin_stage(struct se_call *call, struct ykt_bytes pin);
/* VERIFY: 9000 when P1, P2 and the length may be; then the command itself. */
uint16_t se_pin_verify_form(const struct se_call *call);
uint16_t se_pin_verify(struct se_call *call);
uint16_t se_pin_change(struct se_call *call, struct ykt_bytes old, struct ykt_bytes pin);
/* Stages the PIN of a grouping, encrypted under the DEK, at off. */
uint16_t se_pin_perso(struct se_call *call, uint32_t off, struct ykt_bytes secret);

#define SE_SD_FAILS_MAX 255 /* INITIALIZE UPDATEs since the last success */

#endif
