/*
 * UTF-8 and UTF-16.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include <ykt/secret.h>

#include "priv.h"

#define REPLACEMENT 0xFFFD

/* The next sign of text; REPLACEMENT for a byte that begins none. */
static uint32_t
next_sign(const uint8_t **text)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const uint8_t *p = *text;
	const uint8_t head = *p++;
	unsigned more = head >= 0xF0 ? 3 : head >= 0xE0 ? 2 : head >= 0xC0 ? 1 : 0;
	uint32_t sign = more == 0 ? head : head & (0x3Fu >> more);

	*text = p;
	if (head >= 0x80 && more == 0)
		return REPLACEMENT;
	for (unsigned i = 0; i < more; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return REPLACEMENT;
		sign = sign << 6 | (p[i] & 0x3F);
	}
	if (sign < least[more] || sign > 0x10FFFF || (sign >= 0xD800 && sign < 0xE000))
		return REPLACEMENT;
	*text = p + more;

	return sign;
}

jstring
jni_text(JNIEnv *env, const char *utf8)
{
	const uint8_t *p = (const uint8_t *)utf8;
	jchar *units;
	jsize count = 0;
	jstring made;

	if (utf8 == NULL)
		return NULL;
	/* No sign takes more units than bytes. */
	units = malloc((strlen(utf8) + 1) * sizeof(*units));
	if (units == NULL)
		return NULL;
	while (*p != '\0') {
		uint32_t sign = next_sign(&p);

		if (sign >= 0x10000) {
			units[count++] = (jchar)(0xD800 + ((sign - 0x10000) >> 10));
			units[count++] = (jchar)(0xDC00 + (sign & 0x3FF));
		} else {
			units[count++] = (jchar)sign;
		}
	}
	made = (*env)->NewString(env, units, count);
	free(units);

	return made;
}

static bool
put(uint32_t sign, char *out, size_t cap, size_t *used)
{
	static const uint8_t heads[] = { 0x00, 0xC0, 0xE0, 0xF0 };
	const size_t more = sign < 0x80 ? 0 : sign < 0x800 ? 1 : sign < 0x10000 ? 2 : 3;

	if (*used + more + 1 >= cap)
		return false;
	out[(*used)++] = (char)(heads[more] | (sign >> (6 * more)));
	for (size_t i = more; i > 0; i--)
		out[(*used)++] = (char)(0x80 | ((sign >> (6 * (i - 1))) & 0x3F));

	return true;
}

bool
jni_utf8(const jchar *units, size_t count, char *out, size_t cap)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t sign = units[i];

		if (sign >= 0xD800 && sign < 0xDC00 && i + 1 < count && units[i + 1] >= 0xDC00 &&
		    units[i + 1] < 0xE000)
			sign = 0x10000 + ((sign - 0xD800) << 10) + (units[++i] - 0xDC00u);
		if (sign == 0 || (sign >= 0xD800 && sign < 0xE000) || !put(sign, out, cap, &used)) {
			ykt_wipe(out, cap);
			return false;
		}
	}
	out[used] = '\0';

	return true;
}

bool
jni_string(JNIEnv *env, jstring text, char *out, size_t cap)
{
	const jchar *units;
	bool fits;

	out[0] = '\0';
	if (text == NULL)
		return false;
	units = (*env)->GetStringChars(env, text, NULL);
	if (units == NULL)
		return false;
	fits = jni_utf8(units, (size_t)(*env)->GetStringLength(env, text), out, cap);
	(*env)->ReleaseStringChars(env, text, units);

	return fits;
}
