/*
 * The results of several platforms on one screen.
 *
 * A client's view bounds what it shows, so that there is room for all of it; what does not
 * fit all the same is left out, whole.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/join.h"

#include <string.h>

#include <ykt/mem.h>

static void
join_show(void *ctx, const struct ykt_screen *screen)
{
	const struct ykt_ui *under = ((struct join *)ctx)->under;

	under->show(under->ctx, screen);
}

static enum ykt_status
join_ask(void *ctx, const struct ykt_screen *screen, struct ykt_answers *ret_answers,
    int64_t deadline_mono_ms)
{
	const struct ykt_ui *under = ((struct join *)ctx)->under;

	return under->ask(under->ctx, screen, ret_answers, deadline_mono_ms);
}

static bool
join_progress(void *ctx, const char *text, unsigned done, unsigned total)
{
	const struct ykt_ui *under = ((struct join *)ctx)->under;

	return under->progress(under->ctx, text, done, total);
}

static enum ykt_status
join_keypad(void *ctx, const struct ykt_keypad *pad, unsigned *ret_press, int64_t deadline_mono_ms)
{
	const struct ykt_ui *under = ((struct join *)ctx)->under;

	return under->keypad(under->ctx, pad, ret_press, deadline_mono_ms);
}

static enum ykt_status
join_protect(void *ctx, bool on)
{
	const struct ykt_ui *under = ((struct join *)ctx)->under;

	return under->protect(under->ctx, on);
}

/* A copy that lives as long as the screen does. */
static const char *
keep(struct join *join, const char *value)
{
	const size_t size = strlen(value) + 1;
	char *copy = join->values + join->used;

	if (size > join->platforms * JOIN_TEXT_MAX - join->used)
		return NULL;
	memcpy(copy, value, size);
	join->used += size;

	return copy;
}

/* The field with a value of its own; false: no room. */
static bool
copy_field(struct join *join, const struct ykt_field *field, struct ykt_field *out)
{
	struct ykt_field copy = *field;

	if (field->value != NULL)
		copy.value = keep(join, field->value);
	if (field->value != NULL && copy.value == NULL)
		return false;
	*out = copy;

	return true;
}

/* label is the program's own, value a message or a name that is borrowed. */
static void
add_plain_text(struct join *join, const char *id, const char *label, const char *value)
{
	if (join->plain_count < join->platforms * JOIN_FIELDS_MAX)
		join->plain[join->plain_count++] = (struct ykt_field){
			.id = id, .label = label, .kind = YKT_FIELD_TEXT, .value = value
		};
}

static void
add_plain(struct join *join, const struct ykt_field *field)
{
	if (join->plain_count < join->platforms * JOIN_FIELDS_MAX &&
	    copy_field(join, field, &join->plain[join->plain_count]))
		join->plain_count++;
}

static void
add_name(struct join *join)
{
	add_plain_text(join, "platform", N_("Platform"), join->name);
}

/* Up to and with the point; 0: it is in no table. */
static size_t
table_len(const struct ykt_field *field)
{
	const char *point = strchr(field->id, '.');

	return point != NULL ? (size_t)(point - field->id) + 1 : 0;
}

static bool
same_table(const struct ykt_field *a, const struct ykt_field *b)
{
	const size_t len = table_len(a);

	return len != 0 && len == table_len(b) && strncmp(a->id, b->id, len) == 0;
}

/* The id of the cell that names the platform in this field's table; NULL: no room for it. */
static const char *
name_id(struct join *join, const struct ykt_field *first)
{
	static const char column[] = "platform";
	const size_t len = table_len(first);
	char *id;

	for (size_t i = 0; i < join->ids_count; i++) {
		if (strncmp(join->ids[i], first->id, len) == 0 &&
		    strcmp(join->ids[i] + len, column) == 0)
			return join->ids[i];
	}
	if (join->ids_count == JOIN_IDS_MAX || len > JOIN_ID_MAX - sizeof(column))
		return NULL;
	id = join->ids[join->ids_count++];
	memcpy(id, first->id, len);
	memcpy(id + len, column, sizeof(column));

	return id;
}

static const struct ykt_field *
cell_of(const struct join *join, const struct join_row *row, const char *column)
{
	for (size_t i = 0; i < row->count; i++) {
		const struct ykt_field *cell = &join->cells[row->first + i];

		if (strcmp(cell->id + table_len(cell), column) == 0)
			return cell;
	}

	return NULL;
}

static const char *
text_of(const struct join *join, const struct join_row *row, const char *column)
{
	const struct ykt_field *cell = cell_of(join, row, column);

	return cell != NULL && cell->value != NULL ? cell->value : "";
}

/* One row of the element's list for one card, the one of who knows most of it. */
static bool
replaces(struct join *join, const struct join_row *row)
{
	for (size_t i = 0; i < join->rows_count; i++) {
		struct join_row *old = &join->rows[i];

		if (!same_table(&join->cells[old->first], &join->cells[row->first]) ||
		    strcmp(text_of(join, old, "aid"), text_of(join, row, "aid")) != 0 ||
		    strcmp(text_of(join, old, "card"), text_of(join, row, "card")) != 0)
			continue;
		if (row->rank > old->rank)
			*old = *row;
		return true;
	}

	return false;
}

/* A list of the element is the same for every client that reads it. */
static void
settle_row(struct join *join, struct join_row *row)
{
	if (join->rank == NULL || cell_of(join, row, "aid") == NULL) {
		join->rows[join->rows_count++] = *row;
		return;
	}
	row->rank = join->rank(join->rank_ctx, text_of(join, row, "aid"));
	if (row->rank != JOIN_ITS)
		join->cells[row->first].value = "";
	if (!replaces(join, row))
		join->rows[join->rows_count++] = *row;
}

static void
add_row(struct join *join, const struct ykt_field *fields, size_t count)
{
	struct join_row row = { join->cells_count, count + 1, JOIN_ITS };
	const char *id = name_id(join, &fields[0]);
	const size_t used = join->used;

	if (id == NULL || join->rows_count == join->platforms * JOIN_ROWS_MAX ||
	    row.count > join->platforms * JOIN_FIELDS_MAX - join->cells_count)
		return;
	join->cells[row.first] = (struct ykt_field){
		.id = id, .label = N_("Platform"), .kind = YKT_FIELD_TEXT, .value = join->name
	};
	for (size_t i = 0; i < count; i++) {
		if (!copy_field(join, &fields[i], &join->cells[row.first + 1 + i])) {
			join->used = used;
			return;
		}
	}
	join->cells_count += row.count;
	settle_row(join, &row);
}

/* A row ends where its first cell comes again, or another table does. */
static size_t
row_end(const struct ykt_screen *screen, size_t first)
{
	size_t end = first + 1;

	while (end < screen->field_count &&
	       same_table(&screen->fields[first], &screen->fields[end]) &&
	       strcmp(screen->fields[first].id, screen->fields[end].id) != 0)
		end++;

	return end;
}

static void
add_rows(struct join *join, const struct ykt_screen *screen)
{
	for (size_t i = 0, end; i < screen->field_count; i = end) {
		end = row_end(screen, i);
		if (table_len(&screen->fields[i]) != 0)
			add_row(join, &screen->fields[i], end - i);
	}
}

/* What stands in no table, under the platform's name; what was said, when it is not good. */
static void
add_rest(struct join *join, const struct ykt_screen *screen)
{
	bool named = false;

	for (size_t i = 0; i < screen->field_count; i++) {
		if (table_len(&screen->fields[i]) != 0)
			continue;
		if (!named)
			add_name(join);
		named = true;
		add_plain(join, &screen->fields[i]);
	}
	if (screen->tone == YKT_TONE_GOOD || screen->text == NULL)
		return;
	if (!named)
		add_name(join);
	add_plain_text(join, "platform_text", N_("Result"), screen->text);
}

static enum ykt_screen_tone
worse(enum ykt_screen_tone a, enum ykt_screen_tone b)
{
	static const int rank[] = {
		[YKT_TONE_PLAIN] = 1, [YKT_TONE_GOOD] = 0, [YKT_TONE_WAIT] = 2, [YKT_TONE_BAD] = 3
	};

	return rank[a] >= rank[b] ? a : b;
}

static void
join_result(void *ctx, const struct ykt_screen *screen)
{
	struct join *join = ctx;

	if (join->results++ == 0) {
		join->id = screen->id;
		join->title = screen->title;
		join->text = screen->text;
		join->tone = screen->tone;
	}
	if (join->text != NULL && (screen->text == NULL || strcmp(join->text, screen->text) != 0))
		join->text = NULL;
	join->tone = worse(join->tone, screen->tone);
	join->secure = join->secure || screen->secure;
	join->shown = true;
	add_rest(join, screen);
	add_rows(join, screen);
}

static size_t
fields_size(size_t platforms)
{
	return platforms * JOIN_FIELDS_MAX * sizeof(struct ykt_field);
}

enum ykt_status
join_new(const struct ykt_alloc *alloc, const struct ykt_ui *under, size_t platforms,
    struct join **ret_join)
{
	struct join *join = ykt_mem_get(alloc, sizeof(*join));

	if (join == NULL)
		return YKT_E_NOMEM;
	memset(join, 0, sizeof(*join));
	join->under = under;
	join->platforms = platforms;
	join->plain = ykt_mem_get(alloc, fields_size(platforms));
	join->cells = ykt_mem_get(alloc, fields_size(platforms));
	join->out = ykt_mem_get(alloc, 2 * fields_size(platforms));
	join->rows = ykt_mem_get(alloc, platforms * JOIN_ROWS_MAX * sizeof(*join->rows));
	join->values = ykt_mem_get(alloc, platforms * JOIN_TEXT_MAX);
	join->port = (struct ykt_ui){ .ctx = join,
		.show = join_show,
		.ask = join_ask,
		.progress = join_progress,
		.result = join_result,
		.keypad = under->keypad != NULL ? join_keypad : NULL,
		.protect = under->protect != NULL ? join_protect : NULL };
	if (join->plain == NULL || join->cells == NULL || join->out == NULL || join->rows == NULL ||
	    join->values == NULL)
		join_free(alloc, &join);
	if (join == NULL)
		return YKT_E_NOMEM;
	*ret_join = join;

	return YKT_OK;
}

void
join_free(const struct ykt_alloc *alloc, struct join **join)
{
	struct join *j = *join;

	ykt_mem_put(alloc, &j->plain, fields_size(j->platforms));
	ykt_mem_put(alloc, &j->cells, fields_size(j->platforms));
	ykt_mem_put(alloc, &j->out, 2 * fields_size(j->platforms));
	ykt_mem_put(alloc, &j->rows, j->platforms * JOIN_ROWS_MAX * sizeof(*j->rows));
	ykt_mem_put(alloc, &j->values, j->platforms * JOIN_TEXT_MAX);
	ykt_mem_put(alloc, join, sizeof(*j));
}

void
join_platform(struct join *join, const char *name)
{
	join->name = name;
	join->shown = false;
}

void
join_away(struct join *join)
{
	if (join->shown)
		return;
	add_name(join);
	add_plain_text(join, "platform_text", N_("Result"), N_("It could not be asked."));
	join->tone = worse(join->tone, YKT_TONE_BAD);
}

/* Of a row that is sorted; 0: of one whose place is among its platform's. */
static int64_t
time_of(const struct join *join, const struct join_row *row)
{
	static const char *const sorted[] = { "record.", "order." };
	const struct ykt_field *time = cell_of(join, row, "time");

	for (size_t i = 0; time != NULL && i < YKT_ARRAY_LEN(sorted); i++) {
		if (strncmp(time->id, sorted[i], strlen(sorted[i])) == 0)
			return time->number;
	}

	return 0;
}

/* Newest first; rows of the same time, and of no time, stay as they came. */
static void
sort_rows(struct join *join)
{
	for (size_t i = 1; i < join->rows_count; i++) {
		const struct join_row row = join->rows[i];
		const int64_t time_ms = time_of(join, &row);
		size_t at = i;

		for (; at > 0 && time_of(join, &join->rows[at - 1]) < time_ms; at--)
			join->rows[at] = join->rows[at - 1];
		join->rows[at] = row;
	}
}

void
join_end(struct join *join)
{
	struct ykt_screen screen = { .id = join->id != NULL ? join->id : "all_result",
		.title = join->title != NULL ? join->title : N_("All platforms"),
		.text = join->text,
		.tone = join->tone,
		.fields = join->out,
		.secure = join->secure };

	for (size_t i = 0; i < join->plain_count; i++)
		join->out[screen.field_count++] = join->plain[i];
	sort_rows(join);
	for (size_t i = 0; i < join->rows_count; i++) {
		for (size_t c = 0; c < join->rows[i].count; c++)
			join->out[screen.field_count++] = join->cells[join->rows[i].first + c];
	}
	join->under->result(join->under->ctx, &screen);
}
