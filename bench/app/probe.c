/*
 * The app's own objects with a clock beside them. Prints milliseconds, one a line.
 *
 *   probe frame CONFIG                     from exec to the first frame on the screen
 *   probe balance CONFIG SOCKET SE TEXT    from the element's last answer to TEXT in a
 *                                          frame; SOCKET is made here, and leads to SE
 *   probe redraw COUNT                     the processor's time of each frame in which a
 *                                          ride code is drawn anew
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <adwaita.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "app/application.h"
#include "app/code_view.h"
#include "app/screen.h"

#define BEGAN     "YKT_BENCH_BEGAN"
#define WAIT_S    30
#define CODE_SIZE 420 /* bytes of a ride code with its certificates */

struct probe {
	GtkWindow *window;
	const char *wanted; /* a text; NULL: the first frame will do */
	gulong watching;

	/* The line to the element, and when it last said something. */
	const char *near;
	const char *far;
	gint answered_us; /* of the monotonic clock, by its low bits */

	AppCodeView *code;
	guint left;
	double begin_ms;
};

static double
now_ms(clockid_t clock)
{
	struct timespec ts;

	(void)clock_gettime(clock, &ts);

	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* --- what is on the screen -------------------------------------------------------- */

static gboolean
shows(GtkWidget *widget, const char *text)
{
	if (!gtk_widget_get_mapped(widget))
		return FALSE;
	if (GTK_IS_LABEL(widget) && strcmp(gtk_label_get_text(GTK_LABEL(widget)), text) == 0)
		return TRUE;
	for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
	     child = gtk_widget_get_next_sibling(child))
		if (shows(child, text))
			return TRUE;

	return FALSE;
}

static void
on_frame(GdkFrameClock *clock, struct probe *probe)
{
	double ms;

	if (probe->wanted == NULL) {
		ms = now_ms(CLOCK_MONOTONIC) - g_ascii_strtod(g_getenv(BEGAN), NULL);
	} else {
		if (!shows(GTK_WIDGET(probe->window), probe->wanted))
			return;
		ms = (gint)((guint)g_get_monotonic_time() -
			    (guint)g_atomic_int_get(&probe->answered_us)) /
		     1e3;
	}
	printf("%.3f\n", ms);
	g_signal_handler_disconnect(clock, probe->watching);
	gtk_window_close(probe->window);
}

static void
on_realize(GtkWidget *window, struct probe *probe)
{
	GdkFrameClock *clock = gtk_widget_get_frame_clock(window);

	probe->watching = g_signal_connect_after(clock, "after-paint", G_CALLBACK(on_frame), probe);
}

static void
on_window(GtkApplication *app, GtkWindow *window, struct probe *probe)
{
	(void)app;
	if (probe->window != NULL)
		return;
	probe->window = window;
	g_signal_connect_after(window, "realize", G_CALLBACK(on_realize), probe);
}

static gboolean
give_up(gpointer data)
{
	(void)data;
	fprintf(stderr, "app: it was not on the screen after %d s\n", WAIT_S);
	_exit(1);
}

static int
run_app(struct probe *probe, char *config)
{
	g_autoptr(AppApplication) app = app_application_new();
	char name[] = "ykt-app", option[] = "--config";
	char *argv[] = { name, option, config, NULL };

	g_signal_connect(app, "window-added", G_CALLBACK(on_window), probe);
	g_timeout_add_seconds(WAIT_S, give_up, NULL);

	return g_application_run(G_APPLICATION(app), 3, argv);
}

/* --- the line to the element ----------------------------------------------------------- */

static int
socket_at(const char *path, struct sockaddr_un *at)
{
	*at = (struct sockaddr_un){ .sun_family = AF_UNIX };
	g_strlcpy(at->sun_path, path, sizeof(at->sun_path));

	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static gboolean
pass_on(int from, int to)
{
	char bytes[4096];
	ssize_t len = read(from, bytes, sizeof(bytes));

	return len > 0 && write(to, bytes, (size_t)len) == len;
}

static gpointer
serve(gpointer data)
{
	struct probe *probe = data;
	struct sockaddr_un near_at, far_at;
	int door = socket_at(probe->near, &near_at);
	struct pollfd ends[2] = { { .events = POLLIN }, { .events = POLLIN } };

	if (bind(door, (struct sockaddr *)&near_at, sizeof(near_at)) != 0 || listen(door, 4) != 0)
		return NULL;
	for (;;) {
		ends[0].fd = accept(door, NULL, NULL);
		ends[1].fd = socket_at(probe->far, &far_at);
		if (connect(ends[1].fd, (struct sockaddr *)&far_at, sizeof(far_at)) != 0)
			return NULL;
		while (poll(ends, 2, -1) > 0) {
			if (ends[0].revents != 0 && !pass_on(ends[0].fd, ends[1].fd))
				break;
			if (ends[1].revents == 0)
				continue;
			g_atomic_int_set(&probe->answered_us, (gint)g_get_monotonic_time());
			if (!pass_on(ends[1].fd, ends[0].fd))
				break;
		}
		close(ends[0].fd);
		close(ends[1].fd);
	}
}

/* --- a ride code, drawn again and again --------------------------------------------------- */

static void
draw_another(struct probe *probe)
{
	static char hex[2 * CODE_SIZE + 1];
	struct ykt_field fields[] = {
		{ "code", "", YKT_FIELD_CODE, hex, 0 },
		{ "expires", "Authorised until", YKT_FIELD_TIME, NULL, g_get_real_time() / 1000 },
	};
	const struct ykt_screen data = {
		.id = "code", .title = "", .fields = fields, .field_count = G_N_ELEMENTS(fields)
	};
	AppScreen *screen;

	for (guint i = 0; i < CODE_SIZE; i++)
		g_snprintf(hex + 2 * i, 3, "%02X", (probe->left * 31 + i * 7) & 0xFF);
	screen = app_screen_new(&data);
	app_code_view_update(probe->code, screen);
	app_screen_unref(screen);
}

static gboolean
on_tick(GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
	struct probe *probe = data;

	(void)clock;
	probe->begin_ms = now_ms(CLOCK_THREAD_CPUTIME_ID);
	if (probe->left-- == 0) {
		gtk_window_close(probe->window);
		return G_SOURCE_REMOVE;
	}
	draw_another(probe);
	gtk_widget_queue_draw(widget);

	return G_SOURCE_CONTINUE;
}

static void
on_drawn(GdkFrameClock *clock, struct probe *probe)
{
	(void)clock;
	if (probe->begin_ms > 0)
		printf("%.3f\n", now_ms(CLOCK_THREAD_CPUTIME_ID) - probe->begin_ms);
}

static void
on_activate(GtkApplication *app, struct probe *probe)
{
	GtkWidget *window = adw_application_window_new(app);

	probe->window = GTK_WINDOW(window);
	probe->code = app_code_view_new();
	gtk_window_set_default_size(probe->window, 360, 720);
	adw_application_window_set_content(ADW_APPLICATION_WINDOW(window), GTK_WIDGET(probe->code));
	gtk_window_present(probe->window);
	g_signal_connect_after(
	    gtk_widget_get_frame_clock(window), "after-paint", G_CALLBACK(on_drawn), probe);
	gtk_widget_add_tick_callback(GTK_WIDGET(probe->code), on_tick, probe, NULL);
}

static int
redraw(struct probe *probe)
{
	g_autoptr(AdwApplication) app =
	    adw_application_new("org.yikatong.Redraw", G_APPLICATION_NON_UNIQUE);
	char name[] = "redraw";
	char *argv[] = { name, NULL };

	g_object_set(app, "resource-base-path", "/org/yikatong/App", NULL);
	g_signal_connect(app, "activate", G_CALLBACK(on_activate), probe);

	return g_application_run(G_APPLICATION(app), 1, argv);
}

int
main(int argc, char **argv)
{
	static struct probe probe;

	if (argc == 3 && strcmp(argv[1], "redraw") == 0) {
		probe.left = (guint)g_ascii_strtoull(argv[2], NULL, 10);
		return redraw(&probe);
	}
	if (argc == 6 && strcmp(argv[1], "balance") == 0) {
		probe.near = argv[3];
		probe.far = argv[4];
		probe.wanted = argv[5];
		g_thread_unref(g_thread_new("line", serve, &probe));
		return run_app(&probe, argv[2]);
	}
	if (argc != 3 || strcmp(argv[1], "frame") != 0)
		return 2;
	if (g_getenv(BEGAN) == NULL) {
		g_autofree char *began = g_strdup_printf("%.3f", now_ms(CLOCK_MONOTONIC));

		g_setenv(BEGAN, began, TRUE);
		execv("/proc/self/exe", argv);
		return 1;
	}

	return run_app(&probe, argv[2]);
}
