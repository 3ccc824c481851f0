/*
 * The one caller of each port in <ykt/driver/>: arguments are checked before,
 * and nothing that comes back is believed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <ykt/driver/clock.h>
#include <ykt/driver/file.h>
#include <ykt/driver/http.h>
#include <ykt/driver/nvm.h>
#include <ykt/driver/random.h>
#include <ykt/driver/store.h>
#include <ykt/driver/trace.h>
#include <ykt/secret.h>

#define FILE_NAME_MAX 64

int64_t
ykt_clock_wall(const struct ykt_clock *clock)
{
	assert(clock != NULL && clock->wall_ms != NULL);

	return clock->wall_ms(clock->ctx);
}

int64_t
ykt_clock_mono(const struct ykt_clock *clock)
{
	assert(clock != NULL && clock->mono_ms != NULL);

	return clock->mono_ms(clock->ctx);
}

enum ykt_status
ykt_clock_wait(const struct ykt_clock *clock, int64_t until_mono_ms)
{
	enum ykt_status status;

	assert(clock != NULL && clock->wait != NULL);

	status = clock->wait(clock->ctx, until_mono_ms);
	if (status == YKT_OK && ykt_clock_mono(clock) < until_mono_ms)
		status = YKT_E_DRIVER;

	return status <= YKT_OK ? status : YKT_E_DRIVER;
}

enum ykt_status
ykt_random_fill(const struct ykt_random *random, uint8_t *out, size_t len)
{
	enum ykt_status status;

	assert(random != NULL && random->fill != NULL && (out != NULL || len == 0));
	if (len == 0)
		return YKT_OK;

	status = random->fill(random->ctx, out, len);
	if (status == YKT_OK)
		return YKT_OK;
	ykt_wipe(out, len);

	return status == YKT_E_DOWN ? YKT_E_DOWN : YKT_E_RANDOM;
}

/*
 * Judges an output that a driver appended to. A driver that failed, or that
 * moved or overran the buffer, leaves it as it was before the call.
 */
static enum ykt_status
settle(struct ykt_buf before, enum ykt_status status, struct ykt_buf *out)
{
	bool sane = out->data == before.data && out->cap == before.cap && out->len <= out->cap &&
		    out->len >= before.len;

	if (status == YKT_OK && !sane)
		status = YKT_E_DRIVER;
	else if (status == YKT_OK && out->full)
		status = YKT_E_SPACE;
	if (status != YKT_OK) {
		*out = before;
		if (before.cap != before.len)
			ykt_wipe(before.data + before.len, before.cap - before.len);
	}

	return status;
}

static bool
http_path_valid(const char *path)
{
	size_t len = 0;

	if (path == NULL || path[0] != '/')
		return false;
	for (; path[len] != '\0'; len++) {
		/* No control character, blank or foreign byte reaches a request line. */
		if (len + 1 >= YKT_HTTP_PATH_MAX || path[len] <= ' ' || path[len] > '~')
			return false;
	}

	return true;
}

enum ykt_status
ykt_http_call(
    const struct ykt_http *http, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct ykt_http_response local;
	enum ykt_status status;

	assert(http != NULL && http->call != NULL && req != NULL && rsp != NULL);
	assert(rsp->body.data != NULL && rsp->body.len <= rsp->body.cap);
	if (!http_path_valid(req->path) || req->body.len > YKT_HTTP_BODY_MAX)
		return YKT_E_ARG;
	if (req->method != YKT_HTTP_GET && req->method != YKT_HTTP_POST)
		return YKT_E_ARG;

	local = (struct ykt_http_response){ 0, rsp->body };
	local.body.len = 0;
	local.body.full = false;
	status = http->call(http->ctx, req, &local);
	if (status > YKT_OK || (status == YKT_OK && (local.code < 100 || local.code > 599)))
		status = YKT_E_DRIVER;
	status = settle(
	    (struct ykt_buf){ rsp->body.data, 0, rsp->body.cap, false }, status, &local.body);
	/* An answer that does not fit came all the same: the server did its part. */
	if (status == YKT_E_SPACE)
		status = YKT_E_SERVER;
	if (status == YKT_OK)
		*rsp = local;

	return status;
}

struct ykt_sql_val
ykt_sql_null(void)
{
	return (struct ykt_sql_val){ .type = YKT_SQL_NULL };
}

struct ykt_sql_val
ykt_sql_int(int64_t v)
{
	return (struct ykt_sql_val){ .type = YKT_SQL_INT, .i = v };
}

struct ykt_sql_val
ykt_sql_text(const char *text)
{
	if (text == NULL)
		return ykt_sql_null();

	return (struct ykt_sql_val){ .type = YKT_SQL_TEXT, .bytes = ykt_bytes_str(text) };
}

struct ykt_sql_val
ykt_sql_blob(struct ykt_bytes bytes)
{
	return (struct ykt_sql_val){ .type = YKT_SQL_BLOB, .bytes = bytes };
}

enum ykt_status
ykt_store_run(const struct ykt_store *store, ykt_store_fn *fn, void *arg)
{
	assert(store != NULL && store->run != NULL && fn != NULL);

	return store->run(store->ctx, fn, arg);
}

enum ykt_status
ykt_tx_query(struct ykt_tx *tx, const char *sql, const struct ykt_sql_val *in, size_t in_count,
    ykt_sql_row *row, void *row_arg, int64_t *ret_changed)
{
	enum ykt_status status;
	int64_t changed = 0;

	assert(tx != NULL && tx->query != NULL && sql != NULL);
	assert(in != NULL || in_count == 0);

	status = tx->query(tx->ctx, sql, in, in_count, row, row_arg, &changed);
	if (status == YKT_OK && changed < 0)
		status = YKT_E_DRIVER;
	if (status == YKT_OK && ret_changed != NULL)
		*ret_changed = changed;

	return status;
}

static bool
file_name_valid(const char *name)
{
	size_t len = 0;

	assert(name != NULL);
	for (; name[len] != '\0'; len++) {
		char c = name[len];
		bool known = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
			     c == '_' || c == '-';

		if (!known || len == FILE_NAME_MAX)
			return false;
	}

	/* The two names of folders are not names of files. */
	return len != 0 && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

enum ykt_status
ykt_file_read(const struct ykt_file *file, const char *name, struct ykt_buf *out)
{
	struct ykt_buf before = *out;
	enum ykt_status status;

	assert(file != NULL && file->read != NULL && out->len <= out->cap);
	if (!file_name_valid(name))
		return YKT_E_ARG;

	status = file->read(file->ctx, name, out);
	if (status > YKT_OK && status != YKT_NOT_FOUND)
		status = YKT_E_DRIVER;

	return settle(before, status, out);
}

enum ykt_status
ykt_file_write(const struct ykt_file *file, const char *name, struct ykt_bytes content)
{
	enum ykt_status status;

	assert(file != NULL && file->write != NULL);
	assert(content.data != NULL || content.len == 0);
	if (!file_name_valid(name))
		return YKT_E_ARG;

	status = file->write(file->ctx, name, content);

	return status <= YKT_OK ? status : YKT_E_DRIVER;
}

enum ykt_status
ykt_file_remove(const struct ykt_file *file, const char *name)
{
	enum ykt_status status;

	assert(file != NULL && file->remove != NULL);
	if (!file_name_valid(name))
		return YKT_E_ARG;

	status = file->remove(file->ctx, name);

	return status <= YKT_OK ? status : YKT_E_DRIVER;
}

static bool
nvm_range_valid(const struct ykt_nvm *nvm, uint32_t off, uint32_t len)
{
	return off <= nvm->size && len <= nvm->size - off;
}

enum ykt_status
ykt_nvm_read(const struct ykt_nvm *nvm, uint32_t off, uint8_t *out, uint32_t len)
{
	enum ykt_status status;

	assert(nvm != NULL && nvm->read != NULL && (out != NULL || len == 0));
	if (!nvm_range_valid(nvm, off, len))
		return YKT_E_ARG;
	if (len == 0)
		return YKT_OK;

	status = nvm->read(nvm->ctx, off, out, len);

	return status <= YKT_OK ? status : YKT_E_DRIVER;
}

enum ykt_status
ykt_nvm_write(const struct ykt_nvm *nvm, uint32_t off, const uint8_t *data, uint32_t len)
{
	enum ykt_status status;

	assert(nvm != NULL && nvm->write != NULL && (data != NULL || len == 0));
	if (!nvm_range_valid(nvm, off, len))
		return YKT_E_ARG;
	if (len == 0)
		return YKT_OK;

	status = nvm->write(nvm->ctx, off, data, len);

	return status <= YKT_OK ? status : YKT_E_DRIVER;
}

void
ykt_trace_event(const struct ykt_trace *trace, const struct ykt_trace_event *event)
{
	assert(event != NULL && event->room != NULL && event->name != NULL);
	assert(event->bytes.len == 0 || event->kind == YKT_TRACE_APDU);
	if (trace == NULL)
		return;

	assert(trace->event != NULL);
	trace->event(trace->ctx, event);
}
