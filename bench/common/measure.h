/*
 * Runs other programs and measures them: until the first byte, to the end, the
 * processor's time, memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct measure_result {
	double first_s;  /* wall time until the first byte on standard output or error */
	double all_s;    /* wall time until it had ended */
	double cpu_s;    /* user and system time of the whole run */
	long memory_kib; /* the largest resident set */
	int code;        /* exit code; 128 + the signal that ended it */
	size_t text_len;
	char text[65536]; /* what it printed, cut to fit, and a NUL */
};

/*
 * argv[0] is a path; the environment is the caller's; input is the file of its
 * standard input, NULL for an empty one. False: it could not be
 * run at all, standard error says why. The resident set of a new process
 * begins with its parent's, so the caller stays small.
 */
bool measure_run(char *const argv[], const char *input, struct measure_result *ret);

/* Sorts them. count is at least 1. */
double measure_median(double *values, size_t count);

/* The line of a measurement that bench/run reads. */
void measure_print(const char *name, double value, const char *unit, double limit);

/*
 * A new folder under the current one, which the process then is in; template ends
 * with six X, as mkdtemp() wants. False: standard error says why.
 */
bool measure_folder_enter(char *template);
/* Goes up again and removes it with all that is in it. */
void measure_folder_leave(const char *folder);

/* Starts a server; returns when it has printed a line. False: standard error says why. */
bool measure_serve(char *const argv[], pid_t *ret_pid);
/* Asks it to end; true when it ended well. */
bool measure_serve_end(pid_t pid);

#endif
