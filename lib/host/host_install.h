/*
 * Driver of the install port: a folder of versions, and a link to the one that counts.
 *
 *   ROOT/versions/1.2.3/bin/ykt ...   a version, whole
 *   ROOT/versions/1.2.4.new/...       one that is being put there
 *   ROOT/current -> versions/1.2.3    what is started: ROOT/current/bin/ykt
 *   ROOT/previous -> versions/1.2.2   while current is on trial
 *
 * A version becomes the program by renaming a link, which is atomic; all its files are
 * durable before. So a cut leaves the old one or the new one, and folders that the next
 * attempt removes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_INSTALL_H
#define HOST_INSTALL_H

#include <ykt/driver/install.h>

#include "host/host_dirs.h"

/* Asks the program at path whether it runs and is whole; true: it is. */
typedef bool host_install_ask(void *arg, const char *path);

/* Embedded: its owner provides it and does not move it while a port is in use. */
struct host_install {
	int root_fd;
	char root[HOST_PATH_MAX]; /* absolute */
	char running[64];         /* "versions/1.2.3" of what runs; "" when it is none of them */
	char program[72];         /* below a version: "bin/ykt" */
	char version[32];         /* that is being put */
	host_install_ask *ask;
	void *ask_arg;
};

/*
 * root must be there. ask (not NULL) is called from check(). prefix is the folder of
 * what runs, program its name in it (host_attest). YKT_E_FILE.
 */
YKT_MUST_USE enum ykt_status host_install_open(const char *root, const char *prefix,
    const char *program, host_install_ask *ask, void *ask_arg, struct host_install *ret_install);
struct ykt_install host_install_port(struct host_install *install);
/* Accepts one that is closed or all zero. */
void host_install_close(struct host_install *install);

/*
 * A host_install_ask: runs path with the words of arg (a NULL-terminated array; the
 * first is replaced by path), its output thrown away. True: exit code 0 within a minute.
 */
bool host_install_run(void *arg, const char *path);

#endif
