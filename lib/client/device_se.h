/*
 * The device's key in the secure element: struct signer over APDUs to the
 * identity application (card/ident.h). For device.c only.
 *
 * The key pair is made in the element and stays there. Each answer that did not
 * come is asked for once more after a reset: nothing that is asked here happens
 * twice when it is asked twice, and a key that was made is found, not made anew.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_DEVICE_SE_H
#define CLIENT_DEVICE_SE_H

#include "client/internal.h"

/*
 * Selects the application and reads the public key; makes the key pair where
 * there is none. On YKT_OK client->element signs.
 *
 * YKT_REFUSED   the application is not there, stays closed, or enciphers for
 *               another platform; the reason is set
 * YKT_E_LINK, YKT_E_CARD, YKT_E_FORMAT, YKT_E_DEADLINE, YKT_E_DOWN
 */
YKT_MUST_USE enum ykt_status client_device_se_ready(struct ykt_client *client);

/*
 * device_pin.c, for ident_io.c: asks the user for the application's PIN, with its form, and shows
 * it to the element, which has the application selected.
 *
 * YKT_REFUSED    never right, or no PIN helps; the reason is set
 * YKT_BLOCKED    the PIN is blocked
 * YKT_CANCELLED, YKT_E_DEADLINE, YKT_E_DOWN: of the form; and of the element
 */
YKT_MUST_USE enum ykt_status client_device_pin(struct ykt_client *client);

#endif
