// SPDX-License-Identifier: Apache-2.0
import android.content.Context;
import android.content.Intent;
import android.se.omapi.Reader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.yikatong.Client;
import org.yikatong.Element;
import org.yikatong.Field;
import org.yikatong.Lists;
import org.yikatong.Screen;
import org.yikatong.Ui;
import org.yikatong.android.OmapiElement;
import org.yikatong.android.TransactionReceiver;

/** libykt through JNI in a JVM, on a card process: socket, state folder, CA file, two SM2 keys. */
public final class JvmTest {
    private static final HexFormat HEX = HexFormat.of();

    /** A user who answers from a map, keeps what was shown, and can misbehave. */
    private static final class User implements Ui {
        final List<Screen> results = new ArrayList<>();
        final List<char[][]> given = new ArrayList<>();
        int asked;
        boolean stops;
        boolean throwsUp;
        boolean oneTooFew;
        Map<String, String> answers = Map.of();

        @Override
        public void show(Screen screen) {}

        @Override
        public char[][] ask(Screen screen, long timeoutMs) {
            asked++;
            check(timeoutMs > 0, "a question has time");
            if (throwsUp) {
                throw new IllegalStateException("the test's own");
            }
            if (stops) {
                return null;
            }
            List<char[]> list = new ArrayList<>();
            for (Field field : screen.fields) {
                if (field.asks()) {
                    list.add(answers.getOrDefault(field.id, "1").toCharArray());
                }
            }
            if (oneTooFew) {
                list.remove(0);
            }
            char[][] all = list.toArray(new char[0][]);

            given.add(all);

            return all;
        }

        @Override
        public boolean progress(String text, int done, int total) {
            check(text != null && done <= total, "progress");

            return false;
        }

        @Override
        public void result(Screen screen) {
            results.add(screen);
        }

        Screen last() {
            return results.get(results.size() - 1);
        }

        String value(String id) {
            for (Field field : last().fields) {
                if (field.id.equals(id)) {
                    return field.value;
                }
            }
            return null;
        }
    }

    private static int checks;

    private static void check(boolean good, String what) {
        checks++;
        if (!good) {
            throw new AssertionError(what);
        }
    }

    private static void same(Object got, Object wanted, String what) {
        check(wanted.equals(got), what + ": " + got + ", not " + wanted);
    }

    private static Client.Options options(String state, String ca, String key) {
        Client.Options options = new Client.Options();

        options.platform = "https://127.0.0.1:1";
        options.tsm = "https://127.0.0.1:1";
        options.psp = "https://127.0.0.1:1";
        options.caFile = ca;
        options.stateFolder = state;
        options.platformKey = HEX.parseHex(key);
        options.version = "jvm";

        return options;
    }

    private static void theCardIsRead(Client client, User user) {
        same(client.apps(), "YKT_OK", "apps");
        same(user.last().id, "apps_result", "its screen");
        same(user.value("app.card"), "310599*********0001", "masked number");
        same(user.value("app.aid"), "A0000006320101059901", "application");
        same(client.balance(), "YKT_OK", "balance");
        same(user.last().id, "balance_result", "its screen");
        same(user.last().tone, Screen.Tone.GOOD, "its tone");
        same(user.results.size(), 2, "one result each");
        same(client.contactless(null, false), "YKT_OK", "off");
        same(user.value("app.gate"), "not seen", "off");
        same(client.defaultCard(null), "YKT_OK", "default");
        same(user.value("app.gate"), "seen first", "default");
        same(client.defaultCard("03105990200000000001"), "YKT_WRONG_CARD", "another card");
        check(!client.recoverNeeded(), "nothing is left");
    }

    private static void theUserIsAsked(Client client, User user) {
        int before = user.results.size();

        user.answers =
                Map.of(
                        "phone", "13812345678",
                        "name", "\u674e\ud83d\ude00",
                        "password", "correct horse",
                        "password2", "correct horse");
        same(client.register(), "YKT_E_NET", "nobody answers there");
        check(user.asked > 0, "it asked");
        for (char[][] all : user.given) {
            for (char[] one : all) {
                for (char sign : one) {
                    same((int) sign, 0, "an answer is wiped");
                }
            }
        }
        user.stops = true;
        same(client.register(), "YKT_CANCELLED", "the user stopped");
        user.stops = false;
        user.throwsUp = true;
        same(client.register(), "YKT_CANCELLED", "an exception is a user who stopped");
        user.throwsUp = false;
        user.oneTooFew = true;
        same(client.register(), "YKT_CANCELLED", "an answer is missing");
        user.oneTooFew = false;
        user.answers = Map.of("name", "\ud83d");
        same(client.register(), "YKT_CANCELLED", "half a sign is no answer");
        user.answers = Map.of("phone", "13812345678", "password", "correct horse");
        same(client.login(), "YKT_E_NET", "login");
        same(user.results.size() - before, 6, "one result each");
        same(client.topup(null, 5000), "YKT_LOGIN_NEEDED", "no session");
        same(client.topup(null, -1), "YKT_OVER_LIMIT", "no such amount");
        same(client.lockCard(null), "YKT_LOGIN_NEEDED", "no session");
        same(client.unlockCard(null), "YKT_LOGIN_NEEDED", "no session");
        same(client.deleteCard(null), "YKT_LOGIN_NEEDED", "no session");
        same(client.updateCard(null), "YKT_LOGIN_NEEDED", "no session");
        same(client.returnCard(null), "YKT_LOGIN_NEEDED", "no session");
        same(client.moveOut(null), "YKT_LOGIN_NEEDED", "no session");
        same(client.moveIn("9901"), "YKT_LOGIN_NEEDED", "no session");
        same(client.bind(), "YKT_LOGIN_NEEDED", "no session");
        same(client.accounts(), "YKT_LOGIN_NEEDED", "no session");
        same(client.unbind("1114"), "YKT_LOGIN_NEEDED", "no session");
        same(client.bindCard(null), "YKT_LOGIN_NEEDED", "no session");
        same(client.unbindCard(null), "YKT_LOGIN_NEEDED", "no session");
        same(client.withdraw("1114", 100), "YKT_LOGIN_NEEDED", "no session");
        same(client.payFrom("default"), "YKT_OK", "only kept");
        same(client.payFrom(null), "YKT_OK", "only kept");
        same(client.update(), "YKT_REFUSED", "this host takes no updates");
    }

    /** Two platforms behind one element; the card is nobody's that says so without a session. */
    private static void severalPlatforms(
            Client client, Client.Options options, Element element, User user) {
        options.stateFolder += "-second";
        try (Client second = new Client(options, element, user)) {
            Lists.Platform[] both = {
                new Lists.Platform("\u7532\u5e02", client), new Lists.Platform("B", second)
            };
            Lists.Platform[] away = {both[0], new Lists.Platform("C", null)};
            int before = user.results.size();

            same(Lists.show(both, Lists.APPS), "YKT_OK", "apps of both");
            same(user.value("app.platform"), "", "nobody describes it yet");
            same(user.value("app.card"), "310599*********0001", "one row");
            same(Lists.show(both, Lists.BALANCE), "YKT_OK", "balances of both");
            same(user.value("platform"), "\u7532\u5e02", "whose it is");
            same(Lists.show(away, Lists.ORDERS), "YKT_LOGIN_NEEDED", "no session");
            same(user.results.size() - before, 3, "one result each");
            same(Lists.owner(both, "9999"), Lists.NOBODY, "no such card");
            try {
                Lists.show(both, 6);
                throw new AssertionError("a list that is none");
            } catch (IllegalArgumentException e) {
                same(e.getMessage(), "list", "what is to blame");
            }
            try {
                Lists.show(new Lists.Platform[] {new Lists.Platform("C", null)}, Lists.CARDS);
                throw new AssertionError("nobody to show it to");
            } catch (IllegalArgumentException e) {
                same(e.getMessage(), "platforms", "what is to blame");
            }
        }
    }

    private static void badOptions(Options made, Element element, Ui ui) {
        String[] names = {
            "platform", "tsm", "psp", "caFile", "stateFolder", "version", "platformKey"
        };

        for (String name : names) {
            Client.Options options = made.make();

            try {
                Client.Options.class.getField(name).set(options, null);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
            refused(options, element, ui, name);
        }
        Client.Options plain = made.make();

        plain.platform = "http://127.0.0.1:1";
        refused(plain, element, ui, "platform");
        refused(made.make(), null, ui, "element");
        refused(made.make(), element, null, "ui");
    }

    private interface Options {
        Client.Options make();
    }

    private static void refused(Client.Options options, Element element, Ui ui, String name) {
        try (Client client = new Client(options, element, ui)) {
            throw new AssertionError("taken without " + name);
        } catch (IllegalArgumentException e) {
            same(e.getMessage(), name, "the option that is to blame");
        }
    }

    private static void aStateFolderHasOneClient(Client.Options options, Element element, Ui ui) {
        try (Client second = new Client(options, element, ui)) {
            throw new AssertionError("two clients over one folder");
        } catch (IllegalStateException e) {
            same(e.getMessage(), "YKT_BUSY", "the folder is in use");
        }
    }

    private static void anElementThatFails(Client.Options options, User user) {
        Element broken =
                new Element() {
                    @Override
                    public byte[] transceive(byte[] command, long timeoutMs) throws IOException {
                        throw new IOException("the test's own");
                    }

                    @Override
                    public byte[] reset(long timeoutMs) {
                        return null;
                    }
                };

        try (Client client = new Client(options, broken, user)) {
            same(client.apps(), "YKT_E_LINK", "no element");
            same(user.last().tone, Screen.Tone.BAD, "its tone");
        }
    }

    /** The other kind of client: no element, a folder of its own, and no function that needs one. */
    private static void withoutAnElement(Client.Options options, Element element, User user) {
        options.seless = true;
        refused(options, element, user, "element");
        options.stateFolder += "-seless";
        try (Client client = new Client(options, null, user)) {
            same(client.topup(null, 5000), "YKT_REFUSED", "no card to load");
            same(client.apps(), "YKT_REFUSED", "no element to look into");
            same(client.wallet(), "YKT_LOGIN_NEEDED", "no session");
            same(client.pay("00000000000000000000000000000000"), "YKT_LOGIN_NEEDED", "no session");
            same(client.codeShow(false), "YKT_NOT_FOUND", "no ride code yet");
            same(user.last().tone, Screen.Tone.BAD, "its tone");
        }
    }

    private static void theMobileApi(OmapiElement element) throws IOException {
        same(HEX.formatHex(element.transceive(HEX.parseHex("0070000001"), 1000)), "6881", "channel");
        element.close();
        same(HEX.formatHex(element.transceive(HEX.parseHex("00B0950000"), 1000)), "6985", "nothing");
        same(
                HEX.formatHex(element.transceive(HEX.parseHex("00A4040005A0000000FF00"), 1000)),
                "6a82",
                "no such application");
        byte[] fci = element.transceive(HEX.parseHex("00A4040008A00000063201010500"), 1000);

        check(HEX.formatHex(fci).startsWith("6f"), "an FCI");
        same(
                HEX.formatHex(element.transceive(HEX.parseHex("00A4040208A00000063201010500"), 1000)),
                "6a82",
                "no second one");
        check(element.reset(1000).length >= 2, "an ATR");
    }

    private static void tapsAreHints() {
        List<String> heard = new ArrayList<>();
        TransactionReceiver receiver =
                new TransactionReceiver() {
                    @Override
                    protected void onTap(Context context, byte[] aid) {
                        heard.add(HEX.formatHex(aid));
                    }
                };
        byte[] aid = HEX.parseHex("a000000632010105");

        receiver.onReceive(null, null);
        receiver.onReceive(null, new Intent("another").putExtra(TransactionReceiver.EXTRA_AID, aid));
        receiver.onReceive(null, new Intent(TransactionReceiver.ACTION));
        for (int length : new int[] {0, 4, 17}) {
            receiver.onReceive(
                    null,
                    new Intent(TransactionReceiver.ACTION)
                            .putExtra(TransactionReceiver.EXTRA_AID, new byte[length]));
        }
        same(heard.size(), 0, "none of these is a tap");
        receiver.onReceive(
                null,
                new Intent(TransactionReceiver.ACTION)
                        .putExtra(TransactionReceiver.EXTRA_AID, aid));
        same(heard, List.of("a000000632010105"), "a tap");
    }

    public static void main(String[] args) throws IOException {
        Options made = () -> options(args[1], args[2], args[3]);
        User user = new User();
        Reader reader = new Reader(Path.of(args[0]));

        tapsAreHints();
        try (OmapiElement element = new OmapiElement(reader)) {
            badOptions(made, element, user);
            same(user.results.size(), 0, "nothing was shown");
            Client client = new Client(made.make(), element, user);

            theCardIsRead(client, user);
            theUserIsAsked(client, user);
            aStateFolderHasOneClient(made.make(), element, user);
            severalPlatforms(client, made.make(), element, user);
            client.close();
            client.close();
            try {
                client.balance();
                throw new AssertionError("a closed client works");
            } catch (IllegalStateException e) {
                checks++;
            }
            anElementThatFails(made.make(), user);
            withoutAnElement(made.make(), element, user);
            theMobileApi(element);
        }
        reader.shutDown();
        System.out.println("jvm: " + checks + " checks");
    }
}
