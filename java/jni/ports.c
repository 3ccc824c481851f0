/*
 * The element and the user as Java objects, behind libykt's tables. An exception
 * is printed: it may not run through C, and the outcome of the function says
 * what became of the money.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/secret.h>

#include "priv.h"

#define FRAME 32 /* local references of one callback */

static jlong
ms_left(const struct jni_client *c, int64_t deadline_mono_ms)
{
	const int64_t left = deadline_mono_ms - ykt_clock_mono(c->clock);

	return left > 0 ? left : 0;
}

static jmethodID
method(JNIEnv *env, jobject object, const char *name, const char *signature)
{
	jclass type = (*env)->GetObjectClass(env, object);

	return (*env)->GetMethodID(env, type, name, signature);
}

/* The bytes that a call of the element gave, appended to out. */
static enum ykt_status
take_bytes(JNIEnv *env, jbyteArray bytes, struct ykt_buf *out)
{
	const jsize len = bytes != NULL ? (*env)->GetArrayLength(env, bytes) : 0;

	if (len <= 0)
		return YKT_E_LINK;
	if ((size_t)len > out->cap - out->len)
		return YKT_E_SPACE;
	(*env)->GetByteArrayRegion(env, bytes, 0, len, (jbyte *)(out->data + out->len));
	out->len += (size_t)len;

	return YKT_OK;
}

static enum ykt_status
transceive(JNIEnv *env, const struct jni_client *c, struct ykt_bytes cmd, struct ykt_buf *rsp,
    int64_t deadline_mono_ms)
{
	jmethodID run = method(env, c->element, "transceive", "([BJ)[B");
	jbyteArray bytes = run != NULL ? (*env)->NewByteArray(env, (jsize)cmd.len) : NULL;
	jbyteArray answer = NULL;

	if (bytes != NULL) {
		(*env)->SetByteArrayRegion(env, bytes, 0, (jsize)cmd.len, (const jbyte *)cmd.data);
		answer = (*env)->CallObjectMethod(
		    env, c->element, run, bytes, ms_left(c, deadline_mono_ms));
	}

	return jni_caught(env) ? YKT_E_LINK : take_bytes(env, answer, rsp);
}

static enum ykt_status
se_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct jni_client *c = ctx;
	JNIEnv *env = c->env;
	enum ykt_status status;

	if ((*env)->PushLocalFrame(env, FRAME) != 0)
		return jni_caught(env) ? YKT_E_LINK : YKT_E_NOMEM;
	status = transceive(env, c, cmd, rsp, deadline_mono_ms);
	(void)(*env)->PopLocalFrame(env, NULL);

	return status;
}

static enum ykt_status
se_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	struct jni_client *c = ctx;
	JNIEnv *env = c->env;
	enum ykt_status status = YKT_E_LINK;
	jbyteArray answer = NULL;
	jmethodID run;

	if ((*env)->PushLocalFrame(env, FRAME) != 0)
		return jni_caught(env) ? YKT_E_LINK : YKT_E_NOMEM;
	run = method(env, c->element, "reset", "(J)[B");
	if (run != NULL)
		answer =
		    (*env)->CallObjectMethod(env, c->element, run, ms_left(c, deadline_mono_ms));
	if (!jni_caught(env))
		status = take_bytes(env, answer, atr);
	(void)(*env)->PopLocalFrame(env, NULL);

	return status;
}

static void
hand_out(struct jni_client *c, const char *name, const struct ykt_screen *screen)
{
	JNIEnv *env = c->env;
	jobject made;
	jmethodID run;

	if ((*env)->PushLocalFrame(env, FRAME) != 0) {
		(void)jni_caught(env);
		return;
	}
	made = jni_screen(env, screen);
	run = made != NULL ? method(env, c->asker, name, "(Lorg/yikatong/Screen;)V") : NULL;
	if (run != NULL)
		(*env)->CallVoidMethod(env, c->asker, run, made);
	(void)jni_caught(env);
	(void)(*env)->PopLocalFrame(env, NULL);
}

static void
ui_show(void *ctx, const struct ykt_screen *screen)
{
	hand_out(ctx, "show", screen);
}

static void
ui_result(void *ctx, const struct ykt_screen *screen)
{
	hand_out(ctx, "result", screen);
}

/* One char[] into text; the array is wiped, whatever it held. */
static bool
take_answer(JNIEnv *env, jcharArray answer, char text[YKT_ANSWER_MAX])
{
	const jsize count = answer != NULL ? (*env)->GetArrayLength(env, answer) : 0;
	jchar *units = answer != NULL ? (*env)->GetCharArrayElements(env, answer, NULL) : NULL;
	bool fits;

	if (units == NULL)
		return false;
	fits = jni_utf8(units, (size_t)count, text, YKT_ANSWER_MAX);
	/* Copied back or not: what Java holds is zero afterwards. */
	ykt_wipe(units, (size_t)count * sizeof(*units));
	(*env)->ReleaseCharArrayElements(env, answer, units, 0);

	return fits;
}

static size_t
asked(const struct ykt_screen *screen)
{
	size_t count = 0;

	for (size_t i = 0; i < screen->field_count; i++)
		count += screen->fields[i].kind == YKT_FIELD_INPUT ||
			 screen->fields[i].kind == YKT_FIELD_SECRET ||
			 screen->fields[i].kind == YKT_FIELD_CHECK;

	return count;
}

/* All of them, or none: what does not fit is no answer. */
static enum ykt_status
take_answers(JNIEnv *env, jobjectArray given, size_t count, struct ykt_answers *ret_answers)
{
	bool good = count <= YKT_ANSWERS_MAX;

	if (given == NULL)
		return YKT_CANCELLED;
	good = good && (size_t)(*env)->GetArrayLength(env, given) == count;
	for (size_t i = 0; good && i < count; i++) {
		jcharArray one = (*env)->GetObjectArrayElement(env, given, (jsize)i);

		good = take_answer(env, one, ret_answers->text[i]);
		(*env)->DeleteLocalRef(env, one);
	}
	if (!good)
		ykt_wipe(ret_answers, sizeof(*ret_answers));

	return good ? YKT_OK : YKT_CANCELLED;
}

static enum ykt_status
ui_ask(void *ctx, const struct ykt_screen *screen, struct ykt_answers *ret_answers,
    int64_t deadline_mono_ms)
{
	struct jni_client *c = ctx;
	JNIEnv *env = c->env;
	enum ykt_status status = YKT_CANCELLED;
	jobjectArray given = NULL;
	jobject made;
	jmethodID run;

	if ((*env)->PushLocalFrame(env, FRAME) != 0) {
		(void)jni_caught(env);
		return YKT_CANCELLED;
	}
	made = jni_screen(env, screen);
	run = made != NULL ? method(env, c->asker, "ask", "(Lorg/yikatong/Screen;J)[[C") : NULL;
	if (run != NULL)
		given = (*env)->CallObjectMethod(
		    env, c->asker, run, made, ms_left(c, deadline_mono_ms));
	if (!jni_caught(env))
		status = take_answers(env, given, asked(screen), ret_answers);
	if (status != YKT_OK && ykt_clock_mono(c->clock) >= deadline_mono_ms)
		status = YKT_E_DEADLINE;
	(void)jni_caught(env);
	(void)(*env)->PopLocalFrame(env, NULL);

	return status;
}

static bool
ui_progress(void *ctx, const char *text, unsigned done, unsigned total)
{
	struct jni_client *c = ctx;
	JNIEnv *env = c->env;
	jboolean stop = JNI_FALSE;
	jmethodID run;

	if ((*env)->PushLocalFrame(env, FRAME) != 0) {
		(void)jni_caught(env);
		return false;
	}
	run = method(env, c->asker, "progress", "(Ljava/lang/String;II)Z");
	if (run != NULL)
		stop = (*env)->CallBooleanMethod(
		    env, c->asker, run, jni_text(env, text), (jint)done, (jint)total);
	if (jni_caught(env))
		stop = JNI_TRUE;
	(void)(*env)->PopLocalFrame(env, NULL);

	return stop == JNI_TRUE;
}

/* The pad as an org.yikatong.Keypad; NULL with an exception. */
static jobject
make_pad(JNIEnv *env, const struct ykt_keypad *pad)
{
	jclass type = (*env)->FindClass(env, "org/yikatong/Keypad");
	jmethodID make = type != NULL ? (*env)->GetMethodID(env, type, "<init>",
					    "(Ljava/lang/String;Ljava/lang/String;"
					    "Ljava/lang/String;[BII)V")
				      : NULL;
	jbyteArray digits = make != NULL ? (*env)->NewByteArray(env, YKT_KEYPAD_KEYS) : NULL;

	if (digits == NULL)
		return NULL;
	(*env)->SetByteArrayRegion(env, digits, 0, YKT_KEYPAD_KEYS, (const jbyte *)pad->digit);

	return (*env)->NewObject(env, type, make, jni_text(env, pad->id), jni_text(env, pad->label),
	    jni_text(env, pad->fault), digits, (jint)pad->entered, (jint)pad->wanted);
}

static enum ykt_status
ui_keypad(void *ctx, const struct ykt_keypad *pad, unsigned *ret_press, int64_t deadline_mono_ms)
{
	struct jni_client *c = ctx;
	JNIEnv *env = c->env;
	jint press = -1;
	jobject made;
	jmethodID run;

	if ((*env)->PushLocalFrame(env, FRAME) != 0) {
		(void)jni_caught(env);
		return YKT_CANCELLED;
	}
	made = make_pad(env, pad);
	run = made != NULL ? method(env, c->asker, "keypad", "(Lorg/yikatong/Keypad;J)I") : NULL;
	if (run != NULL)
		press =
		    (*env)->CallIntMethod(env, c->asker, run, made, ms_left(c, deadline_mono_ms));
	if (jni_caught(env))
		press = -1;
	(void)(*env)->PopLocalFrame(env, NULL);
	if (press >= 0)
		*ret_press = (unsigned)press;

	return press >= 0 ? YKT_OK : YKT_CANCELLED;
}

void
jni_ports(struct jni_client *client)
{
	client->se = (struct ykt_se){ client, YKT_SE_WIRED, se_transceive, se_reset };
	client->ui =
	    (struct ykt_ui){ client, ui_show, ui_ask, ui_progress, ui_result, ui_keypad, NULL };
}
