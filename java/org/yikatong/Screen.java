// SPDX-License-Identifier: Apache-2.0
package org.yikatong;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A screen as data: the host draws it, a test asserts it. */
public final class Screen {
    /** How a result is meant; the order is that of enum ykt_screen_tone. */
    public enum Tone {
        PLAIN,
        GOOD,
        BAD,
        WAIT
    }

    public final String id;
    public final String title;
    /** One paragraph, or null. */
    public final String text;
    public final Tone tone;
    /** The host must refuse screenshots of it and blank it in the background. */
    public final boolean secure;
    public final List<Field> fields;

    Screen(String id, String title, String text, int tone, boolean secure, Field[] fields) {
        this.id = id;
        this.title = title;
        this.text = text;
        this.tone = Tone.values()[tone];
        this.secure = secure;
        this.fields = Collections.unmodifiableList(Arrays.asList(fields.clone()));
    }
}
