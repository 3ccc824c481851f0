// SPDX-License-Identifier: Apache-2.0
package android.se.omapi;

import java.io.IOException;
import java.util.NoSuchElementException;

/** For tests: see Reader. */
public final class Session {
    private final Reader reader;
    private boolean closed;

    Session(Reader reader) {
        this.reader = reader;
    }

    public byte[] getATR() {
        try {
            return reader.atr();
        } catch (IOException e) {
            return null;
        }
    }

    public boolean isClosed() {
        return closed;
    }

    public void close() {
        closed = true;
    }

    public Channel openLogicalChannel(byte[] aid) throws IOException {
        byte[] opened = reader.exchange(new byte[] {0x00, 0x70, 0x00, 0x00, 0x01});

        if (opened.length != 3) {
            return null;
        }
        Channel channel = new Channel(reader, opened[0]);
        int word = channel.select(aid, 0x00);

        if (word == 0x9000 || word == 0x6283) {
            return channel;
        }
        channel.close();
        if (word == 0x6982) {
            throw new SecurityException("access rules");
        }
        throw new NoSuchElementException(Integer.toHexString(word));
    }
}
