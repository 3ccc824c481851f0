/*
 * Runs another program and measures it: until its first byte, its processor
 * time, its memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

struct measure_result {
	double first_s;  /* wall time until the first byte on standard output or error */
	double cpu_s;    /* user and system time of the whole run */
	long memory_kib; /* the largest resident set */
	int code;        /* exit code; 128 + the signal that ended it */
	size_t text_len;
	char text[65536]; /* what it printed, cut to fit, and a NUL */
};

/*
 * argv[0] is a path; the environment is the caller's. False: it could not be
 * run at all, standard error says why. The resident set of a new process
 * begins with its parent's, so the caller stays small.
 */
bool measure_run(char *const argv[], struct measure_result *ret);

#endif
