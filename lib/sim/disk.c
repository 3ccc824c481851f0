/*
 * Files in memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/disk.h"

#include <string.h>

#include <ykt/mem.h>

static struct disk_entry *
find(struct disk *disk, const char *name)
{
	for (size_t i = 0; i < disk->count; i++) {
		if (strcmp(disk->files[i].name, name) == 0)
			return &disk->files[i];
	}
	return NULL;
}

static void
entry_drop(struct disk_entry *entry)
{
	if (entry->data != NULL)
		ykt_mem_put(&ykt_alloc_libc, &entry->data, entry->len + 1);
}

/* YKT_E_DOWN at once when the device is dead, or dies here. */
static enum ykt_status
pass(struct disk *disk, const struct fault **ret_fault)
{
	*ret_fault = NULL;
	if (sched_node_current(disk->node->sched) == NULL)
		return YKT_OK;
	if (sched_alive(disk->node->sched) != YKT_OK)
		return YKT_E_DOWN;
	*ret_fault = faults_pass(disk->faults, SITE_FILE);
	if (*ret_fault != NULL && (*ret_fault)->kind == FAULT_CRASH_BEFORE) {
		sched_crash(disk->node);
		return YKT_E_DOWN;
	}
	return YKT_OK;
}

static enum ykt_status
file_read(void *ctx, const char *name, struct ykt_buf *out)
{
	struct disk *disk = ctx;
	const struct disk_entry *entry = find(disk, name);

	if (entry == NULL)
		return YKT_NOT_FOUND;
	if (entry->len > out->cap - out->len)
		return YKT_E_SPACE;
	ykt_put_mem(out, entry->data, entry->len);
	return YKT_OK;
}

static enum ykt_status
store(struct disk *disk, const char *name, struct ykt_bytes content)
{
	struct disk_entry *entry = find(disk, name);
	uint8_t *data = ykt_mem_get(&ykt_alloc_libc, content.len + 1);

	if (data == NULL || (entry == NULL && disk->count == DISK_FILES) ||
	    strlen(name) >= DISK_NAME_MAX) {
		if (data != NULL)
			ykt_mem_put(&ykt_alloc_libc, &data, content.len + 1);
		return YKT_E_FILE;
	}
	if (entry == NULL) {
		entry = &disk->files[disk->count++];
		*entry = (struct disk_entry){ .len = 0 };
		strcpy(entry->name, name);
	}
	entry_drop(entry);
	if (content.len > 0)
		memcpy(data, content.data, content.len);
	entry->data = data;
	entry->len = content.len;
	disk->writes++;
	return YKT_OK;
}

static enum ykt_status
file_write(void *ctx, const char *name, struct ykt_bytes content)
{
	struct disk *disk = ctx;
	const struct fault *fault;
	enum ykt_status status = pass(disk, &fault);

	if (status != YKT_OK)
		return status;
	status = store(disk, name, content);
	if (status == YKT_OK && fault != NULL) {
		sched_crash(disk->node);
		return YKT_E_DOWN;
	}
	return status;
}

static enum ykt_status
file_remove(void *ctx, const char *name)
{
	struct disk *disk = ctx;
	struct disk_entry *entry = find(disk, name);

	if (sched_node_current(disk->node->sched) != NULL &&
	    sched_alive(disk->node->sched) != YKT_OK)
		return YKT_E_DOWN;
	if (entry == NULL)
		return YKT_OK;
	entry_drop(entry);
	*entry = disk->files[--disk->count];
	return YKT_OK;
}

void
disk_init(struct disk *disk, struct sched_node *node, struct faults *faults)
{
	memset(disk, 0, sizeof(*disk));
	disk->node = node;
	disk->faults = faults;
	disk->port = (struct ykt_file){
		.ctx = disk, .read = file_read, .write = file_write, .remove = file_remove
	};
}

void
disk_clear(struct disk *disk)
{
	for (size_t i = 0; i < disk->count; i++)
		entry_drop(&disk->files[i]);
	disk->count = 0;
}
