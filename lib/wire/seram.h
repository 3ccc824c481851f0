/*
 * GP SERAM 2.0.0: the messages between a TSM (remote agent) and the client
 * (local agent) that relays APDUs to a secure element.
 *
 * Other vendors speak it too, so keys that we do not know are skipped (still
 * syntax-checked and bounded), and the spellings that the published schema and
 * its examples mix are all read; see each structure. Written is what the schema
 * says. APDUs are upper-case hex: the letter O in one is refused.
 *
 * Bytes of APDUs live in the structure's own pool and are reached by the
 * accessors; a structure may be copied.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_SERAM_H
#define WIRE_SERAM_H

#include "wire/json.h"

#define WIRE_SERAM_COMMANDS_MAX 16
#define WIRE_SERAM_APDUS_MAX    32
#define WIRE_SERAM_CAPDU_MIN    4
#define WIRE_SERAM_CAPDU_MAX    261
#define WIRE_SERAM_RAPDU_MAX    258
#define WIRE_SERAM_POOL         32768 /* bytes of all APDUs of one message */
#define WIRE_SERAM_ELEMENTS_MAX 4
#define WIRE_SERAM_NOTICE_MAX   256
#define WIRE_SERAM_DELAY_MAX    600000

#define WIRE_SERAM_VERSION   "2.0.0"
#define WIRE_SERAM_FORMAT    "application/json"
#define WIRE_SERAM_TRANSPORT "HTTPS"

/* The session id goes behind it as ?sessionId= and 32 upper-case hex digits. */
#define WIRE_PATH_SERAM_HANDSHAKE "/gp/seram/handshake"
#define WIRE_PATH_SERAM_MANAGE    "/gp/seram/remoteManagement"

struct wire_seram_element {
	char type[17]; /* seType: eSE, iSE, uicc, euicc, ieuicc, undefined */
	char id[65];   /* seId; ours: upper-case hex */
	char info[65]; /* seExtraInfo, "" when absent */
};

/*
 * Client to TSM. A list that is absent stands for our one value, so the flags
 * are true then. Read: supportedVersions and supportedVersion. Written:
 * supportedVersions.
 */
struct wire_seram_hello {
	size_t element_count; /* 1..WIRE_SERAM_ELEMENTS_MAX, in order of preference */
	struct wire_seram_element element[WIRE_SERAM_ELEMENTS_MAX];
	bool https; /* our transport, format and version are among the supported */
	bool json;
	bool v200;
};

/* TSM to client. Read: chosenDataFormat or chosenDataProtocol; written: both. */
struct wire_seram_choice {
	char transport[17];
	char format[33];
	char version[17];
};

enum wire_seram_kind {
	WIRE_SERAM_START, /* ramStartCommand; startCommand is read too */
	WIRE_SERAM_SE,    /* seRamCommand */
	WIRE_SERAM_NOTE,  /* notificationCommand */
	WIRE_SERAM_STOP,  /* ramStopCommand; stopCommand is read too */
};

/* Where an APDU is in the pool. */
struct wire_seram_apdu {
	uint16_t off;
	uint16_t len;
};

struct wire_seram_command {
	enum wire_seram_kind kind;
	bool has_stop; /* stopOnError was sent (another version of SERAM); SE only */
	bool stop;
	size_t apdu_count;
	struct wire_seram_apdu apdu[WIRE_SERAM_APDUS_MAX];
	char notice[WIRE_SERAM_NOTICE_MAX + 1];
};

struct wire_seram_order {
	bool has_delay;
	int64_t delay_ms;
	bool has_element;
	struct wire_seram_element element;
	size_t command_count;
	struct wire_seram_command command[WIRE_SERAM_COMMANDS_MAX];
	size_t pool_len;
	uint8_t pool[WIRE_SERAM_POOL];
};

enum wire_seram_state {
	WIRE_SERAM_PROCESSED,
	WIRE_SERAM_POLLING,
	WIRE_SERAM_UNAVAILABLE_SE,
	WIRE_SERAM_UNKNOWN_FAILURE,
	WIRE_SERAM_UNGRANTED_ACCESS, /* UNGRANDED_ACCESS is read too */
};

struct wire_seram_response {
	size_t apdu_count;
	struct wire_seram_apdu apdu[WIRE_SERAM_APDUS_MAX]; /* len 0: no answer was had */
};

struct wire_seram_report {
	enum wire_seram_state state;
	int64_t executed; /* command objects, not APDUs */
	char error[161];  /* "" when absent */
	size_t response_count;
	struct wire_seram_response response[WIRE_SERAM_COMMANDS_MAX];
	size_t pool_len;
	uint8_t pool[WIRE_SERAM_POOL];
};

/*
 * The readers: YKT_E_FORMAT when json is no such message or passes a limit. The
 * counts and flags of *ret are then zero (the pool is not cleared).
 */
YKT_MUST_USE enum ykt_status
wire_seram_hello_decode(struct ykt_bytes json, struct wire_seram_hello *ret);
YKT_MUST_USE enum ykt_status
wire_seram_choice_decode(struct ykt_bytes json, struct wire_seram_choice *ret);
YKT_MUST_USE enum ykt_status
wire_seram_order_decode(struct ykt_bytes json, struct wire_seram_order *ret);
YKT_MUST_USE enum ykt_status
wire_seram_report_decode(struct ykt_bytes json, struct wire_seram_report *ret);

/*
 * The writers: append to json, unchanged on failure. YKT_E_ARG: a value that the
 * reader would refuse. YKT_E_SPACE: json is too small. hello writes our
 * transport, format and version, whatever its flags say.
 */
YKT_MUST_USE enum ykt_status
wire_seram_hello_encode(const struct wire_seram_hello *hello, struct ykt_buf *json);
YKT_MUST_USE enum ykt_status
wire_seram_choice_encode(const struct wire_seram_choice *choice, struct ykt_buf *json);
YKT_MUST_USE enum ykt_status
wire_seram_order_encode(const struct wire_seram_order *order, struct ykt_buf *json);
YKT_MUST_USE enum ykt_status
wire_seram_report_encode(const struct wire_seram_report *report, struct ykt_buf *json);

/*
 * Building. init empties without clearing the pool. add_command begins a command;
 * add_apdu appends to the last one (SE only). YKT_E_SPACE: a capacity is reached.
 * YKT_E_ARG: the last command is not SE, or the APDU is empty or too long.
 */
void wire_seram_order_init(struct wire_seram_order *order, int64_t delay_ms);
YKT_MUST_USE enum ykt_status
wire_seram_order_add_command(struct wire_seram_order *order, enum wire_seram_kind kind);
YKT_MUST_USE enum ykt_status
wire_seram_order_add_apdu(struct wire_seram_order *order, struct ykt_bytes apdu);
/* The APDU is borrowed from order; both numbers must be in range. */
struct ykt_bytes
wire_seram_order_apdu(const struct wire_seram_order *order, size_t command, size_t apdu);

void wire_seram_report_init(struct wire_seram_report *report, enum wire_seram_state state);
/* Begins the response to the next SE command, and counts it as executed. */
YKT_MUST_USE enum ykt_status wire_seram_report_add_response(struct wire_seram_report *report);
/* Appends an answer with its status word to the last response; empty for none. */
YKT_MUST_USE enum ykt_status
wire_seram_report_add_apdu(struct wire_seram_report *report, struct ykt_bytes apdu);
struct ykt_bytes
wire_seram_report_apdu(const struct wire_seram_report *report, size_t response, size_t apdu);

/*
 * path: one of the two endpoints. Writes path?sessionId=.. of at most 128 bytes
 * with the NUL. The id is a capability: never in a log.
 */
void wire_seram_path(const char *path, const uint8_t session_id[16], char out[128]);
/* The session id of a request's path; YKT_E_FORMAT when there is none, exactly. */
YKT_MUST_USE enum ykt_status wire_seram_path_session(const char *path, uint8_t ret_session_id[16]);

#endif
