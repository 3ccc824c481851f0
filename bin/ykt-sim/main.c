/*
 * ykt-sim: the whole system in one process on virtual time, with faults from a
 * seed and an independent checker.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/net.h"
#include "sim/run.h"
#include "tear_matrix.h"
#include "words.h"

const char *argp_program_version = "ykt-sim 0.1.0";

#define JOBS_MAX     64
#define JOURNEYS_MAX 100000000u

/* Options without a letter. */
enum { OPTION_TEAR_MATRIX = 0x100, OPTION_DEPTH, OPTION_QUICK };

struct settings {
	uint64_t seed;
	uint32_t journeys;
	uint32_t jobs;
	bool quiet;
	bool tears; /* the tear matrix instead of journeys */
	struct tear_options tear;
};

/* Shared between the parent and its workers. */
struct board {
	const struct settings *settings;
	uint32_t worlds;
	_Atomic uint32_t journeys; /* done by all */
	_Atomic bool stop;
	uint32_t shown; /* a single job's own progress */
	struct run_world results[];
};

static uint32_t
journeys_of(const struct settings *settings, uint32_t world)
{
	uint32_t before = world * RUN_WORLD_JOURNEYS;
	uint32_t left = settings->journeys - before;

	return left < RUN_WORLD_JOURNEYS ? left : RUN_WORLD_JOURNEYS;
}

static void
show_progress(const struct board *board, uint32_t *shown)
{
	const struct settings *settings = board->settings;
	uint32_t done = board->journeys;
	bool terminal = isatty(STDOUT_FILENO) != 0;
	uint32_t step = terminal ? settings->journeys / 100 + 1 : settings->journeys / 5 + 1;

	if (settings->quiet || done < *shown + step)
		return;
	*shown = done;
	printf(terminal ? "\r%" PRIu32 " of %" PRIu32 " journeys "
			: "%" PRIu32 " of %" PRIu32 " journeys\n",
	    done, settings->journeys);
	(void)fflush(stdout);
}

static void
on_journey(void *arg)
{
	struct board *board = arg;

	board->journeys++;
	if (board->settings->jobs == 1)
		show_progress(board, &board->shown);
}

/* Takes every jobs-th world; a broken one stops them all. */
static void
work(struct board *board, const struct settings *settings, uint32_t job)
{
	for (uint32_t i = job; i < board->worlds && !board->stop; i += settings->jobs) {
		run_world(settings->seed, i, journeys_of(settings, i), NULL, on_journey, board,
		    &board->results[i]);
		if (board->results[i].broken)
			board->stop = true;
	}
}

/* False: a worker died, which is a defect of its own. */
static bool
run_jobs(struct board *board, const struct settings *settings)
{
	pid_t children[JOBS_MAX];
	uint32_t left = settings->jobs;
	uint32_t shown = 0;
	bool good = true;

	(void)fflush(stdout);
	for (uint32_t i = 0; i < settings->jobs; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			work(board, settings, i);
			_exit(0);
		}
		if (children[i] < 0)
			return false;
	}
	while (left > 0) {
		int status = 0;
		pid_t pid = waitpid(-1, &status, WNOHANG);

		if (pid > 0) {
			left--;
			good = good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
			board->stop = board->stop || !good;
		} else {
			(void)usleep(20000);
		}
		show_progress(board, &shown);
	}
	if (isatty(STDOUT_FILENO) != 0 && !settings->quiet)
		printf("\n");
	return good;
}

static void
add_world(struct run_world *sum, const struct run_world *world)
{
	net_hash_mix(&sum->hash, &world->hash, sizeof(world->hash));
	sum->journeys += world->journeys;
	sum->crashes += world->crashes;
	sum->loads += world->loads;
	sum->debits += world->debits;
	sum->opened += world->opened;
	sum->recovered += world->recovered;
	sum->refunds += world->refunds;
	sum->with_fault += world->with_fault;
	sum->with_two += world->with_two;
	for (size_t k = 0; k < FAULT_KIND_COUNT; k++)
		sum->fired[k] += world->fired[k];
}

static void
print_totals(const struct board *board)
{
	struct run_world sum = { .hash = 0xCBF29CE484222325u };

	for (uint32_t i = 0; i < board->worlds; i++) {
		if (board->results[i].done)
			add_world(&sum, &board->results[i]);
	}
	printf("journeys: %" PRIu32 " in %" PRIu32 " worlds; %" PRIu32 " with a fault, %" PRIu32
	       " with two or more\n",
	    sum.journeys, board->worlds, sum.with_fault, sum.with_two);
	printf("done: %" PRIu32 " loads, %" PRIu32 " debits, %" PRIu32 " openings (%" PRIu32
	       " finished a torn tap), %" PRIu32 " refunds asked for, %" PRIu32 " restarts\n",
	    sum.loads, sum.debits, sum.opened, sum.recovered, sum.refunds, sum.crashes);
	for (size_t k = 0; k < FAULT_KIND_COUNT; k++)
		printf("fired: %-32s %8" PRIu64 "\n", fault_kind_name((enum fault_kind)k),
		    sum.fired[k]);
	printf("trace: %016" PRIX64 "\n", sum.hash);
}

static int
print_verdict(struct board *board, const struct settings *settings)
{
	for (uint32_t i = 0; i < board->worlds; i++) {
		struct run_world *world = &board->results[i];

		if (!world->broken)
			continue;
		run_shrink(settings->seed, i, world);
		printf("violation: %s: %s\n", world->invariant, world->text);
		printf("  seed %" PRIu64 ", world %" PRIu32 ", journey %" PRIu32 "\n",
		    settings->seed, i, world->journey);
		faults_print(&world->faults, stdout);
		printf("violations: 1\n");
		return EXIT_FAILURE;
	}
	printf("violations: 0\n");
	return EXIT_SUCCESS;
}

static int
run(const struct settings *settings)
{
	uint32_t worlds = (settings->journeys + RUN_WORLD_JOURNEYS - 1) / RUN_WORLD_JOURNEYS;
	size_t size = sizeof(struct board) + worlds * sizeof(struct run_world);
	struct board *board =
	    mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (board == MAP_FAILED) {
		fprintf(stderr, words("ykt-sim: no memory for %u worlds\n"), (unsigned)worlds);
		return EXIT_FAILURE;
	}
	board->settings = settings;
	board->worlds = worlds;
	if (settings->jobs == 1) {
		work(board, settings, 0);
	} else if (!run_jobs(board, settings)) {
		fprintf(
		    stderr, "ykt-sim: a worker process died; run with --jobs 1 under a debugger\n");
		return EXIT_FAILURE;
	}
	print_totals(board);
	return print_verdict(board, settings);
}

static bool
parse_number(const char *text, uint64_t limit, uint64_t *ret)
{
	char *end = NULL;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno != 0 || text[0] < '0' || text[0] > '9' || *end != '\0' || value > limit)
		return false;
	*ret = value;
	return true;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;
	uint64_t value = 0;

	switch (key) {
	case 'n':
		if (!parse_number(arg, JOURNEYS_MAX, &value) || value == 0)
			argp_error(state, "--journeys wants a number from 1 to %u", JOURNEYS_MAX);
		settings->journeys = (uint32_t)value;
		return 0;
	case 's':
		if (!parse_number(arg, UINT64_MAX, &settings->seed))
			argp_error(state, "--seed wants a 64-bit number");
		return 0;
	case 'j':
		if (!parse_number(arg, JOBS_MAX, &value) || value == 0)
			argp_error(state, "--jobs wants a number from 1 to %d", JOBS_MAX);
		settings->jobs = (uint32_t)value;
		return 0;
	case 'q':
		settings->quiet = true;
		return 0;
	case OPTION_TEAR_MATRIX:
		settings->tears = true;
		return 0;
	case OPTION_DEPTH:
		if (!parse_number(arg, 2, &value) || value == 0)
			argp_error(state, "--depth wants 1 or 2");
		settings->tear.depth = (unsigned)value;
		return 0;
	case OPTION_QUICK:
		settings->tear.quick = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_usage(state);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int
main(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "journeys", 'n', "N", 0, "how many journeys (1000)", 0 },
		{ "seed", 's', "S", 0, "64-bit seed (1); the same seed gives the same trace", 0 },
		{ "jobs", 'j', "N", 0, "worker processes (as many as cores)", 0 },
		{ "quiet", 'q', NULL, 0, "no progress", 0 },
		{ "tear-matrix", OPTION_TEAR_MATRIX, NULL, 0,
		    "no journeys: cut every writing command of the card at every write", 1 },
		{ "depth", OPTION_DEPTH, "1|2", 0,
		    "of the tear matrix: 2 (default) cuts recovery too", 1 },
		{ "quick", OPTION_QUICK, NULL, 0, "the part of the tear matrix for every build",
		    1 },
		{ 0 },
	};
	static const struct argp argp = { .options = options,
		.parser = parse,
		.help_filter = words_argp,
		.doc = "Runs riders, phones, gates and servers of two cities in one process on "
		       "virtual "
		       "time, with faults drawn from a seed, and checks the money invariants after "
		       "every journey.\vEnds with a line 'violations: 0' and exit code 0, or names "
		       "the "
		       "invariant, the seed and the faults of the journey and exits with 1." };
	struct settings settings = { .seed = 1, .journeys = 1000, .tear = { .depth = 2 } };
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int code;

	settings.jobs = cores < 1 ? 1 : cores > JOBS_MAX ? JOBS_MAX : (uint32_t)cores;
	argp_err_exit_status = 2;
	if (argp_parse(&argp, argc, argv, 0, NULL, &settings) != 0)
		return 2;
	if (settings.tears)
		return tear_matrix(&settings.tear, settings.jobs, settings.quiet);
	code = run(&settings);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		(void)fputs(words("ykt-sim: the result could not be written\n"), stderr);
		return 2;
	}

	return code;
}
