/*
 * PEM files: read whole, bounded, wiped.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/http_pem.h"

#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ykt/mem.h>

void
http_pem_clear(const struct ykt_alloc *alloc, struct http_pem *pem)
{
	ykt_mem_put(alloc, &pem->text, pem->size);
	pem->size = 0;
}

static bool
read_all(int fd, char *out, size_t len)
{
	while (len > 0) {
		ssize_t got = read(fd, out, len);

		if (got <= 0)
			return false;
		out += got;
		len -= (size_t)got;
	}
	return true;
}

enum ykt_status
http_pem_load(const struct ykt_alloc *alloc, const char *path, struct http_pem *ret_pem)
{
	struct http_pem pem = { NULL, 0 };
	enum ykt_status status = YKT_E_FILE;
	struct stat st;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return YKT_E_FILE;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0 ||
	    st.st_size > HTTP_PEM_MAX)
		goto out;
	pem.size = (size_t)st.st_size + 1;
	pem.text = ykt_mem_get(alloc, pem.size);
	status = pem.text == NULL ? YKT_E_NOMEM : YKT_OK;
	if (status == YKT_OK && !read_all(fd, pem.text, pem.size - 1))
		status = YKT_E_FILE;
out:
	(void)close(fd);
	if (status == YKT_OK)
		*ret_pem = pem;
	else
		http_pem_clear(alloc, &pem);
	return status;
}

static gnutls_datum_t
datum(const struct http_pem *pem)
{
	return (gnutls_datum_t){ (unsigned char *)pem->text, (unsigned)(pem->size - 1) };
}

enum ykt_status
http_pem_pair_check(const struct http_pem *cert, const struct http_pem *key)
{
	gnutls_certificate_credentials_t credentials = NULL;
	gnutls_datum_t cert_datum = datum(cert);
	gnutls_datum_t key_datum = datum(key);
	int rc;

	if (gnutls_certificate_allocate_credentials(&credentials) != GNUTLS_E_SUCCESS)
		return YKT_E_NOMEM;
	rc = gnutls_certificate_set_x509_key_mem(
	    credentials, &cert_datum, &key_datum, GNUTLS_X509_FMT_PEM);
	gnutls_certificate_free_credentials(credentials);
	return rc >= 0 ? YKT_OK : YKT_E_KEY;
}

enum ykt_status
http_pem_ca_check(const struct http_pem *ca)
{
	gnutls_x509_trust_list_t list = NULL;
	gnutls_datum_t ca_datum = datum(ca);
	int count;

	if (gnutls_x509_trust_list_init(&list, 0) != GNUTLS_E_SUCCESS)
		return YKT_E_NOMEM;
	count =
	    gnutls_x509_trust_list_add_trust_mem(list, &ca_datum, NULL, GNUTLS_X509_FMT_PEM, 0, 0);
	gnutls_x509_trust_list_deinit(list, 1);
	return count > 0 ? YKT_OK : YKT_E_KEY;
}
