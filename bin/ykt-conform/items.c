/*
 * ykt-conform: the case files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ykt/mem.h>

#include "program.h"
#include "words.h"

#define SUFFIX       ".case"
#define PART         "se"
#define NAME_MAX_LEN 64

static bool
is_folder(const char *path)
{
	DIR *folder = opendir(path);

	if (folder == NULL)
		return false;
	(void)closedir(folder);

	return true;
}

/* Installed: PREFIX/bin and PREFIX/share; in the source tree: BUILD/bin and conform. */
static bool
default_folder(char out[PATH_MAX])
{
	static const char *const beside[] = { "../share/yikatong/conform", "../../conform" };
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (len <= 0)
		return false;
	self[len] = '\0';
	slash = strrchr(self, '/');
	if (slash == NULL)
		return false;
	slash[1] = '\0';
	for (size_t i = 0; i < YKT_ARRAY_LEN(beside); i++)
		if (snprintf(out, PATH_MAX, "%s%s", self, beside[i]) < PATH_MAX && is_folder(out))
			return true;

	return false;
}

static enum ykt_status
read_text(const char *path, struct item *item)
{
	FILE *file = fopen(path, "re");
	size_t len;

	if (file == NULL) {
		complain("%s: %s", path, strerror(errno));
		return YKT_E_FILE;
	}
	item->text_size = CONFORM_TEXT_MAX + 2;
	item->text = ykt_mem_get(&ykt_alloc_libc, item->text_size);
	len = item->text != NULL ? fread(item->text, 1, CONFORM_TEXT_MAX + 1, file) : 0;
	(void)fclose(file);

	if (item->text == NULL)
		return YKT_E_NOMEM;
	item->text[len] = '\0';

	return YKT_OK;
}

/* name is the file's, without its suffix. */
static enum ykt_status
read_case(const char *path, struct ykt_bytes name, struct item *item)
{
	enum ykt_status status = read_text(path, item);
	const char *why = NULL;
	unsigned line = 0;

	if (status == YKT_OK)
		status = conform_case_parse(ykt_bytes_str(item->text), &item->one, &line, &why);
	if (status == YKT_OK && !ykt_bytes_equal(item->one.id, name)) {
		why = N_("the file is named otherwise than the case");
		status = YKT_E_FORMAT;
	}
	if (status == YKT_E_FORMAT && why != NULL)
		complain("%s:%u: %s", path, line, words(why));

	return status;
}

static int
compare(const struct item *a, const struct item *b)
{
	int groups = strcmp(a->group, b->group);
	size_t len = a->one.id.len < b->one.id.len ? a->one.id.len : b->one.id.len;
	int ids = strncmp((const char *)a->one.id.data, (const char *)b->one.id.data, len);

	if (groups != 0)
		return groups;
	if (ids != 0)
		return ids;

	return a->one.id.len < b->one.id.len ? -1 : a->one.id.len > b->one.id.len;
}

static void
put_sorted(struct item **first, struct item *item)
{
	while (*first != NULL && compare(*first, item) < 0)
		first = &(*first)->next;
	item->next = *first;
	*first = item;
}

/* name is that of a file in the group's folder. */
static enum ykt_status
take_file(const struct options *options, const char *folder, const char *group, const char *name,
    struct item **first)
{
	char path[PATH_MAX];
	size_t len = strlen(name);
	struct item *item;
	enum ykt_status status;

	if (len <= strlen(SUFFIX) || strcmp(name + len - strlen(SUFFIX), SUFFIX) != 0)
		return YKT_OK;
	len -= strlen(SUFFIX);
	if (options->id != NULL &&
	    (strlen(options->id) != len || strncmp(options->id, name, len) != 0))
		return YKT_OK;
	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		return YKT_E_FILE;
	item = ykt_mem_get(&ykt_alloc_libc, sizeof(*item));
	if (item == NULL)
		return YKT_E_NOMEM;
	(void)snprintf(item->group, sizeof(item->group), "%s", group);
	status = read_case(path, ykt_bytes(name, len), item);
	put_sorted(first, item);

	return status;
}

static enum ykt_status
take_group(const struct options *options, const char *root, const char *group, struct item **first)
{
	char path[PATH_MAX];
	enum ykt_status status = YKT_OK;
	const struct dirent *entry;
	DIR *folder;

	if (strlen(group) > CONFORM_ID_MAX || group[0] == '.' ||
	    snprintf(path, sizeof(path), "%s/%s", root, group) >= (int)sizeof(path))
		return YKT_OK;
	folder = opendir(path);
	if (folder == NULL)
		return YKT_OK;
	while (status == YKT_OK && (entry = readdir(folder)) != NULL)
		status = take_file(options, path, group, entry->d_name, first);
	(void)closedir(folder);

	return status;
}

enum ykt_status
items_load(const struct options *options, struct item **ret_first)
{
	char found[PATH_MAX - NAME_MAX_LEN] = "";
	char root[PATH_MAX];
	enum ykt_status status = YKT_OK;
	const struct dirent *entry;
	char folder[PATH_MAX];
	DIR *groups;

	if (options->folder != NULL)
		(void)snprintf(found, sizeof(found), "%s", options->folder);
	else if (default_folder(folder))
		(void)snprintf(found, sizeof(found), "%.*s", (int)sizeof(found) - 1, folder);
	(void)snprintf(root, sizeof(root), "%s/" PART, found);
	groups = found[0] != '\0' ? opendir(root) : NULL;
	if (groups == NULL) {
		complain("no folder with cases (--cases): %s",
		    found[0] != '\0' ? root : words("none beside the program"));
		return YKT_NOT_FOUND;
	}
	while (status == YKT_OK && (entry = readdir(groups)) != NULL)
		if (options->group == NULL || strcmp(options->group, entry->d_name) == 0)
			status = take_group(options, root, entry->d_name, ret_first);
	(void)closedir(groups);
	if (status == YKT_OK && *ret_first == NULL) {
		complain("no such case or group");
		status = YKT_NOT_FOUND;
	}

	return status;
}

void
items_free(struct item **first)
{
	while (*first != NULL) {
		struct item *item = *first;

		*first = item->next;
		ykt_mem_put(&ykt_alloc_libc, &item->text, item->text_size);
		ykt_mem_put(&ykt_alloc_libc, &item, sizeof(*item));
	}
}

bool
items_folder(const struct options *options, char ret_folder[PATH_MAX])
{
	if (options->folder == NULL)
		return default_folder(ret_folder);

	return snprintf(ret_folder, PATH_MAX, "%s", options->folder) < PATH_MAX;
}
