/*
 * The one caller of the attestation port.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/driver/attest.h>

#include <assert.h>
#include <string.h>

/* An outcome that the port's page does not name. */
static bool
foreign(enum ykt_status status)
{
	return status != YKT_OK && status != YKT_NOT_FOUND && status != YKT_E_SPACE &&
	       status != YKT_E_FILE && status != YKT_E_CRYPTO && status != YKT_E_DOWN;
}

enum ykt_status
ykt_attest_manifest(const struct ykt_attest *attest, struct ykt_buf *out)
{
	size_t before = out->len;
	enum ykt_status status;

	assert(attest != NULL && attest->manifest != NULL);

	status = attest->manifest(attest->ctx, out);
	if (foreign(status) || out->len < before || out->len > out->cap)
		status = YKT_E_DRIVER;
	if (status != YKT_OK)
		out->len = before;

	return status;
}

enum ykt_status
ykt_attest_measure(const struct ykt_attest *attest, const char *name, uint64_t *ret_size,
    uint8_t ret_sha256[YKT_ATTEST_HASH_LEN])
{
	uint8_t hash[YKT_ATTEST_HASH_LEN] = { 0 };
	uint64_t size = 0;
	enum ykt_status status;

	assert(attest != NULL && attest->measure != NULL && name != NULL);

	status = attest->measure(attest->ctx, name, &size, hash);
	if (foreign(status))
		status = YKT_E_DRIVER;
	if (status == YKT_OK) {
		*ret_size = size;
		memcpy(ret_sha256, hash, sizeof(hash));
	}

	return status;
}

enum ykt_status
ykt_attest_look(const struct ykt_attest *attest, unsigned *ret_findings)
{
	unsigned findings = 0;
	enum ykt_status status;

	assert(attest != NULL && attest->look != NULL);

	status = attest->look(attest->ctx, &findings);
	if (foreign(status) || (findings & ~YKT_FINDING_ALL) != 0)
		status = YKT_E_DRIVER;
	if (status == YKT_OK)
		*ret_findings = findings;

	return status;
}

/* A text that ends in its array, of visible ASCII. */
static bool
system_text(const char text[17])
{
	for (size_t i = 0; i < 17; i++) {
		if (text[i] == '\0')
			return true;
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	}

	return false;
}

enum ykt_status
ykt_attest_system(const struct ykt_attest *attest, struct ykt_system *ret_system)
{
	struct ykt_system system = { "", "" };
	enum ykt_status status;

	assert(attest != NULL);

	if (attest->system == NULL)
		return YKT_NOT_FOUND;
	status = attest->system(attest->ctx, &system);
	if (foreign(status) ||
	    (status == YKT_OK && (system.name[0] == '\0' || !system_text(system.name) ||
				     !system_text(system.version))))
		status = YKT_E_DRIVER;
	if (status == YKT_OK)
		*ret_system = system;

	return status;
}
