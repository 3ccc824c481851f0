/*
 * Ride codes, certificates and requests as JSON objects.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_CODE_VIEW_H
#define CLI_CODE_VIEW_H

#include <jansson.h>

#include "code/code_verify.h"

/* Fields by the numbers of the scheme. The caller gives it back. */
json_t *code_view_qr(const struct code_qr *code);
json_t *code_view_cert(const struct code_cert *cert);
json_t *code_view_request(const struct code_request *request);
json_t *code_view_root(const struct code_root *root);

/* Verdict, each check that was reached with its outcome, and the fields. */
json_t *code_view_result(const struct code_result *result);

#endif
