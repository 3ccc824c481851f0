/*
 * A PIN typed on the client's own keypad (C5-HCI-1, C5-HCI-2; layout and hiding
 * are choices of this project, grade D).
 *
 * The keys are shuffled anew at each showing. A digit is enciphered (SM4) under a
 * key of this one PIN the moment it is pressed, and stays so until it is sealed:
 * the clear digits exist inside client_pin_open() alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_KEYPAD_H
#define CLIENT_KEYPAD_H

#include "client/internal.h"
#include "wire/pin.h"

/* A PIN as the client holds it. Whoever has one wipes it. */
struct client_pin {
	uint8_t key[16];
	uint8_t cell[WIRE_PIN_LEN][16]; /* digit, place, random */
	unsigned count;
};

/*
 * Shows the pad until WIRE_PIN_LEN digits are there. id and label as in struct
 * ykt_keypad; fault: a reason's token, or NULL.
 *
 * YKT_CANCELLED, YKT_E_DEADLINE  the user's
 * YKT_LOGIN_NEEDED               it was in the background too long
 * YKT_REFUSED                    this host has no keypad; the reason says so
 * YKT_E_DRIVER                   the host answered what it must not
 * YKT_E_RANDOM, YKT_E_CRYPTO, YKT_E_DOWN
 * *ret_pin is wiped on failure.
 */
YKT_MUST_USE enum ykt_status client_pin_ask(struct ykt_client *client, const char *id,
    const char *label, const char *fault, struct client_pin *ret_pin);

/*
 * Runs use with the digits (text, NUL-terminated), which are wiped when it
 * returns; it keeps no copy. What use says, or YKT_E_CRYPTO.
 */
typedef enum ykt_status client_pin_use(void *arg, const char *digits);
YKT_MUST_USE enum ykt_status client_pin_open(
    struct ykt_client *client, const struct client_pin *pin, client_pin_use *use, void *arg);

/* Both PINs are the same: YKT_OK or YKT_MISMATCH. */
YKT_MUST_USE enum ykt_status
client_pin_equal(struct ykt_client *client, const struct client_pin *a, const struct client_pin *b);
/* YKT_REFUSED: weak (wire_pin_weak(), with the phone number of the store). */
YKT_MUST_USE enum ykt_status
client_pin_strong(struct ykt_client *client, const struct client_pin *pin);

/*
 * As wire_pin_seal(), for the open session and by what signs for this device: what
 * client_device() lent before may be lent anew. And what client_device() says.
 */
YKT_MUST_USE enum ykt_status
client_pin_seal(struct ykt_client *client, const struct client_pin *pin, enum wire_pin_use use,
    uint8_t out[WIRE_PIN_BLOCK_MAX], uint16_t *ret_len);

#endif
