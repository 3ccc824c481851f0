// SPDX-License-Identifier: Apache-2.0
package android.content;

/** For tests. */
public abstract class BroadcastReceiver {
    public abstract void onReceive(Context context, Intent intent);
}
