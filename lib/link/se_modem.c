/*
 * Driver: the card in a modem, see se_modem.h. The talk itself is
 * se_modem_talk.c's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "link/se_modem.h"

#include <fcntl.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#include <ykt/mem.h>

#include "link/se_modem_talk.h"

#define NO_SESSION  (-1)
#define CLOSE_MS    500
#define INS_SELECT  0xA4
#define INS_CHANNEL 0x70
#define P1_BY_NAME  0x04

struct se_modem {
	struct ykt_se se;
	const struct ykt_alloc *alloc;
	struct se_modem_talk talk;
	bool channels; /* +CCHO, +CGLA, +CCHC */
	bool basic;    /* +CSIM */
	int session;   /* of the open channel, or NO_SESSION */
};

/* What was selected is gone, whether or not the modem says so. */
static enum ykt_status
end_session(struct se_modem *m, int64_t deadline_mono_ms)
{
	struct se_modem_answer answer;
	const int session = m->session;
	enum ykt_status status;

	if (session == NO_SESSION)
		return YKT_OK;
	m->session = NO_SESSION;
	status = se_at_close((unsigned)session, se_modem_line(&m->talk));

	return status == YKT_OK ? se_modem_ask(&m->talk, deadline_mono_ms, &answer) : status;
}

static enum ykt_status
put_sw(struct ykt_buf *rsp, uint16_t sw)
{
	ykt_put_u16(rsp, sw);

	return YKT_OK;
}

/* Opens a channel to the application; its SELECT then goes over it for the FCI. */
static enum ykt_status
begin_session(
    struct se_modem *m, struct ykt_bytes aid, int64_t deadline_mono_ms, bool *ret_not_found)
{
	struct se_modem_answer answer;
	enum ykt_status status = end_session(m, deadline_mono_ms);

	if (status == YKT_OK)
		status = se_at_open(aid, se_modem_line(&m->talk));
	if (status == YKT_OK)
		status = se_modem_ask(&m->talk, deadline_mono_ms, &answer);
	if (status != YKT_OK)
		return status;
	*ret_not_found = !answer.ok && answer.error == SE_AT_CME_NOT_FOUND;
	if (*ret_not_found)
		return YKT_OK;
	if (!answer.ok || answer.session < 0)
		return YKT_E_LINK;
	m->session = answer.session;

	return YKT_OK;
}

/* Sends the line that is made; the card's answer goes to rsp. */
static enum ykt_status
relay(struct se_modem *m, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct se_modem_answer answer;
	enum ykt_status status;

	answer.rsp = rsp;
	answer.has_rsp = false;
	status = se_modem_ask_card(&m->talk, deadline_mono_ms, &answer);
	if (status != YKT_OK)
		return status;

	return answer.ok && answer.has_rsp ? YKT_OK : YKT_E_LINK;
}

static bool
is_select_by_name(struct ykt_bytes cmd)
{
	return cmd.len > 5 && (cmd.data[0] & 0x1F) == 0 && cmd.data[1] == INS_SELECT &&
	       cmd.data[2] == P1_BY_NAME && cmd.data[4] > 0 && cmd.data[4] <= SE_AT_AID_MAX &&
	       cmd.len >= (size_t)5 + cmd.data[4];
}

/* The first occurrence opens a channel; the next one is looked for on the same. */
static bool
is_first(struct ykt_bytes cmd)
{
	return (cmd.data[3] & 0x03) == 0;
}

static enum ykt_status
modem_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct se_modem *m = ctx;
	bool not_found = false;
	enum ykt_status status = YKT_OK;

	if (cmd.len > SE_AT_APDU_MAX)
		return put_sw(rsp, 0x6700);
	if (cmd.len >= 2 && cmd.data[1] == INS_CHANNEL)
		return put_sw(rsp, 0x6881);
	if (m->channels && is_select_by_name(cmd) && (is_first(cmd) || m->session == NO_SESSION))
		status = begin_session(
		    m, ykt_bytes(cmd.data + 5, cmd.data[4]), deadline_mono_ms, &not_found);
	if (status != YKT_OK)
		return status;
	if (not_found)
		return put_sw(rsp, 0x6A82);
	if (m->session == NO_SESSION && !m->basic)
		return put_sw(rsp, 0x6985);
	status = m->session != NO_SESSION
		     ? se_at_send((unsigned)m->session, cmd, se_modem_line(&m->talk))
		     : se_at_send_basic(cmd, se_modem_line(&m->talk));

	return status == YKT_OK ? relay(m, rsp, deadline_mono_ms) : status;
}

static enum ykt_status
modem_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	static const uint8_t unknown[] = { 0x3B, 0x00 };
	struct se_modem *m = ctx;
	enum ykt_status status = se_modem_sync(&m->talk, deadline_mono_ms);

	if (status == YKT_OK)
		status = end_session(m, deadline_mono_ms);
	m->session = NO_SESSION;
	if (status == YKT_OK)
		ykt_put(atr, YKT_BYTES(unknown));

	return status;
}

/* The port as it is: eight bits, no echo of ours, nothing translated. */
static enum ykt_status
open_port(const char *path, int *ret_fd, const char **ret_why)
{
	struct termios raw;
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	*ret_why = "no_peer";
	if (fd < 0)
		return YKT_NOT_FOUND;
	if (tcgetattr(fd, &raw) != 0) {
		(void)close(fd);
		*ret_why = "address";
		return YKT_E_ARG;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		(void)close(fd);
		*ret_why = "busy";
		return YKT_BUSY;
	}
	cfmakeraw(&raw);
	raw.c_cflag |= CLOCAL;
	if (tcsetattr(fd, TCSANOW, &raw) != 0) {
		(void)close(fd);
		*ret_why = "mute";
		return YKT_E_LINK;
	}
	*ret_fd = fd;

	return YKT_OK;
}

static enum ykt_status
has_command(struct se_modem *m, const char *test, int64_t deadline_mono_ms, bool *ret_has)
{
	struct se_modem_answer answer;
	enum ykt_status status;

	ykt_put(se_modem_line(&m->talk), ykt_bytes_str(test));
	status = se_modem_ask(&m->talk, deadline_mono_ms, &answer);
	if (status == YKT_OK)
		*ret_has = answer.ok;

	return status;
}

/* What kind of modem this is. */
static enum ykt_status
meet(struct se_modem *m, int64_t deadline_mono_ms)
{
	bool quiet = false;
	bool opens = false;
	bool sends = false;
	enum ykt_status status = se_modem_sync(&m->talk, deadline_mono_ms);

	if (status == YKT_OK)
		status = has_command(m, "ATE0\r", deadline_mono_ms, &quiet);
	if (status == YKT_OK)
		status = has_command(m, "AT+CCHO=?\r", deadline_mono_ms, &opens);
	if (status == YKT_OK)
		status = has_command(m, "AT+CGLA=?\r", deadline_mono_ms, &sends);
	if (status == YKT_OK)
		status = has_command(m, "AT+CSIM=?\r", deadline_mono_ms, &m->basic);
	m->channels = opens && sends;
	if (status == YKT_OK && !m->channels && !m->basic)
		status = YKT_E_LINK;

	return status;
}

enum ykt_status
se_modem_open(const struct ykt_alloc *alloc, const struct ykt_clock *clock, const char *path,
    int64_t deadline_mono_ms, struct se_modem **ret_modem, const char **ret_why)
{
	struct se_modem *m;
	enum ykt_status status;
	int fd = -1;

	*ret_why = "address";
	if (path[0] == '\0')
		return YKT_E_ARG;
	status = open_port(path, &fd, ret_why);
	if (status != YKT_OK)
		return status;
	m = ykt_mem_get(alloc, sizeof(*m));
	if (m == NULL) {
		(void)close(fd);
		*ret_why = "memory";
		return YKT_E_NOMEM;
	}
	m->se = (struct ykt_se){ m, YKT_SE_WIRED, modem_transceive, modem_reset };
	m->alloc = alloc;
	m->session = NO_SESSION;
	se_modem_talk_init(&m->talk, fd, clock);
	status = meet(m, deadline_mono_ms);
	if (status != YKT_OK) {
		se_modem_close(&m);
		*ret_why = "mute";
		return YKT_E_LINK;
	}
	*ret_modem = m;

	return YKT_OK;
}

const struct ykt_se *
se_modem_driver(const struct se_modem *modem)
{
	return &modem->se;
}

void
se_modem_close(struct se_modem **modem)
{
	struct se_modem *m = *modem;

	if (m == NULL)
		return;
	/* A courtesy: a channel that stays open is one less for others. */
	if (!m->talk.lost && end_session(m, ykt_clock_mono(m->talk.clock) + CLOSE_MS) != YKT_OK)
		m->session = NO_SESSION;
	se_modem_talk_end(&m->talk);
	ykt_mem_put(m->alloc, modem, sizeof(*m));
}
