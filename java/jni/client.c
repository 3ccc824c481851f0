/*
 * The native methods of org.yikatong.Client.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include <ykt/env.h>

#include "priv.h"
#include "wish.h"

#define TEXT_MAX 512
#define KEY_LEN  64

JNIEXPORT jlong JNICALL Java_org_yikatong_Client_nativeOpen(
    JNIEnv *env, jclass type, jobject options, jobject element, jobject ui);
JNIEXPORT jstring JNICALL Java_org_yikatong_Client_nativeRun(
    JNIEnv *env, jclass type, jlong handle, jint function, jstring text, jlong fen, jboolean flag);
JNIEXPORT jboolean JNICALL Java_org_yikatong_Client_nativeRecoverNeeded(
    JNIEnv *env, jclass type, jlong handle);
JNIEXPORT void JNICALL Java_org_yikatong_Client_nativeClose(JNIEnv *env, jclass type, jlong handle);

/* The options as text, borrowed by struct ykt_host_options while it opens. */
struct texts {
	char platform[TEXT_MAX];
	char tsm[TEXT_MAX];
	char psp[TEXT_MAX];
	char ca_file[TEXT_MAX];
	char pins[TEXT_MAX];
	char state_folder[TEXT_MAX];
	char version[TEXT_MAX];
	bool has_pins;
	uint8_t key[KEY_LEN];
	uint8_t pin_key[KEY_LEN]; /* zeros: none */
	bool seless;
};

static void
complain(JNIEnv *env, const char *name, const char *text)
{
	jclass type = (*env)->FindClass(env, name);

	if (type != NULL)
		(void)(*env)->ThrowNew(env, type, text);
}

static void
bad_option(JNIEnv *env, const char *name)
{
	complain(env, "java/lang/IllegalArgumentException", name);
}

/* A field of Options; false with an exception pending, unless it may be null. */
static bool
read_text(JNIEnv *env, jobject options, const char *name, char out[TEXT_MAX], bool *ret_has)
{
	jclass type = (*env)->GetObjectClass(env, options);
	jfieldID field = (*env)->GetFieldID(env, type, name, "Ljava/lang/String;");
	jstring text = field != NULL ? (*env)->GetObjectField(env, options, field) : NULL;

	if (field == NULL)
		return false;
	if (ret_has != NULL) {
		*ret_has = text != NULL;
		if (text == NULL)
			return true;
	}
	if (jni_string(env, text, out, TEXT_MAX))
		return true;
	bad_option(env, name);

	return false;
}

static bool
read_key(JNIEnv *env, jobject options, const char *name, bool needed, uint8_t key[KEY_LEN])
{
	jclass type = (*env)->GetObjectClass(env, options);
	jfieldID field = (*env)->GetFieldID(env, type, name, "[B");
	jbyteArray bytes = field != NULL ? (*env)->GetObjectField(env, options, field) : NULL;

	if (field == NULL)
		return false;
	if (bytes == NULL && !needed)
		return true;
	if (bytes == NULL || (*env)->GetArrayLength(env, bytes) != KEY_LEN) {
		bad_option(env, name);
		return false;
	}
	(*env)->GetByteArrayRegion(env, bytes, 0, KEY_LEN, (jbyte *)key);

	return true;
}

static bool
read_seless(JNIEnv *env, jobject options, bool *ret_seless)
{
	jclass type = (*env)->GetObjectClass(env, options);
	jfieldID field = (*env)->GetFieldID(env, type, "seless", "Z");

	if (field != NULL)
		*ret_seless = (*env)->GetBooleanField(env, options, field) == JNI_TRUE;

	return field != NULL;
}

static bool
read_options(JNIEnv *env, jobject options, struct texts *texts)
{
	if (options == NULL) {
		bad_option(env, "options");
		return false;
	}

	return read_text(env, options, "platform", texts->platform, NULL) &&
	       read_text(env, options, "tsm", texts->tsm, NULL) &&
	       read_text(env, options, "psp", texts->psp, NULL) &&
	       read_text(env, options, "caFile", texts->ca_file, NULL) &&
	       read_text(env, options, "pins", texts->pins, &texts->has_pins) &&
	       read_text(env, options, "stateFolder", texts->state_folder, NULL) &&
	       read_text(env, options, "version", texts->version, NULL) &&
	       read_key(env, options, "platformKey", true, texts->key) &&
	       read_key(env, options, "pinKey", false, texts->pin_key) &&
	       read_seless(env, options, &texts->seless);
}

static void
unmake(JNIEnv *env, struct jni_client *c)
{
	c->env = env;
	ykt_client_free(&c->client);
	ykt_host_close(&c->host);
	if (c->element != NULL)
		(*env)->DeleteGlobalRef(env, c->element);
	(*env)->DeleteGlobalRef(env, c->asker);
	free(c);
}

static enum ykt_status
open_client(struct jni_client *c, const struct texts *texts, const char **ret_what)
{
	const struct ykt_host_options at = {
		.platform = texts->platform,
		.tsm = texts->tsm,
		.psp = texts->psp,
		.ca_file = texts->ca_file,
		.pins = texts->has_pins ? texts->pins : NULL,
		.state_folder = texts->state_folder,
		.se_driver = texts->seless ? NULL : &c->se,
	};
	struct ykt_client_options options = {
		.ui = &c->ui,
		.profile = texts->seless ? YKT_PROFILE_SELESS : YKT_PROFILE_SE,
		.edition = YKT_EDITION_2016,
		.version = texts->version,
	};
	enum ykt_status status = ykt_host_open(&at, &c->host, ret_what);

	if (status != YKT_OK)
		return status;
	memcpy(options.platform_pub, texts->key, KEY_LEN);
	memcpy(options.pin_pub, texts->pin_key, KEY_LEN);
	ykt_host_fill(c->host, &options);
	if (texts->seless) {
		options.se = NULL;
		options.tsm = NULL;
	}
	c->clock = options.env.clock;

	return ykt_client_new(&options, &c->client);
}

JNIEXPORT jlong JNICALL
Java_org_yikatong_Client_nativeOpen(
    JNIEnv *env, jclass type, jobject options, jobject element, jobject ui)
{
	struct texts texts = { 0 };
	struct jni_client *c;
	const char *what = NULL;
	enum ykt_status status;

	(void)type;
	if (!read_options(env, options, &texts))
		return 0;
	if ((element == NULL) != texts.seless || ui == NULL) {
		bad_option(env, ui == NULL ? "ui" : "element");
		return 0;
	}
	c = calloc(1, sizeof(*c));
	if (c == NULL) {
		complain(env, "java/lang/OutOfMemoryError", "client");
		return 0;
	}
	c->env = env;
	c->element = element != NULL ? (*env)->NewGlobalRef(env, element) : NULL;
	c->asker = (*env)->NewGlobalRef(env, ui);
	jni_ports(c);
	status = open_client(c, &texts, &what);
	if (status == YKT_OK)
		return (jlong)(uintptr_t)c;
	unmake(env, c);
	if (status == YKT_E_ARG || (status == YKT_E_FILE && what != NULL))
		bad_option(env, what != NULL ? what : ykt_status_name(status));
	else
		complain(env, "java/lang/IllegalStateException", ykt_status_name(status));

	return 0;
}

JNIEXPORT jstring JNICALL
Java_org_yikatong_Client_nativeRun(
    JNIEnv *env, jclass type, jlong handle, jint function, jstring text, jlong fen, jboolean flag)
{
	struct jni_client *c = (struct jni_client *)(uintptr_t)handle;
	char bytes[TEXT_MAX];
	const struct wish wish = { text != NULL ? bytes : NULL, fen, flag == JNI_TRUE };

	(void)type;
	if (text != NULL && !jni_string(env, text, bytes, sizeof(bytes))) {
		if (!(*env)->ExceptionCheck(env))
			bad_option(env, "text");
		return NULL;
	}
	c->env = env;

	return jni_text(env, ykt_status_name(jni_functions[function](c->client, &wish)));
}

JNIEXPORT jboolean JNICALL
Java_org_yikatong_Client_nativeRecoverNeeded(JNIEnv *env, jclass type, jlong handle)
{
	const struct jni_client *c = (const struct jni_client *)(uintptr_t)handle;

	(void)env;
	(void)type;

	return ykt_client_recover_needed(c->client) ? JNI_TRUE : JNI_FALSE;
}

JNIEXPORT void JNICALL
Java_org_yikatong_Client_nativeClose(JNIEnv *env, jclass type, jlong handle)
{
	(void)type;
	unmake(env, (struct jni_client *)(uintptr_t)handle);
}
