// SPDX-License-Identifier: Apache-2.0
package org.yikatong;

/** One field of a screen. Labels are message ids: English as they stand. */
public final class Field {
    /** What a field holds; the order is that of enum ykt_field_kind. */
    public enum Kind {
        TEXT,
        /** {@link #number} is fen. */
        MONEY,
        /** {@link #number} is UTC milliseconds. */
        TIME,
        /** A card number, already masked. */
        CARD,
        /** One line to type; {@link #value} is the proposal, or null. */
        INPUT,
        /** One line to type that is never shown. */
        SECRET,
        /** Consent and the like; "1" or "0". */
        CHECK,
        /** A QR symbol of bytes, in byte mode; {@link #value} is their hexadecimal text. */
        CODE
    }

    public final String id;
    public final String label;
    public final Kind kind;
    /** Null where the kind has a number instead. */
    public final String value;
    public final long number;

    Field(String id, String label, int kind, String value, long number) {
        this.id = id;
        this.label = label;
        this.kind = Kind.values()[kind];
        this.value = value;
        this.number = number;
    }

    /** True for what {@link Ui#ask} wants an answer to. */
    public boolean asks() {
        return kind == Kind.INPUT || kind == Kind.SECRET || kind == Kind.CHECK;
    }
}
