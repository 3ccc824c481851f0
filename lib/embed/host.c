/*
 * Ready-made drivers of a POSIX host.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/host.h>

#include <string.h>

#include <ykt/mem.h>

#include "crypto/core.h"
#include "embed/element.h"
#include "host/host_attest.h"
#include "host/host_clock.h"
#include "host/host_dirs.h"
#include "host/host_file.h"
#include "host/host_install.h"
#include "host/host_random.h"
#include "http/http_client_curl.h"

enum { PLATFORM, TSM, PSP, SERVERS };

struct ykt_host {
	struct crypto *crypto; /* what the client uses */
	struct crypto *own;    /* the same when this host made it */
	struct ykt_clock clock;
	struct ykt_random random;
	struct ykt_env env;
	struct host_file folder;
	struct ykt_file file;
	struct http_client *servers[SERVERS];
	struct embed_element element;
	struct host_attest attest;
	struct ykt_attest attest_port; /* its context is NULL when there is none */
	struct host_install install;
	struct ykt_install install_port; /* likewise */
	struct host_file stage_folder;
	struct ykt_file stage;
};

/* The first option that must be there and is not, or NULL. */
static const char *
option_missing(const struct ykt_host_options *options)
{
	if (options->platform == NULL)
		return "platform";
	if (options->tsm == NULL)
		return "tsm";
	if (options->psp == NULL)
		return "psp";
	if (options->ca_file == NULL)
		return "ca_file";

	return options->state_folder == NULL ? "state_folder" : NULL;
}

static enum ykt_status
open_servers(struct ykt_host *host, const struct ykt_host_options *o, const char **ret_what)
{
	static const char *const names[SERVERS] = { "platform", "tsm", "psp" };
	const char *const urls[SERVERS] = { o->platform, o->tsm, o->psp };

	for (size_t i = 0; i < SERVERS; i++) {
		const struct http_client_options options = {
			.base_url = urls[i],
			.ca_file = o->ca_file,
			.pins = o->pins,
			.pool = 1,
			.env = &host->env,
		};
		enum ykt_status status = http_client_open(&options, &host->servers[i]);

		if (status != YKT_OK) {
			*ret_what = status == YKT_E_FILE ? "ca_file" : names[i];
			return status;
		}
	}

	return YKT_OK;
}

static enum ykt_status
open_folder(struct ykt_host *host, const char *folder, const char **ret_what)
{
	enum ykt_status status = host_dirs_make(folder);

	if (status == YKT_OK)
		status = host_file_open(folder, &host->folder);
	if (status == YKT_OK)
		host->file = host_file_port(&host->folder);
	else
		*ret_what = "state_folder";

	return status == YKT_NOT_FOUND ? YKT_E_FILE : status;
}

/* Who cannot say where the program is says nothing of it; only a prefix must be right. */
static enum ykt_status
open_attest(struct ykt_host *host, const char *prefix, const char **ret_what)
{
	enum ykt_status status = host_attest_open(prefix, host->crypto, &host->attest);

	if (status == YKT_OK)
		host->attest_port = host_attest_port(&host->attest);
	else if (prefix != NULL)
		*ret_what = "prefix";

	return prefix != NULL ? status : YKT_OK;
}

static enum ykt_status
open_install(struct ykt_host *host, const struct ykt_host_options *o, const char **ret_what)
{
	char stage[HOST_PATH_MAX];
	enum ykt_status status;

	if (o->install_root == NULL || o->install_ask == NULL)
		return YKT_OK;
	status = host_install_open(o->install_root, host->attest.prefix, host->attest.program,
	    host_install_run, o->install_ask, &host->install);
	if (status == YKT_OK)
		status = host_dirs_join(o->state_folder, "update", stage);
	if (status == YKT_OK)
		status = host_dirs_make(stage);
	if (status == YKT_OK)
		status = host_file_open(stage, &host->stage_folder);
	if (status == YKT_OK) {
		host->stage = host_file_port(&host->stage_folder);
		host->install_port = host_install_port(&host->install);
	} else
		*ret_what = "install_root";

	return status;
}

static enum ykt_status
open_all(struct ykt_host *host, const struct ykt_host_options *options, const char **ret_what)
{
	enum ykt_status status = embed_element_init(&host->element, &host->clock,
	    options->se_address, options->se_caller, options->se_driver);

	if (status != YKT_OK) {
		*ret_what = options->se_caller.len != 0 && !host_caller_fits(options->se_caller)
				? "se_caller"
				: "se_address";
		return status;
	}
	/* Addresses are looked at before anything is made on the disk. */
	status = open_servers(host, options, ret_what);
	if (status == YKT_OK)
		status = open_folder(host, options->state_folder, ret_what);
	if (status == YKT_OK && options->crypto == NULL)
		status = crypto_new(&ykt_alloc_libc, NULL, &host->own);
	host->crypto = options->crypto != NULL ? options->crypto : host->own;

	if (status == YKT_OK)
		status = open_attest(host, options->prefix, ret_what);

	return status == YKT_OK ? open_install(host, options, ret_what) : status;
}

enum ykt_status
ykt_host_open(
    const struct ykt_host_options *options, struct ykt_host **ret_host, const char **ret_what)
{
	const char *what = options != NULL ? option_missing(options) : NULL;
	struct ykt_host *host = NULL;
	enum ykt_status status = options == NULL || what != NULL ? YKT_E_ARG : YKT_OK;

	if (status == YKT_OK) {
		host = ykt_mem_get(&ykt_alloc_libc, sizeof(*host));
		status = host != NULL ? YKT_OK : YKT_E_NOMEM;
	}
	if (status == YKT_OK) {
		memset(host, 0, sizeof(*host));
		host->clock = host_clock();
		host->random = host_random();
		host->env = (struct ykt_env){ &host->clock, &host->random, &ykt_alloc_libc, NULL };
		host->folder.dir_fd = -1;
		host->stage_folder.dir_fd = -1;
		status = open_all(host, options, &what);
	}
	if (ret_what != NULL)
		*ret_what = status == YKT_OK ? NULL : what;
	if (status == YKT_OK)
		*ret_host = host;
	else
		ykt_host_close(&host);

	return status;
}

void
ykt_host_fill(struct ykt_host *host, struct ykt_client_options *options)
{
	options->env = host->env;
	options->crypto = host->crypto;
	options->platform = http_client_port(host->servers[PLATFORM]);
	options->tsm = http_client_port(host->servers[TSM]);
	options->psp = http_client_port(host->servers[PSP]);
	options->se = host->element.port.transceive != NULL ? &host->element.port : NULL;
	options->file = &host->file;
	options->install = host->install_port.ctx != NULL ? &host->install_port : NULL;
	options->stage = host->install_port.ctx != NULL ? &host->stage : NULL;
	options->attest = host->attest_port.ctx != NULL ? &host->attest_port : NULL;
}

void
ykt_host_close(struct ykt_host **host)
{
	struct ykt_host *h = *host;

	if (h == NULL)
		return;
	embed_element_close(&h->element);
	for (size_t i = 0; i < SERVERS; i++)
		http_client_close(&h->servers[i]);
	host_install_close(&h->install);
	host_file_close(&h->stage_folder);
	host_file_close(&h->folder);
	crypto_free(&h->own);
	ykt_mem_put(&ykt_alloc_libc, host, sizeof(*h));
}
