// SPDX-License-Identifier: Apache-2.0
package org.yikatong;

/** The client's own keypad as it stands at one showing; keep no copy of it. */
public final class Keypad {
    /** What {@link Ui#keypad} returns to take the last digit back. */
    public static final int DELETE = 10;

    /** Which PIN: "pin", "old_pin", "new_pin", "new_pin2". */
    public final String id;
    public final String label;
    /** Why it is asked again, or null. */
    public final String fault;
    /** The digit to draw on each of ten keys. */
    public final byte[] digits;
    /** How many masks to show, of how many. */
    public final int entered;
    public final int wanted;

    Keypad(String id, String label, String fault, byte[] digits, int entered, int wanted) {
        this.id = id;
        this.label = label;
        this.fault = fault;
        this.digits = digits;
        this.entered = entered;
        this.wanted = wanted;
    }
}
