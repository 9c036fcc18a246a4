/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-spnego.h"

static const guint8 spnego[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x02 };
static const guint8 ntlm[] = { 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a };
static const guint8 kerberos[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02 };
static const guint8 microsoft[] = { 0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 0x01, 0x02, 0x02 };

static const struct {
  SimSpnegoMech mech;
  const guint8 *oid;
  gsize size;
} mechs[] = {
  { SIM_SPNEGO_NTLM, ntlm, sizeof ntlm },
  { SIM_SPNEGO_KERBEROS, kerberos, sizeof kerberos },
  { SIM_SPNEGO_KERBEROS_MICROSOFT, microsoft, sizeof microsoft },
};

static SimSpnegoMech
find_mech (const SimDer *oid)
{
  for (gsize i = 0; i < G_N_ELEMENTS (mechs); i++) {
    if (sim_der_equal (oid, mechs[i].oid, mechs[i].size))
      return mechs[i].mech;
  }
  return SIM_SPNEGO_OTHER;
}

static gboolean
read_mechs (SimSpnegoToken *self, SimDer *fields)
{
  SimDer outer, list, oid;

  if (!sim_der_take (fields, SIM_DER_CONTEXT + 0, &outer))
    return FALSE;
  self->mech_list = outer;
  if (!sim_der_take (&outer, SIM_DER_SEQUENCE, &list) || outer.size > 0)
    return FALSE;
  while (list.size > 0) {
    if (self->n_mechs == SIM_SPNEGO_MECHS_MAX || !sim_der_take (&list, SIM_DER_OID, &oid))
      return FALSE;
    self->mechs[self->n_mechs++] = find_mech (&oid);
  }
  return self->n_mechs > 0;
}

/* [2] and [3] are token and signature in both messages. */
static gboolean
read_tail (SimSpnegoToken *self, SimDer *fields)
{
  self->has_token = sim_der_is (fields, SIM_DER_CONTEXT + 2);
  if (self->has_token
      && !sim_der_take_in (fields, SIM_DER_CONTEXT + 2, SIM_DER_OCTETS, &self->token))
    return FALSE;
  self->has_mic = sim_der_is (fields, SIM_DER_CONTEXT + 3);
  if (self->has_mic && !sim_der_take_in (fields, SIM_DER_CONTEXT + 3, SIM_DER_OCTETS, &self->mic))
    return FALSE;
  return fields->size == 0;
}

static gboolean
read_initial (SimSpnegoToken *self, SimDer *message)
{
  SimDer oid, fields, flags;

  self->initial = TRUE;
  if (!sim_der_take (message, SIM_DER_OID, &oid) || !sim_der_equal (&oid, spnego, sizeof spnego)
      || !sim_der_take_in (message, SIM_DER_CONTEXT + 0, SIM_DER_SEQUENCE, &fields)
      || message->size > 0 || !read_mechs (self, &fields))
    return FALSE;
  if (sim_der_is (&fields, SIM_DER_CONTEXT + 1)
      && !sim_der_take (&fields, SIM_DER_CONTEXT + 1, &flags))
    return FALSE;
  return read_tail (self, &fields);
}

static gboolean
read_response (SimSpnegoToken *self, SimDer *message)
{
  SimDer fields, ignored;

  if (!sim_der_take (message, SIM_DER_SEQUENCE, &fields) || message->size > 0)
    return FALSE;
  if (sim_der_is (&fields, SIM_DER_CONTEXT + 0)
      && !sim_der_take_in (&fields, SIM_DER_CONTEXT + 0, SIM_DER_ENUMERATED, &ignored))
    return FALSE;
  if (sim_der_is (&fields, SIM_DER_CONTEXT + 1)
      && !sim_der_take_in (&fields, SIM_DER_CONTEXT + 1, SIM_DER_OID, &ignored))
    return FALSE;
  return read_tail (self, &fields);
}

gboolean
sim_spnego_read (SimSpnegoToken *self, const guint8 *data, gsize size)
{
  SimDer rest = { data, size };
  SimDer message;

  *self = (SimSpnegoToken){ 0 };
  if (sim_der_take (&rest, SIM_DER_APPLICATION + 0, &message))
    return rest.size == 0 && read_initial (self, &message);
  return sim_der_take (&rest, SIM_DER_CONTEXT + 1, &message) && rest.size == 0
         && read_response (self, &message);
}

gboolean
sim_spnego_is_kerberos (const guint8 *data, gsize size)
{
  SimDer rest = { data, size };
  SimDer message, oid;

  return sim_der_take (&rest, SIM_DER_APPLICATION + 0, &message)
         && sim_der_take (&message, SIM_DER_OID, &oid) && find_mech (&oid) >= SIM_SPNEGO_KERBEROS;
}

static void
put_octets (GByteArray *to, guint8 number, const GByteArray *octets)
{
  gsize from = to->len;

  if (octets == NULL)
    return;
  sim_der_put (to, SIM_DER_OCTETS, octets->data, octets->len);
  sim_der_wrap (to, from, (guint8)(SIM_DER_CONTEXT + number));
}

GByteArray *
sim_spnego_write (SimSpnegoState state, SimSpnegoMech mech, const GByteArray *token,
                  const GByteArray *mic)
{
  GByteArray *bytes = g_byte_array_new ();
  guint8 value = (guint8)state;

  sim_der_put (bytes, SIM_DER_ENUMERATED, &value, 1);
  sim_der_wrap (bytes, 0, SIM_DER_CONTEXT + 0);
  for (gsize i = 0; i < G_N_ELEMENTS (mechs); i++) {
    gsize from = bytes->len;

    if (mechs[i].mech != mech)
      continue;
    sim_der_put (bytes, SIM_DER_OID, mechs[i].oid, mechs[i].size);
    sim_der_wrap (bytes, from, SIM_DER_CONTEXT + 1);
  }
  put_octets (bytes, 2, token);
  put_octets (bytes, 3, mic);
  sim_der_wrap (bytes, 0, SIM_DER_SEQUENCE);
  sim_der_wrap (bytes, 0, SIM_DER_CONTEXT + 1);
  return bytes;
}
