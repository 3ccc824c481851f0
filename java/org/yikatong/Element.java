// SPDX-License-Identifier: Apache-2.0
package org.yikatong;

import java.io.IOException;

/**
 * The wired interface of a secure element. Called on the thread that called the client. An
 * exception says that no answer came: the command may have been done.
 */
public interface Element {
    /** Runs one command; returns its whole answer with the status word. */
    byte[] transceive(byte[] command, long timeoutMs) throws IOException;

    /** Ends whatever is selected; returns the answer to reset, or two bytes for it. */
    byte[] reset(long timeoutMs) throws IOException;
}
