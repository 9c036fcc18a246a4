/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include "simulator/listener/listener-spnego.h"

/* SPNEGO and the DER below it. What is read points into what was given; a chain of elements is
 * shorter with each one that is taken. */

static void
check_part (const guint8 *data, gsize size, gboolean has, const SimDer *part)
{
  if (!has)
    return;
  g_assert_true (part->data >= data && part->data <= data + size);
  g_assert_true (part->size <= (gsize)(data + size - part->data));
}

static void
take_all (SimDer rest, guint depth)
{
  while (rest.size > 0) {
    SimDer before = rest, content;

    if (!sim_der_take (&rest, rest.data[0], &content))
      return;
    g_assert_true (rest.size < before.size && content.size < before.size);
    check_part (before.data, before.size, TRUE, &content);
    if (depth < 16)
      take_all (content, depth + 1);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  SimSpnegoToken token;

  take_all ((SimDer){ data, size }, 0);
  sim_spnego_is_kerberos (data, size);
  if (!sim_spnego_read (&token, data, size))
    return 0;
  g_assert_cmpuint (token.n_mechs, <=, SIM_SPNEGO_MECHS_MAX);
  check_part (data, size, token.has_token, &token.token);
  check_part (data, size, token.has_mic, &token.mic);
  check_part (data, size, token.initial, &token.mech_list);
  return 0;
}
