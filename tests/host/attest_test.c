/*
 * The attestation driver over real files and a real process: what is measured is
 * what is there now, read once; which mappings are foreign; what a tracer and the
 * loader's environment look like from inside; and a process that is hardened.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE

#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <ykt/mem.h>

#include "crypto/core.h"
#include "crypto/digest.h"
#include "host/host_attest.h"
#include "host/host_attest_look.h"
#include "host/host_harden.h"
#include "host/host_system.h"
#include "scratch.h"

static struct crypto *c;

static int
setup(void **state)
{
	assert_status(crypto_new(&ykt_alloc_libc, NULL, &c), YKT_OK);
	return scratch_setup(state);
}

static int
teardown(void **state)
{
	crypto_free(&c);
	return scratch_teardown(state);
}

static void
put(struct scratch *scratch, const char *name, const char *text)
{
	FILE *file = fopen(scratch_path(scratch, name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
expect(const struct ykt_attest *port, const char *name, const char *text)
{
	struct ykt_bytes content = ykt_bytes_str(text);
	uint8_t want[32], got[32];
	uint64_t size = 0;

	assert_status(crypto_sha256(c, &content, 1, want), YKT_OK);
	assert_status(ykt_attest_measure(port, name, &size, got), YKT_OK);
	assert_int_equal(size, content.len);
	assert_memory_equal(got, want, sizeof(want));
}

static void
test_files_are_measured_as_they_are_now(void **state)
{
	struct scratch *scratch = *state;
	struct host_attest attest;
	struct ykt_attest port;
	uint8_t hash[32] = { 7 };
	uint64_t size = 77;

	put(scratch, "library", "first");
	assert_status(host_attest_open(scratch->folder, c, &attest), YKT_OK);
	port = host_attest_port(&attest);
	expect(&port, "library", "first");
	expect(&port, "library", "first");
	assert_int_equal(attest.reads, 1); /* the second time it was known */
	put(scratch, "library", "other");
	expect(&port, "library", "other");
	assert_int_equal(attest.reads, 2);
	assert_int_equal(unlink(scratch_path(scratch, "library")), 0);
	assert_status(ykt_attest_measure(&port, "library", &size, hash), YKT_NOT_FOUND);
	assert_status(ykt_attest_measure(&port, "library/in", &size, hash), YKT_NOT_FOUND);
	/* A link to something that is right, and a folder, are no files of a release. */
	put(scratch, "real", "first");
	assert_int_equal(symlink("real", scratch_path(scratch, "library")), 0);
	assert_status(ykt_attest_measure(&port, "library", &size, hash), YKT_E_FILE);
	assert_int_equal(mkdir(scratch_path(scratch, "folder"), 0700), 0);
	assert_status(ykt_attest_measure(&port, "folder", &size, hash), YKT_E_FILE);
	assert_int_equal(size, 77);
	assert_int_equal(hash[0], 7);
}

static void
test_the_program_is_measured_as_it_runs(void **state)
{
	struct host_attest attest;
	struct ykt_attest port;
	struct stat info;
	uint8_t hash[32];
	uint64_t size = 0;

	(void)state;
	assert_status(host_attest_open(NULL, c, &attest), YKT_OK);
	port = host_attest_port(&attest);
	assert_non_null(strstr(port.program, "test-host-attest"));
	assert_status(ykt_attest_measure(&port, port.program, &size, hash), YKT_OK);
	assert_int_equal(stat("/proc/self/exe", &info), 0);
	assert_int_equal(size, info.st_size);
}

static void
test_manifests(void **state)
{
	struct scratch *scratch = *state;
	struct host_attest attest;
	struct ykt_attest port;
	uint8_t bytes[8];
	struct ykt_buf out = YKT_BUF(bytes);

	assert_status(host_attest_open(scratch->folder, c, &attest), YKT_OK);
	port = host_attest_port(&attest);
	assert_string_equal(port.program, ""); /* this program is not in that folder */
	assert_status(ykt_attest_manifest(&port, &out), YKT_NOT_FOUND);
	assert_int_equal(mkdir(scratch_path(scratch, "share"), 0700), 0);
	assert_int_equal(mkdir(scratch_path(scratch, "share/ykt"), 0700), 0);
	put(scratch, HOST_MANIFEST, "12345678");
	assert_status(ykt_attest_manifest(&port, &out), YKT_OK);
	assert_int_equal(out.len, 8);
	out.len = 0;
	put(scratch, HOST_MANIFEST, "123456789");
	assert_status(ykt_attest_manifest(&port, &out), YKT_E_SPACE);
	assert_int_equal(out.len, 0);
	assert_int_equal(unlink(scratch_path(scratch, HOST_MANIFEST)), 0);
	assert_int_equal(rmdir(scratch_path(scratch, "share/ykt")), 0);
	assert_status(host_attest_open("/nowhere/at/all", c, &attest), YKT_E_FILE);
}

static void
test_which_mappings_are_foreign(void **state)
{
	static const struct {
		bool foreign;
		const char *line;
	} rows[] = {
		{ false, "55d0-55d1 r-xp 00001000 08:01 12 /opt/ykt/bin/ykt\n" },
		{ false, "55d0-55d1 r-xp 00001000 08:01 12 /opt/lib/libykt.so.0\n" },
		{ false, "55d0-55d1 r-xp 00001000 08:01 12 /usr/lib/libc.so.6\n" },
		{ false, "55d0-55d1 r-xp 00001000 08:01 12 /lib/x86_64-linux-gnu/libc.so.6\n" },
		{ false, "55d0-55d1 r--p 00001000 08:01 12 /tmp/data\n" },
		{ false, "55d0-55d1 rw-p 00000000 00:00 0 \n" },
		{ false, "55d0-55d1 r-xp 00000000 00:00 0 [vdso]\n" },
		{ false, "55d0-55d1 rwxp 00000000 00:00 0 \n" },
		{ true, "55d0-55d1 r-xp 00001000 08:01 12 /tmp/hook.so\n" },
		{ true, "55d0-55d1 rwxp 00001000 08:01 12 /home/me/hook.so\n" },
		{ true, "55d0-55d1 r-xp 00001000 08:01 12 /opt/yktx/hook.so\n" },
		{ true, "55d0-55d1 r-xp 00001000 08:01 12 /libx/hook.so\n" },
		{ true, "55d0-55d1 r-xp 00001000 00:05 12 /memfd:hook (deleted)\n" },
		{ false, "" },
		{ false, "x" },
		{ false, "/ a b" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		assert_true_why(
		    host_map_foreign(rows[i].line, "/opt/ykt", "/opt/lib") == rows[i].foreign,
		    rows[i].line);
	assert_true(host_map_foreign("0-1 r-xp 0 08:01 1 /opt/ykt/bin/ykt\n", "", ""));
}

/* What a child of this process finds, which does something first. */
static unsigned
child_finds(void (*first)(void))
{
	int code = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		first();
		_exit((int)host_look("/", ""));
	}
	assert_int_equal(waitpid(pid, &code, 0), pid);
	assert_true(WIFEXITED(code));

	return (unsigned)WEXITSTATUS(code);
}

static void
nothing(void)
{
}

static void
trace_me(void)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
		_exit(0xFF);
}

static void
preload(void)
{
	setenv("LD_PRELOAD", "libhook.so", 1);
}

static void
audit(void)
{
	setenv("LD_AUDIT", "libhook.so", 1);
}

static void
test_what_a_process_finds(void **state)
{
	unsigned clean = getuid() == 0 ? YKT_FINDING_ROOT : 0;

	(void)state;
	assert_int_equal(child_finds(nothing), clean);
	assert_int_equal(child_finds(trace_me), clean | YKT_FINDING_DEBUGGER);
	assert_int_equal(child_finds(preload), clean | YKT_FINDING_PRELOAD);
	assert_int_equal(child_finds(audit), clean | YKT_FINDING_PRELOAD);
}

/* A child, so that this process stays one that a sanitizer can look into. */
static void
test_a_hardened_process(void **state)
{
	int code = 0;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		struct rlimit core = { 1, 1 };
		bool good = host_harden() == YKT_OK && getrlimit(RLIMIT_CORE, &core) == 0 &&
			    core.rlim_cur == 0 && core.rlim_max == 0 &&
			    prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;

		_exit(good ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &code, 0), pid);
	assert_int_equal(code, 0);
}

static void
test_what_a_system_calls_itself(void **state)
{
	static const struct {
		const char *text, *name, *version;
	} rows[] = {
		{ "ID=debian\nVERSION_ID=\"12\"\n", "debian", "12" },
		{ "NAME=x\nVERSION_ID='22.04'\nID=\"ubuntu\"", "ubuntu", "22.04" },
		{ "ID=arch\n", "arch", "" },
		{ "ID=debian\nVERSION_ID=\"12 beta\"\n", "debian", "" },
		{ "ID=debian\nVERSION_ID=a2345678901234567\n", "debian", "" },
		{ "ID=one\nID=two\nVERSION_ID=1\nVERSION_ID=2\n", "two", "2" },
		{ "ID=debian\r\nVERSION_ID=12\n", "", "" },
		{ "#ID=debian\n ID=debian\nMYID=debian\n", "", "" },
		{ "ID=\n", "", "" },
		{ "ID=\"\"\nVERSION_ID=12\n", "", "" },
		{ "ID=a2345678901234567\n", "", "" },
		{ "", "", "" },
	};
	struct ykt_system system;
	struct host_attest attest;
	struct ykt_attest port;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		bool named = rows[i].name[0] != '\0';

		system = (struct ykt_system){ "", "" };
		assert_status_why(host_system_read(ykt_bytes_str(rows[i].text), &system),
		    named ? YKT_OK : YKT_NOT_FOUND, rows[i].text);
		assert_string_equal(system.name, rows[i].name);
		assert_string_equal(system.version, rows[i].version);
	}
	/* Of the machine that the tests run on: whatever it is, the port can say it. */
	assert_status(host_attest_open(NULL, c, &attest), YKT_OK);
	port = host_attest_port(&attest);
	if (access("/etc/os-release", R_OK) == 0) {
		assert_status(ykt_attest_system(&port, &system), YKT_OK);
		assert_string_not_equal(system.name, "");
	} else
		assert_status(ykt_attest_system(&port, &system), YKT_NOT_FOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_files_are_measured_as_they_are_now, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_the_program_is_measured_as_it_runs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_manifests, setup, teardown),
		cmocka_unit_test(test_which_mappings_are_foreign),
		cmocka_unit_test(test_what_a_process_finds),
		cmocka_unit_test(test_a_hardened_process),
		cmocka_unit_test(test_what_a_system_calls_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
