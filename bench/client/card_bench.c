/*
 * client.card: from the start of ykt card to the end of its screen, balance and
 * records of a card at a socket, and its memory. The limits are the issue's: 5 ms
 * and 5 MB, which neither the cipher library nor the HTTP library would let it
 * keep. The median counts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "measure.h"

#define RUNS      30
#define LIMIT_MS  5.0
#define LIMIT_KIB 5120.0
#define SCREEN    "Balance"

static bool
measure(void)
{
	static struct measure_result result;
	char program[] = CLIENT_PROGRAM, lang[] = "--lang=en", card[] = "card";
	char address[] = "socket:se.sock";
	char *argv[] = { program, lang, card, address, NULL };
	double ms[RUNS], kib[RUNS];

	/* The first warms the page cache; it does not count. */
	for (size_t i = 0; i <= RUNS; i++) {
		if (!measure_run(argv, NULL, &result))
			return false;
		if (result.code != 0 || strstr(result.text, SCREEN) == NULL) {
			(void)fprintf(stderr, "client.card: no balance but:\n%s", result.text);
			return false;
		}
		if (i > 0) {
			ms[i - 1] = result.all_s * 1000;
			kib[i - 1] = (double)result.memory_kib;
		}
	}
	measure_print("client.card.time", measure_median(ms, RUNS), "ms", LIMIT_MS);
	measure_print("client.card.memory", measure_median(kib, RUNS), "KiB", LIMIT_KIB);
	return true;
}

int
main(void)
{
	static struct measure_result made;
	char folder[] = "./card-bench-XXXXXX";
	char program[] = SE_PROGRAM, testcard[] = "testcard", run[] = "run", image[] = "card.img";
	char at[] = "--socket=se.sock";
	char *make_argv[] = { program, testcard, image, NULL };
	char *run_argv[] = { program, run, image, at, NULL };
	pid_t pid;
	bool good;

	if (!measure_folder_enter(folder))
		return 1;
	good = measure_run(make_argv, NULL, &made) && made.code == 0;
	if (good && measure_serve(run_argv, &pid)) {
		good = measure();
		good = measure_serve_end(pid) && good;
	} else {
		good = false;
	}
	measure_folder_leave(folder);
	return good ? 0 : 1;
}
