/*
 * ykt-validator upload, params, show: what is between gate and platform.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include <ykt/hex.h>

#include "program.h"

static int
complain_platform(const char *what, enum ykt_status status)
{
	program_complain("%s: %s (%s)", what, ykt_status_text(status), ykt_status_name(status));
	return EXIT_FAILED;
}

int
program_upload(struct program *program)
{
	unsigned total = 0;
	unsigned sent = 0;
	enum ykt_status status;

	do {
		sent = 0;
		status = validator_upload(program->validator, &sent);
		total += sent;
	} while (status == YKT_OK && sent > 0);
	(void)printf("uploaded: %u, waiting: %u, torn: %u\n", total,
	    validator_waiting(program->validator), validator_torn(program->validator));
	return status == YKT_OK ? EXIT_DONE : complain_platform("upload", status);
}

int
program_params(struct program *program)
{
	int64_t version = 0;
	enum ykt_status status = validator_params(program->validator, &version);

	if (status != YKT_OK)
		return complain_platform("parameters", status);
	(void)printf("parameters: version %lld\n", (long long)version);
	return EXIT_DONE;
}

int
program_show(struct program *program)
{
	char terminal[13];

	ykt_hex_encode(ykt_bytes(validator_terminal(program->validator), 6), terminal);
	(void)printf("terminal: %s\nwaiting: %u\ntorn: %u\nparameters: version %lld\n", terminal,
	    validator_waiting(program->validator), validator_torn(program->validator),
	    (long long)validator_params_version(program->validator));
	return EXIT_DONE;
}
