/*
 * ykt inspect ota: the open part of secured packets. Keys are for ykt calc ota.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/inspect_air.h"

#include "cli/jsonput.h"
#include "cli/words.h"

#define PACKET_MAX   2100
#define UDH_LEN      3
#define UDH_COMMAND  0x027000u
#define UDH_RESPONSE 0x027100u
#define RHL_AT       5
#define RHL_MIN      10 /* TAR, counter, PCNTR, status */
#define RHL_CC       18 /* the same and a checksum of 8 */

static const char *
integrity_name(enum ota_integrity integrity)
{
	static const char *const names[] = { "none", "RC", "CC", "DS" };

	return names[integrity];
}

static const char *
counter_name(enum ota_counter counter)
{
	static const char *const names[] = { "none", "not checked", "higher", "next" };

	return names[counter];
}

static const char *
por_name(enum ota_por por)
{
	switch (por) {
	case OTA_POR_NONE:
		return "none";
	case OTA_POR_ALWAYS:
		return "always";
	case OTA_POR_ON_ERROR:
		return "on error";
	}

	return NULL;
}

static void
put_spi(json_t *object, const struct ota_head *head)
{
	const uint8_t spi[2] = { head->spi1, head->spi2 };

	jsonput_hex(object, "SPI", YKT_BYTES(spi));
	jsonput_text(object, "integrity", integrity_name(ota_integrity(head)));
	json_object_set_new(object, "ciphered", json_boolean((head->spi1 & OTA_SPI1_CIPHER) != 0));
	jsonput_text(object, "counter", counter_name(ota_counter(head)));
	jsonput_text(object, "por", por_name(ota_por(head)));
	jsonput_text(object, "por_integrity", integrity_name(ota_por_integrity(head)));
	json_object_set_new(
	    object, "por_ciphered", json_boolean((head->spi2 & OTA_SPI2_POR_CIPHER) != 0));
	json_object_set_new(
	    object, "por_by_submit", json_boolean((head->spi2 & OTA_SPI2_POR_SUBMIT) != 0));
}

void
inspect_ota_head(json_t *object, const struct ota_head *head)
{
	put_spi(object, head);
	jsonput_u8(object, "KIc", head->kic);
	jsonput_text(object, "KIc_name", words_ota_alg(head->kic));
	jsonput_u8(object, "KID", head->kid);
	jsonput_text(object, "KID_name", words_ota_alg(head->kid));
	jsonput_hex(object, "TAR", YKT_BYTES(head->tar));
}

/* What a body shows when it is not enciphered. */
static void
put_plain(json_t *object, struct ykt_bytes body, size_t header_len)
{
	struct ykt_rd rd = ykt_rd(body);

	jsonput_hex(object, "CNTR", ykt_rd_take(&rd, OTA_COUNTER_LEN));
	jsonput_int(object, "pcntr", ykt_rd_u8(&rd));
	jsonput_hex(object, "cc", ykt_rd_take(&rd, header_len - OTA_BODY_MIN));
	jsonput_hex(object, "data", ykt_rd_rest(&rd));
}

static enum ykt_status
inspect_command(struct ykt_bytes bytes, json_t *object)
{
	uint8_t raw[PACKET_MAX];
	struct ykt_buf whole = YKT_BUF(raw);
	struct ota_head head;
	struct ykt_bytes body;
	enum ykt_status status = ota_command_whole(bytes, &whole);

	if (status == YKT_OK)
		status = ota_command_head(ykt_buf_view(&whole), &head, &body);
	if (status != YKT_OK)
		return YKT_E_FORMAT;

	jsonput_text(object, "message", "command packet");
	json_object_set_new(object, "cpl_missing", json_boolean(whole.len != bytes.len));
	jsonput_int(object, "cpl", whole.len - 2);
	jsonput_int(object, "chl", raw[2]);
	inspect_ota_head(object, &head);
	if ((head.spi1 & OTA_SPI1_CIPHER) != 0)
		jsonput_hex(object, "ciphertext", body);
	else
		put_plain(object, body, (size_t)raw[2] - 7);

	return YKT_OK;
}

/* Nothing in a response says whether it is enciphered: its body stays as it is. */
static enum ykt_status
inspect_response(struct ykt_bytes bytes, json_t *object)
{
	struct ykt_rd rd = ykt_rd(bytes);
	uint16_t len;
	uint8_t header_len;

	(void)ykt_rd_u24(&rd);
	len = ykt_rd_u16(&rd);
	if (len != rd.left)
		return YKT_E_FORMAT;
	header_len = ykt_rd_u8(&rd);
	jsonput_text(object, "message", "response packet");
	jsonput_int(object, "rpl", len);
	jsonput_int(object, "rhl", header_len);
	jsonput_hex(object, "TAR", ykt_rd_take(&rd, OTA_TAR_LEN));
	jsonput_hex(object, "body", ykt_rd_rest(&rd));
	if (rd.bad || header_len < RHL_MIN || header_len > RHL_CC || bytes.len < header_len + 6u)
		return YKT_E_FORMAT;

	return YKT_OK;
}

enum ykt_status
inspect_ota(struct ykt_bytes bytes, json_t *object)
{
	struct ykt_rd rd = ykt_rd(bytes);
	uint32_t udh = ykt_rd_u24(&rd);

	if (udh == UDH_RESPONSE)
		return inspect_response(bytes, object);
	if (udh == UDH_COMMAND)
		bytes = ykt_rd_rest(&rd);

	return inspect_command(bytes, object);
}
