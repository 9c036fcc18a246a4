/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* As much of DER (X.690) as SPNEGO and Kerberos' wrapping need: single-byte tags, definite lengths
 * in their shortest form. Reading takes an element away from the front, or fails and takes none. */
enum {
  SIM_DER_INTEGER = 0x02,
  SIM_DER_OCTETS = 0x04,
  SIM_DER_OID = 0x06,
  SIM_DER_ENUMERATED = 0x0a,
  SIM_DER_TIME = 0x18,
  SIM_DER_STRING = 0x1b,
  SIM_DER_SEQUENCE = 0x30,
  SIM_DER_APPLICATION = 0x60, /* constructed, + number */
  SIM_DER_CONTEXT = 0xa0      /* constructed, + number */
};

typedef struct {
  const guint8 *data;
  gsize size;
} SimDer;

/* Whether the next element has this tag. */
gboolean sim_der_is (const SimDer *self, guint8 tag);
/* @content: what is in the element, without tag and length. */
gboolean sim_der_take (SimDer *self, guint8 tag, SimDer *content);
/* The same for an element in an element and nothing else: [n] { tag { content } }. */
gboolean sim_der_take_in (SimDer *self, guint8 outer, guint8 tag, SimDer *content);
gboolean sim_der_equal (const SimDer *self, const guint8 *data, gsize size);

void sim_der_put (GByteArray *to, guint8 tag, const guint8 *content, gsize size);
/* Wraps everything from @from on. */
void sim_der_wrap (GByteArray *to, gsize from, guint8 tag);

G_END_DECLS
