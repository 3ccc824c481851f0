// SPDX-License-Identifier: Apache-2.0
package org.yikatong;

/**
 * The user. Called on the thread that called the client, never by two at once. An exception is
 * printed and taken for a user who stopped.
 */
public interface Ui {
    /** Shows and goes on. */
    void show(Screen screen);

    /**
     * Asks. Returns one answer for each field that {@link Field#asks}, in order, or null when the
     * user stops. The arrays are wiped by the caller.
     */
    char[][] ask(Screen screen, long timeoutMs);

    /** Done of total; true when the user asks to stop. */
    boolean progress(String text, int done, int total);

    /** The one screen that ends a function. */
    void result(Screen screen);

    /**
     * One press on the pad: a position of {@link Keypad#digits}, {@link Keypad#DELETE}, or a negative
     * number when the user stops. The view is secure as {@link Screen#secure} says.
     */
    default int keypad(Keypad pad, long timeoutMs) {
        return -1;
    }
}
