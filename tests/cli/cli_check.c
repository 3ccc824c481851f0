/*
 * A run of a command with its streams in memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include "cli_check.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

#define WORDS_MAX 64
#define LINE_MAX_ 8192

int
run_command(struct run *run, const char *line, const char *input)
{
	static char copy[LINE_MAX_];
	char *words[WORDS_MAX];
	char *save = NULL;
	int count = 0;
	int code;

	assert_true(strlen(line) < sizeof(copy));
	strcpy(copy, line);
	for (char *word = strtok_r(copy, " ", &save); word != NULL && count < WORDS_MAX;
	     word = strtok_r(NULL, " ", &save))
		words[count++] = word;
	memset(run->out, 0, sizeof(run->out));
	memset(run->err, 0, sizeof(run->err));
	/* fmemopen() refuses a length of zero; the NUL is not read as input. */
	run->cli.in =
	    fmemopen((void *)(uintptr_t)input, strlen(input) != 0 ? strlen(input) : 1, "r");
	run->cli.out = fmemopen(run->out, sizeof(run->out), "w");
	run->cli.err = fmemopen(run->err, sizeof(run->err), "w");
	assert_true(run->cli.in != NULL && run->cli.out != NULL && run->cli.err != NULL);
	code = cli_run(&run->cli, count, words);
	fclose(run->cli.in);
	fclose(run->cli.out);
	fclose(run->cli.err);

	return code;
}

unsigned
run_lines(const struct run *run)
{
	unsigned count = 0;

	for (const char *p = run->out; *p != '\0'; p++)
		if (*p == '\n')
			count++;

	return count;
}

json_t *
run_json(const struct run *run, unsigned line)
{
	const char *start = run->out;
	json_error_t error;
	json_t *json;

	while (line-- > 0 && start != NULL) {
		start = strchr(start, '\n');
		if (start != NULL)
			start++;
	}
	if (start == NULL || strchr(start, '\n') == NULL)
		fail_msg("no such line in: %s", run->out);
	json = json_loadb(start, (size_t)(strchr(start, '\n') - start), 0, &error);
	if (json == NULL)
		fail_msg("not JSON: %s", start);

	return json;
}
