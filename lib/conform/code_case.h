/*
 * Test cases for acceptors of ride codes, as data: one case a file.
 *
 * A file is UTF-8 text of lines "word: value"; empty lines and lines that begin
 * with # do not count:
 *
 *   id: QR-VER-01           letters, digits and hyphens
 *   title: ...              what the terminal must do; title-zh: the same in Chinese
 *   source: ...             who asks for it
 *   grade: A|B|C|D          how good that source is, see docs/conform.md
 *   set: NAME VALUE         a change to the good code, any number of them
 *   accept: yes|no          what the terminal must do
 *   reason: TOKEN           for no: the verdict of our own check (code_verify.h)
 *
 * The good code is of now, under root 01 of the test roots; 01 to 05 are loaded.
 * NAME is one of: version, institution (field 6), cert-institution, own N
 * (length of field 14), own-length N (what field 13 says), length N (what field
 * 2 says), root HH (the index in the certificate), cert-signer root|institution
 * |user, month MMYY, issuer-signer institution|user, user-signer user|institution,
 * expires S, generated S (seconds from now, with a sign), validity S, limit FEN,
 * issuer-format HH, user-format HH, flip OFFSET, cut N (bytes off the end),
 * level L|M|Q|H (of the drawn symbol).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONFORM_CODE_CASE_H
#define CONFORM_CODE_CASE_H

#include "code/code_verify.h"

#define CODE_CASE_TEXT_MAX 4096
#define CODE_CASE_ROOTS    5 /* loaded: indexes 01 to 05 */

enum code_case_signer { CODE_SIGNER_ROOT, CODE_SIGNER_INSTITUTION, CODE_SIGNER_USER };

/* Views borrow from the text. */
struct code_case {
	struct ykt_bytes id;
	struct ykt_bytes title;
	struct ykt_bytes title_zh;
	struct ykt_bytes source;
	struct ykt_bytes reason;
	char grade;
	bool accept;
	uint8_t version;
	uint8_t institution[4];
	uint8_t cert_institution[4];
	uint8_t own;
	bool has_own_length;
	uint8_t own_length;
	bool has_length;
	uint16_t length;
	uint8_t root;
	enum code_case_signer cert_signer, issuer_signer, user_signer;
	uint8_t month[2];
	int32_t expires_s;
	int32_t generated_s;
	uint16_t validity_s;
	uint32_t limit_fen;
	uint8_t issuer_format, user_format;
	bool has_flip;
	uint16_t flip;
	uint16_t cut;
	char level;
};

/*
 * YKT_E_FORMAT: no case as above; *ret_line and *ret_why (constant) say what is
 * wrong, and *ret_case is untouched.
 */
YKT_MUST_USE enum ykt_status code_case_parse(
    struct ykt_bytes text, struct code_case *ret_case, unsigned *ret_line, const char **ret_why);

/* Test keys: made from texts, so that every run and every terminal has the same. */
struct code_case_keys {
	struct crypto_sm2_key
	    roots[CODE_CASE_ROOTS + 1]; /* by index - 1; the last is never loaded */
	struct crypto_sm2_key institution;
	struct crypto_sm2_key user;
};
YKT_MUST_USE enum ykt_status code_case_keys_make(struct crypto *c, struct code_case_keys *ret_keys);

/* The roots that the terminal must have: 01 to 05, named TEST-CONFORM-01 and so on. */
YKT_MUST_USE enum ykt_status
code_case_roots(struct crypto *c, const struct code_case_keys *keys, struct code_roots *ret_roots);

/* The code of the case at that moment. YKT_E_SPACE; YKT_E_ARG: flip past the end. */
YKT_MUST_USE enum ykt_status code_case_make(struct crypto *c, const struct code_case_keys *keys,
    const struct code_case *one, int64_t now_ms, struct ykt_buf *out);

#endif
