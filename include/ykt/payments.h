/*
 * Accounts and payments of a client: bank cards and payment accounts that are bound, the
 * account's wallet, and bills. A part of ykt/client.h, which includes it and says what
 * every function returns besides what stands here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_PAYMENTS_H
#define YKT_PAYMENTS_H

#include <ykt/money.h>
#include <ykt/status.h>

struct ykt_client;

/*
 * Binds a bank card or a payment account: number, holder and the phone number that the
 * bank knows are checked here and by the bank, which sends a code to that phone. The
 * number leaves this device in an SM2 block alone and is kept nowhere.
 *
 * YKT_E_ARG       what was typed is no account, again and again; nothing was sent
 * YKT_NOT_FOUND   the bank knows no such account of that holder
 * YKT_BLOCKED     the bank has blocked it
 * YKT_CONFLICT    it is bound already
 * YKT_DENIED      the code was wrong, too often
 * YKT_EXPIRED     the code was too late
 * YKT_OVER_LIMIT  as many are bound as may be
 * YKT_REFUSED     too often in a while
 * YKT_UNKNOWN     an answer was lost: ykt_client_accounts() tells later
 */
YKT_MUST_USE enum ykt_status ykt_client_bind(struct ykt_client *client);

/* Lists the accounts that are bound, or on the way in or out. */
YKT_MUST_USE enum ykt_status ykt_client_accounts(struct ykt_client *client);

/*
 * Unbinds an account, after the login password: its last four digits, its id, or NULL
 * for the only one. What this device keeps of it is erased.
 *
 * YKT_PENDING  it pays nothing any more; the bank hears of it when it can be reached
 * YKT_DENIED   the password is wrong
 * YKT_REFUSED  no such account; or an order waits to hear whether it has paid
 */
YKT_MUST_USE enum ykt_status ykt_client_unbind(struct ykt_client *client, const char *account);

/*
 * From here on orders (openings, top-ups, the wallet's) are paid from a bound account,
 * with the payment PIN: its last four digits or its id; "default": the one that was bound
 * or paid from last on this device. NULL: the pay channel asks the user, as without this.
 * It says nothing and sends nothing. YKT_E_ARG: longer than an id.
 */
YKT_MUST_USE enum ykt_status ykt_client_pay_from(struct ykt_client *client, const char *account);

/*
 * The wallet of the account: what it holds, what its cap is, whether a payment
 * PIN is set. In the SE-less profile ykt_client_balance() is this too.
 */
YKT_MUST_USE enum ykt_status ykt_client_wallet(struct ykt_client *client);

/*
 * Pays into the wallet through the pay channel.
 *
 * YKT_OVER_LIMIT  the amount is not allowed, or the wallet would hold too much
 */
YKT_MUST_USE enum ykt_status ykt_client_wallet_topup(struct ykt_client *client, ykt_fen amount);

/*
 * Remote payment (2.7 of the requirement notes): pays a merchant's bill out of
 * the wallet. Payee, goods, amount and account are shown, confirmed with the
 * payment PIN, and signed as they were shown; one confirmation is one debit.
 * When no answer comes the platform is asked how it stands, and nothing is paid
 * again without the user.
 *
 * YKT_NOT_FOUND   no such bill
 * YKT_CONFLICT    it is paid, by somebody else
 * YKT_EXPIRED     it is too old
 * YKT_DENIED      the PIN is wrong
 * YKT_BLOCKED     the PIN is blocked
 * YKT_OVER_LIMIT  the wallet holds less
 */
YKT_MUST_USE enum ykt_status ykt_client_pay(struct ykt_client *client, const char *bill_id);

/*
 * Takes money out of the wallet, into a bound account: its last four digits, its id,
 * "default", or NULL for the only one. Account, amount and wallet are shown, confirmed with
 * the payment PIN, and signed as they were shown; one confirmation is one debit. When no
 * answer comes the platform is asked how it stands, also by ykt_client_recover(), and nothing
 * is withdrawn again without the user. It stands in ykt_client_orders().
 *
 * YKT_OK          it is in the account
 * YKT_PENDING     it has left the wallet; it is paid out once, or comes back
 * YKT_UNKNOWN     an answer was lost: as YKT_PENDING, or nothing left the wallet
 * YKT_NOT_DONE    the account's bank refused it: the wallet has the money again
 * YKT_OVER_LIMIT  the wallet holds less, or the amount is not allowed
 * YKT_DENIED      the PIN is wrong
 * YKT_BLOCKED     the PIN is blocked
 * YKT_REFUSED     no such account, no PIN is set, or the wallet is frozen
 */
YKT_MUST_USE enum ykt_status
ykt_client_withdraw(struct ykt_client *client, const char *account, ykt_fen amount);

#endif
