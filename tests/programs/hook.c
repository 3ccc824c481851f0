/*
 * A library that does nothing, to be loaded into a program that did not ask for it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
int ykt_test_hook(void);

int
ykt_test_hook(void)
{
	return 0;
}
