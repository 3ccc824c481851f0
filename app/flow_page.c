/*
 * One run of a function.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/flow_page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/args_view.h"
#include "app/code_view.h"
#include "app/fit.h"
#include "app/form_view.h"
#include "app/keypad_view.h"
#include "app/menu_view.h"
#include "app/result_view.h"
#include "app/shown.h"
#include "app/text.h"
#include "app/window.h"

typedef enum { STAGE_ARGS, STAGE_WORK, STAGE_ASK, STAGE_END } Stage;

struct _AppFlowPage {
	AdwBin parent_instance;
	AppWorker *worker;
	const AppCall *call;
	AppJob *job;
	char *card;   /* that it is meant for, unless another is typed; or NULL */
	int platform; /* of that card, or of all that is done here; -1: not said */
	Stage stage;
	GtkWidget *step;   /* the passing child of the stack, or NULL */
	AppWindow *secret; /* the window that was told to keep a secret, or NULL */
	gulong watching;   /* its signal handler */
	AppWindow *guard;  /* the window that guards for the client, or NULL */

	AdwWindowTitle *title;
	GtkStack *stack;
	GtkLabel *doing;
	GtkProgressBar *bar;
	GtkButton *stop;
	GtkLabel *stopping;
	GtkWidget *end;
};

G_DEFINE_FINAL_TYPE(AppFlowPage, app_flow_page, ADW_TYPE_BIN)

/* --- in the background ------------------------------------------------------------------ */

static void
on_active(AppFlowPage *page)
{
	if (page->stage == STAGE_ASK && page->secret != NULL &&
	    !gtk_window_is_active(GTK_WINDOW(page->secret)))
		app_job_hide(page->job);
}

/* --- what is shown ------------------------------------------------------------------ */

static void
keep_secret(AppFlowPage *page, gboolean secret)
{
	if (!secret == (page->secret == NULL))
		return;
	if (secret) {
		page->secret = app_window_of(GTK_WIDGET(page));
		if (page->secret == NULL)
			return;
		app_window_set_secret(page->secret, TRUE);
		page->watching = g_signal_connect_object(page->secret, "notify::is-active",
		    G_CALLBACK(on_active), page, G_CONNECT_SWAPPED);
		return;
	}
	g_signal_handler_disconnect(page->secret, page->watching);
	app_window_set_secret(page->secret, FALSE);
	page->secret = NULL;
}

/*
 * The window covers itself as soon as it is not the active one, which it neither is
 * when it is minimised, behind others, or a thumbnail. No desktop lets a program keep
 * off pictures that are taken of it in front.
 */
static gboolean
on_protect(AppFlowPage *page, gboolean on)
{
	AppWindow *window = app_window_of(GTK_WIDGET(page));

	if (on == (page->guard != NULL))
		return TRUE;
	if (on && window == NULL)
		return FALSE;
	app_window_set_secret(on ? window : page->guard, on);
	page->guard = on ? window : NULL;

	return TRUE;
}

static void
drop_step(AppFlowPage *page)
{
	if (page->step != NULL)
		gtk_stack_remove(page->stack, page->step);
	page->step = NULL;
}

static void
show_step(AppFlowPage *page, GtkWidget *step, gboolean secret)
{
	GtkWidget *old = page->step;

	app_fit(step);
	gtk_stack_add_child(page->stack, step);
	gtk_stack_set_visible_child(page->stack, step);
	page->step = step;
	if (old != NULL)
		gtk_stack_remove(page->stack, old);
	keep_secret(page, secret);
	if (gtk_widget_get_root(GTK_WIDGET(page)) != NULL)
		gtk_widget_child_focus(step, GTK_DIR_TAB_FORWARD);
}

static void
show_work(AppFlowPage *page)
{
	page->stage = STAGE_WORK;
	gtk_stack_set_visible_child_name(page->stack, "work");
	drop_step(page);
	keep_secret(page, FALSE);
}

static void
on_progress(AppFlowPage *page, const char *text, guint done, guint total)
{
	if (page->stage == STAGE_END || APP_IS_CODE_VIEW(page->step))
		return;
	if (page->stage != STAGE_WORK)
		show_work(page);
	gtk_label_set_text(page->doing, app_text_tr(text));
	if (total > 0)
		gtk_progress_bar_set_fraction(page->bar, (double)MIN(done, total) / total);
	else
		gtk_progress_bar_pulse(page->bar);
}

static void
on_answered(AppFlowPage *page, const struct ykt_answers *answers)
{
	app_job_answer(page->job, answers);
	show_work(page);
}

/* The card's next word is on its way: what was chosen from stands until it comes. */
static void
on_menu_answered(AppFlowPage *page, const struct ykt_answers *answers)
{
	page->stage = STAGE_WORK;
	app_job_answer(page->job, answers);
}

/* Titles and texts are the card's own words. */
static void
show_menu(AppFlowPage *page, const AppScreen *screen, gboolean asks)
{
	AppMenuView *view = app_menu_view_new(screen, asks);

	if (strcmp(screen->id, "card_list") == 0)
		adw_window_title_set_title(page->title, screen->title);
	g_signal_connect_swapped(view, "answered", G_CALLBACK(on_menu_answered), page);
	show_step(page, GTK_WIDGET(view), screen->secure);
}

static void
ask_form(AppFlowPage *page, AppScreen *screen)
{
	AppFormView *form = app_form_view_new(screen, app_worker_get_config(page->worker));

	adw_window_title_set_title(page->title, app_text_tr(screen->title));
	g_signal_connect_swapped(form, "answered", G_CALLBACK(on_answered), page);
	show_step(page, GTK_WIDGET(form), screen->secure);
}

static void
on_ask(AppFlowPage *page, AppScreen *screen)
{
	page->stage = STAGE_ASK;
	if (app_menu_view_draws(screen))
		show_menu(page, screen, TRUE);
	else
		ask_form(page, screen);
}

static void
on_press(AppFlowPage *page, guint position)
{
	app_job_press(page->job, position);
}

static void
on_keypad(AppFlowPage *page, const AppPad *pad)
{
	page->stage = STAGE_ASK;
	if (!APP_IS_KEYPAD_VIEW(page->step)) {
		AppKeypadView *keypad = app_keypad_view_new();

		g_signal_connect_swapped(keypad, "press", G_CALLBACK(on_press), page);
		show_step(page, GTK_WIDGET(keypad), TRUE);
	}
	app_keypad_view_update(APP_KEYPAD_VIEW(page->step), pad);
}

static void
on_show(AppFlowPage *page, AppScreen *screen)
{
	page->stage = STAGE_WORK;
	if (app_menu_view_draws(screen)) {
		show_menu(page, screen, FALSE);
		return;
	}
	if (app_screen_field(screen, "code") == NULL) {
		show_step(
		    page, GTK_WIDGET(app_result_view_new(screen, page->call)), screen->secure);
		return;
	}
	adw_window_title_set_title(page->title, app_text_tr(screen->title));
	if (!APP_IS_CODE_VIEW(page->step))
		show_step(page, GTK_WIDGET(app_code_view_new()), screen->secure);
	app_code_view_update(APP_CODE_VIEW(page->step), screen);
}

/* The user gave a question up, and there is nothing to say about money. */
static gboolean
ends_unsaid(AppFlowPage *page, const AppScreen *result, int status)
{
	return status == YKT_CANCELLED && app_job_is_cancelled(page->job) &&
	       page->call != app_call_menu() &&
	       (result == NULL || app_screen_field(result, "money") == NULL);
}

static void
on_finished(AppFlowPage *page, int status)
{
	const AppScreen *result = app_job_get_result(page->job);

	page->stage = STAGE_END;
	gtk_widget_set_visible(page->end, FALSE);
	if (gtk_widget_get_root(GTK_WIDGET(page)) == NULL)
		return;
	if (result == NULL || ends_unsaid(page, result, status)) {
		gtk_widget_activate_action(GTK_WIDGET(page), "win.flow-over", NULL);
		return;
	}
	adw_window_title_set_title(page->title, app_text_tr(result->title));
	show_step(page, GTK_WIDGET(app_result_view_new(result, page->call)), result->secure);
}

/* --- where ------- */

/* A card that was typed over the one that was meant may be another platform's. */
static int
platform_of(const AppFlowPage *page, const char *const *args)
{
	int card = app_call_card(page->call);

	if (args == NULL || card < 0 || args[card] == NULL || *args[card] == '\0')
		return page->platform;

	return g_strcmp0(args[card], page->card) == 0 ? page->platform : -1;
}

int
app_flow_page_get_platform(AppFlowPage *page)
{
	g_return_val_if_fail(APP_IS_FLOW_PAGE(page), -1);

	return page->job != NULL ? app_job_get_platform(page->job) : page->platform;
}

/* --- running ---------------------------------------------------------------------------- */

static void
begin(AppFlowPage *page, const char *const *args)
{
	page->job = app_job_new(page->call, args, FALSE);
	app_job_set_platform(page->job, platform_of(page, args));
	g_signal_connect_object(
	    page->job, "progress", G_CALLBACK(on_progress), page, G_CONNECT_SWAPPED);
	g_signal_connect_object(page->job, "show", G_CALLBACK(on_show), page, G_CONNECT_SWAPPED);
	g_signal_connect_object(page->job, "ask", G_CALLBACK(on_ask), page, G_CONNECT_SWAPPED);
	g_signal_connect_object(
	    page->job, "keypad", G_CALLBACK(on_keypad), page, G_CONNECT_SWAPPED);
	g_signal_connect_object(
	    page->job, "protect", G_CALLBACK(on_protect), page, G_CONNECT_SWAPPED);
	g_signal_connect_object(
	    page->job, "finished", G_CALLBACK(on_finished), page, G_CONNECT_SWAPPED);
	show_work(page);
	app_worker_run(page->worker, page->job);
}

static void
on_args(AppFlowPage *page, char **args)
{
	if (page->job == NULL)
		begin(page, (const char *const *)args);
}

static void
stop(AppFlowPage *page)
{
	if (page->job != NULL)
		app_job_cancel(page->job);
	gtk_widget_set_sensitive(GTK_WIDGET(page->stop), FALSE);
	gtk_widget_set_visible(GTK_WIDGET(page->stopping), TRUE);
}

void
app_flow_page_leave(AppFlowPage *page)
{
	g_return_if_fail(APP_IS_FLOW_PAGE(page));
	switch (page->stage) {
	case STAGE_ARGS:
	case STAGE_END:
		gtk_widget_activate_action(GTK_WIDGET(page), "win.flow-over", NULL);
		break;
	case STAGE_ASK:
		if (APP_IS_MENU_VIEW(page->step)) {
			app_menu_view_back(APP_MENU_VIEW(page->step));
			break;
		}
		/* fall through */
	case STAGE_WORK:
		stop(page);
		if (APP_IS_CODE_VIEW(page->step))
			gtk_widget_activate_action(GTK_WIDGET(page), "win.flow-over", NULL);
		break;
	}
}

/* --- the object ---------------------------------------------------------------------------- */

static void
app_flow_page_unroot(GtkWidget *widget)
{
	AppFlowPage *page = APP_FLOW_PAGE(widget);

	keep_secret(page, FALSE);
	(void)on_protect(page, FALSE);
	if (page->job != NULL && page->stage != STAGE_END)
		app_job_cancel(page->job);
	GTK_WIDGET_CLASS(app_flow_page_parent_class)->unroot(widget);
}

static void
app_flow_page_dispose(GObject *object)
{
	AppFlowPage *page = APP_FLOW_PAGE(object);

	g_clear_object(&page->job);
	g_clear_object(&page->worker);
	g_clear_pointer(&page->card, g_free);
	G_OBJECT_CLASS(app_flow_page_parent_class)->dispose(object);
}

static void
app_flow_page_class_init(AppFlowPageClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = app_flow_page_dispose;
	widget_class->unroot = app_flow_page_unroot;
	gtk_widget_class_set_template_from_resource(
	    widget_class, "/org/yikatong/App/ui/flow_page.ui");
	gtk_widget_class_bind_template_child(widget_class, AppFlowPage, title);
	gtk_widget_class_bind_template_child(widget_class, AppFlowPage, stack);
	gtk_widget_class_bind_template_child(widget_class, AppFlowPage, doing);
	gtk_widget_class_bind_template_child(widget_class, AppFlowPage, bar);
	gtk_widget_class_bind_template_child(widget_class, AppFlowPage, stop);
	gtk_widget_class_bind_template_child(widget_class, AppFlowPage, stopping);
	gtk_widget_class_bind_template_child(widget_class, AppFlowPage, end);
	gtk_widget_class_bind_template_callback(widget_class, stop);
}

static void
app_flow_page_init(AppFlowPage *page)
{
	gtk_widget_init_template(GTK_WIDGET(page));
	app_shown_follow(GTK_WIDGET(page->stack));
}

AppFlowPage *
app_flow_page_new(AppWorker *worker, const AppCall *call, const char *const *args,
    gboolean optional, const AppTarget *target)
{
	AppFlowPage *page = g_object_new(APP_TYPE_FLOW_PAGE, NULL);
	const char *only_card[APP_ARGS_MAX] = { NULL };
	int card = app_call_card(call);
	AppArgsView *view;

	page->worker = g_object_ref(worker);
	page->call = call;
	page->card = target != NULL && card >= 0 ? g_strdup(target->card) : NULL;
	page->platform = target != NULL ? app_worker_platform_find(worker, target->platform) : -1;
	if (page->card != NULL && args == NULL && !app_call_asks(call, FALSE)) {
		only_card[card] = page->card;
		args = only_card;
	}
	gtk_widget_set_visible(page->end, call == app_call_menu());
	adw_window_title_set_title(page->title, app_text_tr(app_call_title(call)));
	if (args != NULL || !app_call_asks(call, optional)) {
		begin(page, args);
		return page;
	}
	page->stage = STAGE_ARGS;
	view = app_args_view_new(call, optional || page->card != NULL, page->card);
	g_signal_connect_swapped(view, "chosen", G_CALLBACK(on_args), page);
	show_step(page, GTK_WIDGET(view), FALSE);

	return page;
}
