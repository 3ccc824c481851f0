// SPDX-License-Identifier: Apache-2.0
package org.yikatong;

/**
 * One user at several payment platforms: a {@link Client} each, one screen for all of them. Clients
 * of one phone are given the same {@link Element}. One thread at a time, as for a client.
 */
public final class Lists {
    public static final int CARDS = 0;
    public static final int APPS = 1;
    public static final int BALANCE = 2;
    public static final int RECORDS = 3;
    public static final int ORDERS = 4;
    public static final int RECOVER = 5;

    /** What {@link #owner} says of a card that is nobody's. */
    public static final int NOBODY = -1;

    /** What {@link #owner} says when several have cards that end so: ask for more digits. */
    public static final int SEVERAL = -2;

    private Lists() {}

    /** A platform as rows name it; a client that could not be opened is null, which is shown. */
    public static final class Platform {
        final String name;
        final Client client;

        public Platform(String name, Client client) {
            this.name = name;
            this.client = client;
        }
    }

    /**
     * One result screen of all platforms, newest records and orders first, shown to the first open
     * client's {@link Ui}. Times are UTC milliseconds, 0 for an open end; abnormal is of orders.
     *
     * @throws IllegalArgumentException no client, more than eight, or no such list
     */
    public static String show(
            Platform[] platforms, int list, long fromMs, long toMs, boolean abnormal) {
        if (list < CARDS || list > RECOVER) {
            throw new IllegalArgumentException("list");
        }

        return nativeShow(names(platforms), handles(platforms), list, fromMs, toMs, abnormal);
    }

    public static String show(Platform[] platforms, int list) {
        return show(platforms, list, 0, 0, false);
    }

    /**
     * The index of the platform that a card is of, by its twenty digits or its last ones; or NOBODY,
     * or SEVERAL.
     */
    public static int owner(Platform[] platforms, String cardNo) {
        return nativeOwner(names(platforms), handles(platforms), cardNo);
    }

    private static String[] names(Platform[] platforms) {
        String[] names = new String[platforms.length];

        for (int i = 0; i < names.length; i++) {
            names[i] = platforms[i].name;
        }

        return names;
    }

    private static long[] handles(Platform[] platforms) {
        long[] handles = new long[platforms.length];

        for (int i = 0; i < handles.length; i++) {
            handles[i] = platforms[i].client != null ? platforms[i].client.opened() : 0;
        }

        return handles;
    }

    private static native String nativeShow(
            String[] names, long[] handles, int list, long fromMs, long toMs, boolean abnormal);

    private static native int nativeOwner(String[] names, long[] handles, String cardNo);
}
