/*
 * sim.journey: processor time, user and system, of one simulated journey, over a
 * whole run of ykt-sim with one seed. The limit is the bar itself, 1 ms.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "measure.h"

#define JOURNEYS      2000
#define JOURNEYS_TEXT "2000"
#define LIMIT_MS      1.0

int
main(void)
{
	static struct measure_result result;
	char program[] = SIM_PROGRAM;
	char journeys[] = "--journeys", count[] = JOURNEYS_TEXT, seed[] = "--seed", one[] = "1";
	char *argv[] = { program, journeys, count, seed, one, NULL };
	double ms;

	if (!measure_run(argv, NULL, &result))
		return 1;
	/* Time of a run that found a fault, or did not run, says nothing. */
	if (result.code != 0 || strstr(result.text, "violations: 0") == NULL) {
		(void)fprintf(stderr, "sim.journey: ykt-sim: exit code %d\n%s", result.code,
		    result.text_len > 2000 ? result.text + result.text_len - 2000 : result.text);
		return 1;
	}
	ms = result.cpu_s * 1000 / JOURNEYS;
	(void)printf("{\"name\":\"sim.journey\",\"value\":%.4f,\"unit\":\"ms CPU\","
		     "\"limit\":%.1f,\"ratio\":%.4f}\n",
	    ms, LIMIT_MS, ms / LIMIT_MS);
	return 0;
}
