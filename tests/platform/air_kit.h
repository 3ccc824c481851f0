/*
 * A menu that calls the gateway: the bench with the product's own key module for its
 * packets, an element's keys and counter, and a purse that is the bench's model.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_PLATFORM_AIR_KIT_H
#define TESTS_PLATFORM_AIR_KIT_H

#include "bench.h"
#include "card/air_call.h"
#include "card/air_frame.h"
#include "card/air_keys.h"
#include "keys/keys.h"

#define AIR_PIN          "604719"
#define AIR_NOTHING_CAME (-1) /* the gateway gave no answer */

struct air {
	struct bench *b;
	struct crypto *crypto; /* the key module's, and the element's */
	struct keys *keys;
	struct keys_worker *worker;
	struct ykt_http inner; /* the bench's own model of the key module */
	struct air_roots roots;
	uint8_t identity[AIR_IDENTITY_LEN];
	enum ota_alg alg;
	uint64_t counter; /* of the last call */
	uint64_t pushed;  /* of the last push that it took */
	bool sms;
	bool persists; /* air_ask() sends again when nothing came, to another process if need be */
	char card_no[21];
	uint8_t serial[AIR_SERIAL_LEN];
	uint8_t message[AIR_MESSAGE_MAX]; /* the last one, as it was sent */
	size_t message_len;
	uint8_t response[AIR_RESPONSE_MAX]; /* the last one, as it came */
	size_t response_len;
	uint8_t plain[AIR_RESPONSE_MAX]; /* what the answer's views lie in */
};

/* A platform, and an element that nobody knows. */
struct air *air_open(void);
void air_close(struct air **air);

/* Makes the call with the next counter; it is in air->message. */
void air_make(struct air *air, const struct air_call *call);
/* Sends air->message; the status of TS 102 225, or AIR_NOTHING_CAME. */
int air_send(struct air *air, struct air_answer *ret_answer);
/* Both, and the packet must be accepted; the answer's status. */
int air_ask(struct air *air, const struct air_call *call, struct air_answer *ret_answer);

/* OTP and REGISTER, which must work: a new account, or the one of that number. */
void air_register(struct air *air, const char *phone);
/* Phone, PIN, serial and the code of the last text message, as a menu would fill them. */
struct air_call air_call_of(const struct air *air, enum air_op op);
/* A registered rider with a card whose first load waits, and air->card_no its number. */
struct air *air_rider(void);
/* The steps of a load from LOAD_BEGIN on, for the order or the oldest; the last status. */
int air_load(struct air *air, const uint8_t *ref_or_null);

#endif
