/*
 * ykt-conform code: ride codes against a terminal.
 *
 * The terminal is our own check (the default), a command that gets each code on
 * its standard input, or a real one before which the drawn symbols are held.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "conform/code_case.h"
#include "crypto/core.h"
#include "host/host_clock.h"
#include "program.h"
#include "qr/qr.h"
#include "words.h"

#define PART   "code"
#define SUFFIX ".case"
#define SCALE  6

struct code_run {
	const struct options *options;
	struct crypto *crypto;
	struct ykt_clock clock;
	struct code_case_keys keys;
	struct code_roots roots;
	unsigned passed;
	unsigned failed;
};

/* What the terminal made of a code; reason "" where it gives none. */
struct outcome {
	bool accepted;
	char reason[33];
};

static bool
ask_memory(struct code_run *run, struct ykt_bytes code, struct outcome *ret)
{
	const struct code_policy policy = { .roots = &run->roots, .future_s = CODE_FUTURE_S };
	struct code_result result;

	if (code_verify(run->crypto, &policy, code, ykt_clock_wall(&run->clock), &result) != YKT_OK)
		return false;
	ret->accepted = result.verdict == CODE_GOOD;
	(void)snprintf(ret->reason, sizeof(ret->reason), "%s", code_verdict_name(result.verdict));

	return true;
}

/* The child's side: the pipe is its standard input, its output is nobody's. */
static void
become(const char *command, const int pipe_fds[2])
{
	(void)signal(SIGPIPE, SIG_DFL);
	(void)dup2(pipe_fds[0], STDIN_FILENO);
	(void)close(pipe_fds[0]);
	(void)close(pipe_fds[1]);
	if (freopen("/dev/null", "w", stdout) != NULL)
		(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* 0 accepts, 1 refuses; anything else is no answer. */
static bool
ask_command(struct code_run *run, struct ykt_bytes code, struct outcome *ret)
{
	char text[2 * CODE_QR_MAX + 2];
	int pipe_fds[2];
	int state = 0;
	pid_t child;

	ykt_hex_encode(code, text);
	memcpy(text + 2 * code.len, "\n", 2);
	if (pipe(pipe_fds) != 0)
		return false;
	child = fork();
	if (child == 0)
		become(run->options->subject, pipe_fds);
	(void)close(pipe_fds[0]);
	/* A command that reads nothing is judged by its exit all the same. */
	if (child > 0 && write(pipe_fds[1], text, 2 * code.len + 1) < 0)
		errno = 0;
	(void)close(pipe_fds[1]);
	if (child < 0 || waitpid(child, &state, 0) != child || !WIFEXITED(state) ||
	    WEXITSTATUS(state) > 1)
		return false;
	ret->accepted = WEXITSTATUS(state) == 0;

	return true;
}

static bool
right(const struct code_case *one, const struct outcome *outcome)
{
	return outcome->accepted == one->accept &&
	       (one->accept || outcome->reason[0] == '\0' ||
		   ykt_bytes_equal(one->reason, ykt_bytes_str(outcome->reason)));
}

static void
judge(struct code_run *run, const struct code_case *one, struct ykt_bytes code)
{
	const struct ykt_bytes title = run->options->chinese ? one->title_zh : one->title;
	struct outcome outcome = { 0 };
	bool answered = run->options->subject != NULL ? ask_command(run, code, &outcome)
						      : ask_memory(run, code, &outcome);
	const bool good = answered && right(one, &outcome);

	run->passed += good ? 1 : 0;
	run->failed += good ? 0 : 1;
	(void)printf("%s  %.*s  %.*s\n", words(good ? N_("pass") : N_("FAIL")), (int)one->id.len,
	    (const char *)one->id.data, (int)title.len, (const char *)title.data);
	if (!good)
		(void)printf("      %s %s %.*s, %s %s %s\n", words("expected"),
		    words(one->accept ? N_("accepted") : N_("refused")), (int)one->reason.len,
		    (const char *)one->reason.data, words("got"),
		    words(!answered          ? N_("no answer")
			  : outcome.accepted ? N_("accepted")
					     : N_("refused")),
		    outcome.reason);
	(void)fflush(stdout);
}

static bool
write_file(const char *path, struct ykt_bytes content)
{
	FILE *file = fopen(path, "we");
	bool good = file != NULL && fwrite(content.data, 1, content.len, file) == content.len;

	if (file != NULL && fclose(file) != 0)
		good = false;
	if (!good)
		complain("%s: %s", path, strerror(errno));

	return good;
}

/* A file of the folder for drawings. */
static bool
write_drawn(
    const struct code_run *run, struct ykt_bytes name, const char *suffix, struct ykt_bytes content)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%.*s%s", run->options->draw, (int)name.len,
		(const char *)name.data, suffix) >= PATH_MAX)
		return false;

	return write_file(path, content);
}

static bool
draw(struct code_run *run, const struct code_case *one, struct ykt_bytes code)
{
	static const char levels[] = "LMQH";
	static struct qr_symbol symbol;
	static uint8_t png[QR_PNG_MAX];
	struct ykt_buf out = YKT_BUF(png);
	enum qr_level level = (enum qr_level)(strchr(levels, one->level) - levels);

	if (qr_symbol_make(code, level, &symbol) != YKT_OK ||
	    qr_draw_png(&symbol, SCALE, &out) != YKT_OK) {
		complain("%.*s cannot be drawn", (int)one->id.len, (const char *)one->id.data);
		return false;
	}
	(void)printf("%.*s.png  %s\n", (int)one->id.len, (const char *)one->id.data,
	    words(one->accept ? N_("accepted") : N_("refused")));

	return write_drawn(run, one->id, ".png", ykt_buf_view(&out));
}

static bool
run_case(struct code_run *run, const struct code_case *one)
{
	uint8_t bytes[CODE_QR_MAX];
	struct ykt_buf code = YKT_BUF(bytes);

	if (run->options->list) {
		const struct ykt_bytes title = run->options->chinese ? one->title_zh : one->title;

		(void)printf("%.*s  %c  %.*s\n", (int)one->id.len, (const char *)one->id.data,
		    one->grade, (int)title.len, (const char *)title.data);
		return true;
	}
	if (code_case_make(run->crypto, &run->keys, one, ykt_clock_wall(&run->clock), &code) !=
	    YKT_OK) {
		complain("%.*s cannot be made", (int)one->id.len, (const char *)one->id.data);
		return false;
	}
	if (run->options->draw != NULL)
		return draw(run, one, ykt_buf_view(&code));
	judge(run, one, ykt_buf_view(&code));

	return true;
}

/* One file: read, and run when it was asked for. */
static bool
take_file(struct code_run *run, const char *folder, const char *name)
{
	char path[PATH_MAX];
	char text[CODE_CASE_TEXT_MAX + 2];
	struct code_case one;
	const char *why = "";
	unsigned line = 0;
	size_t len = 0;
	FILE *file = NULL;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) < PATH_MAX)
		file = fopen(path, "re");
	if (file == NULL) {
		complain("%s: %s", path, strerror(errno));
		return false;
	}
	len = fread(text, 1, sizeof(text) - 1, file);
	(void)fclose(file);
	if (code_case_parse(ykt_bytes(text, len), &one, &line, &why) != YKT_OK) {
		complain("%s:%u: %s", path, line, words(why));
		return false;
	}
	if (strlen(name) != one.id.len + strlen(SUFFIX) ||
	    strncmp(name, (const char *)one.id.data, one.id.len) != 0) {
		complain("%s: the file is named otherwise than the case", path);
		return false;
	}
	if (run->options->id != NULL && !ykt_bytes_equal(one.id, ykt_bytes_str(run->options->id)))
		return true;

	return run_case(run, &one);
}

static int
is_case(const struct dirent *entry)
{
	const size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > strlen(SUFFIX) &&
	       strcmp(entry->d_name + len - strlen(SUFFIX), SUFFIX) == 0;
}

static bool
take_all(struct code_run *run)
{
	char found[PATH_MAX];
	char folder[PATH_MAX + sizeof(PART) + 1];
	struct dirent **entries = NULL;
	int count = -1;
	bool good;

	if (items_folder(run->options, found)) {
		(void)snprintf(folder, sizeof(folder), "%s/" PART, found);
		count = scandir(folder, &entries, is_case, alphasort);
	}
	good = count > 0;
	if (!good)
		complain("no folder with cases of codes (--cases)");
	for (int i = 0; i < count; i++) {
		good = good && take_file(run, folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);

	return good;
}

/* For the terminal under test: what it must have loaded. */
static bool
write_roots(const struct code_run *run)
{
	char text[CODE_CASE_ROOTS * CODE_ROOT_LINE_MAX] = "";
	size_t len = 0;

	for (size_t i = 0; i < run->roots.count; i++) {
		code_root_line(&run->roots.roots[i], text + len);
		len += strlen(text + len);
	}
	if (run->options->roots != NULL)
		return write_file(run->options->roots, ykt_bytes(text, len));

	return run->options->draw == NULL ||
	       write_drawn(run, ykt_bytes_str("roots"), "", ykt_bytes(text, len));
}

int
code_main(const struct options *options)
{
	static struct code_run run;
	int code = EXIT_NO_RUN;
	bool good;

	run.options = options;
	/* A terminal that ends without reading is one more answer. */
	(void)signal(SIGPIPE, SIG_IGN);
	run.clock = host_clock();
	good = crypto_new(&ykt_alloc_libc, NULL, &run.crypto) == YKT_OK &&
	       code_case_keys_make(run.crypto, &run.keys) == YKT_OK;
	if (good && code_case_roots(run.crypto, &run.keys, &run.roots) != YKT_OK) {
		complain("this build refuses the test roots of the cases");
		good = false;
	}
	good = good && write_roots(&run) && (options->roots != NULL || take_all(&run));
	if (good && (options->list || options->draw != NULL || options->roots != NULL))
		code = EXIT_PASSED;
	else if (good) {
		(void)printf(
		    words("%u passed, %u failed, %u skipped\n"), run.passed, run.failed, 0u);
		code = run.failed > 0 ? EXIT_FAILED : run.passed > 0 ? EXIT_PASSED : EXIT_NO_RUN;
	}
	crypto_free(&run.crypto);

	return code;
}
