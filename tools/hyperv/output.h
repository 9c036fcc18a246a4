/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/* What a command found is a JSON value; a table is one way to print it. */
typedef enum { OUTPUT_TABLE, OUTPUT_JSON } OutputForm;

/* Members of the object that is being built; @text (nullable): null. */
void output_add_text (JsonBuilder *builder, const char *name, const char *text);
void output_add_int (JsonBuilder *builder, const char *name, gint64 value);
void output_add_flag (JsonBuilder *builder, const char *name, gboolean value);

gboolean output_form_from_string (const char *name, OutputForm *form);
/* An array of objects is a table with a column for each member; an object is a line for each. */
void output_print (JsonNode *node, OutputForm form);
