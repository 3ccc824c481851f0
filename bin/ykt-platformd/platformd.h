/*
 * ykt-platformd's configuration file.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORMD_H
#define PLATFORMD_H

#include "card/menu_pack.h"
#include "config.h"
#include "platform/platform.h"
#include "serve.h"

#define PLATFORMD_URL_MAX 128

struct platformd_app {
	struct {
		uint16_t len;
		uint8_t data[16];
	} aid;
	char name_zh[49];
	char name_en[49];
	char iin[9];
	uint8_t start[4];
	uint8_t end[4];
	int64_t alg;
	int64_t fee_fen;
	int64_t min_load_fen;
	int64_t max_load_fen;
	int64_t cap_fen;
	int64_t overdraft_fen;
	bool has_return_fee_fen;
	int64_t return_fee_fen;
	bool has_without;
	char without[65];
};

struct platformd_peer {
	char city[5];
	uint8_t issuer[8];
	char url[PLATFORMD_URL_MAX];
};

struct platformd_fare {
	char kind[17];
	int64_t amount_fen;
};

struct platformd_system {
	char os[17];
	char least[17];
};

struct platformd_menu {
	char file[CONFIG_PATH_MAX];
};

struct platformd_config {
	char city[5];
	char node[PLATFORM_NAME_MAX + 1];
	uint8_t issuer[8];
	uint8_t province[2];
	uint8_t channel[2];
	int64_t port;       /* for phones, no client certificate */
	int64_t inner_port; /* for servers and gates, mutual TLS */
	bool has_frame_port;
	int64_t frame_port; /* for phones, the framed connection */
	/* Of the OTA gateway, on loopback: BIP over TCP, over UDP, short messages. */
	bool has_ota_port;
	int64_t ota_port;
	bool has_ota_udp_port;
	int64_t ota_udp_port;
	bool has_ota_sms_port;
	int64_t ota_sms_port;
	bool has_menus;
	size_t menus_count;
	struct platformd_menu menus[PLATFORM_MENUS_MAX]; /* packages that menus download */
	bool has_menu_root;
	uint8_t menu_root[64]; /* SM2, x then y: who signs them */
	char database[CONFIG_PATH_MAX];
	char seal_key[CONFIG_PATH_MAX];
	char sign_key[CONFIG_PATH_MAX];
	char sign_name[PLATFORM_NAME_MAX + 1];
	char pay_key[CONFIG_PATH_MAX]; /* the channel's public key */
	char pay_name[PLATFORM_NAME_MAX + 1];
	char payee[65];
	char cert[CONFIG_PATH_MAX];
	char key[CONFIG_PATH_MAX];
	char ca[CONFIG_PATH_MAX];
	char keyd[PLATFORMD_URL_MAX];
	char tsm[PLATFORMD_URL_MAX];
	char psp[PLATFORMD_URL_MAX];
	size_t peers_count;
	struct platformd_peer peers[PLATFORM_PEERS_MAX];
	size_t apps_count;
	struct platformd_app apps[PLATFORM_APPS_MAX];
	size_t fares_count;
	struct platformd_fare fares[PLATFORM_FARES_MAX];
	int64_t params_version;
	bool has_tap_cap_fen;
	int64_t tap_cap_fen;
	bool has_code_limit_fen;
	int64_t code_limit_fen; /* the dearest trip by ride code */
	bool has_code_life_s;
	int64_t code_life_s; /* of an authorisation */
	bool has_wallet_cap_fen;
	int64_t wallet_cap_fen;
	bool has_ticket_life_s;
	int64_t ticket_life_s; /* of a moved card's money */
	bool has_ride_wait_s;
	int64_t ride_wait_s; /* a card misses a ride so long, then it is a case */
	bool has_records_wait_s;
	int64_t records_wait_s; /* a terminal misses a record so long, likewise */
	bool has_purse_cap_fen;
	int64_t purse_cap_fen;
	/* The authority of users' certificates: both, or none. */
	bool has_user_ca;
	char user_ca[17];
	bool has_user_ca_key;
	char user_ca_key[CONFIG_PATH_MAX]; /* the public half */
	bool has_anonymous_cap_fen;
	int64_t anonymous_cap_fen;
	bool has_risk;
	char risk[161]; /* "debugger=limit,root=refuse" */
	bool has_systems;
	size_t systems_count;
	struct platformd_system systems[PLATFORM_SYSTEMS_MAX]; /* that clients run on */
	bool has_risk_limit_fen;
	int64_t risk_limit_fen;
	bool has_release; /* a release of the client software, by ykt release */
	char release[CONFIG_PATH_MAX];
	bool has_release_key; /* the key that it must be signed with */
	char release_key[CONFIG_PATH_MAX];
	bool has_least_version;
	char least_version[17];
	char sms_file[CONFIG_PATH_MAX]; /* text messages are appended here; development only */
};

/* Reads the file and resolves its paths. False: standard error says why. */
bool
platformd_config_read(const char *program, const char *path, struct platformd_config *ret_config);

struct platformd_package {
	uint8_t bytes[MENU_PACK_MAX];
	size_t len;
};

/* What the options point into. */
struct platformd_parts {
	struct platformd_package packages[PLATFORM_MENUS_MAX];
	struct platform_menu menus[PLATFORM_MENUS_MAX];
	struct platform_app apps[PLATFORM_APPS_MAX];
	struct platform_peer peers[PLATFORM_PEERS_MAX];
	struct platform_fare fares[PLATFORM_FARES_MAX];
	struct platform_system systems[PLATFORM_SYSTEMS_MAX];
	struct ykt_buf release; /* of the whole file; data is never given back */
};

/*
 * Fills options from config: keys are read, ports to the other servers opened.
 * config and parts stay in use. False: standard error says why.
 */
bool platformd_options_fill(struct serve *serve, const struct platformd_config *config,
    struct platformd_parts *parts, struct platform_options *options);

/*
 * "FINDING=allow|tell|limit|refuse" with commas between into risk, by the findings'
 * positions; tell only of system_old and system_unknown. False: something else; risk is
 * untouched.
 */
bool platformd_risk_read(const char *text, enum platform_risk risk[WIRE_FINDING_COUNT]);

/* True when each name and version is one, and none comes twice. */
bool platformd_systems_valid(const struct platformd_config *config);

/*
 * Reads and checks the configured release into parts. True also when there is none;
 * false: standard error says why.
 */
bool platformd_release_read(
    const char *program, const struct platformd_config *config, struct platformd_parts *parts);

/* Reads and judges the menu packages of the configuration. False: standard error says why. */
bool platformd_menus_read(const char *program, const struct platformd_config *config,
    struct platformd_parts *parts, struct platform_options *options);

#endif
