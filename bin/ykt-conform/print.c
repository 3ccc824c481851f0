/*
 * ykt-conform: what a person reads, English or Chinese, and the report.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <string.h>

#include "program.h"

static const struct {
	const char *english;
	const char *chinese;
} texts[] = {
	{ "pass", "通过" },
	{ "FAIL", "失败" },
	{ "skip", "跳过" },
	{ "accepted", "放行" },
	{ "refused", "拒绝" },
	{ "no answer", "无应答" },
	{ "step", "步骤" },
	{ "line", "行" },
	{ "sent", "发送" },
	{ "expected", "应为" },
	{ "got", "实为" },
	{ "%u passed, %u failed, %u skipped\n", "通过 %u，失败 %u，跳过 %u\n" },
	{ "for another kind of card", "适用于另一类卡" },
	{ "it writes to the card (--write)", "会写卡（需要 --write）" },
	{ "the card has no purse", "卡内没有电子钱包" },
	{ "the set-up did not succeed", "前置步骤未成功" },
	{ "the card did not answer", "卡没有应答" },
	{ "a value of this step could not be computed", "无法计算本步骤所需的值" },
	{ "the secure channel did not open", "安全通道未能建立" },
	{ "the MAC of the answer is wrong", "应答的 MAC 不正确" },
	{ "another status word", "状态字不符" },
	{ "other data", "数据不符" },
	{ "balance or counters are not as they must be", "余额或计数器不符" },
};

static const char *
reason_text(enum conform_reason reason)
{
	switch (reason) {
	case CONFORM_FINE:
		return "";
	case CONFORM_OTHER_KIND:
		return "for another kind of card";
	case CONFORM_WRITES:
		return "it writes to the card (--write)";
	case CONFORM_NO_PURSE:
		return "the card has no purse";
	case CONFORM_SETUP:
		return "the set-up did not succeed";
	case CONFORM_NO_ANSWER:
		return "the card did not answer";
	case CONFORM_NO_VALUE:
		return "a value of this step could not be computed";
	case CONFORM_NO_CHANNEL:
		return "the secure channel did not open";
	case CONFORM_BAD_MAC:
		return "the MAC of the answer is wrong";
	case CONFORM_BAD_SW:
		return "another status word";
	case CONFORM_BAD_DATA:
		return "other data";
	case CONFORM_MOVED:
		return "balance or counters are not as they must be";
	}

	return "";
}

static const char *
verdict_text(enum conform_verdict verdict)
{
	static const char *const words[] = { "pass", "FAIL", "skip" };

	return words[verdict];
}

const char *
say(const struct options *options, const char *english)
{
	for (size_t i = 0; options->chinese && i < YKT_ARRAY_LEN(texts); i++)
		if (strcmp(texts[i].english, english) == 0)
			return texts[i].chinese;

	return english;
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
		    first->one.writes ? "write" : "read", first->one.grade);
		put_view(stdout, title_of(options, first));
		(void)putchar('\n');
	}
}

static void
print_difference(const struct options *options, const struct conform_result *result)
{
	if (result->step != 0)
		(void)printf(": %s %u (%s %u)", say(options, "step"), result->step,
		    say(options, "line"), result->line);
	(void)printf(": %s", say(options, reason_text(result->reason)));
	if (result->command[0] != '\0')
		(void)printf("\n         %s %s", say(options, "sent"), result->command);
	if (result->expected[0] != '\0')
		(void)printf("\n         %s %s\n         %s %s", say(options, "expected"),
		    result->expected, say(options, "got"), result->got);
}

void
print_item(const struct options *options, const struct item *item)
{
	const struct conform_result *result = &item->result;

	(void)printf("%s %.*s ", say(options, verdict_text(result->verdict)), (int)item->one.id.len,
	    (const char *)item->one.id.data);
	put_view(stdout, title_of(options, item));
	if (result->verdict == CONFORM_FAILED)
		print_difference(options, result);
	else if (result->verdict == CONFORM_SKIPPED)
		(void)printf(": %s", say(options, reason_text(result->reason)));
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
