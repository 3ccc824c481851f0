/*
 * A city's settings for new cards, as groupings.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tsm/city.h"

#include "card/gp.h"
#include "wire/field.h"

static const struct wire_field tsm_city_file_fields[] = {
	FIELD_HEX(tsm_city_file, sfi),
	FIELD_INT(tsm_city_file, size, 1, PERSO_FILE_MAX),
	FIELD_U8(tsm_city_file, read),
	FIELD_U8(tsm_city_file, update),
	FIELD_BLOB(tsm_city_file, content),
};
static MESSAGE(tsm_city_file, "file");

static const struct wire_field tsm_city_fields[] = {
	FIELD_INT(tsm_city, second_cap_fen, 0, PURSE_BALANCE_MAX),
	FIELD_INT(tsm_city, second_overdraft_fen, 0, PURSE_BALANCE_MAX),
	FIELD_INT(tsm_city, needs_pin, 0, PERSO_ACCESS_ALL),
	FIELD_INT(tsm_city, needs_external, 0, PERSO_ACCESS_ALL),
	FIELD_INT(tsm_city, fci, 0, PERSO_FCI_BALANCE | PERSO_FCI_BALANCE_SECOND),
	FIELD_LIST(tsm_city, files, tsm_city_file_msg),
};
MESSAGE(tsm_city, "card settings");

/* The table, judged as the card will, then what stands in the files. */
static enum ykt_status
put_files(const struct tsm_city *city, struct ykt_buf *out)
{
	uint8_t bytes[PERSO_FILE_COUNT * PERSO_FILE_ENTRY_LEN];
	struct ykt_buf table = YKT_BUF(bytes);
	struct perso_file known[PERSO_FILE_COUNT];

	if (city->files_count == 0)
		return YKT_OK;
	for (size_t i = 0; i < city->files_count; i++) {
		const struct tsm_city_file *from = &city->files[i];
		struct perso_file file = { .sfi = from->sfi[0],
			.size = (uint16_t)from->size,
			.read = (uint8_t)from->read,
			.update = (uint8_t)from->update };

		if (from->content.len > from->size)
			return YKT_E_ARG;
		perso_file_encode(&file, &table);
	}
	if (perso_files_decode(ykt_buf_view(&table), known) != YKT_OK)
		return YKT_E_ARG;
	dgi_put(out, PERSO_DGI_FILES, ykt_buf_view(&table));
	for (size_t i = 0; i < city->files_count; i++)
		if (city->files[i].content.len != 0)
			dgi_put(out, city->files[i].sfi[0],
			    ykt_bytes(city->files[i].content.data, city->files[i].content.len));

	return YKT_OK;
}

static enum ykt_status
put_second(const struct tsm_city *city, struct ykt_buf *out)
{
	uint8_t second[PERSO_SECOND_LEN];

	if (city->second_cap_fen + city->second_overdraft_fen > PURSE_BALANCE_MAX ||
	    (city->second_cap_fen == 0 &&
		(city->second_overdraft_fen != 0 || (city->fci & PERSO_FCI_BALANCE_SECOND) != 0)))
		return YKT_E_ARG;
	if (city->second_cap_fen == 0)
		return YKT_OK;
	ykt_set_u24(second, (uint32_t)city->second_cap_fen);
	ykt_set_u24(second + 3, (uint32_t)city->second_overdraft_fen);
	dgi_put(out, PERSO_DGI_SECOND, YKT_BYTES(second));

	return YKT_OK;
}

enum ykt_status
tsm_city_encode(const struct tsm_city *city, struct ykt_buf *out)
{
	uint8_t access[PERSO_ACCESS_LEN] = { (uint8_t)city->needs_pin,
		(uint8_t)city->needs_external };
	uint8_t fci = (uint8_t)city->fci;
	uint8_t bytes[TSM_CITY_MAX];
	struct ykt_buf groups = YKT_BUF(bytes);
	enum ykt_status status = put_second(city, &groups);

	if (status == YKT_OK)
		status = put_files(city, &groups);
	if (status != YKT_OK)
		return status;
	if ((access[0] | access[1]) != 0)
		dgi_put(&groups, PERSO_DGI_ACCESS, YKT_BYTES(access));
	if (fci != 0)
		dgi_put(&groups, PERSO_DGI_FCI, ykt_bytes(&fci, 1));
	if (groups.full || out->cap - out->len < groups.len)
		return YKT_E_SPACE;
	ykt_put(out, ykt_buf_view(&groups));

	return YKT_OK;
}
