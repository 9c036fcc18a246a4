/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <string.h>

#include "client/wire/wire.h"

/* What a reply may cost at most, and that honest ones are below: each named limit of the reader. */

#define URI "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/v2/"
#define ENV                                                                                        \
  "<S:Envelope xmlns:S=\"http://www.w3.org/2003/05/soap-envelope\""                                \
  " xmlns:A=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""                                  \
  " xmlns:N=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\""                                 \
  " xmlns:W=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\""                                    \
  " xmlns:C=\"" URI "C\">"

static gboolean
read_reply (WireReply *reply, const char *xml, gsize length, GError **error)
{
  return wire_reply_push (reply, xml, length, error) && wire_reply_end (reply, error);
}

typedef struct {
  const char *sentence;
  const char *before, *piece, *after;
  guint repeat;
  const char *message; /* NULL: within the limit */
} LimitRow;

#define ITEM_BEGIN ENV "<S:Body><N:PullResponse><N:Items><C:C>"
#define ITEM_END "</C:C></N:Items></N:PullResponse></S:Body></S:Envelope>"

static const LimitRow limits[] = {
  { "a text of 16 MiB", ITEM_BEGIN "<C:A>", "0123456789abcdef", "</C:A>" ITEM_END, 1 << 20, NULL },
  { "a text of more", ITEM_BEGIN "<C:A>x", "0123456789abcdef", "</C:A>" ITEM_END, 1 << 20,
    "a text of more than 16777216 bytes" },
  { "65537 properties", ITEM_BEGIN, "<C:A/>", ITEM_END, 65537,
    "an instance of more than 65536 properties" },
  { "65536 properties", ITEM_BEGIN, "<C:A/>", ITEM_END, 65536, NULL },
  { "123 elements deep", ITEM_BEGIN, "<C:A>", "x", 124, "elements nested deeper than 128" },
  { "a million items", ENV "<S:Body><N:PullResponse><N:Items>", "<C:C/>",
    "</N:Items></N:PullResponse></S:Body></S:Envelope>", 1000000, NULL },
  { "more than a million items", ENV "<S:Body><N:PullResponse><N:Items>", "<C:C/>",
    "</N:Items></N:PullResponse></S:Body></S:Envelope>", 1000001,
    "a reply of more than 1000000 items" },
  { "references in references", ITEM_BEGIN "<C:R>",
    "<A:ReferenceParameters><W:SelectorSet><W:Selector Name=\"K\"><A:EndpointReference>", "x", 40,
    "elements nested deeper than 128" },
};

static void
test_limit (gconstpointer data)
{
  const LimitRow *row = data;
  g_autoptr (GString) xml = g_string_new (row->before);
  g_autoptr (WireReply) reply = wire_reply_new (WIRE_PULL, "root/asked", NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < row->repeat; i++)
    g_string_append (xml, row->piece);
  g_string_append (xml, row->after);
  read_reply (reply, xml->str, xml->len, &error);
  if (row->message == NULL) {
    g_assert_no_error (error);
    return;
  }
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
  g_assert_cmpstr (error->message, ==, row->message);
}

/* Each text within its limit, all of them not. */
static void
test_large_item (void)
{
  g_autofree char *text = g_strnfill (1 << 20, 'x');
  g_autofree char *property = g_strconcat ("<C:A>", text, "</C:A>", NULL);
  g_autoptr (WireReply) reply = wire_reply_new (WIRE_PULL, "root/asked", NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (wire_reply_push (reply, ITEM_BEGIN, strlen (ITEM_BEGIN), NULL));
  for (guint i = 0; i < 64; i++)
    g_assert_true (wire_reply_push (reply, property, strlen (property), NULL));
  g_assert_false (read_reply (reply, property, strlen (property), &error));
  g_assert_cmpstr (error->message, ==, "an instance of more than 67108864 bytes");
}

static void
test_attributes (void)
{
  g_autoptr (GString) xml = g_string_new (ENV "<S:Body");
  g_autoptr (WireReply) reply = wire_reply_new (WIRE_PULL, "root/asked", NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 65; i++)
    g_string_append_printf (xml, " a%u=\"\"", i);
  g_string_append (xml, "/></S:Envelope>");
  g_assert_false (read_reply (reply, xml->str, xml->len, &error));
  g_assert_cmpstr (error->message, ==, "element Body with 65 attributes; 64 are allowed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++) {
    g_autofree char *path = g_strconcat ("/wire/limits/", limits[i].sentence, NULL);

    g_test_add_data_func (path, &limits[i], test_limit);
  }
  g_test_add_func ("/wire/limits/65 attributes", test_attributes);
  g_test_add_func ("/wire/limits/more than 64 MiB of text in an item", test_large_item);
  return g_test_run ();
}
