// SPDX-License-Identifier: Apache-2.0
package android.content;

/** For tests. */
public class Context {}
