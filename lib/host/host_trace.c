/*
 * Driver of the trace port.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <ykt/hex.h>

#include "host/host_trace.h"

#define LINE_MAX_LEN 1024
#define HEADER_LEN   4
#define SW_LEN       2
/* Printed of an APDU at most; its length is always printed. */
#define SHOWN_MAX 64

/*
 * The commands whose data is public: what a reader in the field sends in clear.
 * By instruction alone, because the class also says which channel and whether a
 * MAC follows. Everything else is redacted.
 */
static bool
public_command(uint8_t ins)
{
	static const uint8_t known[] = {
		0xA4, /* SELECT */
		0xB0, /* READ BINARY */
		0xB2, /* READ RECORD */
		0x5C, /* GET BALANCE */
		0x50, /* INITIALIZE FOR ..., INITIALIZE UPDATE */
		0x52, /* CREDIT FOR LOAD */
		0x54, /* DEBIT FOR ... */
		0x5A, /* GET TRANSACTION PROVE */
		0x84, /* GET CHALLENGE */
		0xC0, /* GET RESPONSE */
		0xCA, /* GET DATA */
		0xF2, /* GET STATUS */
		0xE4, /* DELETE */
		0xE6, /* INSTALL */
	};

	return memchr(known, ins, sizeof(known)) != NULL;
}

/* What may be seen: all of a public command, else its header or its status word. */
static struct ykt_bytes
redact(const struct ykt_trace_event *event)
{
	struct ykt_bytes all = event->bytes;

	if (strcmp(event->name, "command") != 0)
		return all.len >= SW_LEN ? ykt_bytes_sub(all, all.len - SW_LEN, SW_LEN)
					 : ykt_bytes(NULL, 0);
	if (all.len < HEADER_LEN || !public_command(all.data[1]))
		return ykt_bytes_sub(all, 0, all.len < HEADER_LEN ? 0 : HEADER_LEN);

	return ykt_bytes_sub(all, 0, SHOWN_MAX);
}

static const char *
kind_name(enum ykt_trace_kind kind)
{
	switch (kind) {
	case YKT_TRACE_APDU:
		return "apdu";
	case YKT_TRACE_HTTP:
		return "http";
	case YKT_TRACE_STATE:
		return "state";
	case YKT_TRACE_SECURITY:
		return "security";
	case YKT_TRACE_ERROR:
		return "error";
	}

	return "unknown";
}

/* Names are constant text; should one not be, it still cannot forge a line. */
static void
put_text(struct ykt_buf *line, const char *text)
{
	for (; *text != '\0'; text++) {
		uint8_t c = (uint8_t)*text;

		ykt_put_u8(line, c < ' ' || c > '~' || c == '"' || c == '\\' ? '?' : c);
	}
}

static void
put_time(struct ykt_buf *line)
{
	struct timespec now = { 0 };
	struct tm utc = { 0 };
	char text[64];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
	ykt_put(line, ykt_bytes_str(text));
	snprintf(text, sizeof(text), ".%03ldZ", now.tv_nsec / 1000000);
	ykt_put(line, ykt_bytes_str(text));
}

static void
put_bytes(struct ykt_buf *line, const struct ykt_trace_event *event)
{
	struct ykt_bytes shown = redact(event);
	char hex[2 * SHOWN_MAX + 1];
	char len[32];

	ykt_hex_encode(shown, hex);
	snprintf(len, sizeof(len), ",\"len\":%zu", event->bytes.len);
	ykt_put(line, ykt_bytes_str(",\"hex\":\""));
	ykt_put(line, ykt_bytes_str(hex));
	ykt_put(line, ykt_bytes_str("\""));
	ykt_put(line, ykt_bytes_str(len));
}

static void
trace_event(void *ctx, const struct ykt_trace_event *event)
{
	const struct host_trace *trace = ctx;
	uint8_t raw[LINE_MAX_LEN];
	struct ykt_buf line = YKT_BUF(raw);
	char number[32];
	ssize_t ignored;

	snprintf(number, sizeof(number), "\",\"number\":%lld", (long long)event->number);
	ykt_put(&line, ykt_bytes_str("{\"time\":\""));
	put_time(&line);
	ykt_put(&line, ykt_bytes_str("\",\"program\":\""));
	put_text(&line, trace->program);
	ykt_put(&line, ykt_bytes_str("\",\"kind\":\""));
	ykt_put(&line, ykt_bytes_str(kind_name(event->kind)));
	ykt_put(&line, ykt_bytes_str("\",\"room\":\""));
	put_text(&line, event->room);
	ykt_put(&line, ykt_bytes_str("\",\"name\":\""));
	put_text(&line, event->name);
	ykt_put(&line, ykt_bytes_str(number));
	if (event->kind == YKT_TRACE_APDU)
		put_bytes(&line, event);
	ykt_put(&line, ykt_bytes_str("}\n"));

	/* Half a line would be no JSON: an event that does not fit is left out. */
	if (ykt_buf_done(&line) != YKT_OK)
		return;
	ignored = write(trace->fd, line.data, line.len);
	(void)ignored;
}

struct ykt_trace
host_trace_port(struct host_trace *trace)
{
	return (struct ykt_trace){ .ctx = trace, .event = trace_event };
}
