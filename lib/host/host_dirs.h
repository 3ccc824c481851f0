/*
 * Folders for state: made with mode 0700, parents too.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_DIRS_H
#define HOST_DIRS_H

#include <ykt/status.h>

#define HOST_PATH_MAX 4096

/*
 * Makes the folder path and every missing parent of it. What exists keeps its
 * mode.
 *
 * YKT_E_ARG   path is empty or has HOST_PATH_MAX characters or more
 * YKT_E_FILE  something on the way is no folder, or the system refused (errno)
 */
YKT_MUST_USE enum ykt_status host_dirs_make(const char *path);

/*
 * "folder/name" into out of HOST_PATH_MAX characters. YKT_E_ARG: too long, and
 * out is untouched.
 */
YKT_MUST_USE enum ykt_status host_dirs_join(const char *folder, const char *name, char *ret_path);

#endif
