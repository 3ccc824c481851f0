/*
 * The purse's files and records (card.md 1.2): decode and encode.
 *
 * Every structure covers all bytes of its record, so decode followed by encode
 * gives the same bytes. Fields whose meaning or coding differs between cities
 * stay bytes. Decoders accept exactly the standard's length (YKT_E_FORMAT
 * otherwise) and judge no value: dates may be no dates, BCD may hold A to F.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_FILES_H
#define CARD_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

#define FILE15_LEN           30
#define FILE16_LEN           55
#define FILE17_LEN           60
#define RECORD_LOG_LEN       23
#define RECORD_LOG_COUNT     10
#define RECORD_TRIP_LEN      48
#define RECORD_TRIP_COUNT    30
#define RECORD_JOURNEY_LEN   128
#define RECORD_JOURNEY_COUNT 18
#define RECORD_ID_METRO      0x2701
#define RECORD_ID_BUS        0x2702
#define RECORD_ID_LAST       0x2712
#define RECORD_JOURNEY_BODY  0x7D /* the length byte of a journey record */

/* File 15: public application information. */
struct file15 {
	uint8_t issuer[8];
	uint8_t app_type; /* 01 passbook, 02 purse, 03 both */
	uint8_t version;  /* 00: not enabled */
	uint8_t serial[10];
	uint8_t start_date[4]; /* BCD YYYYMMDD */
	uint8_t end_date[4];
	uint8_t issuer_data[2];
};

YKT_MUST_USE enum ykt_status file15_decode(struct ykt_bytes bytes, struct file15 *ret_file);
void file15_encode(const struct file15 *file, uint8_t ret_bytes[FILE15_LEN]);

#define CARD_NUMBER_MAX 21
/*
 * The card number as printed: the serial without its leading zero nibble.
 * out holds CARD_NUMBER_MAX. YKT_E_FORMAT: a nibble is no digit.
 */
YKT_MUST_USE enum ykt_status file15_number(const struct file15 *file, char out[CARD_NUMBER_MAX]);

/* File 16: the holder. Text fields are padded as the issuer did; often GBK. */
struct file16 {
	uint8_t card_type;
	uint8_t staff;
	uint8_t name[20];
	uint8_t id_number[32];
	uint8_t id_type;
};

YKT_MUST_USE enum ykt_status file16_decode(struct ykt_bytes bytes, struct file16 *ret_file);
void file16_encode(const struct file16 *file, uint8_t ret_bytes[FILE16_LEN]);

/* File 17: transport management information. */
struct file17 {
	uint8_t country[4]; /* 00000156 */
	uint8_t province[2];
	uint8_t city[2];
	uint16_t interoperability; /* 0000 local, 0001 interoperable */
	uint8_t card_kind;         /* codes differ between sources */
	uint8_t rfu[49];
};

YKT_MUST_USE enum ykt_status file17_decode(struct ykt_bytes bytes, struct file17 *ret_file);
void file17_encode(const struct file17 *file, uint8_t ret_bytes[FILE17_LEN]);

/* File 18: the transaction log that the card keeps itself. */
struct record_log {
	uint16_t seq;
	uint8_t overdraft_or_balance[3]; /* limit, zeros, or the balance after */
	uint32_t amount;                 /* fen */
	uint8_t type;
	uint8_t terminal[6];
	uint8_t date[4];
	uint8_t time[3];
};

YKT_MUST_USE enum ykt_status
record_log_decode(struct ykt_bytes bytes, struct record_log *ret_record);
void record_log_encode(const struct record_log *record, uint8_t ret_bytes[RECORD_LOG_LEN]);

/* Type byte of a trip record. */
enum record_trip_type {
	RECORD_TRIP_INIT = 0x00,
	RECORD_TRIP_ENTRY = 0x03,
	RECORD_TRIP_EXIT = 0x04,
	RECORD_TRIP_SINGLE = 0x06,
	RECORD_TRIP_MAKE_UP = 0x08,
	RECORD_TRIP_LOAD = 0x0A,
};

/* Industry byte. */
enum record_industry {
	RECORD_INDUSTRY_METRO = 0x01,
	RECORD_INDUSTRY_BUS = 0x02,
};

/* File 1E: one trip. */
struct record_trip {
	uint8_t type;
	uint8_t terminal[8];
	uint8_t industry;
	uint8_t line[2];
	uint8_t station[2];
	uint8_t operator_code[2];
	uint8_t rfu1;
	uint32_t amount;  /* fen */
	uint32_t balance; /* fen, after */
	uint8_t time[7];
	uint8_t city[2];
	uint8_t institution[8];
	uint8_t rfu2[6];
};

YKT_MUST_USE enum ykt_status
record_trip_decode(struct ykt_bytes bytes, struct record_trip *ret_record);
void record_trip_encode(const struct record_trip *record, uint8_t ret_bytes[RECORD_TRIP_LEN]);
/* True when every byte is FF or every byte is 00: a slot never written. */
bool record_empty(struct ykt_bytes bytes);

/* Status byte of a metro journey. */
enum record_metro_status {
	RECORD_METRO_INIT = 0,
	RECORD_METRO_ENTERED = 1,
	RECORD_METRO_EXITED = 2,
	RECORD_METRO_ENTRY_UPDATED = 3,
	RECORD_METRO_EXIT_UPDATED = 4,
};

/* File 1A, id 2701: a metro journey. */
struct record_metro {
	uint16_t id;
	uint8_t len;
	uint8_t valid;
	uint8_t interoperability;
	uint8_t lock;
	uint8_t serial[8];
	uint8_t status; /* enum record_metro_status */
	uint8_t entry_city[2];
	uint8_t exit_city[2];
	uint8_t entry_institution[8];
	uint8_t exit_institution[8];
	uint8_t entry_station[8];
	uint8_t exit_station[8];
	uint8_t entry_terminal[8];
	uint8_t exit_terminal[8];
	uint8_t entry_time[7];
	uint8_t exit_time[7];
	uint32_t maximum_amount; /* fen */
	uint8_t entry_line;
	uint8_t exit_line;
	uint32_t entry_amount; /* fen */
	uint32_t balance;      /* fen, after */
	uint32_t exit_amount;  /* fen */
	uint8_t rfu[29];
};

/* YKT_E_FORMAT also for another id than 2701. */
YKT_MUST_USE enum ykt_status
record_metro_decode(struct ykt_bytes bytes, struct record_metro *ret_record);
void record_metro_encode(const struct record_metro *record, uint8_t ret_bytes[RECORD_JOURNEY_LEN]);

/* Status byte of a bus journey. */
enum record_bus_status {
	RECORD_BUS_INIT = 0,
	RECORD_BUS_BOARDED = 1,
	RECORD_BUS_ALIGHTED = 2,
};

/* File 1A, id 2702: a bus journey. Width of line and station differs by city. */
struct record_bus {
	uint16_t id;
	uint8_t len;
	uint8_t valid;
	uint8_t interoperability;
	uint8_t lock;
	uint8_t serial[8];
	uint8_t status; /* enum record_bus_status */
	uint8_t board_city[2];
	uint8_t board_institution[8];
	uint8_t board_operator[2];
	uint8_t board_line[2];
	uint8_t board_station;
	uint8_t board_vehicle[8];
	uint8_t board_terminal[8];
	uint8_t board_time[7];
	uint32_t marked_amount; /* fen: charged if the rider does not tap out */
	uint8_t direction;      /* AB up, BA down */
	uint8_t alight_city[2];
	uint8_t alight_institution[8];
	uint8_t alight_operator[2];
	uint8_t alight_line[2];
	uint8_t alight_station;
	uint8_t alight_vehicle[8];
	uint8_t alight_terminal[8];
	uint8_t alight_time[7];
	uint32_t alight_amount; /* fen */
	uint16_t distance;
	uint8_t rfu[26];
};

/* YKT_E_FORMAT also for another id than 2702. */
YKT_MUST_USE enum ykt_status
record_bus_decode(struct ykt_bytes bytes, struct record_bus *ret_record);
void record_bus_encode(const struct record_bus *record, uint8_t ret_bytes[RECORD_JOURNEY_LEN]);

/* The id (first two bytes) of a journey record of any industry; YKT_E_FORMAT. */
YKT_MUST_USE enum ykt_status record_journey_id(struct ykt_bytes bytes, uint16_t *ret_id);

#endif
