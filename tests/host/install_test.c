/*
 * The install driver on a real folder: a version becomes the program by one rename,
 * and a process that dies at any call leaves the old one or the new one, whole, and
 * nothing that the next attempt stumbles over.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE

#include <sys/wait.h>

#include "host/host_install.h"
#include "scratch.h"

/* Calls of the system after which a process dies; 0: none. Set in children only. */
static unsigned die_at, calls;

static void
count(void)
{
	if (++calls == die_at)
		_exit(77);
}

int __real_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __wrap_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __real_symlinkat(const char *target, int fd, const char *name);
int __wrap_symlinkat(const char *target, int fd, const char *name);
int __real_unlinkat(int fd, const char *name, int flags);
int __wrap_unlinkat(int fd, const char *name, int flags);
int __real_mkdirat(int fd, const char *name, mode_t mode);
int __wrap_mkdirat(int fd, const char *name, mode_t mode);
ssize_t __real_write(int fd, const void *data, size_t len);
ssize_t __wrap_write(int fd, const void *data, size_t len);

int
__wrap_renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	count();
	return __real_renameat(from_fd, from, to_fd, to);
}

int
__wrap_symlinkat(const char *target, int fd, const char *name)
{
	count();
	return __real_symlinkat(target, fd, name);
}

int
__wrap_unlinkat(int fd, const char *name, int flags)
{
	count();
	return __real_unlinkat(fd, name, flags);
}

int
__wrap_mkdirat(int fd, const char *name, mode_t mode)
{
	count();
	return __real_mkdirat(fd, name, mode);
}

/* Half of it is written when it dies here. */
ssize_t
__wrap_write(int fd, const void *data, size_t len)
{
	if (calls + 1 == die_at)
		(void)!__real_write(fd, data, len / 2);
	count();
	return __real_write(fd, data, len);
}

static bool
yes(void *arg, const char *path)
{
	*(unsigned *)arg += access(path, X_OK) == 0;
	return true;
}

static bool
no(void *arg, const char *path)
{
	(void)path;
	++*(unsigned *)arg;
	return false;
}

static unsigned asked;

static void
make_file(const char *folder, const char *name, const char *text)
{
	char path[2048];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
make_folder(const char *folder, const char *name)
{
	char path[2048];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

/* ROOT with version 1.0.0, which current names. */
static void
make_root(const char *root)
{
	char path[2048];

	assert_int_equal(mkdir(root, 0755), 0);
	make_folder(root, "versions");
	make_folder(root, "versions/1.0.0");
	make_folder(root, "versions/1.0.0/bin");
	make_file(root, "versions/1.0.0/bin/ykt", "old");
	(void)snprintf(path, sizeof(path), "%s/current", root);
	assert_int_equal(symlink("versions/1.0.0", path), 0);
}

static void
remove_root(const char *root)
{
	char command[2048];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", root);
	assert_int_equal(system(command), 0);
}

static struct host_install
open_as(const char *root, const char *version, host_install_ask *ask)
{
	struct host_install install;
	char prefix[2048];

	(void)snprintf(prefix, sizeof(prefix), "%s/versions/%s", root, version);
	assert_status(host_install_open(root, prefix, "bin/ykt", ask, &asked, &install), YKT_OK);

	return install;
}

static enum ykt_status
put_all(const struct ykt_install *port)
{
	enum ykt_status status = port->begin(port->ctx, "1.0.1");

	if (status == YKT_OK)
		status = port->put(port->ctx, "bin/ykt", true, ykt_bytes_str("new program"));
	if (status == YKT_OK)
		status = port->put(port->ctx, "share/ykt/manifest", false, ykt_bytes_str("m"));
	if (status == YKT_OK)
		status = port->check(port->ctx);

	return status == YKT_OK ? port->commit(port->ctx) : status;
}

static const char *
content(const char *root, const char *name)
{
	static char text[64];
	char path[2048];
	FILE *file;
	size_t len = 0;

	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	file = fopen(path, "r");
	if (file != NULL) {
		len = fread(text, 1, sizeof(text) - 1, file);
		(void)fclose(file);
	}
	text[len] = '\0';

	return text;
}

static bool
is_there(const char *root, const char *name)
{
	char path[2048];
	struct stat info;

	(void)snprintf(path, sizeof(path), "%s/%s", root, name);

	return lstat(path, &info) == 0;
}

static void
test_a_version_is_put_and_settled(void **state)
{
	struct scratch *scratch = *state;
	char root[1024];
	struct host_install install;
	struct ykt_install port;

	(void)snprintf(root, sizeof(root), "%s", scratch_path(scratch, "root"));
	make_root(root);
	install = open_as(root, "1.0.0", yes);
	port = host_install_port(&install);
	assert_false(port.trial(port.ctx));
	asked = 0;
	assert_status(put_all(&port), YKT_OK);
	assert_int_equal(asked, 1);
	assert_string_equal(content(root, "current/bin/ykt"), "new program");
	assert_string_equal(content(root, "previous/bin/ykt"), "old");
	assert_false(port.trial(port.ctx)); /* it is the old one that runs */
	assert_status(port.begin(port.ctx, "1.0.1"), YKT_E_FILE);
	assert_status(port.begin(port.ctx, "1.0.0"), YKT_E_FILE);
	assert_status(port.begin(port.ctx, "../x"), YKT_E_FILE);
	host_install_close(&install);
	install = open_as(root, "1.0.1", yes);
	port = host_install_port(&install);
	assert_true(port.trial(port.ctx));
	assert_status(port.settle(port.ctx, true), YKT_OK);
	assert_false(port.trial(port.ctx));
	assert_false(is_there(root, "previous"));
	assert_false(is_there(root, "versions/1.0.0"));
	assert_string_equal(content(root, "current/bin/ykt"), "new program");
	host_install_close(&install);
	remove_root(root);
}

static void
test_back_to_the_old_one(void **state)
{
	struct scratch *scratch = *state;
	char root[1024];
	struct host_install install;
	struct ykt_install port;

	(void)snprintf(root, sizeof(root), "%s", scratch_path(scratch, "root"));
	make_root(root);
	install = open_as(root, "1.0.0", no);
	port = host_install_port(&install);
	asked = 0;
	assert_status(put_all(&port), YKT_REFUSED);
	assert_int_equal(asked, 1);
	assert_string_equal(content(root, "current/bin/ykt"), "old");
	assert_false(is_there(root, "previous"));
	install.ask = yes;
	assert_status(put_all(&port), YKT_OK);
	host_install_close(&install);
	install = open_as(root, "1.0.1", yes);
	port = host_install_port(&install);
	assert_status(port.settle(port.ctx, false), YKT_OK);
	assert_string_equal(content(root, "current/bin/ykt"), "old");
	assert_false(is_there(root, "previous"));
	host_install_close(&install);
	remove_root(root);
}

static void
test_a_process_may_die_at_any_call(void **state)
{
	struct scratch *scratch = *state;
	char root[1024];
	unsigned at, news = 0;
	int code = 0;

	(void)snprintf(root, sizeof(root), "%s", scratch_path(scratch, "root"));
	for (at = 1; at < 200; at++) {
		struct host_install install;
		struct ykt_install port;
		const char *now;
		pid_t pid;

		make_root(root);
		install = open_as(root, "1.0.0", yes);
		port = host_install_port(&install);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			calls = 0;
			die_at = at;
			_exit(put_all(&port) == YKT_OK ? 0 : 1);
		}
		assert_int_equal(waitpid(pid, &code, 0), pid);
		assert_true(WIFEXITED(code));
		now = content(root, "current/bin/ykt");
		assert_true(strcmp(now, "old") == 0 || strcmp(now, "new program") == 0);
		if (strcmp(now, "new program") == 0) {
			news++;
			assert_string_equal(content(root, "current/share/ykt/manifest"), "m");
			assert_string_equal(content(root, "previous/bin/ykt"), "old");
		} else {
			assert_status(put_all(&port), YKT_OK);
			assert_string_equal(content(root, "current/bin/ykt"), "new program");
		}
		host_install_close(&install);
		remove_root(root);
		if (WEXITSTATUS(code) != 77)
			break;
	}
	assert_int_equal(WEXITSTATUS(code), 0);
	assert_true(at > 10);
	assert_true(news >= 1);
}

static void
test_roots_that_are_none(void **state)
{
	struct scratch *scratch = *state;
	struct host_install install;
	char path[1024];

	(void)snprintf(path, sizeof(path), "%s", scratch_path(scratch, "nowhere"));
	assert_status(host_install_open(path, "/x", "bin/ykt", yes, &asked, &install), YKT_E_FILE);
	make_file(scratch->folder, "file", "x");
	(void)snprintf(path, sizeof(path), "%s", scratch_path(scratch, "file"));
	assert_status(host_install_open(path, "/x", "bin/ykt", yes, &asked, &install), YKT_E_FILE);
}

static void
test_asking_a_program(void **state)
{
	char exits_0[] = "exit 0", exits_3[] = "exit 3", dies[] = "kill -9 $$", option[] = "-c";
	char *words[] = { NULL, option, exits_0, NULL };

	(void)state;
	assert_true(host_install_run(words, "/bin/sh"));
	words[2] = exits_3;
	assert_false(host_install_run(words, "/bin/sh"));
	words[2] = dies;
	assert_false(host_install_run(words, "/bin/sh"));
	assert_false(host_install_run(words, "/nowhere/at/all"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_a_version_is_put_and_settled, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(
		    test_back_to_the_old_one, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_process_may_die_at_any_call, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(
		    test_roots_that_are_none, scratch_setup, scratch_teardown),
		cmocka_unit_test(test_asking_a_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
