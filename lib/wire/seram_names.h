/*
 * The words of GP SERAM 2.0.0, for its reader and its writer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_SERAM_NAMES_H
#define WIRE_SERAM_NAMES_H

#define SERAM_KEY_ELEMENTS     "secureElements"
#define SERAM_KEY_TRANSPORTS   "supportedTransportProtocols"
#define SERAM_KEY_FORMATS      "supportedDataFormats"
#define SERAM_KEY_VERSIONS     "supportedVersions"
#define SERAM_KEY_VERSIONS_ALT "supportedVersion"

#define SERAM_KEY_TRANSPORT  "chosenTransportProtocol"
#define SERAM_KEY_FORMAT     "chosenDataFormat"
#define SERAM_KEY_FORMAT_ALT "chosenDataProtocol"
#define SERAM_KEY_VERSION    "chosenVersion"

#define SERAM_KEY_SE_TYPE "seType"
#define SERAM_KEY_SE_ID   "seId"
#define SERAM_KEY_SE_INFO "seExtraInfo"

#define SERAM_KEY_DELAY    "delay"
#define SERAM_KEY_ELEMENT  "chosenSecureElement"
#define SERAM_KEY_COMMANDS "ramCommands"
#define SERAM_KEY_TYPE     "ramCommandType"
#define SERAM_KEY_CAPDUS   "listOfCAPDU"
#define SERAM_KEY_NOTICE   "deviceAppNotification"
#define SERAM_KEY_STOP     "stopOnError"

#define SERAM_KEY_STATUS    "localAgentStatus"
#define SERAM_KEY_STATE     "localAgentStatusEnum"
#define SERAM_KEY_EXECUTED  "executedSeRamCommands"
#define SERAM_KEY_ERROR     "errorMsg"
#define SERAM_KEY_RESPONSES "ramResponses"
#define SERAM_KEY_RSP_TYPE  "ramResponseType"
#define SERAM_KEY_RAPDUS    "listOfRAPDU"

#define SERAM_RSP_SE "seRamResponse"

/* By enum wire_seram_kind and enum wire_seram_state. */
extern const char *const seram_kinds[4];
extern const char *const seram_states[5];

#endif
