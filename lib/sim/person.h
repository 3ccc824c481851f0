/*
 * The simulated rider at the screen: fills what is asked, reads what is shown.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_PERSON_H
#define SIM_PERSON_H

#include <ykt/driver/ui.h>

#define PERSON_SCREEN_MAX 32

struct person {
	struct ykt_ui port;
	char phone[16];
	char otp[16];                 /* the newest one-time code */
	unsigned results;             /* result screens seen; a function shows exactly one */
	char last[PERSON_SCREEN_MAX]; /* id of the last result screen */
	enum ykt_screen_tone last_tone;
};

void person_init(struct person *person, const char *phone);
/* A text message arrived: takes the first run of six digits as the code. */
void person_sms(struct person *person, const char *text);

#endif
