/*
 * The HTTPS client: its options, opened and closed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <ykt/mem.h>

#include "http/http_address.h"
#include "http/http_client_internal.h"

#define PIN_PREFIX     "sha256//"
#define PIN_BASE64_LEN 44

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* sha256//BASE64 of 32 bytes, one or several with ';' between. */
static bool
pins_valid(const char *pins)
{
	const char *p = pins;

	if (strlen(pins) >= HTTP_CLIENT_PINS_MAX)
		return false;
	for (;;) {
		if (strncmp(p, PIN_PREFIX, strlen(PIN_PREFIX)) != 0)
			return false;
		p += strlen(PIN_PREFIX);
		for (size_t i = 0; i < PIN_BASE64_LEN - 1; i++)
			if (!is_alnum(p[i]) && p[i] != '+' && p[i] != '/')
				return false;
		if (p[PIN_BASE64_LEN - 1] != '=')
			return false;
		p += PIN_BASE64_LEN;
		if (*p == '\0')
			return true;
		if (*p++ != ';')
			return false;
	}
}

static bool
options_valid(const struct http_client_options *options)
{
	const struct ykt_env *env = options->env;

	if (env == NULL || env->clock == NULL || env->alloc == NULL)
		return false;
	if (http_address_fault(options->base_url) != NULL || options->ca_file == NULL)
		return false;
	if ((options->cert_file == NULL) != (options->key_file == NULL))
		return false;
	if (options->pins != NULL && !pins_valid(options->pins))
		return false;
	return options->pool <= HTTP_CLIENT_POOL_MAX;
}

/* name may be NULL. The file must be readable now; it is read at each connect. */
static enum ykt_status
file_take(const char *name, char ret_copy[HTTP_CLIENT_FILE_MAX])
{
	if (name == NULL)
		return YKT_OK;
	if (strlen(name) >= HTTP_CLIENT_FILE_MAX || access(name, R_OK) != 0)
		return YKT_E_FILE;
	(void)strcpy(ret_copy, name);
	return YKT_OK;
}

static void
sync_init(struct http_client *client)
{
	pthread_condattr_t attr;

	(void)pthread_mutex_init(&client->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&client->free, &attr);
	(void)pthread_condattr_destroy(&attr);
}

enum ykt_status
http_client_open(const struct http_client_options *options, struct http_client **ret_client)
{
	struct http_client *client;
	enum ykt_status status;

	if (!options_valid(options))
		return YKT_E_ARG;
	client = ykt_mem_get(options->env->alloc, sizeof(*client));
	if (client == NULL)
		return YKT_E_NOMEM;
	client->env = options->env;
	client->slot_count = options->pool != 0 ? options->pool : HTTP_CLIENT_POOL_DEFAULT;
	client->port = (struct ykt_http){ .ctx = client, .call = http_client_call };
	sync_init(client);
	(void)strcpy(client->base, options->base_url);
	client->frames = http_address_after(client->base, HTTP_CLIENT_FRAMED) != NULL;
	if (options->pins != NULL)
		(void)strcpy(client->pins, options->pins);
	status = file_take(options->ca_file, client->ca_file);
	if (status == YKT_OK)
		status = file_take(options->cert_file, client->cert_file);
	if (status == YKT_OK)
		status = file_take(options->key_file, client->key_file);
	if (status == YKT_OK)
		*ret_client = client;
	else
		http_client_close(&client);
	return status;
}

const struct ykt_http *
http_client_port(const struct http_client *client)
{
	return &client->port;
}

void
http_client_close(struct http_client **client)
{
	const struct ykt_alloc *alloc;

	if (*client == NULL)
		return;
	alloc = (*client)->env->alloc;
	for (size_t i = 0; i < (*client)->slot_count; i++) {
		struct http_slot *slot = &(*client)->slots[i];

		http_slot_clear(slot);
		if (slot->buf != NULL)
			ykt_mem_put(alloc, &slot->buf, YKT_HTTP_BODY_MAX);
	}
	(void)pthread_cond_destroy(&(*client)->free);
	(void)pthread_mutex_destroy(&(*client)->lock);
	ykt_mem_put(alloc, client, sizeof(**client));
}
