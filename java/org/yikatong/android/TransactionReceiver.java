// SPDX-License-Identifier: Apache-2.0
package org.yikatong.android;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;

/**
 * Hears of taps. The event is a hint, unsigned and perhaps lost or forged: {@link #onTap} is told
 * only that there was something, and reads the card for what is true. Nothing of the event is
 * believed, not even whose it is, beyond the length of its application's name.
 *
 * <p>In the manifest: the action below with data scheme "nfc" and host "secure".
 */
public abstract class TransactionReceiver extends BroadcastReceiver {
    public static final String ACTION = "android.nfc.action.TRANSACTION_DETECTED";
    public static final String EXTRA_AID = "android.nfc.extra.AID";
    private static final int AID_MIN = 5;
    private static final int AID_MAX = 16;

    @Override
    public final void onReceive(Context context, Intent intent) {
        if (intent == null || !ACTION.equals(intent.getAction())) {
            return;
        }
        byte[] aid = intent.getByteArrayExtra(EXTRA_AID);

        if (aid != null && aid.length >= AID_MIN && aid.length <= AID_MAX) {
            onTap(context, aid.clone());
        }
    }

    /** Read the card on a thread of your own. */
    protected abstract void onTap(Context context, byte[] aid);
}
