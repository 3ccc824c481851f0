/*
 * The development sink of text messages: a file.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMON_SMS_H
#define COMMON_SMS_H

#include <ykt/status.h>

/* One line "PHONE TEXT" at the end of the file arg. YKT_E_FILE. */
enum ykt_status common_sms(void *arg, const char *phone, const char *text);

#endif
