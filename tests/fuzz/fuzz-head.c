/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include "simulator/listener/listener-head.h"

/* The head of a request, at once and byte for byte: where a message ends must not depend on how it
 * came. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  SimHead whole = { 0 }, slow = { 0 };
  SimRefusalKind refusal = SIM_REFUSAL_BAD, slow_refusal = SIM_REFUSAL_BAD;
  SimHeadResult result = sim_head_read (&whole, (const char *)data, size, &refusal);
  SimHeadResult slow_result = SIM_HEAD_INCOMPLETE;

  for (gsize n = 1; n <= size && slow_result == SIM_HEAD_INCOMPLETE; n++)
    slow_result = sim_head_read (&slow, (const char *)data, n, &slow_refusal);
  g_assert_cmpint (result, ==, slow_result);
  if (result == SIM_HEAD_REFUSED)
    g_assert_cmpint (refusal, ==, slow_refusal);
  if (result != SIM_HEAD_COMPLETE)
    return 0;
  g_assert_cmpuint (whole.line, <=, MIN (size, SIM_HEAD_MAX));
  g_assert_cmpuint (whole.line, ==, slow.line);
  g_assert_cmpuint (whole.length, ==, slow.length);
  g_assert_false (whole.chunked && whole.n_lengths > 0);
  g_assert_true (whole.n_hosts <= 1 && whole.n_lengths <= 1);
  return 0;
}
