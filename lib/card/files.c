/*
 * The purse's files and records, byte by byte in the order of card.md 1.2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/files.h"

#define COPY(rd, field) ykt_rd_copy((rd), (field), sizeof(field))
#define PUT(out, field) ykt_put_mem((out), (field), sizeof(field))

enum ykt_status
file15_decode(struct ykt_bytes bytes, struct file15 *ret_file)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct file15 file;

	COPY(&rd, file.issuer);
	file.app_type = ykt_rd_u8(&rd);
	file.version = ykt_rd_u8(&rd);
	COPY(&rd, file.serial);
	COPY(&rd, file.start_date);
	COPY(&rd, file.end_date);
	COPY(&rd, file.issuer_data);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_file = file;

	return YKT_OK;
}

void
file15_encode(const struct file15 *file, uint8_t ret_bytes[FILE15_LEN])
{
	struct ykt_buf out = { ret_bytes, 0, FILE15_LEN, false };

	PUT(&out, file->issuer);
	ykt_put_u8(&out, file->app_type);
	ykt_put_u8(&out, file->version);
	PUT(&out, file->serial);
	PUT(&out, file->start_date);
	PUT(&out, file->end_date);
	PUT(&out, file->issuer_data);
}

enum ykt_status
file15_number(const struct file15 *file, char out[CARD_NUMBER_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < 2 * sizeof(file->serial); i++)
		if ((file->serial[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0x0F) > 9)
			return YKT_E_FORMAT;

	for (size_t i = 0; i < 2 * sizeof(file->serial); i++) {
		unsigned digit = file->serial[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0x0F;

		if (i > 0 || digit != 0)
			out[count++] = (char)('0' + digit);
	}
	out[count] = '\0';

	return YKT_OK;
}

enum ykt_status
file16_decode(struct ykt_bytes bytes, struct file16 *ret_file)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct file16 file;

	file.card_type = ykt_rd_u8(&rd);
	file.staff = ykt_rd_u8(&rd);
	COPY(&rd, file.name);
	COPY(&rd, file.id_number);
	file.id_type = ykt_rd_u8(&rd);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_file = file;

	return YKT_OK;
}

void
file16_encode(const struct file16 *file, uint8_t ret_bytes[FILE16_LEN])
{
	struct ykt_buf out = { ret_bytes, 0, FILE16_LEN, false };

	ykt_put_u8(&out, file->card_type);
	ykt_put_u8(&out, file->staff);
	PUT(&out, file->name);
	PUT(&out, file->id_number);
	ykt_put_u8(&out, file->id_type);
}

enum ykt_status
file17_decode(struct ykt_bytes bytes, struct file17 *ret_file)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct file17 file;

	COPY(&rd, file.country);
	COPY(&rd, file.province);
	COPY(&rd, file.city);
	file.interoperability = ykt_rd_u16(&rd);
	file.card_kind = ykt_rd_u8(&rd);
	COPY(&rd, file.rfu);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_file = file;

	return YKT_OK;
}

void
file17_encode(const struct file17 *file, uint8_t ret_bytes[FILE17_LEN])
{
	struct ykt_buf out = { ret_bytes, 0, FILE17_LEN, false };

	PUT(&out, file->country);
	PUT(&out, file->province);
	PUT(&out, file->city);
	ykt_put_u16(&out, file->interoperability);
	ykt_put_u8(&out, file->card_kind);
	PUT(&out, file->rfu);
}
