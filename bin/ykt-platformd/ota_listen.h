/*
 * The doors of the OTA gateway: BIP over TCP and UDP, and the service centre of short
 * messages, on loopback.
 *
 * One thread serves all of them with one worker. A connection is closed when it sends
 * what is no message, sends too much or too fast, or says nothing for OTA_IDLE_MS; a
 * datagram that is no message is forgotten.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OTA_LISTEN_H
#define OTA_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

#include "platform/platform.h"

#define OTA_CONNECTIONS_MAX 64
#define OTA_IDLE_MS         60000
#define OTA_RATE_PER_S      50 /* messages of one door, after OTA_BURST at once */
#define OTA_BURST           100

struct ota_listen;

/* Ports; 0: that door stays shut. */
struct ota_doors {
	uint16_t tcp;
	uint16_t udp;
	uint16_t sms;
};

/*
 * Opens the doors and starts the thread. worker and clock are borrowed and nobody else's
 * until ota_listen_stop(). False: standard error says why, and nothing is open.
 */
bool ota_listen_start(const char *program, const struct ota_doors *doors,
    struct platform_worker *worker, const struct ykt_clock *clock, struct ota_listen **ret_listen);
/* Ends the thread and closes everything; accepts NULL in it; nulls. */
void ota_listen_stop(struct ota_listen **listen);

#endif
