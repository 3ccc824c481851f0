/*
 * The tear matrix as a command: scenes shared out among processes, a line for
 * each as it ends, the sums, the verdict.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tear_matrix.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ykt/mem.h>

#include "crypto/core.h"
#include "words.h"

#define JOBS_MAX 64

/* Shared among the workers. */
struct sheet {
	_Atomic size_t next;
	_Atomic size_t shown;
	_Atomic bool stop;
	bool done[64];
	struct tear_result results[64];
};

static void
print_row(const char *name, const struct tear_result *result)
{
	printf("%-42s %6u %7u %8u %7u %7u %7u %4u\n", name, result->writes, result->cuts,
	    result->recuts, result->silent, result->before, result->after, result->refused);
	(void)fflush(stdout);
}

static bool
work(struct sheet *sheet, const struct tear_options *options, bool quiet)
{
	struct crypto *crypto = NULL;
	struct tear *tear = NULL;
	bool good = crypto_new(&ykt_alloc_libc, NULL, &crypto) == YKT_OK &&
		    tear_new(crypto, &tear) == YKT_OK;

	while (good && !sheet->stop) {
		size_t i = sheet->next++;

		if (i >= tear_scene_count)
			break;
		tear_run(tear, &tear_scenes[i], options, &sheet->results[i]);
		sheet->done[i] = true;
		sheet->stop = sheet->stop || sheet->results[i].broken;
		if (!quiet) {
			printf("%zu of %zu  ", ++sheet->shown, tear_scene_count);
			print_row(tear_scenes[i].name, &sheet->results[i]);
		}
	}
	tear_free(&tear);
	crypto_free(&crypto);

	return good;
}

/* False: a worker died, which is a defect of its own. */
static bool
run_jobs(struct sheet *sheet, const struct tear_options *options, uint32_t jobs, bool quiet)
{
	pid_t children[JOBS_MAX];
	uint32_t started = 0;
	bool good = true;

	(void)fflush(stdout);
	while (started < jobs && started < JOBS_MAX && good) {
		children[started] = fork();
		if (children[started] == 0)
			_exit(work(sheet, options, quiet) ? EXIT_SUCCESS : EXIT_FAILURE);
		good = children[started] > 0;
		started += good ? 1 : 0;
	}
	for (uint32_t i = 0; i < started; i++) {
		int status = 0;

		good = waitpid(children[i], &status, 0) == children[i] && WIFEXITED(status) &&
		       WEXITSTATUS(status) == EXIT_SUCCESS && good;
	}

	return good;
}

static int
print_verdict(const struct sheet *sheet)
{
	struct tear_result sum = { 0 };
	unsigned broken = 0;

	for (size_t i = 0; i < tear_scene_count; i++) {
		const struct tear_result *result = &sheet->results[i];

		sum.writes += result->writes;
		sum.cuts += result->cuts;
		sum.recuts += result->recuts;
		sum.silent += result->silent;
		sum.before += result->before;
		sum.after += result->after;
		sum.refused += result->refused;
		if (result->broken) {
			printf("violation: %s\n", result->text);
			broken++;
		}
	}
	printf("scenes: %zu on two interfaces; %u cuts (%u left the state before, %u the state "
	       "after, %u cost the try of a PIN), %u cuts of a recovery, %u writes that did "
	       "nothing, %u commands refused after a tap\n",
	    tear_scene_count, sum.cuts, sum.before, sum.after, sum.cuts - sum.before - sum.after,
	    sum.recuts, sum.silent, sum.refused);
	printf("violations: %u\n", broken);

	return broken == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
tear_matrix(const struct tear_options *options, uint32_t jobs, bool quiet)
{
	struct sheet *sheet =
	    mmap(NULL, sizeof(*sheet), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool good;

	if (sheet == MAP_FAILED || tear_scene_count > sizeof(sheet->done)) {
		fputs(words("ykt-sim: no memory for the tear matrix\n"), stderr);
		return EXIT_FAILURE;
	}
	if (!quiet)
		printf("%-50s %6s %7s %8s %7s %7s %7s %4s\n", "scene", "writes", "cuts", "recuts",
		    "no-op", "before", "after", "6985");
	good = jobs == 1 ? work(sheet, options, quiet) : run_jobs(sheet, options, jobs, quiet);
	if (!good) {
		fputs(words("ykt-sim: a worker process died; run with --jobs 1\n"), stderr);
		return EXIT_FAILURE;
	}

	return print_verdict(sheet);
}
