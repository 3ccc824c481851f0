/*
 * ykt inspect usat: proactive commands, terminal responses, envelopes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/inspect_air.h"

#include "card/tlv.h"
#include "card/usat.h"
#include "card/usat_text.h"
#include "cli/jsonput.h"
#include "cli/words.h"

#define TEXT_MAX 1024 /* UTF-8 of the longest text in 256 bytes */

typedef enum ykt_status decode_fn(struct ykt_bytes value, struct ykt_buf *out);

/* A text, or null for one in a coding that we do not read. */
static json_t *
text_of(decode_fn *decode, struct ykt_bytes value)
{
	uint8_t raw[TEXT_MAX];
	struct ykt_buf out = YKT_BUF(raw);

	if (decode(value, &out) != YKT_OK)
		return json_null();

	return json_stringn((const char *)raw, out.len);
}

/* Appends to the array of that name, which is made at its first element. */
static void
append(json_t *object, const char *name, json_t *value)
{
	json_t *list = json_object_get(object, name);

	if (list == NULL) {
		list = json_array();
		json_object_set_new(object, name, list);
	}
	json_array_append_new(list, value);
}

static json_t *
item_of(struct ykt_bytes value)
{
	json_t *item = json_array();

	json_array_append_new(item, json_integer(value.data[0]));
	json_array_append_new(item, text_of(usat_alpha_decode, ykt_bytes_sub(value, 1, value.len)));

	return item;
}

/* What an element says beyond its bytes. */
static void
put_meaning(json_t *object, const struct usat_tlv *tlv)
{
	switch (tlv->tag) {
	case USAT_TAG_TEXT:
		append(object, "text", text_of(usat_text_decode, tlv->value));
		break;
	case USAT_TAG_DEFAULT_TEXT:
		append(object, "default_text", text_of(usat_text_decode, tlv->value));
		break;
	case USAT_TAG_ALPHA:
		append(object, "alpha", text_of(usat_alpha_decode, tlv->value));
		break;
	case USAT_TAG_ITEM:
		if (tlv->value.len > 0)
			append(object, "items", item_of(tlv->value));
		break;
	case USAT_TAG_ITEM_ID:
		if (tlv->value.len == 1)
			jsonput_int(object, "item", tlv->value.data[0]);
		break;
	case USAT_TAG_RESULT:
		jsonput_hex(object, "result", tlv->value);
		if (tlv->value.len > 0)
			jsonput_text(object, "result_name", words_usat_result(tlv->value.data[0]));
		break;
	default:
		break;
	}
}

/* The tag as it stands on the wire, one byte or three. */
static void
tag_bytes(const struct usat_tlv *tlv, struct ykt_buf *out)
{
	if (tlv->tag > USAT_CR - 1) {
		ykt_put_u8(out, 0x7F);
		ykt_put_u16(out, (uint16_t)(tlv->tag | (tlv->cr ? 0x8000u : 0u)));
	} else {
		ykt_put_u8(out, (uint8_t)(tlv->tag | (tlv->cr ? USAT_CR : 0u)));
	}
}

static void
put_elements(json_t *object, struct ykt_bytes body)
{
	struct ykt_rd rd = ykt_rd(body);
	struct usat_tlv tlv;

	while (usat_next(&rd, &tlv)) {
		json_t *element = json_object();
		uint8_t raw[4];
		struct ykt_buf tag = YKT_BUF(raw);

		tag_bytes(&tlv, &tag);
		jsonput_hex(element, "tag", ykt_buf_view(&tag));
		append(object, "tags", json_copy(json_object_get(element, "tag")));
		jsonput_text(element, "name", words_usat_tag(tlv.tag));
		jsonput_hex(element, "value", tlv.value);
		append(object, "elements", element);
		put_meaning(object, &tlv);
	}
}

static void
put_head(json_t *object, const struct usat_head *head)
{
	json_t *cmd = json_object();

	json_object_set_new(object, "cmd", cmd);
	jsonput_int(cmd, "number", head->number);
	jsonput_u8(cmd, "type", head->type);
	jsonput_u8(cmd, "qualifier", head->qualifier);
	jsonput_text(object, "name", words_usat_type(head->type));
	jsonput_u8(object, "source", head->source);
	jsonput_u8(object, "destination", head->dest);
}

enum ykt_status
inspect_usat(struct ykt_bytes bytes, json_t *object)
{
	struct usat_command command;
	struct usat_response response;
	struct usat_envelope envelope;
	struct ykt_bytes whole = bytes;
	struct ykt_rd rd = ykt_rd(bytes);

	if (usat_command_decode(bytes, &command) == YKT_OK) {
		jsonput_text(object, "message", "proactive command");
		jsonput_u8(object, "outer", USAT_PROACTIVE);
		put_head(object, &command.head);
		(void)ykt_rd_u8(&rd);
		whole = tlv_rd_lv(&rd);
	} else if (usat_response_decode(bytes, &response) == YKT_OK) {
		jsonput_text(object, "message", "TERMINAL RESPONSE");
		jsonput_text(object, "outer", "none (TERMINAL RESPONSE data)");
		put_head(object, &response.head);
	} else if (usat_envelope_decode(bytes, &envelope) == YKT_OK) {
		jsonput_text(object, "message", "ENVELOPE");
		jsonput_u8(object, "outer", envelope.tag);
		jsonput_text(object, "name", words_usat_envelope(envelope.tag));
		jsonput_u8(object, "source", envelope.source);
		jsonput_u8(object, "destination", envelope.dest);
		whole = envelope.body;
	} else {
		return YKT_E_FORMAT;
	}
	put_elements(object, whole);

	return YKT_OK;
}
