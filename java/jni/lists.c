/*
 * The native methods of org.yikatong.Lists.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/lists.h>
#include <ykt/mem.h>

#include "priv.h"

#define NAME_MAX_BYTES 65
#define CARD_MAX       32
#define NOBODY         (-1)
#define SEVERAL        (-2)

JNIEXPORT jstring JNICALL Java_org_yikatong_Lists_nativeShow(JNIEnv *env, jclass type,
    jobjectArray names, jlongArray handles, jint list, jlong from_ms, jlong to_ms,
    jboolean abnormal);
JNIEXPORT jint JNICALL Java_org_yikatong_Lists_nativeOwner(
    JNIEnv *env, jclass type, jobjectArray names, jlongArray handles, jstring card_no);

/* The platforms of one call, and who shows what they say. */
struct platforms {
	struct ykt_platform at[YKT_PLATFORMS_MAX];
	char names[YKT_PLATFORMS_MAX][NAME_MAX_BYTES];
	size_t count;
	const struct ykt_ui *ui; /* NULL: no client is open */
};

static bool
read_one(JNIEnv *env, jobjectArray names, jsize i, jlong handle, struct platforms *out)
{
	struct jni_client *c = (struct jni_client *)(uintptr_t)handle;
	jstring name = (*env)->GetObjectArrayElement(env, names, i);

	if (!jni_string(env, name, out->names[i], sizeof(out->names[i])))
		return false;
	out->at[i].name = out->names[i];
	if (c == NULL)
		return true;
	c->env = env;
	out->at[i].client = c->client;
	if (out->ui == NULL)
		out->ui = &c->ui;

	return true;
}

/* False with an exception pending. */
static bool
read_platforms(JNIEnv *env, jobjectArray names, jlongArray handles, struct platforms *out)
{
	const jsize count = (*env)->GetArrayLength(env, names);
	jlong all[YKT_PLATFORMS_MAX] = { 0 };
	bool good = count >= 1 && count <= YKT_PLATFORMS_MAX;
	jclass fault;

	memset(out, 0, sizeof(*out));
	if (good)
		(*env)->GetLongArrayRegion(env, handles, 0, count, all);
	for (jsize i = 0; good && i < count; i++)
		good = read_one(env, names, i, all[i], out);
	out->count = (size_t)count;
	if (good && out->ui != NULL)
		return true;
	fault = (*env)->ExceptionCheck(env)
		    ? NULL
		    : (*env)->FindClass(env, "java/lang/IllegalArgumentException");
	if (fault != NULL)
		(void)(*env)->ThrowNew(env, fault, "platforms");

	return false;
}

JNIEXPORT jstring JNICALL
Java_org_yikatong_Lists_nativeShow(JNIEnv *env, jclass type, jobjectArray names, jlongArray handles,
    jint list, jlong from_ms, jlong to_ms, jboolean abnormal)
{
	const struct ykt_list_ask ask = { .list = (enum ykt_list)list,
		.from_ms = from_ms,
		.to_ms = to_ms,
		.abnormal = abnormal == JNI_TRUE };
	struct platforms platforms;

	(void)type;
	if (!read_platforms(env, names, handles, &platforms))
		return NULL;

	return jni_text(env, ykt_status_name(ykt_lists_show(platforms.at, platforms.count, &ask,
				 &ykt_alloc_libc, platforms.ui)));
}

JNIEXPORT jint JNICALL
Java_org_yikatong_Lists_nativeOwner(
    JNIEnv *env, jclass type, jobjectArray names, jlongArray handles, jstring card_no)
{
	struct platforms platforms;
	char number[CARD_MAX];
	size_t index = 0;
	enum ykt_status status;

	(void)type;
	if (!read_platforms(env, names, handles, &platforms) ||
	    !jni_string(env, card_no, number, sizeof(number)))
		return NOBODY;
	status = ykt_lists_owner(platforms.at, platforms.count, number, &index);
	if (status == YKT_CONFLICT)
		return SEVERAL;

	return status == YKT_OK ? (jint)index : NOBODY;
}
