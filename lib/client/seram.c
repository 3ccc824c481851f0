/*
 * The local agent of GP SERAM 2.0.0.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/seram.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"
#include "client/session.h"
#include "wire/seram.h"

#define ANSWER_MS     40000  /* a long poll lasts up to 30 s at the server */
#define PATIENCE_MS   300000 /* then the server counts us as lost too */
#define RETRY_MS      1000
#define RETRY_MAX_MS  30000
#define DELAY_DEFAULT 1000 /* the text's value; the schema says 100 */
#define ORDERS_MAX    400  /* of one session; ours take about twenty */
#define GONE_MAX      3    /* orders in a row that the element did not answer at all */

struct agent {
	struct ykt_client *client;
	char path[128];
	const char *what; /* for the progress line */
	struct ykt_buf json;
	struct wire_seram_order order;
	struct wire_seram_report report;
	unsigned orders;
	unsigned gone;
	bool stopped;
};

/* Sends what is in json until it is answered: equal bytes each time. */
static enum ykt_status
post(struct agent *agent, struct ykt_bytes *ret_body)
{
	struct ykt_client *client = agent->client;
	const struct ykt_clock *clock = client->o.env.clock;
	int64_t give_up = ykt_clock_mono(clock) + PATIENCE_MS;
	int64_t wait_ms = RETRY_MS;
	enum ykt_status status, waited;

	for (unsigned try = 0;; try++) {
		status = wire_post(client->o.tsm, agent->path, ykt_buf_view(&agent->json),
		    client->scratch, ykt_clock_mono(clock) + ANSWER_MS, ret_body, &client->error);
		if (status == YKT_NOT_FOUND)
			return YKT_EXPIRED;
		if (status == YKT_OK || status == YKT_E_DOWN || client_refused(status))
			return status;
		if (ykt_clock_mono(clock) + wait_ms > give_up)
			return YKT_UNKNOWN;
		waited = client_wait(
		    client, N_("Waiting for the card service"), wait_ms, try, try + 1, NULL);
		if (waited != YKT_OK)
			return waited;
		wait_ms = wait_ms * 2 < RETRY_MAX_MS ? wait_ms * 2 : RETRY_MAX_MS;
	}
}

static enum ykt_status
handshake(struct agent *agent, const uint8_t session_id[16], const struct client_se_id *se_id)
{
	struct wire_seram_hello hello = { .element_count = 1 };
	struct wire_seram_choice choice;
	struct ykt_bytes body;
	enum ykt_status status;

	memcpy(hello.element[0].type, "eSE", sizeof("eSE"));
	ykt_hex_encode(ykt_bytes(se_id->data, se_id->len), hello.element[0].id);
	wire_seram_path(WIRE_PATH_SERAM_HANDSHAKE, session_id, agent->path);
	agent->json.len = 0;
	status = wire_seram_hello_encode(&hello, &agent->json);
	if (status == YKT_OK)
		status = post(agent, &body);
	if (status != YKT_OK)
		return status;
	if (wire_seram_choice_decode(body, &choice) != YKT_OK)
		return YKT_E_SERVER;
	if (strcmp(choice.transport, WIRE_SERAM_TRANSPORT) != 0 ||
	    strcmp(choice.format, WIRE_SERAM_FORMAT) != 0 ||
	    strcmp(choice.version, WIRE_SERAM_VERSION) != 0)
		return YKT_REFUSED;
	wire_seram_path(WIRE_PATH_SERAM_MANAGE, session_id, agent->path);

	return YKT_OK;
}

/* Only where the TSM asked for it: version 2.0.0 itself never stops. */
static bool
stops(const struct wire_seram_command *command, uint16_t sw)
{
	enum ykt_status outcome = sw_status(sw);

	return command->has_stop && command->stop && outcome != YKT_OK && outcome != YKT_PENDING;
}

/* One seRamCommand. YKT_E_LINK: an answer is missing; the report says where. */
static enum ykt_status
relay(struct agent *agent, size_t index)
{
	const struct wire_seram_command *command = &agent->order.command[index];
	enum ykt_status status = wire_seram_report_add_response(&agent->report);

	for (size_t i = 0; i < command->apdu_count && status == YKT_OK; i++) {
		struct ykt_bytes apdu = wire_seram_order_apdu(&agent->order, index, i);
		struct client_rsp rsp;
		uint8_t bytes[WIRE_SERAM_CAPDU_MAX];
		struct ykt_buf out = YKT_BUF(bytes);
		enum ykt_status sent;

		ykt_put(&out, apdu);
		sent = client_card_send(agent->client, &out, &rsp);
		ykt_wipe(bytes, sizeof(bytes));
		if (sent == YKT_E_DOWN)
			return sent;
		if (sent == YKT_OK)
			status = wire_seram_report_add_apdu(
			    &agent->report, ykt_bytes(rsp.bytes, rsp.data.len + APDU_SW_LEN));
		else
			status = wire_seram_report_add_apdu(&agent->report, ykt_bytes(NULL, 0));
		if (status == YKT_OK && sent != YKT_OK)
			return YKT_E_LINK;
		if (sent == YKT_OK && stops(command, rsp.sw))
			break;
	}

	return status;
}

/* After link trouble: is the element there at all? The TSM reads it anew. */
static enum ykt_status
element_back(struct agent *agent)
{
	enum ykt_status status = client_card_reset(agent->client);

	if (status == YKT_E_DOWN)
		return status;
	agent->report.state = WIRE_SERAM_UNKNOWN_FAILURE;
	if (status != YKT_OK) {
		agent->report.state = WIRE_SERAM_UNAVAILABLE_SE;
		agent->gone = GONE_MAX;
	}
	if (++agent->gone > GONE_MAX)
		return YKT_E_LINK;

	return YKT_OK;
}

/* The order's commands one by one, into the report. */
static enum ykt_status
execute(struct agent *agent)
{
	const struct wire_seram_order *order = &agent->order;
	enum ykt_status status = YKT_OK;

	wire_seram_report_init(
	    &agent->report, order->command_count != 0 ? WIRE_SERAM_PROCESSED : WIRE_SERAM_POLLING);
	for (size_t i = 0; i < order->command_count && status == YKT_OK; i++) {
		switch (order->command[i].kind) {
		case WIRE_SERAM_SE:
			status = relay(agent, i);
			break;
		case WIRE_SERAM_STOP:
			agent->stopped = true;
			return YKT_OK;
		case WIRE_SERAM_NOTE: /* for a person; there is nothing to answer */
		case WIRE_SERAM_START:
			break;
		}
	}
	if (status == YKT_OK)
		agent->gone = 0;
	else if (status == YKT_E_LINK)
		status = element_back(agent);

	return status;
}

static enum ykt_status
pause_for(struct agent *agent)
{
	int64_t delay_ms = agent->order.has_delay ? agent->order.delay_ms : DELAY_DEFAULT;

	return client_wait(agent->client, N_("Writing the card: leave it where it is"), delay_ms,
	    agent->orders, agent->orders + 1, NULL);
}

/* Reports and orders in turn; the first report is an empty poll. */
static enum ykt_status
talk(struct agent *agent)
{
	struct ykt_bytes body;
	enum ykt_status status = YKT_OK, executed = YKT_OK;

	wire_seram_report_init(&agent->report, WIRE_SERAM_POLLING);
	while (status == YKT_OK && !agent->stopped && agent->orders < ORDERS_MAX) {
		agent->json.len = 0;
		status = wire_seram_report_encode(&agent->report, &agent->json);
		if (status == YKT_OK)
			status = post(agent, &body);
		if (status == YKT_OK && executed != YKT_OK)
			return executed; /* the TSM has heard that the element is gone */
		if (status == YKT_OK && wire_seram_order_decode(body, &agent->order) != YKT_OK)
			status = YKT_E_SERVER;
		if (status != YKT_OK)
			break;
		agent->orders++;
		executed = execute(agent);
		if (executed != YKT_OK && executed != YKT_E_LINK)
			return executed;
		if (!agent->stopped)
			status = pause_for(agent);
	}
	if (status == YKT_OK && !agent->stopped)
		status = YKT_E_SERVER;

	return status;
}

enum ykt_status
client_seram_run(
    struct ykt_client *client, const uint8_t session_id[16], const struct client_se_id *se_id)
{
	const struct ykt_alloc *alloc = client->o.env.alloc;
	struct agent *agent = ykt_mem_get(alloc, sizeof(*agent));
	enum ykt_status status;

	if (agent == NULL)
		return YKT_E_NOMEM;
	agent->client = client;
	agent->json = (struct ykt_buf){ client->scratch->a, 0, client->scratch->a_size, false };
	status = handshake(agent, session_id, se_id);
	if (status == YKT_OK)
		status = talk(agent);
	ykt_mem_put(alloc, &agent, sizeof(*agent));

	return status;
}
