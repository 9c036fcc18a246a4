/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session.h"
#include "client/wire/wire.h"

char *
session_quote (const char *text)
{
  return wire_wql_quote (text);
}
