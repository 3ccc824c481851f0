/*
 * Simulated phones.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/phone.h"

#include <ykt/mem.h>

static void
wire_ports(struct phone *phone)
{
	for (size_t i = 0; i < PHONE_SERVERS; i++)
		net_port_init(&phone->https[i], &phone->paths[i]);
	se_link_init(&phone->wired, &phone->element.side[YKT_SE_WIRED].port, &phone->clock, NULL);
	/* The gate is another machine: its link has no part in the phone's crashes. */
	phone->air_clock = phone->clock;
	se_link_init(
	    &phone->air, &phone->element.side[YKT_SE_CONTACTLESS].port, &phone->air_clock, NULL);
	phone->options.platform = &phone->https[PHONE_PLATFORM];
	phone->options.tsm = &phone->https[PHONE_TSM];
	phone->options.psp = &phone->https[PHONE_PSP];
	phone->options.se = se_link_port(&phone->wired);
	phone->options.file = &phone->disk.port;
	phone->options.ui = &phone->person.port;
	phone->options.env = (struct ykt_env){
		.clock = &phone->clock, .random = &phone->random, .alloc = &ykt_alloc_libc
	};
}

enum ykt_status
phone_start(struct phone *phone, const char *number, const struct se_params *params,
    struct sched *sched, struct faults *faults, struct crypto *crypto, uint64_t *hash,
    uint64_t seed)
{
	enum ykt_status status;

	phone->node = (struct sched_node){ .name = "phone", .sched = sched };
	phone->sched = sched;
	phone->rng = rng_stream(seed, 0xF03E);
	sched_clock_init(&phone->clock, &phone->node);
	rng_port_init(&phone->random, &phone->rng);
	disk_init(&phone->disk, &phone->node, faults);
	person_init(&phone->person, number);
	element_init(&phone->element, sched, faults, crypto, &phone->random, hash, seed);
	wire_ports(phone);
	phone->options.crypto = crypto;
	phone->options.profile = YKT_PROFILE_SE;
	phone->options.edition = YKT_EDITION_2016;
	phone->options.version = "sim";
	status = se_format(&phone->element.nvm, params);
	if (status == YKT_OK)
		status = se_boot(&phone->element.card, &phone->element.nvm, crypto, &phone->random);
	if (status == YKT_OK)
		status = ykt_client_new(&phone->options, &phone->client);
	return status;
}

enum ykt_status
phone_restart(struct phone *phone)
{
	enum ykt_status status;

	phone->crashes++;
	ykt_client_free(&phone->client);
	status = ykt_client_new(&phone->options, &phone->client);
	if (status == YKT_OK)
		phone->node.down = false;
	return status;
}

void
phone_clear(struct phone *phone)
{
	ykt_client_free(&phone->client);
	se_clear(&phone->element.card);
	disk_clear(&phone->disk);
}
