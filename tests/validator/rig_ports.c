/*
 * Ports that fail when they are told to.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "rig_ports.h"

#include <string.h>

#include <ykt/hex.h>

#include "wire/call.h"
#include "wire/error.h"
#include "wire/tokens.h"

/* The fault that this exchange meets, or NULL. */
static const struct air_fault *
air_find(struct air *air, uint8_t ins)
{
	for (size_t i = 0; i < air->fault_count; i++) {
		struct air_fault *fault = &air->faults[i];

		if (fault->at != 0 ? fault->at == air->count : fault->ins == ins)
			return fault;
	}
	return NULL;
}

static void
air_forget(struct air *air, const struct air_fault *fault)
{
	size_t i = (size_t)(fault - air->faults);

	air->fired++;
	if (fault->stays)
		return;
	air->fault_count--;
	memmove(
	    &air->faults[i], &air->faults[i + 1], (air->fault_count - i) * sizeof(air->faults[0]));
}

static void
air_spoil(const struct air_fault *fault, struct ykt_buf *rsp, size_t from)
{
	size_t len = rsp->len - from;

	if (fault->mode == AIR_CUT && fault->param < len)
		rsp->len = from + fault->param;
	if (fault->mode == AIR_FLIP && fault->param < 8 * len)
		rsp->data[from + fault->param / 8] ^= (uint8_t)(1u << (fault->param % 8));
	if (fault->mode == AIR_ANSWER)
		assert_status(ykt_hex_decode(fault->text, strlen(fault->text), rsp), YKT_OK);
}

static enum ykt_status
air_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct air *air = ctx;
	const struct air_fault *found;
	struct air_fault fault = { 0 };
	size_t from = rsp->len;

	(void)deadline_mono_ms;
	assert_true(cmd.len >= 4 && air->count < YKT_ARRAY_LEN(air->ins));
	if (air->gone)
		return YKT_E_LINK;
	air->ins[air->count++] = cmd.data[1];
	found = air_find(air, cmd.data[1]);
	if (found != NULL) {
		fault = *found;
		air_forget(air, found);
	}
	air->gone = found != NULL && fault.mode < AIR_CUT;
	if (found != NULL && fault.mode == AIR_LOST_BEFORE)
		return YKT_E_LINK;
	if (found == NULL || fault.mode != AIR_ANSWER)
		se_transceive(&air->card->se, YKT_SE_CONTACTLESS, cmd, rsp);
	if (found != NULL && fault.mode == AIR_TWICE) {
		rsp->len = from;
		se_transceive(&air->card->se, YKT_SE_CONTACTLESS, cmd, rsp);
	}
	air->rsp_len[air->count - 1] = rsp->len - from;
	if (found != NULL && fault.mode == AIR_LOST_AFTER) {
		rsp->len = from;
		return YKT_E_LINK;
	}
	if (found != NULL)
		air_spoil(&fault, rsp, from);
	return YKT_OK;
}

static enum ykt_status
air_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	struct air *air = ctx;

	(void)deadline_mono_ms;
	se_reset(&air->card->se, YKT_SE_CONTACTLESS, atr);
	return YKT_OK;
}

void
ports_air(struct air *air, struct card *card)
{
	*air = (struct air){ .port = { .ctx = air,
				 .iface = YKT_SE_CONTACTLESS,
				 .transceive = air_transceive,
				 .reset = air_reset },
		.card = card };
}

void
air_fault(struct air *air, struct air_fault fault)
{
	assert_true(air->fault_count < AIR_FAULTS);
	air->faults[air->fault_count++] = fault;
}

void
air_clear(struct air *air)
{
	air->fault_count = 0;
	air->fired = 0;
}

struct disk_file *
disk_find(struct disk *disk, const char *name)
{
	for (size_t i = 0; i < DISK_FILES; i++) {
		if (strcmp(disk->files[i].name, name) == 0)
			return &disk->files[i];
	}
	return NULL;
}

bool
disk_equal(const struct disk *a, const struct disk *b)
{
	return memcmp(a->files, b->files, sizeof(a->files)) == 0;
}

static enum ykt_status
disk_read(void *ctx, const char *name, struct ykt_buf *out)
{
	struct disk *disk = ctx;
	const struct disk_file *file = disk_find(disk, name);

	if (disk->down)
		return YKT_E_DOWN;
	if (file == NULL)
		return YKT_NOT_FOUND;
	if (file->len > out->cap - out->len)
		return YKT_E_SPACE;
	ykt_put_mem(out, file->bytes, file->len);
	return YKT_OK;
}

/* Counts a change; what it gives before and after the change is made. */
static enum ykt_status
disk_before(struct disk *disk)
{
	if (disk->down)
		return YKT_E_DOWN;
	disk->changes++;
	if (disk->changes != disk->fault_at || disk->fault == DISK_CRASH_AFTER)
		return YKT_OK;
	disk->down = disk->fault == DISK_CRASH_BEFORE;
	return disk->down ? YKT_E_DOWN : YKT_E_FILE;
}

static enum ykt_status
disk_after(struct disk *disk)
{
	disk->down = disk->changes == disk->fault_at;
	return disk->down ? YKT_E_DOWN : YKT_OK;
}

static enum ykt_status
disk_write(void *ctx, const char *name, struct ykt_bytes content)
{
	struct disk *disk = ctx;
	struct disk_file *file = disk_find(disk, name);
	enum ykt_status status = disk_before(disk);

	if (status != YKT_OK)
		return status;
	if (file == NULL)
		file = disk_find(disk, "");
	assert_true(file != NULL && content.len <= sizeof(file->bytes));
	assert_true(strlen(name) < sizeof(file->name));
	memset(file, 0, sizeof(*file));
	memcpy(file->name, name, strlen(name));
	memcpy(file->bytes, content.data, content.len);
	file->len = content.len;
	return disk_after(disk);
}

static enum ykt_status
disk_remove(void *ctx, const char *name)
{
	struct disk *disk = ctx;
	struct disk_file *file = disk_find(disk, name);
	enum ykt_status status = disk_before(disk);

	if (status != YKT_OK)
		return status;
	if (file != NULL)
		memset(file, 0, sizeof(*file));
	return disk_after(disk);
}

void
ports_disk(struct disk *disk)
{
	disk->port = (struct ykt_file){
		.ctx = disk, .read = disk_read, .write = disk_write, .remove = disk_remove
	};
}

void
disk_power(struct disk *disk)
{
	disk->down = false;
	disk->changes = 0;
	disk->fault_at = 0;
}

static void
net_spoil(const struct net *net, char *batch_id, size_t *count, struct wire_tap_result *results)
{
	if (net->mode == NET_OTHER_BATCH)
		batch_id[0] = batch_id[0] == '0' ? '1' : '0';
	if (net->mode == NET_SHORT)
		--*count;
	if (net->mode == NET_LONG)
		++*count;
	if (net->mode == NET_TOKEN)
		memcpy(results[*count - 1].result, "perhaps", 8);
}

static void
net_upload(struct net *net, struct ykt_bytes body, struct ykt_http_response *rsp)
{
	static struct wire_gate_upload_req req;
	static struct wire_gate_upload_rsp answer;

	assert_status(wire_decode(&wire_gate_upload_req_msg, body, &req), YKT_OK);
	memset(&answer, 0, sizeof(answer));
	memcpy(answer.batch_id, req.batch_id, sizeof(answer.batch_id));
	memcpy(net->batch, req.batch_id, sizeof(net->batch));
	answer.results_count = req.records_count;
	net->last_count = req.records_count;
	for (size_t i = 0; i < WIRE_TAPS_MAX; i++)
		(void)strcpy(
		    answer.results[i].result, net->result == NULL ? "posted" : net->result);
	memcpy(net->last, req.records, sizeof(net->last));
	if (net->mode == NET_OK) {
		assert_true(net->count + req.records_count <= NET_TAPS_MAX);
		memcpy(&net->taps[net->count], req.records,
		    req.records_count * sizeof(req.records[0]));
		net->count += req.records_count;
	}
	net_spoil(net, answer.batch_id, &answer.results_count, answer.results);
	rsp->code = 200;
	assert_status(wire_encode(&wire_gate_upload_rsp_msg, &answer, &rsp->body), YKT_OK);
}

static void
net_rides(struct net *net, struct ykt_bytes body, struct ykt_http_response *rsp)
{
	static struct wire_gate_rides_req req;
	struct wire_gate_rides_rsp answer = { 0 };

	assert_status(wire_decode(&wire_gate_rides_req_msg, body, &req), YKT_OK);
	memcpy(answer.batch_id, req.batch_id, sizeof(answer.batch_id));
	answer.results_count = req.rides_count;
	net->last_count = req.rides_count;
	for (size_t i = 0; i < WIRE_RIDES_MAX; i++)
		(void)strcpy(
		    answer.results[i].result, net->result == NULL ? "posted" : net->result);
	if (net->mode == NET_OK) {
		assert_true(net->ride_count + req.rides_count <= NET_TAPS_MAX);
		memcpy(&net->rides[net->ride_count], req.rides,
		    req.rides_count * sizeof(req.rides[0]));
		net->ride_count += req.rides_count;
	}
	net_spoil(net, answer.batch_id, &answer.results_count, answer.results);
	rsp->code = 200;
	assert_status(wire_encode(&wire_gate_rides_rsp_msg, &answer, &rsp->body), YKT_OK);
}

static enum ykt_status
net_call(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct net *net = ctx;

	net->calls++;
	if (net->mode == NET_LOST_BEFORE)
		return YKT_E_NET;
	if (strcmp(req->path, WIRE_PATH_GATE_PARAMS) == 0) {
		rsp->code = 200;
		assert_status(
		    wire_encode(&wire_gate_params_rsp_msg, &net->params, &rsp->body), YKT_OK);
	} else if (strcmp(req->path, WIRE_PATH_GATE_RIDES) == 0)
		net_rides(net, req->body, rsp);
	else {
		assert_string_equal(req->path, WIRE_PATH_GATE_UPLOAD);
		net_upload(net, req->body, rsp);
	}
	if (net->mode == NET_LOST_AFTER)
		return YKT_E_NET_UNKNOWN;
	if (net->mode == NET_CODE_400)
		wire_respond_error(rsp, 400, WIRE_ERR_MALFORMED, "no batch");
	if (net->mode == NET_CODE_500 || net->mode == NET_CODE_503) {
		rsp->body.len = 0;
		rsp->code = net->mode == NET_CODE_500 ? 500 : 503;
	}
	if (net->mode == NET_GARBAGE)
		rsp->body.len--;
	return YKT_OK;
}

void
ports_net(struct net *net)
{
	net->port = (struct ykt_http){ .ctx = net, .call = net_call };
}

static enum ykt_status
psam_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct gate *gate = ctx;
	const struct ykt_se *se = &gate->psam_port.se;

	return gate->psam_dead ? YKT_E_LINK : se->transceive(se->ctx, cmd, rsp, deadline_mono_ms);
}

static enum ykt_status
psam_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	struct gate *gate = ctx;
	const struct ykt_se *se = &gate->psam_port.se;

	return gate->psam_dead ? YKT_E_LINK : se->reset(se->ctx, atr, deadline_mono_ms);
}

void
ports_psam(struct gate *gate)
{
	gate->psam_air = (struct ykt_se){ .ctx = gate,
		.iface = YKT_SE_WIRED,
		.transceive = psam_transceive,
		.reset = psam_reset };
}

static int64_t
clock_wall(void *ctx)
{
	return ((struct rig *)ctx)->wall_ms;
}

static int64_t
clock_mono(void *ctx)
{
	return ((struct rig *)ctx)->mono_ms;
}

static enum ykt_status
clock_wait(void *ctx, int64_t until_mono_ms)
{
	((struct rig *)ctx)->mono_ms = until_mono_ms;
	return YKT_OK;
}

void
ports_clock(struct rig *rig)
{
	rig->clock = (struct ykt_clock){
		.ctx = rig, .wall_ms = clock_wall, .mono_ms = clock_mono, .wait = clock_wait
	};
}
