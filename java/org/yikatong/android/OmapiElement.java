// SPDX-License-Identifier: Apache-2.0
package org.yikatong.android;

import android.se.omapi.Channel;
import android.se.omapi.Reader;
import android.se.omapi.Session;
import java.io.IOException;
import java.util.Arrays;
import java.util.NoSuchElementException;
import org.yikatong.Element;

/**
 * The secure element of an Android phone, over the open mobile API.
 *
 * <p>SELECT by name opens a logical channel to that application, and its answer is the channel's;
 * SELECT next moves the channel on. Every other command goes over the open channel, whose number the
 * service puts into CLA itself. MANAGE CHANNEL is refused with 6881: channels are the service's. An
 * application that the access rules of the element keep from this app answers 6982.
 */
public final class OmapiElement implements Element, AutoCloseable {
    private static final int INS_SELECT = 0xA4;
    private static final int INS_CHANNEL = 0x70;
    private static final int P1_BY_NAME = 0x04;
    private static final byte[] NOT_FOUND = {0x6A, (byte) 0x82};
    private static final byte[] NO_CHANNELS = {0x68, (byte) 0x81};
    private static final byte[] DENIED = {0x69, (byte) 0x82};
    private static final byte[] NOTHING_SELECTED = {0x69, (byte) 0x85};
    private static final byte[] NO_ATR = {0x3B, 0x00};

    private final Reader reader;
    private Session session;
    private Channel channel;

    /** The reader is the caller's, from a connected SEService. */
    public OmapiElement(Reader reader) {
        this.reader = reader;
    }

    @Override
    public byte[] transceive(byte[] command, long timeoutMs) throws IOException {
        int ins = command.length > 1 ? command[1] & 0xFF : 0;

        if (ins == INS_CHANNEL) {
            return NO_CHANNELS.clone();
        }
        try {
            if (isSelectByName(command)) {
                return select(command);
            }
            return channel == null ? NOTHING_SELECTED.clone() : channel.transmit(command);
        } catch (SecurityException e) {
            return DENIED.clone();
        } catch (IllegalStateException e) {
            throw new IOException("the element's channel is gone", e);
        }
    }

    @Override
    public byte[] reset(long timeoutMs) throws IOException {
        close();
        byte[] atr = open().getATR();

        return atr == null || atr.length < 2 ? NO_ATR.clone() : atr;
    }

    @Override
    public void close() {
        leave();
        if (session != null) {
            session.close();
            session = null;
        }
    }

    private static boolean isSelectByName(byte[] command) {
        return command.length > 5
                && (command[0] & 0x1F) == 0
                && (command[1] & 0xFF) == INS_SELECT
                && command[2] == P1_BY_NAME
                && command.length >= 5 + (command[4] & 0xFF);
    }

    private Session open() throws IOException {
        if (session == null || session.isClosed()) {
            session = reader.openSession();
        }

        return session;
    }

    private void leave() {
        if (channel != null && channel.isOpen()) {
            channel.close();
        }
        channel = null;
    }

    private byte[] select(byte[] command) throws IOException {
        byte[] aid = Arrays.copyOfRange(command, 5, 5 + (command[4] & 0xFF));
        boolean next = (command[3] & 0x03) == 0x02;

        if (next && channel != null) {
            return channel.selectNext() ? channel.getSelectResponse() : NOT_FOUND.clone();
        }
        leave();
        try {
            channel = open().openLogicalChannel(aid);
        } catch (NoSuchElementException e) {
            return NOT_FOUND.clone();
        }
        if (channel == null) {
            throw new IOException("the element has no free channel");
        }
        byte[] answer = channel.getSelectResponse();

        return answer == null || answer.length < 2 ? new byte[] {(byte) 0x90, 0x00} : answer;
    }
}
