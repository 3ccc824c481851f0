/*
 * The table of calculations.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/calc_priv.h"

#include <stdio.h>

#define CARD_KEY "(--key HEX16 | --root HEX16 [--issuer HEX8] [--serial HEX10])"
#define SESSION                                                                                    \
	"(--session-key HEX | " CARD_KEY "\n"                                                      \
	"      --rand HEX4 --online-seq|--offline-seq|--seq HEX2 [--terminal-seq HEX4])"

const struct calc calc_table[] = {
	{ "diversify",
	    "(--key HEX16 | --root HEX16) [--issuer HEX8] [--serial HEX10] [--factor HEX8]...",
	    calc_diversify },
	{ "session-key",
	    CARD_KEY
	    "\n      --rand HEX4 --online-seq|--offline-seq|--seq HEX2 [--terminal-seq HEX4]",
	    calc_session_key },
	{ "mac1",
	    "[--kind load|purchase|capp] " SESSION
	    "\n      --amount HEX4 --terminal HEX6 [--type HEX1]"
	    "\n      load: --balance HEX4 (before it); purchase: --datetime HEX7",
	    calc_mac1 },
	{ "mac2",
	    "[--kind load|purchase|capp] " SESSION "\n      --amount HEX4"
	    "\n      load: --terminal HEX6 --datetime HEX7 [--type HEX1]",
	    calc_mac2 },
	{ "tac",
	    "[--kind load|purchase|capp] (--tac-key HEX | --dtk HEX16 | " CARD_KEY ")"
	    "\n      --amount HEX4 --terminal HEX6 --datetime HEX7 [--type HEX1]"
	    "\n      load: --online-seq HEX2 (--balance HEX4 (before it) | --new-balance HEX4)"
	    "\n      purchase: --terminal-seq HEX4",
	    calc_tac },
	{ "sm-mac",
	    CARD_KEY " --challenge HEX\n      (--data HEX (what the MAC is over) | --command HEX "
		     "(without its MAC))",
	    calc_sm_mac },
	{ "scp02",
	    "--enc HEX16 --mac HEX16 [--dek HEX16] --host-challenge HEX8"
	    "\n      --initialize-update-response HEX28 [--level 01|03|11|13]"
	    "\n      [--command HEX]... [--response HEX]...",
	    calc_scp02 },
	{ "scp03",
	    "--enc HEX --mac HEX [--dek HEX] --host-challenge HEX8 --initialize-update-response HEX"
	    "\n      [--level HEX1] [--command HEX]... [--response HEX]...",
	    calc_scp03 },
	{ "kcv", "[--alg 3des|aes] --key HEX", calc_kcv },
	{ "token", "[--alg aes|3des|sm2] --key HEX --command HEX (INSTALL or DELETE)", calc_token },
	{ "ota",
	    "[--alg 3des|aes] --spi HEX2 [--kic HEX1] [--kid HEX1] --KIc-key HEX --KID-key HEX"
	    "\n      (--tar HEX3 [--cntr HEX5] --apdu HEX | --cmd HEX | --rsp HEX)",
	    calc_ota },
	{ 0 },
};

const struct calc *
calc_find(const char *name)
{
	for (const struct calc *calc = calc_table; calc->name != NULL; calc++) {
		size_t i = 0;

		while (calc->name[i] != '\0' &&
		       (calc->name[i] == name[i] || (calc->name[i] == '-' && name[i] == '_')))
			i++;
		if (calc->name[i] == '\0' && name[i] == '\0')
			return calc;
	}

	return NULL;
}

enum ykt_status
calc_run(
    struct crypto *crypto, const struct calc *calc, struct calc_args *args, json_t **ret_object)
{
	json_t *object = json_object();
	enum ykt_status status;

	if (object == NULL)
		return YKT_E_NOMEM;
	args->why[0] = '\0';
	status = calc->fn(crypto, args, object);
	if (status == YKT_OK) {
		*ret_object = object;
		return YKT_OK;
	}

	if (args->why[0] == '\0')
		snprintf(args->why, sizeof(args->why), "%s", ykt_status_text(status));
	json_decref(object);

	return status;
}
