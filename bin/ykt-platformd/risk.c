/*
 * The risk policy as text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platformd.h"
#include "wire/report.h"
#include "wire/system.h"

/* Takes the word before the next end, and the end; "" when there is none. */
static void
take_word(const char **text, char end, char word[17])
{
	size_t len = 0;

	while ((*text)[len] != '\0' && (*text)[len] != end)
		len++;
	word[0] = '\0';
	if (len < 17) {
		memcpy(word, *text, len);
		word[len] = '\0';
	}
	*text += len;
	if (**text != '\0')
		(*text)++;
}

bool
platformd_risk_read(const char *text, enum platform_risk risk[WIRE_FINDING_COUNT])
{
	static const char *const names[] = { "", "allow", "tell", "limit", "refuse" };
	static const struct wire_tokens actions = { names, YKT_ARRAY_LEN(names) };
	enum platform_risk all[WIRE_FINDING_COUNT];

	memcpy(all, risk, sizeof(all));
	do {
		char word[17];
		int finding, action;

		take_word(&text, '=', word);
		finding = wire_token_find(&wire_findings, word);
		take_word(&text, ',', word);
		action = wire_token_find(&actions, word);
		if (finding < 0 || action <= 0 ||
		    (action == PLATFORM_RISK_TELL && finding < YKT_FINDING_COUNT))
			return false;
		all[finding] = (enum platform_risk)action;
	} while (*text != '\0');
	memcpy(risk, all, sizeof(all));

	return true;
}

bool
platformd_systems_valid(const struct platformd_config *config)
{
	struct wire_version least;

	for (size_t i = 0; i < config->systems_count; i++) {
		if (!wire_system_name_valid(config->systems[i].os) ||
		    wire_system_version(config->systems[i].least, &least) != YKT_OK)
			return false;
		for (size_t k = 0; k < i; k++) {
			if (strcmp(config->systems[k].os, config->systems[i].os) == 0)
				return false;
		}
	}

	return true;
}
