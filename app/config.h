/*
 * The client's configuration: client.json, as "make run" writes it and ykt(1) reads it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include <glib.h>

#include <ykt/client.h>

G_BEGIN_DECLS

typedef struct {
	char *path;     /* the file that this was read from */
	char *name;     /* what rows of several platforms call this one */
	char *platform; /* NULL: this one could not be read, and cannot be asked */
	char *tsm;
	char *psp;
	char *ca;
	char *state;
	char *se; /* "" or NULL: no element */
	char
	    *sms_centre; /* IP:PORT of the platform's service centre for the card's menu, or NULL */
	char *sms_sink;  /* where the development platform writes its messages, or NULL */
	char *
	    release_key; /* the line of ykt release key that programs are believed under, or NULL */
	char *install;   /* the folder of versions that the program updates itself in, or NULL */
	uint8_t platform_pub[64];
	uint8_t pin_pub[64];      /* of the key module, for payment PINs; zeros: none */
	enum ykt_profile profile; /* KEPT when it names none */
	GPtrArray *others;        /* AppConfig: the user's other platforms; NULL in each of them */
} AppConfig;

/*
 * The file that is meant without an option: $YKT_STATE/client.json,
 * var/client.json, the user's and the system's, in this order. NULL: none is there.
 */
char *app_config_find(void);

/*
 * Paths in it are relative to it. NULL: *ret_fault (to free) says why, for the user. The
 * configurations of its "platforms", NAME.json beside it, are read too; one that cannot be is
 * a name alone.
 */
AppConfig *app_config_read(const char *path, char **ret_fault);
void app_config_free(AppConfig *config);

/* The newest one-time code to a phone ("" for any) in the sink, or NULL. */
char *app_config_sms(const AppConfig *config, const char *phone);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AppConfig, app_config_free)

G_END_DECLS

#endif
