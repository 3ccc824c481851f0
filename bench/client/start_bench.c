/*
 * client.start: from the start of ykt to its first screen, and its memory,
 * against a program that only makes the HTTP library ready and prints a line.
 *
 * The screen is that of `ykt orders` for a user who is not logged in, on a
 * device that has been used before: the configuration, the cipher library, the
 * HTTP client, the device's key and its sealed store are there as for any other
 * command, and no server is asked. The two run in turns, so that both meet the
 * same machine; the median counts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "measure.h"

#define RUNS        30
#define SCREEN      "Orders"
#define PROBE_LINE  "ready"
#define CONFIG_FILE "client.json"

struct samples {
	double ms[RUNS];
	double kib[RUNS];
};

/* The client's own CA file is not read before it connects. */
static const struct {
	const char *name;
	const char *text;
} files[] = {
	{ CONFIG_FILE, "{\"platform\":\"https://127.0.0.1:1\",\"tsm\":\"https://127.0.0.1:1\","
		       "\"psp\":\"https://127.0.0.1:1\",\"ca\":\"ca.pem\",\"platform_key\":\"key\","
		       "\"state\":\"state\",\"se\":\"socket:se.sock\"}\n" },
	{ "ca.pem", "" },
	/* The public key of the signature example of GB/T 32918.5. */
	{ "key", "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
		 "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13\n" },
};

static bool
write_files(void)
{
	bool good = true;

	for (size_t i = 0; good && i < sizeof(files) / sizeof(files[0]); i++) {
		FILE *file = fopen(files[i].name, "w");

		good = file != NULL && fputs(files[i].text, file) >= 0;
		if (file != NULL && fclose(file) != 0)
			good = false;
	}
	return good;
}

static bool
sample(char *const argv[], const char *screen, struct samples *samples, size_t i)
{
	static struct measure_result result;

	if (!measure_run(argv, NULL, &result))
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

static bool
measure(void)
{
	static struct samples client, probe;
	char program[] = CLIENT_PROGRAM, lang[] = "--lang=en", orders[] = "orders";
	char config[] = "--config=" CONFIG_FILE, probe_program[] = PROBE_PROGRAM;
	char *client_argv[] = { program, lang, orders, config, NULL };
	char *probe_argv[] = { probe_program, NULL };

	/* The first of each makes the store and warms the page cache; it does not count. */
	if (!sample(client_argv, SCREEN, &client, 0) || !sample(probe_argv, PROBE_LINE, &probe, 0))
		return false;
	for (size_t i = 0; i < RUNS; i++) {
		if (!sample(client_argv, SCREEN, &client, i) ||
		    !sample(probe_argv, PROBE_LINE, &probe, i))
			return false;
	}
	measure_print("client.start.time", measure_median(client.ms, RUNS), "ms",
	    measure_median(probe.ms, RUNS));
	measure_print("client.start.memory", measure_median(client.kib, RUNS), "KiB",
	    measure_median(probe.kib, RUNS));
	return true;
}

/* Works in a new folder under the current one. */
int
main(void)
{
	char folder[] = "./client-bench-XXXXXX";
	bool good;

	if (!measure_folder_enter(folder))
		return 1;
	good = write_files() && measure();
	measure_folder_leave(folder);
	return good ? 0 : 1;
}
