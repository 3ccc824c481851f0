/*
 * Errands on phones and gates.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/errand.h"

#define RETAPS 6

static void
errand_task(void *arg)
{
	struct errand *errand = arg;

	errand->status = errand->fn(errand);
	sched_signal_set(errand->world->sched, &errand->done);
}

void
errand_pause(struct world *world, int64_t ms)
{
	if (sched_sleep_until(world->sched, sched_mono(world->sched) + ms) != YKT_OK)
		return;
}

/* Runs the errand on node and waits; the device is started again if it died. */
static enum ykt_status
errand_run(struct errand *errand, struct sched_node *node)
{
	struct world *world = errand->world;
	enum ykt_status status = sched_spawn(world->sched, node, 0, errand_task, errand);

	if (status != YKT_OK)
		return status;
	if (!sched_signal_wait(world->sched, &errand->done, INT64_MAX))
		return YKT_E_INTERNAL;
	while (node->tasks > 0)
		errand_pause(world, 1);
	return errand->status;
}

enum ykt_status
phone_errand(struct world *world, struct errand *errand)
{
	enum ykt_status status;

	errand->world = world;
	world->deeds.functions++;
	status = errand_run(errand, &world->phone.node);
	if (world->phone.node.down && phone_restart(&world->phone) != YKT_OK)
		return YKT_E_INTERNAL;
	return status;
}

enum ykt_status
errand_register(struct errand *errand)
{
	return ykt_client_register(errand->world->phone.client);
}

enum ykt_status
errand_login(struct errand *errand)
{
	return ykt_client_login(errand->world->phone.client);
}

enum ykt_status
errand_open(struct errand *errand)
{
	return ykt_client_open_card(errand->world->phone.client, "9901", errand->amount);
}

enum ykt_status
errand_topup(struct errand *errand)
{
	return ykt_client_topup(errand->world->phone.client, NULL, errand->amount);
}

enum ykt_status
errand_recover(struct errand *errand)
{
	return ykt_client_recover(errand->world->phone.client);
}

enum ykt_status
errand_refund(struct errand *errand)
{
	return ykt_client_refund(errand->world->phone.client, errand->order_id);
}

enum ykt_status
errand_delete(struct errand *errand)
{
	return ykt_client_delete(errand->world->phone.client, NULL);
}

enum ykt_status
errand_return(struct errand *errand)
{
	return ykt_client_return(errand->world->phone.client, NULL);
}

enum ykt_status
errand_move_out(struct errand *errand)
{
	return ykt_client_move_out(errand->world->phone.client, NULL);
}

enum ykt_status
errand_move_in(struct errand *errand)
{
	return ykt_client_move_in(errand->world->phone.client, "9901");
}

enum ykt_status
errand_lock(struct errand *errand)
{
	return ykt_client_lock(errand->world->phone.client, NULL);
}

enum ykt_status
errand_unlock(struct errand *errand)
{
	return ykt_client_unlock(errand->world->phone.client, NULL);
}

enum ykt_status
errand_apps_update(struct errand *errand)
{
	return ykt_client_apps_update(errand->world->phone.client, NULL);
}

static enum ykt_status
do_tap(struct errand *errand)
{
	struct phone *phone = &errand->world->phone;
	const struct ykt_se *card = se_link_port(&phone->air);
	uint8_t atr[SE_LINK_ATR_MAX];
	struct ykt_buf buf = YKT_BUF(atr);
	enum ykt_status status =
	    card->reset(card->ctx, &buf, sched_mono(errand->world->sched) + 1000);

	if (status != YKT_OK)
		return status;
	return validator_tap(errand->gate->validator, card, &errand->result);
}

static enum ykt_status
do_upload(struct errand *errand)
{
	unsigned sent = 0;

	return validator_upload(errand->gate->validator, &sent);
}

static enum ykt_status
gate_errand(struct world *world, struct errand *errand)
{
	enum ykt_status status;

	errand->world = world;
	if (errand->gate->node.down && gate_restart(errand->gate) != YKT_OK)
		return YKT_E_INTERNAL;
	status = errand_run(errand, &errand->gate->node);
	if (errand->gate->node.down && gate_restart(errand->gate) != YKT_OK)
		return YKT_E_INTERNAL;
	return status;
}

void
errand_note_opened(
    struct world *world, const struct gate *gate, const struct validator_result *result)
{
	size_t which = (size_t)(gate - world->gates);

	world->deeds.opened[which]++;
	world->deeds.opened_fen[which] += result->amount;
	world->deeds.recovered += result->recovered;
}

const char *
errand_tap(struct world *world, enum world_gate which)
{
	for (unsigned i = 0; i < RETAPS; i++) {
		struct errand errand = { .fn = do_tap, .gate = &world->gates[which] };
		enum ykt_status status = gate_errand(world, &errand);

		if (status == YKT_OK && errand.result.gate == VALIDATOR_OPEN) {
			errand_note_opened(world, errand.gate, &errand.result);
			return errand.result.reason;
		}
		if (status == YKT_OK && errand.result.gate == VALIDATOR_CLOSED)
			return errand.result.reason;
		errand_pause(world, 700);
	}
	return "";
}

enum ykt_status
errand_upload_all(struct world *world)
{
	enum ykt_status worst = YKT_OK;

	for (size_t i = 0; i < WORLD_GATES; i++) {
		struct errand errand = { .fn = do_upload, .gate = &world->gates[i] };
		enum ykt_status status = gate_errand(world, &errand);

		if (status != YKT_OK)
			worst = status;
	}
	return worst;
}
