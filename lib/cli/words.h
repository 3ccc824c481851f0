/*
 * English words for the codes on a card (card.md 1.2), as inspect prints them
 * and as message ids for people. NULL for a code without words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include <stdint.h>

const char *words_trip_type(uint8_t type);
const char *words_industry(uint8_t industry);
const char *words_log_type(uint8_t type);
const char *words_app_type(uint8_t type);
const char *words_id_type(uint8_t type);
const char *words_metro_status(uint8_t status);
const char *words_bus_status(uint8_t status);
/* The name of a command, by class and instruction. */
const char *words_command(uint8_t cla, uint8_t ins, uint8_t p1);
/* The name of a tag of FCIs and GlobalPlatform answers. */
const char *words_tag(uint32_t tag);
/* The toolkit (card.md 4.1): commands by type, elements by tag, results, envelopes. */
const char *words_usat_type(uint8_t type);
const char *words_usat_tag(uint16_t tag);
const char *words_usat_result(uint8_t result);
const char *words_usat_envelope(uint8_t tag);
/* The algorithm that KIc or KID names in its low nibble. */
const char *words_ota_alg(uint8_t id);

#endif
