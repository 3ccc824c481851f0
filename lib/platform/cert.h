/*
 * Users' certificates: who proves that he is who by the key of which element
 * (C5-COM-2). TLS does not ask for them; the envelope is signed with that key.
 *
 * The key module signs them, this table says which are good. A user has one
 * element at a time: a certificate for another one takes the place of the one
 * before.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_CERT_H
#define PLATFORM_CERT_H

#include "platform/users.h"

/*
 * Has one made for the request, if this platform has an authority, and writes
 * down that it is user_id's; the certificate as its bytes in *ret_cert.
 *
 * YKT_REFUSED   no authority: nothing was done
 * YKT_E_FORMAT  no request of the key that signed the envelope
 * YKT_BLOCKED   that key is barred
 * YKT_E_SERVER  the key module made another one than was asked for
 * and as wire_call() and the store
 */
struct cert_blob {
	WIRE_BLOB(WIRE_IDENT_CERT_MAX) cert;
};
YKT_MUST_USE enum ykt_status cert_issue(struct platform_worker *w, const struct op_call *call,
    const char *user_id, struct ykt_bytes request, struct cert_blob *ret_cert);

/*
 * The part of a login that certificates have, behind a good password: takes the
 * one that is presented, or makes one where a one-time code came with a request.
 * Fills answer's certificate with a new or renewed one. Nothing to do where there
 * is no authority, or neither account nor caller has an element.
 *
 * Gives 200, or the code of *error: 403 cert_missing, cert_foreign, cert_revoked,
 * cert_expired, otp_wrong; and what room_refuse() gives.
 */
int cert_login(struct platform_worker *w, const struct op_call *call, const struct user *user,
    const struct wire_user_login_req *ask, struct wire_user_login_rsp *answer,
    struct wire_error *error);

#endif
