/*
 * client.start: from the start of ykt to its first screen, and its memory,
 * against a program that only makes the HTTP library ready and prints a line.
 *
 * The screen is that of `ykt orders` by a user who is not logged in: the state
 * folder, the sealed store, the cipher library and the HTTP client are made as
 * for any other command. The two run in turns, so that both meet the same
 * machine; the median counts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

#define RUNS 30

struct samples {
	double ms[RUNS];
	double kib[RUNS];
};

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double values[RUNS])
{
	qsort(values, RUNS, sizeof(values[0]), compare);
	return (values[(RUNS - 1) / 2] + values[RUNS / 2]) / 2;
}

static bool
sample(char *const argv[], const char *screen, struct samples *samples, size_t i)
{
	static struct measure_result result;

	if (!measure_run(argv, &result))
		return false;
	if (strstr(result.text, screen) == NULL) {
		(void)fprintf(stderr, "client.start: %s shows no \"%s\" (exit code %d) but:\n%s",
		    argv[0], screen, result.code, result.text);
		return false;
	}
	samples->ms[i] = result.first_s * 1000;
	samples->kib[i] = (double)result.memory_kib;
	return true;
}

static void
print(const char *name, double value, const char *unit, double limit)
{
	(void)printf("{\"name\":\"client.start.%s\",\"value\":%.3f,\"unit\":\"%s\","
		     "\"limit\":%.3f,\"ratio\":%.3f}\n",
	    name, value, unit, limit, value / limit);
}

int
main(void)
{
	static struct samples client, probe;
	char program[] = CLIENT_PROGRAM, orders[] = "orders", probe_program[] = PROBE_PROGRAM;
	char *client_argv[] = { program, orders, NULL };
	char *probe_argv[] = { probe_program, NULL };

	/* The first of each warms the page cache and does not count. */
	if (!sample(client_argv, CLIENT_SCREEN, &client, 0) ||
	    !sample(probe_argv, "ready", &probe, 0))
		return 1;
	for (size_t i = 0; i < RUNS; i++) {
		if (!sample(client_argv, CLIENT_SCREEN, &client, i) ||
		    !sample(probe_argv, "ready", &probe, i))
			return 1;
	}
	print("time", median(client.ms), "ms", median(probe.ms));
	print("memory", median(client.kib), "KiB", median(probe.kib));
	return 0;
}
