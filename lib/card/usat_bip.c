/*
 * Elements of channels and timers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/usat_bip.h"

#define ADDRESS_IPV4 0x21
#define ADDRESS_IPV6 0x57
#define IPV4_LEN     4
#define IPV6_LEN     16
#define ID_MASK      0x07
#define ESTABLISHED  0x80
#define VALUE_LEN    3

static bool
read_address(struct ykt_bytes value, struct ykt_bytes *ret_address)
{
	struct ykt_bytes address = ykt_bytes_sub(value, 1, value.len);

	if (value.len == 0 || !((value.data[0] == ADDRESS_IPV4 && address.len == IPV4_LEN) ||
				  (value.data[0] == ADDRESS_IPV6 && address.len == IPV6_LEN)))
		return false;
	*ret_address = address;

	return true;
}

enum ykt_status
usat_open_decode(struct ykt_bytes body, struct usat_open *ret_open)
{
	struct ykt_bytes size, transport, address;
	struct usat_open open;

	if (!usat_find(body, USAT_TAG_BEARER, &open.bearer) ||
	    !usat_find(body, USAT_TAG_BUFFER_SIZE, &size) ||
	    !usat_find(body, USAT_TAG_TRANSPORT, &transport) ||
	    !usat_find(body, USAT_TAG_OTHER_ADDRESS, &address))
		return YKT_NOT_FOUND;
	if (open.bearer.len == 0 || size.len != 2 || transport.len != 3 ||
	    !read_address(address, &open.address))
		return YKT_E_FORMAT;
	open.buffer_size = ykt_get_u16(size.data);
	open.protocol = transport.data[0];
	open.port = ykt_get_u16(transport.data + 1);
	*ret_open = open;

	return YKT_OK;
}

void
usat_open_encode(const struct usat_open *open, struct ykt_buf *out)
{
	usat_put(out, USAT_TAG_BEARER, open->bearer);
	ykt_put_u16(out, USAT_TAG_BUFFER_SIZE << 8 | 2);
	ykt_put_u16(out, open->buffer_size);
	ykt_put_u16(out, USAT_TAG_TRANSPORT << 8 | 3);
	ykt_put_u8(out, open->protocol);
	ykt_put_u16(out, open->port);
	ykt_put_u8(out, USAT_TAG_OTHER_ADDRESS);
	ykt_put_u8(out, (uint8_t)(1 + open->address.len));
	ykt_put_u8(out, open->address.len == IPV4_LEN ? ADDRESS_IPV4 : ADDRESS_IPV6);
	ykt_put(out, open->address);
}

enum ykt_status
usat_channel_decode(struct ykt_bytes value, struct usat_channel *ret_channel)
{
	if (value.len != 2)
		return YKT_E_FORMAT;
	ret_channel->id = value.data[0] & ID_MASK;
	ret_channel->open = (value.data[0] & ESTABLISHED) != 0;
	ret_channel->info = value.data[1];

	return YKT_OK;
}

void
usat_channel_put(const struct usat_channel *channel, struct ykt_buf *out)
{
	const uint8_t value[] = { (uint8_t)(channel->id | (channel->open ? ESTABLISHED : 0)),
		channel->info };

	usat_put(out, USAT_TAG_CHANNEL_STATUS | USAT_CR, YKT_BYTES(value));
}

/* Two digits, the low one in the high half (3GPP TS 23.040 9.2.3.11). */
static uint8_t
swapped(uint32_t number)
{
	return (uint8_t)(number % 10 << 4 | number / 10);
}

/* Such a byte below limit; limit or more when it is none. */
static uint32_t
unswapped(uint8_t byte, uint32_t limit)
{
	uint32_t tens = byte & 0x0F;
	uint32_t ones = byte >> 4;

	return tens > 9 || ones > 9 ? limit : tens * 10 + ones;
}

enum ykt_status
usat_timer_decode(struct ykt_bytes value, uint32_t *ret_seconds)
{
	static const uint32_t limits[VALUE_LEN] = { 24, 60, 60 };
	uint32_t seconds = 0;

	if (value.len != VALUE_LEN)
		return YKT_E_FORMAT;
	for (size_t i = 0; i < VALUE_LEN; i++) {
		uint32_t part = unswapped(value.data[i], limits[i]);

		if (part >= limits[i])
			return YKT_E_FORMAT;
		seconds = seconds * 60 + part;
	}
	*ret_seconds = seconds;

	return YKT_OK;
}

void
usat_timer_put(uint32_t seconds, struct ykt_buf *out)
{
	const uint8_t value[VALUE_LEN] = { swapped(seconds / 3600), swapped(seconds / 60 % 60),
		swapped(seconds % 60) };

	usat_put(out, USAT_TAG_TIMER_VALUE | USAT_CR, YKT_BYTES(value));
}
