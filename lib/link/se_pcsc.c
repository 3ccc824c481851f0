/*
 * Driver: a card in a PC/SC reader, see se_pcsc.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "link/se_pcsc.h"

#include <string.h>

#include <winscard.h>

#include <ykt/mem.h>

#define PROTOCOLS        (SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)
#define READERS_MAX      16 /* what pcscd itself offers */
#define INDEX_DIGITS_MAX 2

struct se_pcsc {
	struct ykt_se se;
	const struct ykt_alloc *alloc;
	SCARDCONTEXT context;
	SCARDHANDLE card;
	DWORD protocol;
};

/* The names of all readers, one after another, each with its NUL. */
struct readers {
	const struct ykt_alloc *alloc;
	char *names;
	size_t names_size; /* of the memory */
};

/* What went wrong, for people: a status and a token of se_open.h. */
struct cause {
	enum ykt_status status;
	const char *why;
};

static struct cause
cause_of(LONG code)
{
	switch (code) {
	case SCARD_S_SUCCESS:
		return (struct cause){ YKT_OK, NULL };
	case SCARD_E_NO_SERVICE:
	case SCARD_E_SERVICE_STOPPED:
		return (struct cause){ YKT_NOT_FOUND, "no_service" };
	case SCARD_E_NO_READERS_AVAILABLE:
	case SCARD_E_UNKNOWN_READER:
	case SCARD_E_READER_UNAVAILABLE:
		return (struct cause){ YKT_NOT_FOUND, "no_reader" };
	case SCARD_E_NO_SMARTCARD:
	case SCARD_W_REMOVED_CARD:
		return (struct cause){ YKT_NOT_FOUND, "no_card" };
	case SCARD_E_SHARING_VIOLATION:
		return (struct cause){ YKT_BUSY, "busy" };
	case SCARD_E_NO_MEMORY:
		return (struct cause){ YKT_E_NOMEM, "memory" };
	default:
		return (struct cause){ YKT_E_LINK, "mute" };
	}
}

static struct cause
establish(SCARDCONTEXT *ret_context)
{
	return cause_of(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, ret_context));
}

static struct cause
load_readers(SCARDCONTEXT context, const struct ykt_alloc *alloc, struct readers *readers)
{
	struct cause cause;
	DWORD len = 0;

	*readers = (struct readers){ .alloc = alloc };
	cause = cause_of(SCardListReaders(context, NULL, NULL, &len));
	if (cause.status != YKT_OK)
		return cause;
	/* Two NULs more, so that a list that shrank or is not ended can be walked. */
	readers->names_size = (size_t)len + 2;
	readers->names = ykt_mem_get(alloc, readers->names_size);
	if (readers->names == NULL)
		return (struct cause){ YKT_E_NOMEM, "memory" };
	return cause_of(SCardListReaders(context, NULL, readers->names, &len));
}

static void
clear_readers(struct readers *readers)
{
	ykt_mem_put(readers->alloc, &readers->names, readers->names_size);
}

static bool
reader_has_card(SCARDCONTEXT context, const char *name)
{
	SCARD_READERSTATE state = { .szReader = name, .dwCurrentState = SCARD_STATE_UNAWARE };

	return SCardGetStatusChange(context, 0, &state, 1) == SCARD_S_SUCCESS &&
	       (state.dwEventState & SCARD_STATE_PRESENT) != 0;
}

enum ykt_status
se_pcsc_list(const struct ykt_alloc *alloc, se_pcsc_reader *reader, void *arg)
{
	SCARDCONTEXT context;
	struct readers readers;
	struct cause cause;

	cause = establish(&context);
	if (cause.status != YKT_OK)
		return cause.status;
	cause = load_readers(context, alloc, &readers);
	if (cause.status == YKT_OK) {
		for (const char *name = readers.names; *name != '\0'; name += strlen(name) + 1)
			reader(arg, name, reader_has_card(context, name));
	}
	clear_readers(&readers);
	(void)SCardReleaseContext(context);
	/* A service without readers is an empty list. */
	if (cause.why != NULL && strcmp(cause.why, "no_reader") == 0)
		return YKT_OK;
	return cause.status;
}

/* 0..99, or -1 when the text is not an index. */
static int
index_of(const char *text)
{
	size_t len = strlen(text);
	int index = 0;

	if (len == 0 || len > INDEX_DIGITS_MAX || strspn(text, "0123456789") != len)
		return -1;
	for (size_t i = 0; i < len; i++)
		index = index * 10 + (text[i] - '0');
	return index;
}

/* The reader that is meant, NULL when there is none. */
static const char *
pick_reader(SCARDCONTEXT context, const struct readers *readers, const char *wanted)
{
	const int index = index_of(wanted);
	int at = 0;

	for (const char *name = readers->names; *name != '\0'; name += strlen(name) + 1, at++) {
		if (index >= 0          ? at == index
		    : wanted[0] == '\0' ? reader_has_card(context, name)
					: strstr(name, wanted) != NULL)
			return name;
	}
	return NULL;
}

static struct cause
connect_reader(struct se_pcsc *pcsc, const char *wanted)
{
	struct readers readers;
	struct cause cause;
	const char *name;

	cause = load_readers(pcsc->context, pcsc->alloc, &readers);
	if (cause.status != YKT_OK)
		goto out;
	name = pick_reader(pcsc->context, &readers, wanted);
	if (name == NULL) {
		cause =
		    (struct cause){ YKT_NOT_FOUND, wanted[0] == '\0' ? "no_card" : "no_reader" };
		goto out;
	}
	cause = cause_of(SCardConnect(
	    pcsc->context, name, SCARD_SHARE_SHARED, PROTOCOLS, &pcsc->card, &pcsc->protocol));
out:
	clear_readers(&readers);
	return cause;
}

static enum ykt_status
pcsc_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	struct se_pcsc *pcsc = ctx;
	uint8_t bytes[MAX_ATR_SIZE];
	DWORD len = sizeof(bytes);
	LONG code;

	(void)deadline_mono_ms;
	code = SCardReconnect(
	    pcsc->card, SCARD_SHARE_SHARED, PROTOCOLS, SCARD_RESET_CARD, &pcsc->protocol);
	if (code == SCARD_S_SUCCESS)
		code = SCardStatus(pcsc->card, NULL, NULL, NULL, NULL, bytes, &len);
	if (code != SCARD_S_SUCCESS)
		return YKT_E_LINK;
	ykt_put_mem(atr, bytes, len <= sizeof(bytes) ? len : 0);
	return YKT_OK;
}

/*
 * Under T=0 a case 4 command goes without its Le: the card says 61xx, which the
 * link follows (ISO/IEC 7816-3 12.2.1).
 */
static struct ykt_bytes
for_protocol(const struct se_pcsc *pcsc, struct ykt_bytes cmd)
{
	if (pcsc->protocol == SCARD_PROTOCOL_T0 && cmd.len > 5 && cmd.data[4] != 0 &&
	    cmd.len == (size_t)cmd.data[4] + 6)
		cmd.len--;
	return cmd;
}

static enum ykt_status
pcsc_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct se_pcsc *pcsc = ctx;
	const SCARD_IO_REQUEST *pci =
	    pcsc->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
	DWORD len = (DWORD)(rsp->cap - rsp->len);
	LONG code;

	(void)deadline_mono_ms;
	cmd = for_protocol(pcsc, cmd);
	code = SCardTransmit(
	    pcsc->card, pci, cmd.data, (DWORD)cmd.len, NULL, rsp->data + rsp->len, &len);
	if (code == SCARD_E_INSUFFICIENT_BUFFER) {
		rsp->full = true;
		return YKT_OK;
	}
	/*
	 * Somebody else's reset, or the card was taken out: what was selected is
	 * gone. The connection is taken up again here, but this exchange is lost.
	 */
	if (code == SCARD_W_RESET_CARD)
		(void)SCardReconnect(
		    pcsc->card, SCARD_SHARE_SHARED, PROTOCOLS, SCARD_LEAVE_CARD, &pcsc->protocol);
	if (code != SCARD_S_SUCCESS || len > rsp->cap - rsp->len)
		return YKT_E_LINK;
	rsp->len += len;
	return YKT_OK;
}

enum ykt_status
se_pcsc_open(const struct ykt_alloc *alloc, enum ykt_se_iface iface, const char *reader,
    struct se_pcsc **ret_pcsc, const char **ret_why)
{
	struct cause cause = { YKT_E_NOMEM, "memory" };
	struct se_pcsc *pcsc = ykt_mem_get(alloc, sizeof(*pcsc));

	if (pcsc == NULL)
		goto out;
	pcsc->se = (struct ykt_se){
		.ctx = pcsc,
		.iface = iface,
		.transceive = pcsc_transceive,
		.reset = pcsc_reset,
	};
	pcsc->alloc = alloc;

	cause = establish(&pcsc->context);
	if (cause.status == YKT_OK) {
		cause = connect_reader(pcsc, reader);
		if (cause.status != YKT_OK)
			(void)SCardReleaseContext(pcsc->context);
	}
	if (cause.status != YKT_OK)
		ykt_mem_put(alloc, &pcsc, sizeof(*pcsc));
	else
		*ret_pcsc = pcsc;
out:
	if (cause.status != YKT_OK && ret_why != NULL)
		*ret_why = cause.why;
	return cause.status;
}

const struct ykt_se *
se_pcsc_driver(const struct se_pcsc *pcsc)
{
	return &pcsc->se;
}

void
se_pcsc_close(struct se_pcsc **pcsc)
{
	struct se_pcsc *p = *pcsc;

	if (p == NULL)
		return;
	(void)SCardDisconnect(p->card, SCARD_UNPOWER_CARD);
	(void)SCardReleaseContext(p->context);
	ykt_mem_put(p->alloc, pcsc, sizeof(*p));
}
