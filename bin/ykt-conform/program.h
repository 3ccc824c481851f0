/*
 * ykt-conform: what its files share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_CONFORM_PROGRAM_H
#define YKT_CONFORM_PROGRAM_H

#include <stdbool.h>
#include <limits.h>
#include <stdio.h>

#include "conform/conform.h"
#include "crypto/core.h"
#include "link/se_open.h"
#include "se/se.h"

#define PROGRAM "ykt-conform"

/* Marks a text of the services that is looked up elsewhere. */
#define N_(text) text

#define EXIT_PASSED 0 /* nothing failed, and something passed */
#define EXIT_FAILED 1
#define EXIT_NO_RUN 2 /* the command line, the cases or the card: nothing was judged */

/* From the command line; all text is borrowed from argv. */
struct options {
	const char *address; /* "memory:", or as in link/se_open.h */
	const char *group;   /* NULL: all */
	const char *id;      /* NULL: all */
	const char *folder;  /* NULL: beside the program */
	const char *report;  /* NULL: none */
	const char *isd_key;
	const char *city;
	enum conform_needs kind;
	bool kind_given;
	bool write;
	bool list;
	bool chinese;
	bool code;           /* ride codes, not the secure element */
	const char *subject; /* code: the command that is the terminal; NULL: our own check */
	const char *draw;    /* code: the folder for symbols; NULL: none are drawn */
	const char *roots;   /* code: the file for the roots; NULL: none */
};

/* One case with the text that it borrows from. */
struct item {
	struct item *next;
	char *text;
	size_t text_size;
	char group[CONFORM_ID_MAX + 1];
	struct conform_case one;
	struct conform_result result;
};

/*
 * The cases of FOLDER/se/GROUP/ID.case that were asked for, by group and id.
 * Says on standard error what is wrong.
 *
 * YKT_NOT_FOUND  no such folder, or no such case
 * YKT_E_FORMAT   a file that is no case, or named otherwise than its id
 * YKT_E_FILE, YKT_E_NOMEM
 */
enum ykt_status items_load(const struct options *options, struct item **ret_first);
void items_free(struct item **first);

/* The folder of --cases, or the one beside the program. False: there is none. */
bool items_folder(const struct options *options, char ret_folder[PATH_MAX]);

/* ykt-conform code. The exit code. */
int code_main(const struct options *options);

/* The card of the cases: one at an address, or our own card OS, made anew for each case. */
struct subject {
	struct conform_card card;
	struct conform_keys keys;
	struct ykt_random random;
	struct ykt_clock clock;
	struct crypto *crypto;
	struct se_link *link; /* NULL: in memory */
	struct se se;
	struct se_port port;
	struct ykt_nvm nvm;
	uint8_t image[SE_IMAGE_SIZE];
};

/* Says on standard error what is wrong. Close it also after a failure. */
enum ykt_status subject_open(struct subject *subject, const struct options *options);
/* Readies it for a case: in memory, the fresh card that it needs. */
enum ykt_status subject_ready(struct subject *subject, const struct conform_case *one);
void subject_close(struct subject *subject);

void print_list(const struct options *options, const struct item *first);
void print_item(const struct options *options, const struct item *item);

/* The report as JSON. YKT_E_FILE: not written. */
enum ykt_status report_write(const struct options *options, const struct item *first);

/* Says on standard error what is wrong, in the language of the run. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
