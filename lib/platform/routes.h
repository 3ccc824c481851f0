/*
 * The paths of both listeners, in one table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_ROUTES_H
#define PLATFORM_ROUTES_H

#include "wire/call.h"

#define ROUTE_ADMIN_LEDGER   "/admin/ledger"
#define ROUTE_ADMIN_ORDERS   "/admin/orders"
#define ROUTE_ADMIN_CODE     "/admin/code"
#define ROUTE_ADMIN_CERT     "/admin/cert"
#define ROUTE_ADMIN_USER     "/admin/user"
#define ROUTE_ADMIN_TESTER   "/admin/tester"
#define ROUTE_ADMIN_RISK     "/admin/risk"
#define ROUTE_ADMIN_CASES    "/admin/cases"
#define ROUTE_ADMIN_GAPS     "/admin/gaps"
#define ROUTE_ADMIN_GAP      "/admin/gap"
#define ROUTE_ADMIN_VERIFY   "/admin/verify"
#define ROUTE_ADMIN_TERMINAL "/admin/terminal"

extern const struct wire_route room_routes[];
extern const size_t room_routes_count;

#endif
