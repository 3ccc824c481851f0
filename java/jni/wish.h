/*
 * The functions of the client by the numbers of Client.java.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef JNI_WISH_H
#define JNI_WISH_H

#include <ykt/client.h>

/* What one function of Java's takes. */
struct wish {
	const char *text; /* NULL for null */
	ykt_fen fen;
	bool flag;
};

typedef enum ykt_status jni_run(struct ykt_client *client, const struct wish *wish);

/* The order is that of the numbers in Client.java. */
extern jni_run *const jni_functions[];

#endif
