/*
 * The local agent of GP SERAM 2.0.0: relays what the TSM sends to the element
 * and judges none of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_SERAM_H
#define CLIENT_SERAM_H

#include "client/card_io.h"

/*
 * One session, from handshake to ramStopCommand. The last report is repeated
 * byte for byte until it is answered; waits are the TSM's own. After link
 * trouble the rest of an order is dropped, the report says so, and the session
 * goes on: what is done about it is for the TSM to say.
 *
 * YKT_OK        the TSM ended it; whether the job is done only the platform says
 * YKT_EXPIRED   the TSM does not know the session (any more)
 * YKT_REFUSED   the TSM wants another version, format or transport
 * YKT_E_LINK    the element went away and did not come back
 * YKT_E_SERVER  orders outside the protocol
 * YKT_UNKNOWN   no answer for five minutes
 * YKT_E_NOMEM, YKT_E_DOWN
 */
YKT_MUST_USE enum ykt_status client_seram_run(
    struct ykt_client *client, const uint8_t session_id[16], const struct client_se_id *se_id);

#endif
