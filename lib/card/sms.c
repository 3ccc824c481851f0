/*
 * SMS-DELIVER, read and written.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/sms.h"

#define TYPE_MASK    0x03
#define TYPE_DELIVER 0x00
#define NO_MORE      0x04 /* no more messages wait */
#define HAS_HEADER   0x40
#define DCS_GROUP    0xF4 /* 23.038: group 1111, and its bit of 8-bit data */
#define DCS_GENERAL  0x04
#define REPORT_PARTS 0x07 /* protocol, coding and user data are there */

bool
sms_eight_bit(uint8_t dcs)
{
	return (dcs & DCS_GROUP) == DCS_GROUP || (dcs & 0xEC) == DCS_GENERAL;
}

enum ykt_status
sms_deliver_decode(struct ykt_bytes bytes, struct sms_deliver *ret_deliver)
{
	struct ykt_rd rd = ykt_rd(bytes);
	uint8_t first = ykt_rd_u8(&rd);
	struct sms_deliver deliver = { .has_header = (first & HAS_HEADER) != 0 };
	uint8_t len;

	deliver.address_digits = ykt_rd_u8(&rd);
	deliver.address_type = ykt_rd_u8(&rd);
	deliver.address = ykt_rd_take(&rd, (deliver.address_digits + 1u) / 2);
	deliver.pid = ykt_rd_u8(&rd);
	deliver.dcs = ykt_rd_u8(&rd);
	deliver.time = ykt_rd_take(&rd, SMS_TIME_LEN);
	len = ykt_rd_u8(&rd);
	deliver.data = ykt_rd_take(&rd, len);
	if (ykt_rd_done(&rd) != YKT_OK || (first & TYPE_MASK) != TYPE_DELIVER ||
	    deliver.address_digits > SMS_ADDRESS_DIGITS || !sms_eight_bit(deliver.dcs) ||
	    len > SMS_USER_DATA_MAX)
		return YKT_E_FORMAT;
	*ret_deliver = deliver;

	return YKT_OK;
}

void
sms_deliver_encode(const struct sms_deliver *deliver, struct ykt_buf *out)
{
	if (deliver->data.len > SMS_USER_DATA_MAX)
		out->full = true;
	ykt_put_u8(out, (uint8_t)(NO_MORE | (deliver->has_header ? HAS_HEADER : 0)));
	ykt_put_u8(out, deliver->address_digits);
	ykt_put_u8(out, deliver->address_type);
	ykt_put(out, deliver->address);
	ykt_put_u8(out, deliver->pid);
	ykt_put_u8(out, deliver->dcs);
	ykt_put(out, deliver->time);
	ykt_put_u8(out, (uint8_t)deliver->data.len);
	ykt_put(out, deliver->data);
}

enum ykt_status
sms_report_decode(struct ykt_bytes bytes, struct ykt_bytes *ret_data)
{
	struct ykt_rd rd = ykt_rd(bytes);
	uint8_t first = ykt_rd_u8(&rd);
	uint8_t parts = ykt_rd_u8(&rd);
	uint8_t len;
	struct ykt_bytes data;

	(void)ykt_rd_u8(&rd);
	(void)ykt_rd_u8(&rd);
	len = ykt_rd_u8(&rd);
	data = ykt_rd_take(&rd, len);
	if (ykt_rd_done(&rd) != YKT_OK || first != HAS_HEADER || parts != REPORT_PARTS ||
	    len > SMS_USER_DATA_MAX)
		return YKT_E_FORMAT;
	*ret_data = data;

	return YKT_OK;
}

void
sms_report_encode(struct ykt_bytes data, struct ykt_buf *out)
{
	if (data.len > SMS_USER_DATA_MAX)
		out->full = true;
	ykt_put_u8(out, HAS_HEADER);
	ykt_put_u8(out, REPORT_PARTS);
	ykt_put_u8(out, SMS_PID_DOWNLOAD);
	ykt_put_u8(out, SMS_DCS_DOWNLOAD);
	ykt_put_u8(out, (uint8_t)data.len);
	ykt_put(out, data);
}
