/*
 * ykt-platformd: the remote payment platform of one city as a process. Phones
 * come to one port, servers and gates, with certificates, to another.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <ykt/secret.h>

#include "ota_listen.h"
#include "platformd.h"
#include "program.h"
#include "words.h"

#define APPLICATION_ID 0x594B5250 /* "YKRP" */

static enum ykt_status
worker_make(void *room, struct crypto *crypto, void **ret_worker)
{
	struct platform_worker *worker = NULL;
	enum ykt_status status = platform_worker_new(room, crypto, &worker);

	if (status == YKT_OK)
		*ret_worker = worker;
	return status;
}

static void
worker_unmake(void **worker)
{
	struct platform_worker *mine = *worker;

	platform_worker_free(&mine);
	*worker = NULL;
}

static enum ykt_status
tick(void *worker, unsigned *ret_done)
{
	return platform_tick(worker, ret_done);
}

static const struct serve_room ops = {
	.worker_make = worker_make,
	.worker_unmake = worker_unmake,
	.handle = platform_handle,
	.tick = tick,
};

/* Phones find nothing here but their own two paths. */
static int
phone_policy(void *arg, enum ykt_http_method method, const char *path, const char *peer)
{
	(void)arg;
	(void)peer;
	if (!platform_path_public(path))
		return 404;
	return method == YKT_HTTP_POST ? 0 : 405;
}

static bool
room_make(struct serve *serve, const struct platformd_config *config, struct platformd_parts *parts,
    struct platform **ret_platform)
{
	struct platform_options options;
	enum ykt_status status = YKT_E_ARG;
	bool good = platformd_options_fill(serve, config, parts, &options);

	if (good) {
		status = platform_new(&options, ret_platform);
		if (status != YKT_OK)
			fprintf(stderr,
			    words("%s: the configuration does not fit together: see apps (amounts, "
				  "cap, "
				  "iin), fares and peers (%s)\n"),
			    serve->program, ykt_status_name(status));
	}
	ykt_wipe(&options, sizeof(options));
	return good && status == YKT_OK;
}

/* The OTA gateway, when it has a door. False: said why. */
static bool
ota_start(
    struct serve *serve, const struct platformd_config *config, struct ota_listen **ret_listen)
{
	const struct ota_doors doors = { .tcp = (uint16_t)config->ota_port,
		.udp = (uint16_t)config->ota_udp_port,
		.sms = (uint16_t)config->ota_sms_port };
	void *worker;

	if (doors.tcp == 0 && doors.udp == 0 && doors.sms == 0)
		return true;
	worker = serve_worker(serve);

	return worker != NULL &&
	       ota_listen_start(serve->program, &doors, worker, &serve->clock, ret_listen);
}

static bool
serve_all(struct serve *serve, const struct platformd_config *config, struct platform *platform)
{
	struct serve_listen phones = {
		.what = "phones", .port = (uint16_t)config->port, .policy = phone_policy
	};
	struct serve_listen servers = {
		.what = "servers and gates", .port = (uint16_t)config->inner_port, .mutual = true
	};
	struct serve_listen frames = { .what = "phones, framed",
		.port = (uint16_t)config->frame_port,
		.policy = phone_policy,
		.framed = true };
	struct ota_listen *ota = NULL;
	char place[96];

	if (!serve_room(serve, &ops, platform) || !serve_listen(serve, &phones) ||
	    !serve_listen(serve, &servers) ||
	    (config->has_frame_port && !serve_listen(serve, &frames)) ||
	    !ota_start(serve, config, &ota))
		return false;
	(void)snprintf(place, sizeof(place),
	    words("https://127.0.0.1:%u (phones), :%u (servers), city %s"), (unsigned)phones.port,
	    (unsigned)servers.port, config->city);
	serve_run(serve, place);
	ota_listen_stop(&ota);
	return true;
}

static int
run(const char *program, const char *path)
{
	static struct platformd_config config;
	static struct platformd_parts parts;
	static struct serve serve;
	struct serve_tls tls = { config.cert, config.key, config.ca };
	struct platform *platform = NULL;
	bool good;

	if (!platformd_config_read(program, path, &config))
		return EXIT_USAGE;
	good = serve_begin(&serve, program, &tls) &&
	       serve_database(&serve, config.database, APPLICATION_ID, platform_schema,
		   platform_schema_count) &&
	       room_make(&serve, &config, &parts, &platform) &&
	       serve_all(&serve, &config, platform);
	serve_end(&serve);
	platform_free(&platform);
	return good ? EXIT_DONE : EXIT_FAILED;
}

int
main(int argc, char **argv)
{
	static const char doc[] =
	    "The remote payment platform of one city: accounts, orders, ledger, top-ups, "
	    "card openings and clearing.\v"
	    "CONFIG is a JSON file; see ykt-platformd(8).";

	return program_main(argc, argv, "ykt-platformd", doc, run);
}
