/*
 * The results of several platforms on one screen: a ui port in front of another. Questions
 * go through; what would be shown at the end is kept, each row with the name of its
 * platform, until all have been asked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_ALL_UI_H
#define CLI_ALL_UI_H

#include <ykt/driver/ui.h>

#define ALL_FIELDS_MAX 2048
#define ALL_TEXT_MAX   65536

struct all_ui {
	const struct ykt_ui *under;
	struct ykt_ui port; /* for the clients */
	const char *name;   /* of the platform that is asked now */
	const char *id;     /* of the first result, as are the rest */
	const char *title;  /* borrowed: message ids are the program's own */
	const char *text;   /* of all of them, or NULL when they differ */
	unsigned results;
	enum ykt_screen_tone tone; /* the worst */
	bool shown;                /* of the platform that is asked now */
	struct ykt_field fields[ALL_FIELDS_MAX];
	size_t count;
	char values[ALL_TEXT_MAX];
	size_t used;
};

/* under is borrowed. */
void all_ui_init(struct all_ui *all, const struct ykt_ui *under);
/* The platform that comes next; its name is borrowed until all_ui_end(). */
void all_ui_platform(struct all_ui *all, const char *name);
/* Names the platform and says that it could not be asked. */
void all_ui_away(struct all_ui *all);
/* Shows what was kept, once. */
void all_ui_end(struct all_ui *all);

#endif
