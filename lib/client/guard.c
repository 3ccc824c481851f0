/*
 * Secure screens: guarded before they are shown, forgotten in the background.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/guard.h"

#include "client/session.h"

#define HIDDEN_MS 300000 /* without a session: as long as one idles (2.5 of the threat notes) */
#define HIDES_MAX 256

enum ykt_status
client_guard(struct ykt_client *client, bool on)
{
	const struct ykt_ui *ui = client->o.ui;
	enum ykt_status status = YKT_OK;

	if (client->guarded == on)
		return YKT_OK;
	if (ui->protect != NULL)
		status = ui->protect(ui->ctx, on);
	if (status == YKT_OK || !on)
		client->guarded = on;

	return status == YKT_OK || status == YKT_E_DOWN ? status : YKT_E_DRIVER;
}

void
client_guard_off(struct ykt_client *client)
{
	/* It has nothing left to show: no answer changes that. */
	(void)!client_guard(client, false);
}

enum ykt_status
client_showing_begin(
    struct ykt_client *client, struct client_showing *showing, bool secure, int64_t time_ms)
{
	*showing = (struct client_showing){
		.deadline = ykt_clock_mono(client->o.env.clock) + time_ms,
	};
	if (secure)
		return client_guard(client, true);
	client_guard_off(client);

	return YKT_OK;
}

static int64_t
hidden_until(const struct ykt_client *client, const struct client_showing *showing)
{
	const struct client_session *session = &client_state(client)->session;

	return showing->hidden_ms +
	       (session->open && session->idle_ms > 0 ? session->idle_ms : HIDDEN_MS);
}

int64_t
client_showing_deadline(const struct ykt_client *client, const struct client_showing *showing)
{
	const int64_t until = hidden_until(client, showing);

	return showing->hidden_ms != 0 && until < showing->deadline ? until : showing->deadline;
}

/* Hidden for as long as a session may idle: as if it had idled that long. */
static enum ykt_status
forget(struct ykt_client *client)
{
	if (!client_state(client)->session.open)
		return YKT_E_DEADLINE;

	return client_session_drop(client) == YKT_E_DOWN ? YKT_E_DOWN : YKT_LOGIN_NEEDED;
}

enum ykt_status
client_showing_settle(
    struct ykt_client *client, struct client_showing *showing, enum ykt_status status)
{
	const int64_t now_ms = ykt_clock_mono(client->o.env.clock);

	if (status == YKT_E_DOWN)
		return status;
	if (showing->hidden_ms != 0 && now_ms >= hidden_until(client, showing))
		return forget(client);
	showing->hidden_ms = 0;
	if (status == YKT_HIDDEN) {
		if (now_ms >= showing->deadline)
			return YKT_E_DEADLINE;
		showing->hidden_ms = now_ms;
		return ++showing->hides < HIDES_MAX ? YKT_HIDDEN : YKT_E_DRIVER;
	}
	if (status == YKT_OK || status == YKT_CANCELLED || status == YKT_E_DEADLINE)
		return status;

	return YKT_E_DRIVER;
}

enum ykt_status
ykt_client_idle(struct ykt_client *client)
{
	if (!client_session_over(client))
		return YKT_OK;

	return client_session_drop(client) == YKT_E_DOWN ? YKT_E_DOWN : YKT_LOGIN_NEEDED;
}
