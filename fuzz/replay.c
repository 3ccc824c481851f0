/*
 * The main() of a harness that is built without libFuzzer: feeds it every file
 * of the folders named as arguments, so that a corpus, past crashes included,
 * runs as an ordinary test under the sanitizers.
 *
 * A short file is fed cut at every byte as well. Each input lies in a block of
 * exactly its size, so that a read past its end is seen.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define INPUT_MAX (1024 * 1024)
#define CUT_MAX   256

static uint8_t input[INPUT_MAX];

static void
feed(size_t len)
{
	uint8_t *exact = malloc(len != 0 ? len : 1);

	if (exact == NULL)
		abort();
	memcpy(exact, input, len);
	LLVMFuzzerTestOneInput(len != 0 ? exact : NULL, len);
	free(exact);
}

static bool
replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t len;

	if (file == NULL) {
		perror(path);
		return false;
	}
	len = fread(input, 1, sizeof(input), file);
	if (ferror(file) || len == sizeof(input)) {
		fprintf(stderr, "%s: cannot be read, or is larger than 1 MiB\n", path);
		fclose(file);
		return false;
	}
	fclose(file);

	feed(len);
	for (size_t cut = 0; len <= CUT_MAX && cut < len; cut++)
		feed(cut);

	return true;
}

static bool
replay_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[4096];
	size_t count = 0;
	bool ok = true;

	if (dir == NULL) {
		perror(folder);
		return false;
	}
	while (ok && (entry = readdir(dir)) != NULL) {
		int len;

		if (entry->d_name[0] == '.')
			continue;
		len = snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		ok = len > 0 && (size_t)len < sizeof(path) && replay_file(path);
		count++;
	}
	closedir(dir);
	if (count == 0)
		fprintf(stderr, "%s: no input in it\n", folder);
	else
		printf("%s: %zu inputs\n", folder, count);

	return ok && count != 0;
}

int
main(int argc, char **argv)
{
	bool ok = argc > 1;

	for (int i = 1; i < argc; i++)
		ok = replay_folder(argv[i]) && ok;

	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
