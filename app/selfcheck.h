/*
 * What an update asks the new version: is this program the one that was signed?
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_SELFCHECK_H
#define APP_SELFCHECK_H

/*
 * Without a window, and without the folder of the account, so that the program that runs may
 * ask for it. Compares this program with the manifest beside it, under the key that the
 * configuration at path pins. An exit code: 0 whole, or there is nothing to compare with;
 * 1 not the one that was signed; 2 it could not be looked at.
 */
int app_selfcheck(const char *path);

#endif
