/*
 * Everything of the crypto room but pwhash.h and the backend seam.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_CRYPTO_H
#define CRYPTO_CRYPTO_H

#include "crypto/block.h"
#include "crypto/core.h"
#include "crypto/digest.h"
#include "crypto/kdf.h"
#include "crypto/mac.h"
#include "crypto/pad.h"
#include "crypto/signer.h"
#include "crypto/sm2.h"

#endif
