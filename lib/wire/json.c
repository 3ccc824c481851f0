/*
 * Messages by their tables: decode and encode.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "wire/reader.h"
#include "wire/writer.h"

const struct wire_message wire_empty_msg = { "empty", NULL, 0, sizeof(struct wire_empty) };

/* An object that is being read, or (list set) the list that holds objects. */
struct frame {
	const struct wire_message *msg;
	uint8_t *base; /* of the object; for a list, of the object it is in */
	const struct wire_field *list;
	size_t count;  /* list: elements so far */
	size_t guess;  /* object: the field expected next */
	uint64_t seen; /* one bit a field */
	bool first;
};

struct decoder {
	struct wire_rd rd;
	struct frame frames[2 * WIRE_NEST_MAX];
	size_t depth;
};

static void
push(
    struct decoder *d, const struct wire_message *msg, uint8_t *base, const struct wire_field *list)
{
	assert(d->depth < YKT_ARRAY_LEN(d->frames) && msg->field_count <= WIRE_FIELD_MAX);

	wire_rd_enter(&d->rd, list != NULL ? '[' : '{');
	d->frames[d->depth++] =
	    (struct frame){ .msg = msg, .base = base, .list = list, .first = true };
}

/* Senders keep the table's order, so the guess is right but for optional fields. */
static const struct wire_field *
find_field(struct frame *frame, const char *key)
{
	size_t count = frame->msg->field_count;

	for (size_t i = 0; i < count; i++) {
		size_t at = (frame->guess + i) % count;

		if (strcmp(frame->msg->fields[at].name, key) != 0)
			continue;
		frame->guess = at + 1;
		return &frame->msg->fields[at];
	}

	return NULL;
}

static_assert(offsetof(WIRE_BLOB(4), data) == sizeof(uint16_t), "data follows len at once");

static void
read_blob(struct wire_rd *rd, const struct wire_field *field, uint8_t *at)
{
	uint16_t len = (uint16_t)wire_rd_hex(rd, at + sizeof(len), 0, field->size);

	memcpy(at, &len, sizeof(len));
}

static void
read_value(struct decoder *d, const struct wire_field *field, uint8_t *base)
{
	struct wire_rd *rd = &d->rd;
	void *at = base + field->off;

	switch (field->type) {
	case WIRE_TEXT:
		wire_rd_text(rd, at, field->size);
		break;
	case WIRE_INT:
		*(int64_t *)at = wire_rd_int(rd, field->min, field->max);
		break;
	case WIRE_BOOL:
		*(bool *)at = wire_rd_bool(rd);
		break;
	case WIRE_HEX:
		(void)wire_rd_hex(rd, at, field->size, field->size);
		break;
	case WIRE_BYTES:
		read_blob(rd, field, at);
		break;
	case WIRE_OBJECT:
		push(d, field->msg, at, NULL);
		break;
	case WIRE_LIST:
		push(d, field->msg, base, field);
		break;
	case WIRE_RAW:
		*(struct ykt_bytes *)at = wire_rd_object(rd);
		break;
	case WIRE_DIGITS:
		*(struct ykt_bytes *)at = wire_rd_digits(rd, field->size);
		break;
	}
}

static void
read_member(struct decoder *d, struct frame *frame)
{
	char key[WIRE_KEY_MAX + 1];
	const struct wire_field *field;
	uint64_t bit;

	wire_rd_key(&d->rd, key);
	field = find_field(frame, key);
	if (field == NULL) {
		d->rd.bad = true;
		return;
	}
	bit = UINT64_C(1) << (field - frame->msg->fields);
	if ((frame->seen & bit) != 0) {
		d->rd.bad = true;
		return;
	}
	frame->seen |= bit;
	if (field->optional)
		*(bool *)(void *)(frame->base + field->has_off) = true;
	read_value(d, field, frame->base);
}

static void
read_element(struct decoder *d, struct frame *frame)
{
	const struct wire_field *list = frame->list;

	if (frame->count == list->count_max) {
		d->rd.bad = true;
		return;
	}
	push(d, list->msg, frame->base + list->off + frame->count * list->size, NULL);
	frame->count++;
}

static void
leave(struct decoder *d, const struct frame *frame)
{
	d->depth--;
	if (frame->list != NULL) {
		memcpy(frame->base + frame->list->count_off, &frame->count, sizeof(frame->count));
		return;
	}
	for (size_t i = 0; i < frame->msg->field_count; i++) {
		if (!frame->msg->fields[i].optional && (frame->seen >> i & 1) == 0)
			d->rd.bad = true;
	}
}

enum ykt_status
wire_decode(const struct wire_message *msg, struct ykt_bytes json, void *ret)
{
	struct decoder d = { .depth = 0 };

	memset(ret, 0, msg->size);
	wire_rd_init(&d.rd, json);
	push(&d, msg, ret, NULL);
	while (d.depth > 0 && !d.rd.bad) {
		struct frame *frame = &d.frames[d.depth - 1];
		uint8_t close = frame->list != NULL ? ']' : '}';

		if (!wire_rd_next(&d.rd, close, &frame->first))
			leave(&d, frame);
		else if (frame->list != NULL)
			read_element(&d, frame);
		else
			read_member(&d, frame);
	}
	if (wire_rd_done(&d.rd))
		return YKT_OK;
	memset(ret, 0, msg->size);

	return YKT_E_FORMAT;
}

static void write_message(struct wire_wr *wr, const struct wire_message *msg, const uint8_t *in);

static void
write_text(struct wire_wr *wr, const struct wire_field *field, const uint8_t *at)
{
	const uint8_t *nul = memchr(at, '\0', field->size);

	if (nul == NULL)
		wr->arg = true;
	else
		wire_wr_text(wr, ykt_bytes(at, (size_t)(nul - at)));
}

static void
write_blob(struct wire_wr *wr, const struct wire_field *field, const uint8_t *at)
{
	uint16_t len;

	memcpy(&len, at, sizeof(len));
	if (len > field->size)
		wr->arg = true;
	else
		wire_wr_hex(wr, ykt_bytes(at + sizeof(len), len));
}

static void
write_list(struct wire_wr *wr, const struct wire_field *field, const uint8_t *in)
{
	size_t count;

	memcpy(&count, in + field->count_off, sizeof(count));
	if (count > field->count_max) {
		wr->arg = true;
		return;
	}
	wire_wr_raw(wr, "[");
	for (size_t i = 0; i < count && !wr->arg && !wr->buf->full; i++) {
		wire_wr_comma(wr);
		write_message(wr, field->msg, in + field->off + i * field->size);
	}
	wire_wr_raw(wr, "]");
}

static void
write_int(struct wire_wr *wr, const struct wire_field *field, const uint8_t *at)
{
	int64_t value;

	memcpy(&value, at, sizeof(value));
	if (value < field->min || value > field->max)
		wr->arg = true;
	else
		wire_wr_int(wr, value);
}

/* A view goes out as it is, when it is what the reader would have given. */
static void
write_view(struct wire_wr *wr, const struct wire_field *field, struct ykt_bytes view)
{
	struct wire_rd rd;

	if (field->type == WIRE_DIGITS) {
		ykt_put_u8(wr->buf, '"');
		ykt_put(wr->buf, view);
		ykt_put_u8(wr->buf, '"');
		wr->arg |= view.len > field->size || !wire_digits_valid(view);
		return;
	}
	wire_rd_init(&rd, view);
	(void)wire_rd_object(&rd);
	wr->arg |= !wire_rd_done(&rd);
	ykt_put(wr->buf, view);
}

static void
write_value(struct wire_wr *wr, const struct wire_field *field, const uint8_t *in)
{
	const void *at = in + field->off;

	switch (field->type) {
	case WIRE_TEXT:
		write_text(wr, field, at);
		break;
	case WIRE_INT:
		write_int(wr, field, at);
		break;
	case WIRE_BOOL:
		wire_wr_bool(wr, *(const bool *)at);
		break;
	case WIRE_HEX:
		wire_wr_hex(wr, ykt_bytes(at, field->size));
		break;
	case WIRE_BYTES:
		write_blob(wr, field, at);
		break;
	case WIRE_OBJECT:
		write_message(wr, field->msg, at);
		break;
	case WIRE_LIST:
		write_list(wr, field, in);
		break;
	case WIRE_RAW:
	case WIRE_DIGITS:
		write_view(wr, field, *(const struct ykt_bytes *)at);
		break;
	}
}

/* Recursion goes as deep as the tables, never as deep as the data. */
static void
write_message(struct wire_wr *wr, const struct wire_message *msg, const uint8_t *in)
{
	wire_wr_raw(wr, "{");
	for (size_t i = 0; i < msg->field_count && !wr->arg; i++) {
		const struct wire_field *field = &msg->fields[i];

		if (field->optional && !*(const bool *)(const void *)(in + field->has_off))
			continue;
		wire_wr_name(wr, field->name);
		write_value(wr, field, in);
	}
	wire_wr_raw(wr, "}");
}

enum ykt_status
wire_encode(const struct wire_message *msg, const void *in, struct ykt_buf *json)
{
	struct wire_wr wr;

	wire_wr_begin(&wr, json);
	write_message(&wr, msg, in);

	return wire_wr_end(&wr);
}
