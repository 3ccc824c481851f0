/*
 * The smallest program over libykt: the balance of the card in an element,
 * without an account and without a server.
 *
 *   cc balance.c $(pkg-config --cflags --libs libykt) -o balance
 *   ./balance pcsc: /tmp/balance-state CA.pem
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <ykt/civil.h>
#include <ykt/host.h>

/* A screen is data; labels are message ids, in English as they stand. */
static void
print_screen(void *ctx, const struct ykt_screen *screen)
{
	(void)ctx;
	printf("[%s] %s\n", screen->id, screen->title);
	if (screen->text != NULL)
		printf("%s\n", screen->text);
	for (size_t i = 0; i < screen->field_count; i++) {
		const struct ykt_field *field = &screen->fields[i];
		char text[YKT_CIVIL_TEXT_MAX > YKT_FEN_TEXT_MAX ? YKT_CIVIL_TEXT_MAX
								: YKT_FEN_TEXT_MAX];

		if (field->kind == YKT_FIELD_MONEY)
			ykt_fen_text(field->number, text);
		else if (field->kind == YKT_FIELD_TIME)
			ykt_civil_text(field->number, text);
		printf("%s: %s\n", field->label, field->value != NULL ? field->value : text);
	}
}

/* This program asks nothing, so a function that would ask is given up. */
static enum ykt_status
ask_nobody(void *ctx, const struct ykt_screen *screen, struct ykt_answers *ret_answers,
    int64_t deadline_mono_ms)
{
	(void)ctx;
	(void)screen;
	(void)ret_answers;
	(void)deadline_mono_ms;

	return YKT_CANCELLED;
}

static bool
go_on(void *ctx, const char *text, unsigned done, unsigned total)
{
	(void)ctx;
	(void)text;
	(void)done;
	(void)total;

	return false;
}

/* The balance is read off the card: any point of the curve will do for a platform's key. */
static const uint8_t some_key[64] = { 0x32, 0xC4, 0xAE, 0x2C, 0x1F, 0x19, 0x81, 0x19, 0x5F, 0x99,
	0x04, 0x46, 0x6A, 0x39, 0xC9, 0x94, 0x8F, 0xE3, 0x0B, 0xBF, 0xF2, 0x66, 0x0B, 0xE1, 0x71,
	0x5A, 0x45, 0x89, 0x33, 0x4C, 0x74, 0xC7, 0xBC, 0x37, 0x36, 0xA2, 0xF4, 0xF6, 0x77, 0x9C,
	0x59, 0xBD, 0xCE, 0xE3, 0x6B, 0x69, 0x21, 0x53, 0xD0, 0xA9, 0x87, 0x7C, 0xC6, 0x2A, 0x47,
	0x40, 0x02, 0xDF, 0x32, 0xE5, 0x21, 0x39, 0xF0, 0xA0 };

int
main(int argc, char **argv)
{
	static const struct ykt_ui ui = {
		.show = print_screen, .ask = ask_nobody, .progress = go_on, .result = print_screen
	};
	struct ykt_client_options options = {
		.ui = &ui, .edition = YKT_EDITION_2016, .version = "1"
	};
	const struct ykt_host_options at = {
		.platform = "https://127.0.0.1:1",
		.tsm = "https://127.0.0.1:1",
		.psp = "https://127.0.0.1:1",
		.se_address = argc > 1 ? argv[1] : NULL,
		.state_folder = argc > 2 ? argv[2] : NULL,
		.ca_file = argc > 3 ? argv[3] : NULL,
	};
	struct ykt_host *host = NULL;
	struct ykt_client *client = NULL;
	const char *what = NULL;
	enum ykt_status status = ykt_host_open(&at, &host, &what);

	if (status != YKT_OK) {
		fprintf(stderr, "balance: %s: %s\n", what != NULL ? what : "host",
		    ykt_status_text(status));
		fprintf(stderr, "usage: balance ADDRESS STATE-FOLDER CA.pem\n");
		return 2;
	}
	memcpy(options.platform_pub, some_key, sizeof(some_key));
	ykt_host_fill(host, &options);
	status = ykt_client_new(&options, &client);
	if (status == YKT_OK)
		status = ykt_client_balance(client);
	ykt_client_free(&client);
	ykt_host_close(&host);

	return status == YKT_OK ? 0 : 1;
}
