/*
 * The ports of the test rig: air, disk, network, clock.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_VALIDATOR_RIG_PORTS_H
#define TESTS_VALIDATOR_RIG_PORTS_H

#include "rig.h"

void ports_air(struct air *air, struct card *card);
void ports_disk(struct disk *disk);
void ports_net(struct net *net);
void ports_psam(struct gate *gate);
void ports_clock(struct rig *rig);

#endif
