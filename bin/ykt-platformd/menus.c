/*
 * Menu packages from files, judged before anyone may download them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <ykt/mem.h>

#include "card/menu_pack.h"
#include "crypto/core.h"
#include "platformd.h"
#include "words.h"

static bool
read_file(const char *program, const char *path, struct platformd_package *package)
{
	FILE *file = fopen(path, "rbe");
	bool whole;

	if (file == NULL) {
		fprintf(stderr, "%s: %s: %s\n", program, path, strerror(errno));
		return false;
	}
	package->len = fread(package->bytes, 1, sizeof(package->bytes), file);
	whole = feof(file) != 0 || fgetc(file) == EOF;
	(void)fclose(file);
	if (!whole || package->len < MENU_PACK_MIN) {
		fprintf(stderr, words("%s: %s: no menu package\n"), program, path);
		return false;
	}

	return true;
}

/* The signature counts where the configuration says whose it must be. */
static enum ykt_status
judge(struct crypto *crypto, const struct platformd_config *config,
    const struct platformd_package *package, struct menu_pack *pack)
{
	struct ykt_bytes whole = ykt_bytes(package->bytes, package->len);
	struct crypto_sm2_pub root;

	if (config->has_menu_root) {
		memcpy(root.xy, config->menu_root, sizeof(root.xy));
		return menu_pack_verify(crypto, &root, whole, pack);
	}
	whole.len -= CRYPTO_SM2_SIG_LEN;

	return menu_pack_open(whole, pack);
}

static bool
take(const char *program, const struct platformd_config *config, size_t i,
    struct platformd_parts *parts, struct crypto *crypto)
{
	struct platformd_package *package = &parts->packages[i];
	struct menu_pack pack;
	enum ykt_status status;

	if (!read_file(program, config->menus[i].file, package))
		return false;
	status = judge(crypto, config, package, &pack);
	if (status != YKT_OK) {
		fprintf(stderr, "%s: %s: %s\n", program, config->menus[i].file,
		    status == YKT_E_MAC ? words("signed by another than menu_root")
					: words("no menu package"));
		return false;
	}
	parts->menus[i] =
	    (struct platform_menu){ pack.language, pack.version, package->bytes, package->len };

	return true;
}

bool
platformd_menus_read(const char *program, const struct platformd_config *config,
    struct platformd_parts *parts, struct platform_options *options)
{
	struct crypto *crypto = NULL;
	bool good = crypto_new(&ykt_alloc_libc, NULL, &crypto) == YKT_OK;

	for (size_t i = 0; good && i < config->menus_count; i++)
		good = take(program, config, i, parts, crypto);
	crypto_free(&crypto);
	options->menus = parts->menus;
	options->menu_count = config->menus_count;

	return good;
}
