/*
 * Driver of the attestation port: what the operating system calls itself, out of
 * os-release(5).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_SYSTEM_H
#define HOST_SYSTEM_H

#include <ykt/driver/attest.h>

/*
 * ID and VERSION_ID of the file's text, the last of each; quotes around a value are
 * taken off, escapes in it are not. A version that is too long, or is not there, is "".
 * YKT_NOT_FOUND: no ID that is a name; output untouched.
 */
YKT_MUST_USE enum ykt_status host_system_read(struct ykt_bytes text, struct ykt_system *ret_system);

/* Of this machine: /etc/os-release, or /usr/lib/os-release. YKT_NOT_FOUND, YKT_E_FILE. */
YKT_MUST_USE enum ykt_status host_system(struct ykt_system *ret_system);

#endif
