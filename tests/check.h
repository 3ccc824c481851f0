/*
 * cmocka with its own includes, and assertions that print status names.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_TESTS_CHECK_H
#define YKT_TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ykt/status.h>

#define assert_status(actual, expected)                                                            \
	assert_string_equal(ykt_status_name(actual), ykt_status_name(expected))

/* The same in a row of a table: says which row before it fails. */
#define assert_status_why(actual, expected, why)                                                   \
	do {                                                                                       \
		enum ykt_status actual_ = (actual);                                                \
		if (actual_ != (expected))                                                         \
			fail_msg("%s: got %s, expected %s", (why), ykt_status_name(actual_),       \
			    ykt_status_name(expected));                                            \
	} while (0)

#define assert_true_why(condition, why)                                                            \
	do {                                                                                       \
		if (!(condition))                                                                  \
			fail_msg("%s: not so: %s", (why), #condition);                             \
	} while (0)

#endif
