// SPDX-License-Identifier: Apache-2.0
package android.se.omapi;

import java.io.IOException;
import java.util.Arrays;

/** For tests: see Reader. Like the service it lets neither SELECT by name nor MANAGE CHANNEL through. */
public final class Channel {
    private final Reader reader;
    private final int number;
    private byte[] aid;
    private byte[] selected;
    private boolean open = true;

    Channel(Reader reader, int number) {
        this.reader = reader;
        this.number = number;
    }

    public boolean isOpen() {
        return open;
    }

    public byte[] getSelectResponse() {
        return selected.clone();
    }

    public boolean selectNext() throws IOException {
        byte[] before = selected;

        if (select(aid, 0x02) == 0x9000) {
            return true;
        }
        selected = before;

        return false;
    }

    public byte[] transmit(byte[] command) throws IOException {
        if (!open) {
            throw new IllegalStateException("closed");
        }
        if ((command[1] & 0xFF) == 0x70
                || ((command[1] & 0xFF) == 0xA4 && (command[2] & 0xFF) == 0x04)) {
            throw new SecurityException("not through a channel");
        }
        byte[] mine = command.clone();

        mine[0] |= (byte) number;

        return reader.exchange(mine);
    }

    public void close() {
        open = false;
        try {
            reader.exchange(new byte[] {0x00, 0x70, (byte) 0x80, (byte) number, 0x00});
        } catch (IOException e) {
            // The card is gone, and its channels with it.
        }
    }

    int select(byte[] name, int occurrence) throws IOException {
        byte[] command = new byte[6 + name.length];

        command[0] = (byte) number;
        command[1] = (byte) 0xA4;
        command[2] = 0x04;
        command[3] = (byte) occurrence;
        command[4] = (byte) name.length;
        System.arraycopy(name, 0, command, 5, name.length);
        aid = Arrays.copyOf(name, name.length);
        selected = reader.exchange(command);

        return (selected[selected.length - 2] & 0xFF) << 8 | (selected[selected.length - 1] & 0xFF);
    }
}
