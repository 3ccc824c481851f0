/*
 * Screens as Java objects.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "priv.h"

#define FIELD_CLASS  "org/yikatong/Field"
#define FIELD_MAKE   "(Ljava/lang/String;Ljava/lang/String;ILjava/lang/String;J)V"
#define SCREEN_CLASS "org/yikatong/Screen"
#define SCREEN_MAKE                                                                                \
	"(Ljava/lang/String;Ljava/lang/String;Ljava/lang/String;IZ[Lorg/yikatong/Field;)V"

bool
jni_caught(JNIEnv *env)
{
	if (!(*env)->ExceptionCheck(env))
		return false;
	(*env)->ExceptionDescribe(env);
	(*env)->ExceptionClear(env);

	return true;
}

static jobject
make_field(JNIEnv *env, jclass type, jmethodID make, const struct ykt_field *field)
{
	jstring id = jni_text(env, field->id);
	jstring label = jni_text(env, field->label);
	jstring value = jni_text(env, field->value);
	jobject made = NULL;

	if (!(*env)->ExceptionCheck(env))
		made = (*env)->NewObject(
		    env, type, make, id, label, (jint)field->kind, value, (jlong)field->number);
	(*env)->DeleteLocalRef(env, id);
	(*env)->DeleteLocalRef(env, label);
	(*env)->DeleteLocalRef(env, value);

	return made;
}

static jobjectArray
make_fields(JNIEnv *env, const struct ykt_screen *screen)
{
	jclass type = (*env)->FindClass(env, FIELD_CLASS);
	jmethodID make = type != NULL ? (*env)->GetMethodID(env, type, "<init>", FIELD_MAKE) : NULL;
	jobjectArray fields = NULL;

	if (make != NULL)
		fields = (*env)->NewObjectArray(env, (jsize)screen->field_count, type, NULL);
	for (size_t i = 0; fields != NULL && i < screen->field_count; i++) {
		jobject field = make_field(env, type, make, &screen->fields[i]);

		if (field == NULL)
			return NULL;
		(*env)->SetObjectArrayElement(env, fields, (jsize)i, field);
		(*env)->DeleteLocalRef(env, field);
	}

	return fields;
}

jobject
jni_screen(JNIEnv *env, const struct ykt_screen *screen)
{
	jobjectArray fields = make_fields(env, screen);
	jclass type = fields != NULL ? (*env)->FindClass(env, SCREEN_CLASS) : NULL;
	jmethodID make =
	    type != NULL ? (*env)->GetMethodID(env, type, "<init>", SCREEN_MAKE) : NULL;

	if (make == NULL)
		return NULL;

	return (*env)->NewObject(env, type, make, jni_text(env, screen->id),
	    jni_text(env, screen->title), jni_text(env, screen->text), (jint)screen->tone,
	    (jboolean)screen->secure, fields);
}
