/*
 * The limit of client.start: the HTTP library made ready, and one line printed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <curl/curl.h>
#include <stdio.h>

int
main(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return 1;
	(void)puts("ready");
	(void)fflush(stdout);
	curl_global_cleanup();
	return 0;
}
