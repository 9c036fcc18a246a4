/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/wire/wire.h"

G_BEGIN_DECLS

/* Markup being written. The first mistake sticks, so that the writing code needs no ladder of
 * checks; whoever began looks at `error` at the end. */
typedef struct {
  GString *out;
  GError *error;
} WireWriter;

void wire_writer_init (WireWriter *self);
void wire_writer_clear (WireWriter *self);
/* As it is. */
void wire_writer_markup (WireWriter *self, const char *markup);
/* Escaped. What XML cannot hold is INVALID_ARGUMENT naming @argument. */
void wire_writer_text (WireWriter *self, const char *text, const char *argument);
/* <tag>text</tag>; @attributes with a leading space, or NULL. */
void wire_writer_element (WireWriter *self, const char *tag, const char *attributes,
                          const char *text, const char *argument);
void wire_writer_attribute (WireWriter *self, const char *name, const char *value,
                            const char *argument);
/* Opening and closing tag of a parameter: "p:" and a name, which must be a name of CIM. */
void wire_writer_open (WireWriter *self, const char *name, const char *attributes);
void wire_writer_close (WireWriter *self, const char *name);
void wire_writer_fail (WireWriter *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The address of an instance, without EndpointReference around it. */
void wire_writer_reference (WireWriter *self, const HypervCimPath *path, const char *argument);
void wire_writer_selectors (WireWriter *self, const HypervCimPath *path);
/* An in-parameter of a method. */
void wire_writer_parameter (WireWriter *self, const HypervCimProperty *property);
/* A date or interval in the 25 characters of DSP0004, as XML Schema writes it. */
void wire_writer_datetime (WireWriter *self, const char *text, const char *argument);
/* Text of a number, boolean … as XML has it (@upper: TRUE and FALSE, as CIM-XML has it). NULL: a
 * char16 that is no character. */
char *wire_scalar_to_text (HypervCimType type, const HypervCimScalar *item, gboolean upper);
/* CIM-XML (DSP0201), as string parameters that carry an instance want it; not escaped again. */
void wire_writer_embedded (WireWriter *self, const HypervCimInstance *instance, guint depth);

G_END_DECLS
