// SPDX-License-Identifier: Apache-2.0
package android.se.omapi;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** For tests: the open mobile API's shape over a card process at a socket (vpcd frames). */
public final class Reader {
    private static final int POWER_ON = 1;
    private static final int ATR = 4;

    private final SocketChannel socket;

    public Reader(Path path) throws IOException {
        socket = SocketChannel.open(UnixDomainSocketAddress.of(path));
        send(new byte[] {POWER_ON});
    }

    public Session openSession() {
        return new Session(this);
    }

    public void shutDown() throws IOException {
        socket.close();
    }

    byte[] atr() throws IOException {
        send(new byte[] {ATR});

        return receive();
    }

    byte[] exchange(byte[] command) throws IOException {
        send(command);

        return receive();
    }

    private void send(byte[] data) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(2 + data.length);

        frame.putShort((short) data.length).put(data).flip();
        while (frame.hasRemaining()) {
            socket.write(frame);
        }
    }

    private byte[] receive() throws IOException {
        ByteBuffer head = read(2);

        return read(head.getShort() & 0xFFFF).array();
    }

    private ByteBuffer read(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);

        while (bytes.hasRemaining()) {
            if (socket.read(bytes) < 0) {
                throw new EOFException("the card process hung up");
            }
        }

        return bytes.flip();
    }
}
