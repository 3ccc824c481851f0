// SPDX-License-Identifier: Apache-2.0
package android.content;

import java.util.HashMap;
import java.util.Map;

/** For tests. */
public class Intent {
    private final String action;
    private final Map<String, byte[]> extras = new HashMap<>();

    public Intent(String action) {
        this.action = action;
    }

    public Intent putExtra(String name, byte[] value) {
        extras.put(name, value);

        return this;
    }

    public String getAction() {
        return action;
    }

    public byte[] getByteArrayExtra(String name) {
        return extras.get(name);
    }
}
