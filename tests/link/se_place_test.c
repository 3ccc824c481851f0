/*
 * Places as text, and who may listen where.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ykt/bytes.h>

#include "check.h"
#include "link/se_place.h"

/* 108 characters: no room for the NUL in a socket address. */
#define NINE      "/23456789"
#define LONG_PATH NINE NINE NINE NINE NINE NINE NINE NINE NINE NINE NINE NINE

static void
test_parses(void **state)
{
	static const struct {
		const char *why;
		const char *text;
		bool is_unix;
		const char *host;
		unsigned port;
		bool local;
	} rows[] = {
		{ "an absolute path", "/run/se.sock", true, "/run/se.sock", 0, true },
		{ "a relative path", "se.sock", true, "se.sock", 0, true },
		{ "a path with a colon", "./a:1", true, "./a:1", 0, true },
		{ "IPv4", "127.0.0.1:35963", false, "127.0.0.1", 35963, true },
		{ "IPv6", "[::1]:1", false, "::1", 1, true },
		{ "a name", "localhost:65535", false, "localhost", 65535, true },
		{ "another machine", "reader:35963", false, "reader", 35963, false },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct se_place place;

		assert_status_why(se_place_parse(rows[i].text, &place), YKT_OK, rows[i].why);
		assert_true_why(place.is_unix == rows[i].is_unix, rows[i].why);
		assert_string_equal(place.text, rows[i].host);
		assert_int_equal(place.port, rows[i].port);
		assert_true_why(se_place_local(&place) == rows[i].local, rows[i].why);
	}
}

static void
test_refuses(void **state)
{
	static const char *const rows[] = {
		"",
		":1",
		"localhost:",
		"localhost:0",
		"localhost:65536",
		"localhost:99999",
		"localhost:123456",
		"localhost:-1",
		"localhost:1x",
		"localhost: 1",
		LONG_PATH,
	};

	(void)state;
	assert_int_equal(strlen(LONG_PATH), SE_PLACE_TEXT_MAX);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct se_place place = { .port = 7 };

		assert_status_why(se_place_parse(rows[i], &place), YKT_E_ARG, rows[i]);
		assert_int_equal(place.port, 7);
	}
}

/* A folder of its own; the caller removes what it made. */
static int
make_folder(void **state)
{
	static char folder[] = "ykt-place-XXXXXX";

	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	*state = mkdtemp(folder);
	return *state == NULL ? -1 : 0;
}

static int
drop_folder(void **state)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "%s/s", (char *)*state);
	(void)unlink(path);
	return rmdir(*state);
}

static struct se_place
place_in(void *folder)
{
	struct se_place place = { .is_unix = true };

	(void)snprintf(place.text, sizeof(place.text), "%s/s", (char *)folder);
	return place;
}

static void
test_replaces_only_what_is_left_over(void **state)
{
	struct se_place place = place_in(*state);
	struct stat info;
	int first;
	int second = -1;

	assert_status(se_place_connect(&place, 0, &second), YKT_NOT_FOUND);
	assert_status(se_place_listen(&place, &first), YKT_OK);
	assert_int_equal(stat(place.text, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);

	assert_status(se_place_listen(&place, &second), YKT_BUSY);
	assert_int_equal(second, -1);

	(void)close(first); /* as if the process had been killed: the file stays */
	assert_status(se_place_connect(&place, 0, &second), YKT_NOT_FOUND);
	assert_status(se_place_listen(&place, &second), YKT_OK);
	(void)close(second);
}

static void
test_leaves_other_files_alone(void **state)
{
	struct se_place place = place_in(*state);
	struct stat info;
	FILE *file = fopen(place.text, "w");
	int fd = -1;

	assert_non_null(file);
	(void)fputs("keep me", file);
	(void)fclose(file);
	assert_status(se_place_listen(&place, &fd), YKT_E_LINK);
	assert_int_equal(fd, -1);
	assert_int_equal(stat(place.text, &info), 0);
	assert_int_equal(info.st_size, 7);

	(void)snprintf(place.text, sizeof(place.text), "%s/no/s", (char *)*state);
	assert_status(se_place_listen(&place, &fd), YKT_E_LINK);
	assert_int_equal(fd, -1);
}

static void
test_listens_on_this_machine_only(void **state)
{
	struct se_place place;
	int fd = -1;

	(void)state;
	assert_status(se_place_parse("0.0.0.0:1", &place), YKT_OK);
	assert_status(se_place_listen(&place, &fd), YKT_E_ARG);
	assert_status(se_place_parse("192.0.2.1:1", &place), YKT_OK);
	assert_status(se_place_listen(&place, &fd), YKT_E_ARG);
	assert_int_equal(fd, -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parses),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test_setup_teardown(
		    test_replaces_only_what_is_left_over, make_folder, drop_folder),
		cmocka_unit_test_setup_teardown(
		    test_leaves_other_files_alone, make_folder, drop_folder),
		cmocka_unit_test(test_listens_on_this_machine_only),
	};

	return cmocka_run_group_tests_name("link: se_place", tests, NULL, NULL);
}
