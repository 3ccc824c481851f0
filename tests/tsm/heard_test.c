/*
 * A TSM that was away and is heard from: what waits for it waits no longer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "two.h"

#include <stdio.h>
#include <string.h>

#include "crypto/signer.h"

/* What the far one's operator moves becomes a notice to the near one. */
static void
move_there(struct two *two, const char *state)
{
	struct tsm_worker *near = two->world->worker;
	char body[100];

	(void)snprintf(body, sizeof(body), AID ",\"state\":\"%s\"}", state);
	two->world->worker = two->worker;
	assert_int_equal(world_ask(two->world, "operator", TSM_PATH_APP_MOVE, body), 200);
	two->world->worker = near;
}

static unsigned
tick_far(struct two *two)
{
	unsigned rounds = 0;

	for (unsigned done = 1; done != 0 && rounds < 50; rounds++) {
		assert_status(tsm_tick(two->worker, &done), YKT_OK);
	}

	return rounds;
}

static void
tick_near(struct two *two)
{
	unsigned done = 1;

	while (done != 0)
		assert_status(tsm_tick(two->world->worker, &done), YKT_OK);
}

static int64_t
waiting(struct two *two)
{
	return far_rows(two, "SELECT count(*) FROM peer_out");
}

static int64_t
tries(struct two *two)
{
	return far_rows(two, "SELECT COALESCE(MAX(tries), 0) FROM peer_out");
}

static int64_t
notices(struct two *two)
{
	return count_rows(
	    two->world, "SELECT count(*) FROM peer_notice WHERE message = 'app_business'");
}

/* Three notices for a near one that is away until the waits are minutes long. */
static void
away(struct two *two)
{
	two_open(two);
	settle(two);
	two->down[BACK] = true;
	move_there(two, "paused");
	move_there(two, "online");
	move_there(two, "download_paused");
	for (unsigned i = 0; i < 9; i++) {
		(void)tick_far(two);
		two->world->now_ms += TSM_RETRY_MAX_MS;
	}
	(void)tick_far(two);
	assert_int_equal(waiting(two), 3);
	assert_int_equal(tries(two), 10);
	two->world->now_ms += 2 * TSM_HEARD_MS;
	(void)tick_far(two);
	assert_int_equal(tries(two), 10);
}

/* One message of it, and all of them go, in their order, at the same moment. */
static void
notices_go_at_its_first_message(void **state)
{
	struct two two;
	int64_t now_ms;

	(void)state;
	away(&two);
	two.down[BACK] = false;
	/* That it is back is not known yet. */
	(void)tick_far(&two);
	assert_int_equal(notices(&two), 0);
	now_ms = two.world->now_ms;
	world_restart(two.world);
	tick_near(&two);
	(void)tick_far(&two);
	assert_int_equal(two.world->now_ms, now_ms);
	assert_int_equal(waiting(&two), 0);
	assert_int_equal(notices(&two), 3);
	two_close(&two);
}

/* Its signed reply says it as well. */
static void
a_reply_is_heard_too(void **state)
{
	struct two two;
	int64_t now_ms;

	(void)state;
	away(&two);
	two.down[BACK] = false;
	now_ms = two.world->now_ms;
	far_restart(&two); /* which asks the near one who it is */
	(void)tick_far(&two);
	assert_int_equal(two.world->now_ms, now_ms);
	assert_int_equal(waiting(&two), 0);
	assert_int_equal(notices(&two), 3);
	two_close(&two);
}

/* Who only looks like it calls for nothing. */
static void
what_is_not_its_message_is_not_heard(void **state)
{
	uint8_t bytes[WIRE_PEER_JSON_MAX], out[WIRE_PEER_JSON_MAX];
	struct ykt_http_response rsp = { .body = YKT_BUF(out) };
	struct wire_peer_head head = { .version = WIRE_PEER_VERSION,
		.message = "auth",
		.sender = NEAR,
		.receiver = FAR,
		.message_id = "000000000000000000000000000000a1" };
	union wire_peer_body body = { .ack = { .trade_id = "t1" } };
	struct ykt_buf json = YKT_BUF(bytes);
	struct ykt_http_request req = { .method = YKT_HTTP_POST, .path = WIRE_PATH_TSM_PEER };
	struct signer_soft signer;
	struct two two;
	char *sig, was;

	(void)state;
	away(&two);
	head.ts_ms = two.world->now_ms;
	signer_soft_init(&signer, two.world->crypto, &two.keys[0]);
	assert_status(wire_peer_make(&signer.signer, &head, &body, &json), YKT_OK);
	signer_soft_clear(&signer);
	req.body = ykt_buf_view(&json);
	req.peer = "tsm-9903";
	tsm_handle(two.worker, &req, &rsp);
	assert_int_equal(rsp.code, 403);
	req.peer = NEAR;
	sig = strstr((char *)json.data, "\"sig\":\"") + 7;
	was = *sig;
	*sig = was == '0' ? '1' : '0';
	rsp.body.len = 0;
	tsm_handle(two.worker, &req, &rsp);
	assert_int_equal(rsp.code, 403);
	two.down[BACK] = false;
	(void)tick_far(&two);
	assert_int_equal(waiting(&two), 3);
	assert_int_equal(notices(&two), 0);
	/* The same byte put right is heard, once: again, it was here before. */
	*sig = was;
	two.down[BACK] = true;
	rsp.body.len = 0;
	tsm_handle(two.worker, &req, &rsp);
	assert_int_equal(rsp.code, 200);
	(void)tick_far(&two);
	assert_int_equal(tries(&two), 11);
	two.world->now_ms += 2 * TSM_HEARD_MS;
	rsp.body.len = 0;
	tsm_handle(two.worker, &req, &rsp);
	assert_int_equal(rsp.code, 409);
	(void)tick_far(&two);
	assert_int_equal(tries(&two), 11);
	two_close(&two);
}

/* Its messages come and ours do not go: an attempt a second at most, however many come. */
static void
a_way_that_works_in_one_direction_is_not_run_hot(void **state)
{
	struct two two;

	(void)state;
	away(&two);
	for (unsigned i = 0; i < 5; i++) {
		unsigned done = 0;

		world_restart(two.world);
		two.world->now_ms += 100;
		assert_status(tsm_tick(two.world->worker, &done), YKT_OK);
		(void)tick_far(&two);
	}
	assert_int_equal(tries(&two), 11);
	two.world->now_ms += TSM_HEARD_MS;
	(void)tick_far(&two);
	assert_int_equal(tries(&two), 12);
	assert_int_equal(waiting(&two), 3);
	two_close(&two);
}

/* Said at each start, and again when the other one, away then, is heard from. */
static void
who_it_is_is_said_at_the_start(void **state)
{
	struct two two;
	int64_t good_ms;

	(void)state;
	two_open(&two);
	settle(&two);
	good_ms = far_rows(&two, "SELECT good_ms FROM peer_link");
	two.world->now_ms += 1000;
	(void)tick_far(&two);
	assert_int_equal(far_rows(&two, "SELECT good_ms FROM peer_link"), good_ms);
	two.down[BACK] = true;
	far_restart(&two);
	(void)tick_far(&two);
	two.down[BACK] = false;
	two.world->now_ms += 2 * TSM_HEARD_MS;
	(void)tick_far(&two);
	assert_int_equal(far_rows(&two, "SELECT good_ms FROM peer_link"), good_ms);
	world_restart(two.world);
	tick_near(&two);
	(void)tick_far(&two);
	assert_int_equal(far_rows(&two, "SELECT good_ms FROM peer_link"), two.world->now_ms);
	two_close(&two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(notices_go_at_its_first_message),
		cmocka_unit_test(a_reply_is_heard_too),
		cmocka_unit_test(what_is_not_its_message_is_not_heard),
		cmocka_unit_test(a_way_that_works_in_one_direction_is_not_run_hot),
		cmocka_unit_test(who_it_is_is_said_at_the_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
