/*
 * The program: options, the worker, one window.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APP_APPLICATION_H
#define APP_APPLICATION_H

#include <adwaita.h>

G_BEGIN_DECLS

#define APP_ID "org.yikatong.App"

#define APP_TYPE_APPLICATION (app_application_get_type())
G_DECLARE_FINAL_TYPE(AppApplication, app_application, APP, APPLICATION, AdwApplication)

AppApplication *app_application_new(void);

G_END_DECLS

#endif
