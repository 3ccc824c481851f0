/*
 * ykt-conform: what a person reads, and the report.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <string.h>

#include "program.h"
#include "words.h"

static const char *
reason_text(enum conform_reason reason)
{
	switch (reason) {
	case CONFORM_FINE:
		return "";
	case CONFORM_OTHER_KIND:
		return N_("for another kind of card");
	case CONFORM_WRITES:
		return N_("it writes to the card (--write)");
	case CONFORM_NO_PURSE:
		return N_("the card has no purse");
	case CONFORM_SETUP:
		return N_("the set-up did not succeed");
	case CONFORM_NO_ANSWER:
		return N_("the card did not answer");
	case CONFORM_NO_VALUE:
		return N_("a value of this step could not be computed");
	case CONFORM_NO_CHANNEL:
		return N_("the secure channel did not open");
	case CONFORM_BAD_MAC:
		return N_("the MAC of the answer is wrong");
	case CONFORM_BAD_SW:
		return N_("another status word");
	case CONFORM_BAD_DATA:
		return N_("other data");
	case CONFORM_MOVED:
		return N_("balance or counters are not as they must be");
	}

	return "";
}

static const char *
verdict_text(enum conform_verdict verdict)
{
	static const char *const names[] = { N_("pass"), N_("FAIL"), N_("skip") };

	return names[verdict];
}

static void
put_view(FILE *out, struct ykt_bytes text)
{
	(void)fwrite(text.data, 1, text.len, out);
}

static struct ykt_bytes
title_of(const struct options *options, const struct item *item)
{
	return options->chinese ? item->one.title_zh : item->one.title;
}

void
print_list(const struct options *options, const struct item *first)
{
	static const char *const needs[] = { "any", "purse", "blank" };

	for (; first != NULL; first = first->next) {
		(void)printf("%-9s %-14.*s %-5s %-5s %c  ", first->group, (int)first->one.id.len,
		    (const char *)first->one.id.data, needs[first->one.needs],
		    words(first->one.writes ? N_("write") : N_("read")), first->one.grade);
		put_view(stdout, title_of(options, first));
		(void)putchar('\n');
	}
}

static void
print_difference(const struct conform_result *result)
{
	if (result->step != 0)
		(void)printf(
		    ": %s %u (%s %u)", words("step"), result->step, words("line"), result->line);
	(void)printf(": %s", words(reason_text(result->reason)));
	if (result->command[0] != '\0')
		(void)printf("\n         %s %s", words("sent"), result->command);
	if (result->expected[0] != '\0')
		(void)printf("\n         %s %s\n         %s %s", words("expected"),
		    result->expected, words("got"), result->got);
}

void
print_item(const struct options *options, const struct item *item)
{
	const struct conform_result *result = &item->result;

	(void)printf("%s %.*s ", words(verdict_text(result->verdict)), (int)item->one.id.len,
	    (const char *)item->one.id.data);
	put_view(stdout, title_of(options, item));
	if (result->verdict == CONFORM_FAILED)
		print_difference(result);
	else if (result->verdict == CONFORM_SKIPPED)
		(void)printf(": %s", words(reason_text(result->reason)));
	(void)putchar('\n');
}

static void
put_json(FILE *out, const char *name, struct ykt_bytes text, const char *end)
{
	(void)fprintf(out, "\"%s\":\"", name);
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < 0x20)
			(void)fprintf(out, "\\u%04x", (unsigned)text.data[i]);
		else if (text.data[i] == '"' || text.data[i] == '\\')
			(void)fprintf(out, "\\%c", text.data[i]);
		else
			(void)fputc(text.data[i], out);
	}
	(void)fprintf(out, "\"%s", end);
}

static void
put_item(FILE *out, const struct item *item)
{
	static const char *const verdicts[] = { "passed", "failed", "skipped" };
	const struct conform_result *result = &item->result;

	(void)fputs("\n  {", out);
	put_json(out, "id", item->one.id, ",");
	put_json(out, "group", ykt_bytes_str(item->group), ",");
	put_json(out, "title", item->one.title, ",");
	put_json(out, "title_zh", item->one.title_zh, ",");
	put_json(out, "source", item->one.source, ",");
	put_json(out, "grade", ykt_bytes(&item->one.grade, 1), ",");
	put_json(out, "verdict", ykt_bytes_str(verdicts[result->verdict]), "");
	if (result->verdict != CONFORM_PASSED) {
		(void)fputs(",", out);
		put_json(out, "reason", ykt_bytes_str(reason_text(result->reason)), "");
	}
	if (result->verdict == CONFORM_FAILED) {
		(void)fprintf(out, ",\"step\":%u,\"line\":%u,", result->step, result->line);
		put_json(out, "sent", ykt_bytes_str(result->command), ",");
		put_json(out, "expected", ykt_bytes_str(result->expected), ",");
		put_json(out, "got", ykt_bytes_str(result->got), "");
	}
	(void)fputc('}', out);
}

enum ykt_status
report_write(const struct options *options, const struct item *first)
{
	FILE *out = fopen(options->report, "we");
	unsigned count[3] = { 0 };
	bool bad;

	if (out == NULL) {
		complain("%s: %s", options->report, strerror(errno));
		return YKT_E_FILE;
	}
	(void)fputs("{", out);
	put_json(out, "program", ykt_bytes_str(PROGRAM), ",");
	put_json(out, "card", ykt_bytes_str(options->address), ",\n \"cases\":[");
	for (const struct item *item = first; item != NULL; item = item->next) {
		count[item->result.verdict]++;
		put_item(out, item);
		(void)fputs(item->next != NULL ? "," : "", out);
	}
	(void)fprintf(out, "\n ],\n \"passed\":%u,\"failed\":%u,\"skipped\":%u}\n",
	    count[CONFORM_PASSED], count[CONFORM_FAILED], count[CONFORM_SKIPPED]);
	bad = ferror(out) != 0;
	if (fclose(out) != 0 || bad) {
		complain("%s: %s", options->report, strerror(errno));
		return YKT_E_FILE;
	}

	return YKT_OK;
}
