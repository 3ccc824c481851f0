/*
 * Ride codes on the screens of the client.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/code_draw.h"

#include <string.h>

#include <ykt/hex.h>

#include "cli/cli.h"
#include "code/code_qr.h"
#include "qr/qr.h"

#define PNG_SCALE 6

static const char *
text(const struct term_ui_options *o, const char *msgid)
{
	return messages_text(o->lang, msgid);
}

static void
write_file(const struct term_ui_options *o, const char *name, enum ykt_status status,
    const struct ykt_buf *drawing)
{
	if (status == YKT_OK && o->files != NULL)
		status = o->files->write(name, ykt_buf_view(drawing), false);
	fprintf(o->out, "%s: %s\n", name,
	    status == YKT_OK && o->files != NULL ? text(o, "written")
						 : text(o, "cannot be written"));
}

void
code_draw(const struct term_ui_options *o, const char *hex)
{
	static struct qr_symbol symbol;
	static uint8_t bytes[QR_PNG_MAX];
	uint8_t code_bytes[CODE_QR_MAX];
	struct ykt_buf code = YKT_BUF(code_bytes), out = YKT_BUF(bytes);
	enum ykt_status status = ykt_hex_decode(hex, strlen(hex), &code);

	if (status == YKT_OK)
		status = qr_symbol_make(ykt_buf_view(&code), QR_LEVEL_L, &symbol);
	if (status != YKT_OK) {
		fprintf(o->out, "%s\n", text(o, "does not fit into a symbol"));
		return;
	}
	if (o->raw != NULL)
		write_file(o, o->raw, YKT_OK, &code);
	if (qr_draw_text(&symbol, false, &out) == YKT_OK)
		fwrite(bytes, 1, out.len, o->out);
	out.len = 0;
	if (o->png != NULL)
		write_file(o, o->png, qr_draw_png(&symbol, PNG_SCALE, &out), &out);
	out.len = 0;
	if (o->svg != NULL)
		write_file(o, o->svg, qr_draw_svg(&symbol, &out), &out);
}
