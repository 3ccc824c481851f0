/*
 * What a security domain tells: GET STATUS and GET DATA (GP231 11.3, 11.4).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include "card/gp.h"
#include "card/tlv.h"
#include "se/module.h"

/* Entries stop here, so that the answer fits an APDU with R-MAC and padding. */
#define STATUS_ANSWER_MAX 200
/* More numbers than applications or packages; those above have no AID. */
#define LINES_MAX 32

#define TAG_CARD_DATA      0x66
#define TAG_CARD_DATA_BODY 0x73
#define SCP02              0x02
#define SCP03              0x03
#define TAG_KEY_INFO       0xE0
#define TAG_CPLC           0x9F7F
#define TAG_CAPABILITY     0x67
#define TAG_RESOURCES      0xFF21
#define TAG_APPS           0x81
#define TAG_FREE_NVM       0x82
#define TAG_FREE_RAM       0x83
#define TAG_IIN            0x42
#define TAG_CIN            0x45
#define TAG_SEQ            0xC1
#define TAG_MODULE         0x84
#define TAG_VERSION        0xCE
#define TAG_ENTRY_SD       0xCC
#define TAG_ENTRY          0xE3
#define TAG_ENTRY_AID      0x4F
#define TAG_ENTRY_STATE    0x9F70
#define CPLC_LEN           42
#define CPLC_SERIAL        12

/* GP231 H.2: card data and its version 2.3; the protocols come behind. */
static const uint8_t card_data[] = { 0x06, 0x07, 0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x01, 0x60,
	0x0C, 0x06, 0x0A, 0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x02, 0x02, 0x03, 0x01, 0x63, 0x09,
	0x06, 0x07, 0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x03 };

/* GP231 H.4: what domains and applications may get. */
static const uint8_t capability[] = { 0x81, 0x03, 0xF8, 0x5C, 0x00, 0x82, 0x03, 0x00, 0x00, 0x00 };

/*
 * The form before GP 2.2 (GP211 9.4.3.1), which tools of that age know alone: the
 * AID behind its length, life cycle, the first byte of the privileges.
 */
static void
put_old(struct ykt_bytes aid, uint8_t state, uint8_t privileges, struct ykt_buf *out)
{
	ykt_put_u8(out, (uint8_t)aid.len);
	ykt_put(out, aid);
	ykt_put_u8(out, state);
	ykt_put_u8(out, privileges);
}

static void
put_app(const struct se *se, struct se_app app, bool tlv, struct ykt_buf *out)
{
	const uint8_t *entry = se_home(se, se_app_off(app));
	struct gp_entry line = { .aid = se_app_aid(se, app), .state = entry[SE_SD_STATE] };

	/* The issuer's domain shows the life cycle of the card. */
	if (se_app_number(app) == 0)
		line.state = *se_home(se, SE_HEAD_CARD_STATE);
	memcpy(line.privileges, entry + SE_SD_PRIVILEGES, 3);
	if (!tlv) {
		put_old(line.aid, line.state, line.privileges[0], out);
		return;
	}
	line.elf = se_elf_aid_of(se, app);
	line.sd = se_app_aid(se, (struct se_app){ SE_APP_SD, entry[SE_SD_PARENT] });
	gp_entry_encode(&line, out);
}

/* The packages that are built in come first, then those that were loaded. */
static struct ykt_bytes
package_aid(const struct se *se, size_t at)
{
	return at < se_module_count ? se_modules[at].elf : se_elf_aid(se, at - se_module_count);
}

static struct ykt_bytes
module_aid(const struct se *se, size_t at)
{
	return at < se_module_count ? se_modules[at].module
				    : se_elf_module(se, at - se_module_count);
}

static void
put_package_old(const struct se *se, size_t at, bool modules, struct ykt_buf *out)
{
	struct ykt_bytes module = module_aid(se, at);

	put_old(package_aid(se, at), GP_STATE_LOADED, 0, out);
	if (!modules)
		return;
	ykt_put_u8(out, 1);
	ykt_put_u8(out, (uint8_t)module.len);
	ykt_put(out, module);
}

static void
put_package(const struct se *se, size_t at, bool modules, struct ykt_buf *out)
{
	size_t mark = tlv_begin(out, TAG_ENTRY);
	bool loaded = at >= se_module_count;
	size_t elf = loaded ? at - se_module_count : 0;
	uint8_t version[2];

	tlv_put(out, TAG_ENTRY_AID, package_aid(se, at));
	tlv_put_u8(out, TAG_ENTRY_STATE, GP_STATE_LOADED);
	if (loaded) {
		ykt_set_u16(version, se_elf_version(se, elf));
		tlv_put(out, TAG_VERSION, YKT_BYTES(version));
	}
	if (modules)
		tlv_put(out, TAG_MODULE, module_aid(se, at));
	if (loaded)
		tlv_put(out, TAG_ENTRY_SD,
		    se_app_aid(se, (struct se_app){ SE_APP_SD, se_elf_sd(se, elf) }));
	tlv_end(out, mark);
}

/* A domain without global reach sees itself and what it manages. */
static bool
sees(const struct se_call *call, uint8_t sd)
{
	return se_sd_privileged(call, GP_PRIV2_GLOBAL_REGISTRY) || sd == call->side->scp.sd;
}

/* True when the line numbered at belongs into the answer; then it is appended. */
static bool
put_line(struct se_call *call, const struct gp_get_status *get, size_t at, struct ykt_buf *out)
{
	bool modules = get->scope == GP_SCOPE_ELFS_MODULES;
	bool elfs = get->scope == GP_SCOPE_ELFS || modules;
	struct se_app app = se_app_at(at);
	struct ykt_bytes aid = elfs ? package_aid(call->se, at) : se_app_aid(call->se, app);

	if (aid.len == 0 || !ykt_bytes_equal(ykt_bytes_sub(aid, 0, get->aid.len), get->aid))
		return false;
	if (elfs) {
		if (at >= se_module_count && !sees(call, se_elf_sd(call->se, at - se_module_count)))
			return false;
		if (get->tlv)
			put_package(call->se, at, modules, out);
		else
			put_package_old(call->se, at, modules, out);
		return true;
	}
	if (at >= SE_ENTRY_COUNT || (get->scope == GP_SCOPE_ISD) != (at == 0))
		return false;
	if (at != call->side->scp.sd &&
	    !sees(call, se_home(call->se, se_app_off(app))[SE_SD_PARENT]))
		return false;
	put_app(call->se, app, get->tlv, out);

	return true;
}

uint16_t
se_sd_get_status(struct se_call *call)
{
	struct se_side *side = call->side;
	struct gp_get_status get;
	size_t at = 0;
	size_t found = 0;

	if (call->cmd->p1 != GP_SCOPE_ISD && call->cmd->p1 != GP_SCOPE_APPS &&
	    call->cmd->p1 != GP_SCOPE_ELFS && call->cmd->p1 != GP_SCOPE_ELFS_MODULES)
		return SW_P1P2;
	if ((call->cmd->p2 & ~(GP_STATUS_P2_NEXT | GP_STATUS_P2_TLV)) != 0)
		return SW_P1P2;
	if (gp_get_status_decode(call->cmd, &get) != YKT_OK)
		return SW_DATA;
	if (get.next) {
		if (side->status_scope != get.scope || side->status_at == 0)
			return SW_CONDITIONS;
		at = side->status_at;
	}
	side->status_at = 0;
	side->status_scope = get.scope;
	for (; at < LINES_MAX; at++) {
		uint8_t bytes[128];
		struct ykt_buf line = YKT_BUF(bytes);

		if (!put_line(call, &get, at, &line))
			continue;
		if (call->out->len + line.len > STATUS_ANSWER_MAX) {
			side->status_at = (uint8_t)at;
			return SW_MORE_DATA_GP;
		}
		ykt_put(call->out, ykt_buf_view(&line));
		found++;
	}

	return found > 0 ? SW_OK : SW_DATA_NOT_FOUND;
}

/* Production data: the tail of the identity stands where a chip's serial does. */
static void
put_cplc(const struct se *se, struct ykt_buf *out)
{
	uint8_t cplc[CPLC_LEN] = { 0 };

	memcpy(cplc + CPLC_SERIAL, se_home(se, SE_HEAD_IDENTITY), SE_IDENTITY_LEN);
	tlv_put(out, TAG_CPLC, YKT_BYTES(cplc));
}

struct ykt_bytes
se_sd_number(const struct se *se, uint8_t sd, enum se_number tag)
{
	uint32_t at = (uint32_t)SE_SD_OFF(sd) + (tag == SE_NUMBER_IIN ? SE_SD_IIN : SE_SD_CIN);
	const uint8_t *own = se_home(se, at);

	if (own[0] != 0)
		return ykt_bytes(own + 1, own[0]);
	if (tag == SE_NUMBER_IIN)
		return ykt_bytes(se_home(se, SE_HEAD_IIN), SE_IIN_LEN);

	return ykt_bytes(se_home(se, SE_HEAD_IDENTITY), SE_IDENTITY_LEN);
}

/* GP231 H.2: one protocol, by its object identifier, with its i. */
static void
put_protocol(uint8_t scp, uint8_t i, struct ykt_buf *out)
{
	static const uint8_t head[] = { 0x64, 0x0B, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B,
		0x04 };

	ykt_put(out, YKT_BYTES(head));
	ykt_put_u8(out, scp);
	ykt_put_u8(out, i);
}

/*
 * A card that speaks SCP02 too says both. The one that the domain's first keys open
 * comes first: tools read no further (gpshell 2.4.0 does not).
 */
static void
put_card_data(const struct se *se, uint8_t sd, struct ykt_buf *out)
{
	bool scp02_first = se_sd_opens_scp02(se, sd);
	size_t mark = tlv_begin(out, TAG_CARD_DATA);
	size_t inner = tlv_begin(out, TAG_CARD_DATA_BODY);

	ykt_put(out, YKT_BYTES(card_data));
	if (scp02_first)
		put_protocol(SCP02, se_scp02_i(se), out);
	put_protocol(SCP03, se_scp03_i(se), out);
	if (se_scp02_allowed(se) && !scp02_first)
		put_protocol(SCP02, se_scp02_i(se), out);
	tlv_end(out, inner);
	tlv_end(out, mark);
}

/* GP231 H.4: each protocol with its i; SCP03 also with AES-128 to 256. */
static void
put_capability(const struct se *se, uint8_t sd, struct ykt_buf *out)
{
	const uint8_t scp03[] = { 0xA0, 0x09, 0x80, 0x01, SCP03, 0x81, 0x01, se_scp03_i(se), 0x82,
		0x01, 0x07 };
	const uint8_t scp02[] = { 0xA0, 0x06, 0x80, 0x01, SCP02, 0x81, 0x01, se_scp02_i(se) };
	bool scp02_first = se_sd_opens_scp02(se, sd);
	size_t mark = tlv_begin(out, TAG_CAPABILITY);

	if (scp02_first)
		ykt_put(out, YKT_BYTES(scp02));
	ykt_put(out, YKT_BYTES(scp03));
	if (se_scp02_allowed(se) && !scp02_first)
		ykt_put(out, YKT_BYTES(scp02));
	ykt_put(out, YKT_BYTES(capability));
	tlv_end(out, mark);
}

/*
 * ETSI TS 102 226 8.2.1.7.2: a free entry is worth its pages. Without a free one for a purse
 * no memory is said to be free: what is left are places that a card cannot have.
 */
static void
put_resources(const struct se *se, struct ykt_buf *out)
{
	uint8_t nvm[4], ram[4];
	uint32_t free_bytes = 0;
	bool purse = false;
	uint8_t apps = 0;
	size_t mark;

	for (size_t i = 1; i < SE_ENTRY_COUNT; i++) {
		struct se_app app = se_app_at(i);

		if (se_app_aid(se, app).len != 0) {
			apps++;
			continue;
		}
		free_bytes += (uint32_t)se_app_size(app);
		purse = purse || app.kind == SE_APP_PURSE;
	}
	ykt_set_u32(nvm, purse ? free_bytes : 0);
	ykt_set_u32(ram, SE_STORE_MAX);
	mark = tlv_begin(out, TAG_RESOURCES);
	tlv_put_u8(out, TAG_APPS, apps);
	tlv_put(out, TAG_FREE_NVM, YKT_BYTES(nvm));
	tlv_put(out, TAG_FREE_RAM, YKT_BYTES(ram));
	tlv_end(out, mark);
}

uint16_t
se_sd_get_data(struct se_call *call)
{
	uint8_t sd = call->side->app.index;
	const uint8_t *entry = se_home(call->se, (uint32_t)SE_SD_OFF(sd));

	switch (call->cmd->p1 << 8 | call->cmd->p2) {
	case TAG_CARD_DATA:
		put_card_data(call->se, sd, call->out);
		break;
	case TAG_CAPABILITY:
		put_capability(call->se, sd, call->out);
		break;
	case TAG_RESOURCES:
		put_resources(call->se, call->out);
		break;
	case TAG_KEY_INFO:
		se_sd_key_info(call->se, sd, call->out);
		break;
	case TAG_CPLC:
		put_cplc(call->se, call->out);
		break;
	case TAG_IIN:
	case TAG_CIN:
		tlv_put(call->out, call->cmd->p2,
		    se_sd_number(call->se, sd, (enum se_number)call->cmd->p2));
		break;
	case GP_TAG_PAMID:
		entry = se_home(call->se, SE_PAMID);
		if (sd != 0 || entry[0] == 0)
			return SW_DATA_NOT_FOUND;
		tlv_put(call->out, GP_TAG_PAMID, ykt_bytes(entry + 1, entry[0]));
		break;
	case TAG_SEQ:
		tlv_put(call->out, TAG_SEQ, ykt_bytes(entry + SE_SD_SEQ, SCP03_SEQ_LEN));
		break;
	default:
		return SW_DATA_NOT_FOUND;
	}

	return SW_OK;
}
