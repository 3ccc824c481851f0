/*
 * ykt-validator: what its commands share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_VALIDATOR_PROGRAM_H
#define YKT_VALIDATOR_PROGRAM_H

#include <stdbool.h>

#include "config.h"
#include "host/host_file.h"
#include "host/host_nvm.h"
#include "http/http_client_curl.h"
#include "se/psam.h"
#include "validator/validator.h"

#define PROGRAM "ykt-validator"

/* Exit codes of tap and of run --once; the others are those of every program. */
enum tap_exit {
	TAP_OPEN = 0,
	TAP_CLOSED = 1,
	TAP_RETAP = 3,
	TAP_FAILED = 4 /* no card, or the machine itself cannot work */
};

#define CONFIG_URL_MAX 128

struct validator_issuer {
	uint8_t issuer[8];
};

struct validator_config {
	char kind[17]; /* metro-entry, metro-exit, bus */
	uint8_t city[2];
	uint8_t institution[8];
	uint8_t operator[2];
	uint8_t line[2];
	uint8_t station[2];
	uint8_t terminal[6]; /* psam: what the PSAM is to be called */
	size_t issuers_count;
	struct validator_issuer issuers[VALIDATOR_ISSUERS_MAX];
	int64_t metro_base_fen;
	int64_t metro_step_fen;
	int64_t metro_base_stations;
	int64_t metro_step_stations;
	int64_t bus_fen;
	int64_t tap_cap_fen;
	int64_t balance_cap_fen;
	int64_t torn_window_s;
	char state[CONFIG_PATH_MAX];
	char psam_image[CONFIG_PATH_MAX];
	char card[CONFIG_PATH_MAX];
	char platform[CONFIG_URL_MAX];
	char platform_pub[CONFIG_PATH_MAX];
	char cert[CONFIG_PATH_MAX];
	char key[CONFIG_PATH_MAX];
	char ca[CONFIG_PATH_MAX];
	/* Ride codes: without roots none is taken. */
	bool has_code_roots;
	char code_roots[CONFIG_PATH_MAX];
	bool has_code_institution;
	uint8_t
	    code_institution[4]; /* the one whose codes are taken; otherwise any under the roots */
	bool has_code_future_s;
	int64_t code_future_s;
	bool has_keyd;
	char keyd[CONFIG_URL_MAX];
	bool has_operator_cert;
	char operator_cert[CONFIG_PATH_MAX];
	bool has_operator_key;
	char operator_key[CONFIG_PATH_MAX];
};

/* False: standard error says what is wrong. */
bool program_config(const char *path, struct validator_config *ret_config);

/* "ykt-validator: ..." on standard error. */
void program_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A PSAM in this process, over its image; its answers leave when the image is durable. */
struct program_psam {
	struct ykt_se se;
	struct se_psam_port port;
	struct se_psam psam;
	struct host_nvm *nvm;
	struct ykt_nvm memory; /* the port of nvm, for psam */
};

bool program_psam_open(struct program_psam *psam, const char *path, struct crypto *crypto);
void program_psam_close(struct program_psam *psam);

/* A validator with its drivers. Zero it first; close it whatever open said. */
struct program {
	struct ykt_clock clock;
	struct ykt_random random;
	struct ykt_env env;
	struct crypto *crypto;
	struct host_file folder;
	struct ykt_file file;
	struct program_psam psam;
	struct http_client *http;
	struct code_roots roots;
	struct code_institution institution;
	struct validator *validator;
};

bool program_open(struct program *program, const struct validator_config *config);
void program_close(struct program *program);

/* Each command gives the program's exit status. */
int program_psam_make(const struct validator_config *config);
int program_tap(struct program *program, const char *address, bool wait);
/* code: hex, the name of a file, or "-" for standard input. */
int program_scan(struct program *program, const char *code);
/* The same with what was read: raw bytes, or hex. */
int program_scan_bytes(struct program *program, struct ykt_bytes input);
int program_run(struct program *program, const char *address, bool once, bool wait);
int program_upload(struct program *program);
int program_params(struct program *program);
int program_show(struct program *program);

/* What the display shows, in the language of the environment, on standard output. */
void display_result(const struct validator_result *result);
void display_failure(enum ykt_status status);

#endif
