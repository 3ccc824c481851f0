/*
 * What the files of the JNI layer share. Only public headers of libykt are used.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_JNI_PRIV_H
#define YKT_JNI_PRIV_H

#include <jni.h>

#include <ykt/host.h>

/* A client as Java holds it. env is set while a call from Java is under way. */
struct jni_client {
	JNIEnv *env;
	struct ykt_se se;
	struct ykt_ui ui;
	const struct ykt_clock *clock;
	jobject element; /* global references */
	jobject asker;
	struct ykt_host *host;
	struct ykt_client *client;
};

/*
 * text.c: UTF-8 and Java's UTF-16. NewStringUTF() wants another encoding, which
 * has no signs beyond the first plane.
 */
/* A new local reference; NULL for NULL, or with an exception pending. What is no UTF-8 becomes U+FFFD. */
jstring jni_text(JNIEnv *env, const char *utf8);
/*
 * Writes up to cap - 1 bytes and a NUL. False when it does not fit, holds a NUL,
 * or half a surrogate pair; out is then empty.
 */
bool jni_utf8(const jchar *units, size_t count, char *out, size_t cap);
/* The same of a String: false too for null. */
bool jni_string(JNIEnv *env, jstring text, char *out, size_t cap);

/* ports.c: fills the tables of client over the two Java objects. */
void jni_ports(struct jni_client *client);

/* screen.c: the screen as an org.yikatong.Screen, a local reference; NULL with an exception. */
jobject jni_screen(JNIEnv *env, const struct ykt_screen *screen);

/* Prints and clears a pending exception; true when there was one. */
bool jni_caught(JNIEnv *env);

#endif
