/*
 * Ready-made drivers of a POSIX host, for embedders that do not bring their
 * own: the system's clock and randomness, HTTPS to the three servers, a folder
 * for the sealed store, and a secure element by its address or by a table of
 * the embedder's own (a phone's secure-element service, for instance).
 *
 * A host serves one client and one thread at a time. It makes no threads and
 * installs no signal handlers; SIGPIPE must be ignored by the program.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_HOST_H
#define YKT_HOST_H

#include <ykt/client.h>

struct ykt_host;

/* Texts are copied; tables are borrowed and outlive the host. */
struct ykt_host_options {
	const char *platform; /* "https://HOST:PORT", no path */
	const char *tsm;
	const char *psp;
	const char *ca_file;      /* PEM; the only roots that are believed */
	const char *pins;         /* NULL, or "sha256//BASE64;sha256//BASE64" */
	const char *state_folder; /* made with mode 0700 when it is not there */
	/*
	 * The wired interface of the element. An address: socket:PATH,
	 * socket:HOST:PORT, pcsc:N, pcsc:TEXT, modem:DEVICE; it is opened when something is first
	 * said to it. Or a driver of one's own, which wins. Both NULL: no element,
	 * every function that needs one ends with YKT_E_LINK.
	 */
	const char *se_address;
	const struct ykt_se *se_driver;
	/*
	 * Who this client is to the access rules of an element at a socket: the hash
	 * of its certificate, 20 or 32 bytes, copied; empty: not said.
	 */
	struct ykt_bytes se_caller;
	/*
	 * The folder that the program was installed in: PREFIX/share/ykt/manifest is what
	 * its files are checked against. NULL: the one above the program's own.
	 */
	const char *prefix;
	/*
	 * A folder of versions that the program may update itself in (it is started as
	 * ROOT/current/bin/NAME), and the words that a new one is asked with whether it
	 * runs and is whole: NULL-terminated, the first is replaced by its path; exit code
	 * 0 says yes. NULL: the program is updated by others.
	 */
	const char *install_root;
	char **install_ask;
	struct crypto *crypto; /* for those inside this project; NULL: the host makes its own */
};

/*
 * Opens folder and servers' settings; connects to nobody. *ret_what (may be
 * NULL) gets the option that is to blame, or NULL when none is.
 *
 * YKT_E_ARG     an option is missing or of a wrong length; a server's address is not
 *               https://HOST[:PORT]
 * YKT_BUSY      another host, in this process or another, has the folder open
 * YKT_E_FILE    folder, ca_file or prefix cannot be used
 * YKT_E_CRYPTO  the cryptographic library could not start
 * YKT_E_NOMEM
 */
YKT_MUST_USE enum ykt_status ykt_host_open(
    const struct ykt_host_options *options, struct ykt_host **ret_host, const char **ret_what);

/*
 * Sets env, crypto, platform, tsm, psp, se, file, attest, install and stage of options to what this
 * host has, valid until ykt_host_close(); the rest of options stays.
 */
void ykt_host_fill(struct ykt_host *host, struct ykt_client_options *options);

/* Closes everything and frees; accepts NULL in *host; leaves NULL. Free the client first. */
void ykt_host_close(struct ykt_host **host);

#endif
