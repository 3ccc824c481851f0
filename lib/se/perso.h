/*
 * What a purse instance has received of its personalisation, as bits in its
 * registry entry. The groupings themselves are in card/purse_perso.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_PERSO_H
#define SE_PERSO_H

#define PERSO_HAS_FILE15  0x01
#define PERSO_HAS_FILE16  0x02
#define PERSO_HAS_FILE17  0x04
#define PERSO_HAS_PARAMS  0x08
#define PERSO_HAS_KEYS    0x10
#define PERSO_HAS_IDS     0x20
#define PERSO_HAS_PIN     0x40
#define PERSO_HAS_SECOND  0x80
#define PERSO_HAS_ACCESS  0x100
#define PERSO_HAS_PICTURE 0x200
#define PERSO_HAS_QR      0x400
#define PERSO_HAS_FILES   0x800
#define PERSO_HAS_CONTENT 0x1000
#define PERSO_HAS_FCI     0x2000
#define PERSO_HAS_LIMIT   0x4000

/* All of these let the instance be made selectable (T20). */
#define PERSO_COMPLETE (PERSO_HAS_FILE15 | PERSO_HAS_FILE17 | PERSO_HAS_PARAMS | PERSO_HAS_KEYS)

#endif
