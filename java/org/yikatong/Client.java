// SPDX-License-Identifier: Apache-2.0
package org.yikatong;

/**
 * The client software of JT/T 1059 Part 5 over libykt. Every function blocks, talks to the user
 * through {@link Ui} and ends in exactly one result screen; what it returns is the name of that
 * outcome, such as "YKT_OK" or "YKT_LOGIN_NEEDED" (ykt/client.h and ykt/payments.h say which mean what).
 *
 * <p>One thread at a time. A client may be killed at any moment and made again over the same state
 * folder: {@link #recover} finishes what was left.
 */
public final class Client implements AutoCloseable {
    static {
        System.loadLibrary("yktjni");
    }

    /** Where the servers are and what belongs to this device. All but pins and pinKey are required. */
    public static final class Options {
        public String platform;
        public String tsm;
        public String psp;
        /** PEM file; the only roots that are believed. */
        public String caFile;
        /** Null, or "sha256//BASE64;sha256//BASE64": the key in use and the back-up. */
        public String pins;
        public String stateFolder;
        /** SM2, x then y: 64 bytes. */
        public byte[] platformKey;
        /** The same, of the key module; null: nothing that asks for a payment PIN can be done. */
        public byte[] pinKey;
        /** Of the program; at most 16 bytes. */
        public String version;
        /** A client without a secure element; the element is null then. */
        public boolean seless;
    }

    // The order is that of the table in java/jni/client.c.
    private static final int REGISTER = 0;
    private static final int LOGIN = 1;
    private static final int LOGOUT = 2;
    private static final int OPEN_CARD = 3;
    private static final int CARDS = 4;
    private static final int APPS = 5;
    private static final int DEFAULT_CARD = 6;
    private static final int CONTACTLESS = 7;
    private static final int BALANCE = 8;
    private static final int RECORDS = 9;
    private static final int TOPUP = 10;
    private static final int ORDERS = 11;
    private static final int RECOVER = 12;
    private static final int REFUND = 13;
    private static final int WALLET = 14;
    private static final int WALLET_TOPUP = 15;
    private static final int PAY = 16;
    private static final int PIN = 17;
    private static final int PIN_RESET = 18;
    private static final int PASSWORD = 19;
    private static final int RESET = 20;
    private static final int DEREGISTER = 21;
    private static final int CODE_OPEN = 22;
    private static final int CODE_SHOW = 23;
    private static final int DELETE_CARD = 24;
    private static final int LOCK_CARD = 25;
    private static final int UNLOCK_CARD = 26;
    private static final int RETURN_CARD = 27;
    private static final int MOVE_OUT = 28;
    private static final int MOVE_IN = 29;
    private static final int UPDATE = 30;
    private static final int UPDATE_CARD = 31;
    private static final int BIND = 32;
    private static final int ACCOUNTS = 33;
    private static final int UNBIND = 34;
    private static final int PAY_FROM = 35;
    private static final int BIND_CARD = 36;
    private static final int UNBIND_CARD = 37;
    private static final int WITHDRAW = 38;

    private long handle;

    /**
     * @throws IllegalArgumentException an option is missing or outside its range; the message names
     *     it
     * @throws IllegalStateException the state folder is in use, was changed, or belongs to another
     *     device
     */
    public Client(Options options, Element element, Ui ui) {
        handle = nativeOpen(options, element, ui);
    }

    public String register() {
        return run(REGISTER, null, 0, false);
    }

    public String login() {
        return run(LOGIN, null, 0, false);
    }

    public String logout() {
        return run(LOGOUT, null, 0, false);
    }

    /** The city's code, or null to ask; the first load in fen, or 0 for the least. */
    public String openCard(String city, long firstLoadFen) {
        return run(OPEN_CARD, city, firstLoadFen, false);
    }

    public String cards() {
        return run(CARDS, null, 0, false);
    }

    /** The cards in the element. */
    public String apps() {
        return run(APPS, null, 0, false);
    }

    /** Twenty digits, or null for the only card. */
    public String defaultCard(String cardNo) {
        return run(DEFAULT_CARD, cardNo, 0, false);
    }

    public String contactless(String cardNo, boolean on) {
        return run(CONTACTLESS, cardNo, 0, on);
    }

    public String balance() {
        return run(BALANCE, null, 0, false);
    }

    public String records() {
        return run(RECORDS, null, 0, false);
    }

    public String topup(String cardNo, long amountFen) {
        return run(TOPUP, cardNo, amountFen, false);
    }

    public String orders(boolean abnormal) {
        return run(ORDERS, null, 0, abnormal);
    }

    public String recover() {
        return run(RECOVER, null, 0, false);
    }

    public String refund(String orderId) {
        return run(REFUND, orderId, 0, false);
    }

    public String wallet() {
        return run(WALLET, null, 0, false);
    }

    public String walletTopup(long amountFen) {
        return run(WALLET_TOPUP, null, amountFen, false);
    }

    /** Pays a merchant's bill out of the wallet. */
    public String pay(String billId) {
        return run(PAY, billId, 0, false);
    }

    /** Sets or changes the payment PIN. */
    public String pin() {
        return run(PIN, null, 0, false);
    }

    public String pinReset() {
        return run(PIN_RESET, null, 0, false);
    }

    public String password() {
        return run(PASSWORD, null, 0, false);
    }

    /** A new login password where the old one is forgotten. */
    public String reset() {
        return run(RESET, null, 0, false);
    }

    public String deregister() {
        return run(DEREGISTER, null, 0, false);
    }

    /** Takes an empty card out of the element; twenty digits, or null for the only one. */
    public String deleteCard(String cardNo) {
        return run(DELETE_CARD, cardNo, 0, false);
    }

    /** Locks a card of the account: twenty digits, the last ones, or null for the only one. */
    public String lockCard(String cardNo) {
        return run(LOCK_CARD, cardNo, 0, false);
    }

    public String unlockCard(String cardNo) {
        return run(UNLOCK_CARD, cardNo, 0, false);
    }

    /**
     * Brings a card to the newest version of its application; twenty digits, or null for the
     * only one.
     */
    public String updateCard(String cardNo) {
        return run(UPDATE_CARD, cardNo, 0, false);
    }

    /** Gives a card back, its money into the wallet; twenty digits, or null for the only one. */
    public String returnCard(String cardNo) {
        return run(RETURN_CARD, cardNo, 0, false);
    }

    /** Takes a card out of this device; its money waits for the next one. */
    public String moveOut(String cardNo) {
        return run(MOVE_OUT, cardNo, 0, false);
    }

    /** Opens a card here with the money that waits; the city's code, or null to ask. */
    public String moveIn(String city) {
        return run(MOVE_IN, city, 0, false);
    }

    /** The newest signed release of the client software, where its host takes updates. */
    public String update() {
        return run(UPDATE, null, 0, false);
    }

    /** Binds a bank card or a payment account. */
    public String bind() {
        return run(BIND, null, 0, false);
    }

    public String accounts() {
        return run(ACCOUNTS, null, 0, false);
    }

    /** Unbinds an account: its last four digits, its id, or null for the only one. */
    public String unbind(String account) {
        return run(UNBIND, account, 0, false);
    }

    /**
     * Binds a transport card in the element that was opened elsewhere: its number, or null for
     * the only one that the account does not have.
     */
    public String bindCard(String cardNo) {
        return run(BIND_CARD, cardNo, 0, false);
    }

    /** Unbinds such a card; what is on it stays on it. */
    public String unbindCard(String cardNo) {
        return run(UNBIND_CARD, cardNo, 0, false);
    }

    /**
     * Takes money out of the wallet into a bound account: its last four digits, its id, or null
     * for the only one. The result is final for the user with YKT_OK and YKT_NOT_DONE; with
     * YKT_PENDING and YKT_UNKNOWN {@link #recover} goes on with it.
     */
    public String withdraw(String account, long fen) {
        return run(WITHDRAW, account, fen, false);
    }

    /** Orders are paid from this account from here on; null: the pay channel asks the user. */
    public String payFrom(String account) {
        return run(PAY_FROM, account, 0, false);
    }

    public String codeOpen() {
        return run(CODE_OPEN, null, 0, false);
    }

    /** A ride code; again: one after another on a screen that is shown, until the user stops. */
    public String codeShow(boolean again) {
        return run(CODE_SHOW, null, 0, again);
    }

    /** True when {@link #recover} has something to do that this device knows of. */
    public boolean recoverNeeded() {
        return nativeRecoverNeeded(opened());
    }

    @Override
    public void close() {
        long old = handle;

        handle = 0;
        if (old != 0) {
            nativeClose(old);
        }
    }

    long opened() {
        if (handle == 0) {
            throw new IllegalStateException("the client is closed");
        }

        return handle;
    }

    private String run(int function, String text, long fen, boolean flag) {
        return nativeRun(opened(), function, text, fen, flag);
    }

    private static native long nativeOpen(Options options, Element element, Ui ui);

    private static native String nativeRun(
            long handle, int function, String text, long fen, boolean flag);

    private static native boolean nativeRecoverNeeded(long handle);

    private static native void nativeClose(long handle);
}
