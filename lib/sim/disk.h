/*
 * The small files of a simulated device: what survives its crashes. A write is
 * a place to crash, before or after.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_DISK_H
#define SIM_DISK_H

#include <ykt/driver/file.h>

#include "sim/faults.h"
#include "sim/sched.h"

#define DISK_FILES    48
#define DISK_NAME_MAX 65

struct disk_entry {
	char name[DISK_NAME_MAX];
	uint8_t *data; /* owned */
	size_t len;
};

/* Address stable. */
struct disk {
	struct sched_node *node;
	struct faults *faults;
	struct ykt_file port;
	struct disk_entry files[DISK_FILES];
	size_t count;
	uint64_t writes;
};

void disk_init(struct disk *disk, struct sched_node *node, struct faults *faults);
/* Frees every file. */
void disk_clear(struct disk *disk);

#endif
