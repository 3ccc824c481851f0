/*
 * client.code: ride codes of the SE-less client.
 *
 * .start     ykt code show, from its start to its end, over a sealed part that takes
 *            almost no Argon2id: what remains once it is unlocked. Limit: 12 ms
 * .memory    the same run's. Limit: 8 MB
 * .unlock    what ykt code show takes longer over a sealed part of full cost, less
 *            what that Argon2id alone takes in this process. Limit: 10 ms
 * .running   one code after another in one process, each signed, laid out and given
 *            to the screen, against one bare SM2 signature each
 *
 * The folder is made by the client itself, in a process of its own, against the
 * platform of its tests; then the real program works on it, without any server.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ykt/hex.h>

#include "client/fake.h"
#include "client/internal.h"
#include "crypto/pwhash.h"
#include "measure.h"

#define RUNS       20
#define CODES      200
#define LIMIT_MS   12.0
#define UNLOCK_MS  10.0
#define LIMIT_KIB  8192.0
#define SCREEN     "Authorised until"
#define PASSWORD   "password"
#define CODE_MONEY 5000

static double
now_ms(clockid_t clock)
{
	struct timespec ts;

	(void)clock_gettime(clock, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static bool
write_file(const char *name, const void *data, size_t len)
{
	FILE *file = fopen(name, "w");
	bool good = file != NULL && fwrite(data, 1, len, file) == len;

	if (file != NULL && fclose(file) != 0)
		good = false;
	return good;
}

static void
open_code(struct fake *fake, const struct crypto_pwhash_cost *cost)
{
	fake_init(fake);
	fake_seless(fake);
	fake->now_ms = (int64_t)now_ms(CLOCK_REALTIME);
	fake_login(fake, false, 0);
	fake->client->vault_cost = *cost;
	fake->wallet = CODE_MONEY;
	if (ykt_client_code_open(fake->client) != YKT_OK)
		_exit(1);
}

/* The client's folder, and a configuration that names it. */
static bool
write_folder(const struct fake *fake, const char *folder)
{
	char name[128], text[512], key[129];
	bool good = mkdir(folder, 0700) == 0;

	for (size_t i = 0; good && i < FAKE_FILES_MAX; i++) {
		const struct fake_file *file = &fake->files[i];

		(void)snprintf(name, sizeof(name), "%s/%s", folder, file->name);
		if (file->name[0] != '\0')
			good = write_file(name, file->data, file->len);
	}
	ykt_hex_encode(ykt_bytes(fake->key.key.pub.xy, 64), key);
	(void)snprintf(name, sizeof(name), "%s.pub", folder);
	good = good && write_file(name, key, 128);
	(void)snprintf(text, sizeof(text),
	    "{\"platform\":\"https://127.0.0.1:1\",\"tsm\":\"https://127.0.0.1:1\","
	    "\"psp\":\"https://127.0.0.1:1\",\"ca\":\"ca.pem\",\"platform_key\":\"%s.pub\","
	    "\"state\":\"%s\",\"se\":\"socket:none\",\"profile\":\"seless\"}\n",
	    folder, folder);
	(void)snprintf(name, sizeof(name), "%s.json", folder);
	return good && write_file(name, text, strlen(text));
}

/* In a process of its own: a program's memory begins with that of who starts it. */
static bool
make_folder(const char *folder, const struct crypto_pwhash_cost *cost)
{
	static struct fake fake;
	int state = 1;
	pid_t pid = fork();

	if (pid == 0) {
		open_code(&fake, cost);
		_exit(write_folder(&fake, folder) ? 0 : 1);
	}
	if (pid > 0 && waitpid(pid, &state, 0) == pid && state == 0)
		return true;
	(void)fprintf(stderr, "client.code: no folder with a ride code could be made\n");
	return false;
}

static bool
show(const char *folder, double *ret_ms, double *ret_kib)
{
	static struct measure_result result;
	char program[] = CLIENT_PROGRAM, lang[] = "--lang=en", code[] = "code", verb[] = "show";
	char config[64];
	char *argv[] = { program, lang, code, verb, config, NULL };

	(void)snprintf(config, sizeof(config), "--config=%s.json", folder);
	if (!measure_run(argv, PASSWORD, &result))
		return false;
	if (result.code != 0 || strstr(result.text, SCREEN) == NULL) {
		(void)fprintf(stderr, "client.code: no code but:\n%s", result.text);
		return false;
	}
	*ret_ms = result.all_s * 1000;
	*ret_kib = (double)result.memory_kib;
	return true;
}

static bool
measure_programs(double *ret_full_ms, double *ret_cheap_ms)
{
	double full[RUNS], cheap[RUNS], kib[RUNS], other;

	/* The first of each warms the page cache; it does not count. */
	if (!show("cheap", &other, &other) || !show("full", &other, &other))
		return false;
	for (size_t i = 0; i < RUNS; i++) {
		if (!show("cheap", &cheap[i], &kib[i]) || !show("full", &full[i], &other))
			return false;
	}
	*ret_full_ms = measure_median(full, RUNS);
	*ret_cheap_ms = measure_median(cheap, RUNS);
	measure_print("client.code.start", *ret_cheap_ms, "ms", LIMIT_MS);
	measure_print("client.code.memory", measure_median(kib, RUNS), "KiB", LIMIT_KIB);
	return true;
}

/* What the derivation of a key takes by itself. */
static bool
bare_argon2id(double *ret_ms)
{
	static const uint8_t salt[CRYPTO_PWHASH_SALT];
	uint8_t key[32];
	double ms[RUNS];

	for (size_t i = 0; i < RUNS; i++) {
		const double begin = now_ms(CLOCK_MONOTONIC);

		if (crypto_pwhash_key(ykt_bytes_str(FAKE_PASSWORD), salt,
			&crypto_pwhash_cost_server, key) != YKT_OK)
			return false;
		ms[i] = now_ms(CLOCK_MONOTONIC) - begin;
	}
	*ret_ms = measure_median(ms, RUNS);
	return true;
}

static bool
measure_running(void)
{
	static struct fake fake;
	uint8_t sig[64];
	double codes, bare;

	open_code(&fake, &crypto_pwhash_cost_test);
	fake.auth_life_ms = INT64_C(365) * 86400000;
	if (ykt_client_code_open(fake.client) != YKT_OK)
		return false;
	fake.codes_shown = 0;
	fake.stop_after = CODES;
	codes = now_ms(CLOCK_MONOTONIC);
	if (ykt_client_code_show(fake.client, true) != YKT_OK || fake.codes_shown != CODES)
		return false;
	codes = now_ms(CLOCK_MONOTONIC) - codes;
	bare = now_ms(CLOCK_MONOTONIC);
	for (int i = 0; i < CODES; i++) {
		if (crypto_sm2_sign(fake.crypto, &fake.institution, crypto_sm2_default_id,
			ykt_bytes_str("a ride"), sig) != YKT_OK)
			return false;
	}
	bare = now_ms(CLOCK_MONOTONIC) - bare;
	fake_clear(&fake);
	measure_print("client.code.running", codes / CODES, "ms", bare / CODES);
	return true;
}

static bool
measure(void)
{
	double full, cheap, bare;

	if (!measure_programs(&full, &cheap) || !bare_argon2id(&bare))
		return false;
	measure_print("client.code.unlock", full - cheap - bare, "ms", UNLOCK_MS);
	return measure_running();
}

int
main(void)
{
	char folder[] = "./code-bench-XXXXXX";
	bool good;

	if (!measure_folder_enter(folder))
		return 1;
	good = write_file("ca.pem", "", 0) && write_file(PASSWORD, FAKE_PASSWORD "\n", 14) &&
	       make_folder("cheap", &crypto_pwhash_cost_test) &&
	       make_folder("full", &crypto_pwhash_cost_server) && measure();
	measure_folder_leave(folder);
	return good ? 0 : 1;
}
