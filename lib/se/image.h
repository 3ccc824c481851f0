/*
 * Layout of a card image: two journal slots, the home pages, their sums.
 *
 * All offsets below "home" are relative to its start; struct se keeps a copy of
 * home and sums in memory, which is always ahead of or equal to the image. Each
 * page has a 64-bit sum in the table behind the pages, and a change of a page
 * puts the new sum into the same journal record, so a flipped bit anywhere in
 * home is found at boot.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SE_IMAGE_H
#define SE_IMAGE_H

/* Raise it with every change of the layout. */
#define SE_IMAGE_VERSION 4
#define SE_IMAGE_MAGIC                                                                             \
	{                                                                                          \
		'Y', 'K', 'T', '-', 'C', 'A', 'R', 'D'                                             \
	}

#define SE_SD_COUNT    9 /* the ISD and eight supplementary domains */
#define SE_PURSE_COUNT 4 /* one per city */
#define SE_IDENT_COUNT 4 /* one per payment platform */

#define SE_PAGE_LEN 256
#define SE_SUM_LEN  8

#define SE_HEAD_PAGES  1
#define SE_SD_PAGES    2
#define SE_PURSE_PAGES 35
#define SE_RULE_PAGES  9
#define SE_ELF_PAGES   4 /* the packages, and the head of a load file */
#define SE_IDENT_PAGES 2
#define SE_MENU_PAGES  13
#define SE_PAGE_COUNT                                                                              \
	(SE_HEAD_PAGES + SE_SD_COUNT * SE_SD_PAGES + SE_PURSE_COUNT * SE_PURSE_PAGES +             \
	    SE_RULE_PAGES + SE_ELF_PAGES + SE_IDENT_COUNT * SE_IDENT_PAGES + SE_MENU_PAGES)

#define SE_SUMS_OFF  (SE_PAGE_COUNT * SE_PAGE_LEN)
#define SE_HOME_SIZE (SE_SUMS_OFF + SE_PAGE_COUNT * SE_SUM_LEN)

/* The image: slot 0, slot 1, home with its sums, room for what comes later. */
#define SE_SLOT_SIZE  8192
#define SE_HOME_IN    (2 * SE_SLOT_SIZE)
#define SE_IMAGE_SIZE 0x14000

/* Page 0: what the card is. */
#define SE_HEAD_MAGIC      0 /* 8 */
#define SE_HEAD_VERSION    8 /* 2 */
#define SE_HEAD_CARD_STATE 10
#define SE_HEAD_IDENTITY   16 /* 16 */
#define SE_HEAD_IIN        32 /* 4 */
#define SE_HEAD_UID_LEN    36
#define SE_HEAD_UID        37   /* 10 */
#define SE_HEAD_PREFERRED  47   /* the default contactless card: index + 1, or 0 */
#define SE_HEAD_UPDATES    48   /* 2: changes of the contactless registry */
#define SE_HEAD_OPTIONS    50   /* SE_OPTION_x */
#define SE_OPTION_SCP02    0x01 /* 3DES keys and their secure channel may be used */
#define SE_OPTION_R_MAC02  0x02 /* with MACs of answers */
#define SE_OPTION_PSEUDO02 0x04 /* with a computed card challenge */
#define SE_OPTION_RANDOM03 0x08 /* SCP03 with a drawn card challenge */
#define SE_OPTION_PLAIN    0x10 /* channels without secure messaging, level 00, may open */
#define SE_HEAD_RULE_TAG   52   /* 8: changes with every change of an access rule */
#define SE_HEAD_MENU_ROOT  64   /* 64: SM2 key that menu packages are signed with; 0: none */

/* A security domain. Its key slots: key version, id, type, length, 32 bytes. */
#define SE_SD_OFF(i)        ((SE_HEAD_PAGES + (i)*SE_SD_PAGES) * SE_PAGE_LEN)
#define SE_SD_STATE         0 /* 0 is a free entry */
#define SE_SD_AID_LEN       1
#define SE_SD_AID           2  /* 16 */
#define SE_SD_PRIVILEGES    18 /* 3 */
#define SE_SD_PARENT        21 /* index of the domain that it is associated with */
#define SE_SD_SEQ           24 /* 3 */
#define SE_SD_FAILS         27
#define SE_SD_IIN           28 /* length, then 15: tag 42 when personalised */
#define SE_SD_CIN           44 /* length, then 19: tag 45 when personalised */
#define SE_SD_KEYS          64
#define SE_SD_KEY_COUNT     12
#define SE_SD_KEY_KVN       0
#define SE_SD_KEY_ID        1
#define SE_SD_KEY_TYPE      2
#define SE_SD_KEY_LEN       3
#define SE_SD_KEY_VALUE     4
#define SE_SD_KEY_SIZE      36
#define SE_SD_KEY_PART      0xFE /* type of a slot that goes on with a key; length: 1 and up */
#define SE_SD_KEY_VALUE_MAX 32
#define SE_SD_SIZE          (SE_SD_PAGES * SE_PAGE_LEN)

/* A purse instance: registry part. */
#define SE_PURSE_OFF(i)                                                                            \
	((SE_HEAD_PAGES + SE_SD_COUNT * SE_SD_PAGES + (i)*SE_PURSE_PAGES) * SE_PAGE_LEN)
#define SE_PURSE_SIZE       (SE_PURSE_PAGES * SE_PAGE_LEN)
#define SE_PURSE_STATE      0 /* 0 is a free entry */
#define SE_PURSE_AID_LEN    1
#define SE_PURSE_AID        2  /* 16 */
#define SE_PURSE_PRIVILEGES 18 /* 3 */
#define SE_PURSE_SD         21 /* index of the domain that it is associated with */
#define SE_PURSE_PERSO      22 /* 2: bits of perso.h */
#define SE_PURSE_AIR        24 /* SE_AIR_x: does the contactless side answer for it */
#define SE_PURSE_CAP        32 /* 3: A */
#define SE_PURSE_LIMIT      35 /* 3: C */
#define SE_PURSE_ALG        38 /* 2: with the key version */
#define SE_PURSE_CAP2       40 /* 3: A of the second ticket kind */
#define SE_PURSE_LIMIT2     43 /* 3: C of it */
#define SE_PURSE_BARRED     46 /* algorithms, bits SE_ALG_BIT_x */
#define SE_PURSE_FCI        47 /* PERSO_FCI_x; free: 25, 48 to 63 */

/* Contactless availability; zero so that a plain entry answers. */
#define SE_AIR_ACTIVE  0
#define SE_AIR_OFF     1 /* switched off by SET STATUS */
#define SE_AIR_WAITING 2 /* another instance of its group answers */

/* The part that money moves in: always written whole, by one put. */
#define SE_PURSE_MONEY      64
#define SE_MONEY_BALANCE    0  /* 3: B */
#define SE_MONEY_OVERDRAWN  3  /* 3: D */
#define SE_MONEY_ONLINE     6  /* 2 */
#define SE_MONEY_OFFLINE    8  /* 2 */
#define SE_MONEY_TRIES      10 /* online INITIALIZEs since the last success */
#define SE_MONEY_BLOCK      11 /* 0, or SE_BLOCK_x */
#define SE_MONEY_SM_FAILS   12
#define SE_MONEY_LOG_HEAD   13 /* slot of the newest record of file 18 */
#define SE_MONEY_LOG_COUNT  14
#define SE_MONEY_TRIP_HEAD  15 /* the same for file 1E */
#define SE_MONEY_TRIP_COUNT 16
#define SE_MONEY_BALANCE2   17 /* 3: B of the second ticket kind */
#define SE_MONEY_OVERDRAWN2 20 /* 3: D of it */
#define SE_MONEY_PROOFS     32 /* two: online, offline */
#define SE_MONEY_SIZE       56

/* A stored proof: valid, type, sequence number, MAC, TAC. */
#define SE_PROOF_SIZE 12

#define SE_BLOCK_NONE      0
#define SE_BLOCK_TEMPORARY 1
#define SE_BLOCK_PERMANENT 2

/* Access rules, one a slot: length, REF-AR-DO. */
#define SE_RULES       (SE_PURSE_OFF(SE_PURSE_COUNT))
#define SE_RULE_OFF(i) (SE_RULES + (i)*SE_RULE_LEN)
#define SE_RULE_LEN    144
#define SE_RULE_COUNT  16

/* An instance of the identity application (card/ident.h); the registry part is as a purse's. */
#define SE_IDENT_OFF(i)                                                                            \
	(SE_RULES + (SE_RULE_PAGES + SE_ELF_PAGES + (i)*SE_IDENT_PAGES) * SE_PAGE_LEN)
#define SE_IDENT_SIZE          (SE_IDENT_PAGES * SE_PAGE_LEN)
#define SE_IDENT_HAS           22  /* SE_IDENT_HAS_x */
#define SE_IDENT_PIN           23  /* SE_PIN_x */
#define SE_IDENT_D             32  /* 32: the private key */
#define SE_IDENT_PUB           64  /* 64 */
#define SE_IDENT_PLATFORM      128 /* 64 */
#define SE_IDENT_AUTHORITY     192 /* 64 */
#define SE_IDENT_ACCESS        256 /* 2: needs the PIN, needs EXTERNAL AUTHENTICATE */
#define SE_IDENT_CERT          260 /* length, then 199 */
#define SE_IDENT_RIDE_D        460 /* 32: the private key of ride codes */
#define SE_IDENT_RIDE_LAST     492 /* 4: the moment of its last code; free behind it */
#define SE_IDENT_HAS_KEY       0x01
#define SE_IDENT_HAS_PLATFORM  0x02
#define SE_IDENT_HAS_AUTHORITY 0x04
#define SE_IDENT_HAS_RIDE      0x08

/*
 * Packages that were loaded: state, AID, domain, AID of the module, version, place
 * and length of the data they brought. Those that are there from the start stand
 * in se_modules.
 */
#define SE_ELFS           (SE_RULES + SE_RULE_PAGES * SE_PAGE_LEN)
#define SE_ELF_OFF(i)     (SE_ELFS + (i)*SE_ELF_SIZE)
#define SE_ELF_COUNT      4
#define SE_ELF_SIZE       48
#define SE_ELF_STATE      0 /* 0 is a free entry */
#define SE_ELF_AID_LEN    1
#define SE_ELF_AID        2 /* 16 */
#define SE_ELF_SD         18
#define SE_ELF_MODULE_LEN 19
#define SE_ELF_MODULE     20 /* 16 */
#define SE_ELF_VERSION    36 /* 2 */
#define SE_ELF_DATA       38 /* 2 */
#define SE_ELF_DATA_LEN   40 /* 2; free behind it */
/* Of every application by number: its package, index + 1; 0 one that is built in. */
#define SE_APP_ELFS       (SE_ELFS + SE_ELF_COUNT * SE_ELF_SIZE)
#define SE_APP_ELFS_COUNT 24
/* Receipts given (token.c); the PAMID: length, then 32. Free: 253 to 255. */
#define SE_CONFIRMATIONS (SE_APP_ELFS + SE_APP_ELFS_COUNT)
#define SE_PAMID         (SE_CONFIRMATIONS + 4)
/* The load file that comes, up to the data of its package. */
#define SE_LOAD_HEAD      (SE_ELFS + SE_PAGE_LEN)
#define SE_LOAD_HEAD_SIZE ((SE_ELF_PAGES - 1) * SE_PAGE_LEN)

/* The menu's packages (menu_slot.c): a page of state, two slots. */
#define SE_MENU             ((SE_PAGE_COUNT - SE_MENU_PAGES) * SE_PAGE_LEN)
#define SE_MENU_ACTIVE      0  /* slot in use, 1 or 2; 0: none */
#define SE_MENU_TRIAL       1  /* 1: the handset has not taken it yet */
#define SE_MENU_STARTS      2  /* TERMINAL PROFILEs on trial */
#define SE_MENU_FLOOR       4  /* 2: version of the last package that a handset took */
#define SE_MENU_OTA_COUNTER 16 /* 5: the highest of a packet that was taken */
#define SE_MENU_OTA_SENT    24 /* 5: the counter of the last call that was sent */
#define SE_MENU_OTA_KIC     32 /* 32: KIc and KID, set 1; zeros: no packet is taken */
#define SE_MENU_OTA_PAYLOAD 64 /* 16: of the payload (card/air_seal.h); zeros: no calls */
#define SE_MENU_OTA_ALG     80 /* enum ota_alg of both; 0: AES */
#define SE_MENU_BEARER      81 /* enum menu_bearer that the user chose; 0: none */
#define SE_MENU_CALL        96 /* that waits for its answer: op (0: none), length, ref, sealed */
#define SE_MENU_CALL_SIZE   98
#define SE_MENU_SLOT_LEN    1536
#define SE_MENU_SLOT(i)     (SE_MENU + SE_PAGE_LEN + ((i)-1) * SE_MENU_SLOT_LEN) /* i from 1 */

#define SE_ALG_BIT_TDES 1
#define SE_ALG_BIT_SM4  2

/* Files, PIN, access conditions and keys. Free: 120, 215, 244, 316, 338 to 351. */
#define SE_PURSE_FILE15    128 /* 30 */
#define SE_PURSE_FILE16    160 /* 55 */
#define SE_PURSE_FILES     216 /* 7 of the issuer's: size 2, to read 1, to update 1 */
#define SE_PURSE_FILE17    256 /* 60 */
#define SE_PURSE_PIN       320 /* limit (0: no PIN), tries left, length, 6 bytes */
#define SE_PURSE_ACCESS    336 /* 2: needs the PIN, needs EXTERNAL AUTHENTICATE */
#define SE_PURSE_KEYS      352 /* usage, index, version, algorithm, 16 bytes, 4 spare */
#define SE_PURSE_KEY_SIZE  24
#define SE_PURSE_KEY_COUNT 28
#define SE_PURSE_LOG       1024 /* file 18: 10 x 23 */
#define SE_PURSE_TRIPS     1280 /* file 1E: 30 x 48 */
#define SE_PURSE_LOCK      2720 /* 30: what GET LOCK PROOF gives; 66 free behind it */
#define SE_PURSE_DATA      2816 /* file 1A: 18 x 128 */
#define SE_PURSE_DATA_KEYS 5120 /* 18 of file 1A: SE_ALG_BIT_x or 0, 3 spare, 16 bytes */
#define SE_PURSE_QR        5480 /* file 1C: length 2, 500 bytes */
#define SE_PURSE_PICTURE   5984 /* file 1B: length 2, 900 bytes; 26 free behind it */
#define SE_PURSE_POOL      6912 /* the issuer's files, one behind the other */

#define SE_PIN_LIMIT     0
#define SE_PIN_LEFT      1
#define SE_PIN_LEN       2
#define SE_PIN_BYTES     3
#define SE_PIN_SIZE      9
#define SE_DATA_KEY_SIZE 20

#define SE_FILE_COUNT      7
#define SE_FILE_ENTRY_SIZE 4
#define SE_POOL_LEN        (SE_PURSE_SIZE - SE_PURSE_POOL)

#define SE_LOG_COUNT  10
#define SE_LOG_LEN    23
#define SE_TRIP_COUNT 30
#define SE_TRIP_LEN   48
#define SE_DATA_COUNT 18
#define SE_DATA_LEN   128

#endif
