/*
 * A wallet without a secure element, in one file: registers, logs in, pays into
 * the wallet and shows it, asking on the terminal.
 *
 *   cc wallet.c $(pkg-config --cflags --libs libykt) -o wallet
 *   ./wallet PLATFORM PSP CA.pem PLATFORM-KEY.pub STATE-FOLDER register
 *   ./wallet ... login
 *   ./wallet ... topup 50.00
 *   ./wallet ... wallet
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <ykt/civil.h>
#include <ykt/hex.h>
#include <ykt/host.h>
#include <ykt/secret.h>

#define USAGE                                                                                      \
	"usage: wallet PLATFORM PSP CA.pem PLATFORM-KEY.pub STATE-FOLDER "                         \
	"register|login|wallet|topup [AMOUNT]\n"

static void
print_field(const struct ykt_field *field)
{
	char text[YKT_CIVIL_TEXT_MAX > YKT_FEN_TEXT_MAX ? YKT_CIVIL_TEXT_MAX : YKT_FEN_TEXT_MAX] =
	    "";

	if (field->kind == YKT_FIELD_MONEY)
		ykt_fen_text(field->number, text);
	else if (field->kind == YKT_FIELD_TIME)
		ykt_civil_text(field->number, text);
	printf("  %s: %s\n", field->label, field->value != NULL ? field->value : text);
}

static bool
is_asked(const struct ykt_field *field)
{
	return field->kind == YKT_FIELD_INPUT || field->kind == YKT_FIELD_SECRET ||
	       field->kind == YKT_FIELD_CHECK;
}

static void
show(void *ctx, const struct ykt_screen *screen)
{
	(void)ctx;
	printf("%s\n", screen->title);
	if (screen->text != NULL)
		printf("  %s\n", screen->text);
	for (size_t i = 0; i < screen->field_count; i++) {
		if (!is_asked(&screen->fields[i]))
			print_field(&screen->fields[i]);
	}
}

/* One line, of which a real program would not echo what is secret. */
static enum ykt_status
read_line(char text[YKT_ANSWER_MAX])
{
	size_t len;

	if (fgets(text, YKT_ANSWER_MAX, stdin) == NULL)
		return YKT_CANCELLED;
	len = strcspn(text, "\n");
	text[len] = '\0';

	return YKT_OK;
}

/* A consent is the word yes; whatever else is typed there is none. */
static enum ykt_status
ask_field(const struct ykt_field *field, char answer[YKT_ANSWER_MAX])
{
	enum ykt_status status;

	printf("  %s? ", field->label);
	fflush(stdout);
	status = read_line(answer);
	if (status == YKT_OK && field->kind == YKT_FIELD_CHECK)
		snprintf(answer, YKT_ANSWER_MAX, "%d", strcmp(answer, "yes") == 0);

	return status;
}

static enum ykt_status
ask(void *ctx, const struct ykt_screen *screen, struct ykt_answers *ret_answers,
    int64_t deadline_mono_ms)
{
	struct ykt_answers answers = { 0 };
	enum ykt_status status = YKT_OK;
	size_t at = 0;

	(void)deadline_mono_ms;
	show(ctx, screen);
	for (size_t i = 0; i < screen->field_count && status == YKT_OK; i++) {
		if (is_asked(&screen->fields[i]))
			status = ask_field(&screen->fields[i], answers.text[at++]);
	}
	if (status == YKT_OK)
		*ret_answers = answers;
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

static bool
go_on(void *ctx, const char *text, unsigned done, unsigned total)
{
	(void)ctx;
	printf("  ... %s (%u of %u)\n", text, done, total);

	return false;
}

/* The platform's public key, x then y, as 128 hex digits. */
static enum ykt_status
read_key(const char *path, uint8_t ret_pub[64])
{
	char text[200] = "";
	struct ykt_buf out = { ret_pub, 0, 64, false };
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return YKT_E_FILE;
	if (fgets(text, sizeof(text), file) == NULL)
		text[0] = '\0';
	fclose(file);
	if (ykt_hex_decode(text, strcspn(text, "\n"), &out) != YKT_OK || out.len != 64)
		return YKT_E_FORMAT;

	return YKT_OK;
}

static enum ykt_status
run(struct ykt_client *client, const char *word, const char *amount)
{
	ykt_fen fen;

	if (strcmp(word, "register") == 0)
		return ykt_client_register(client);
	if (strcmp(word, "login") == 0)
		return ykt_client_login(client);
	if (strcmp(word, "wallet") == 0)
		return ykt_client_wallet(client);
	if (strcmp(word, "topup") == 0 && amount != NULL && ykt_fen_parse(amount, &fen) == YKT_OK)
		return ykt_client_wallet_topup(client, fen);

	return YKT_E_ARG;
}

int
main(int argc, char **argv)
{
	static const struct ykt_ui ui = {
		.show = show, .ask = ask, .progress = go_on, .result = show
	};
	struct ykt_client_options options = { .ui = &ui,
		.edition = YKT_EDITION_2016,
		.version = "1",
		.profile = YKT_PROFILE_SELESS };
	struct ykt_host_options at = { 0 };
	struct ykt_host *host = NULL;
	struct ykt_client *client = NULL;
	const char *what = "platform key";
	enum ykt_status status;

	if (argc < 7) {
		fputs(USAGE, stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	at = (struct ykt_host_options){ .platform = argv[1],
		.tsm = argv[1],
		.psp = argv[2],
		.ca_file = argv[3],
		.state_folder = argv[5] };
	status = read_key(argv[4], options.platform_pub);
	if (status == YKT_OK)
		status = ykt_host_open(&at, &host, &what);
	if (status == YKT_OK) {
		ykt_host_fill(host, &options);
		/* Kept only where there is an element to manage. */
		options.tsm = NULL;
		what = "client";
		status = ykt_client_new(&options, &client);
	}
	if (status != YKT_OK) {
		fprintf(stderr, "wallet: %s: %s\n", what != NULL ? what : "host",
		    ykt_status_text(status));
		return 2;
	}
	status = run(client, argv[6], argc > 7 ? argv[7] : NULL);
	ykt_client_free(&client);
	ykt_host_close(&host);
	if (status == YKT_E_ARG)
		fputs(USAGE, stderr);

	return status == YKT_OK ? 0 : status == YKT_E_ARG ? 2 : 1;
}
