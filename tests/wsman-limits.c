/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-read.h"
#include "tests/wsman-fixture.h"

/* The limits of the reader, one more and just enough each; encodings; and who may ask what. */

#define CLASS V2_URI "Msvm_ComputerSystem"

static char *
repeat (const char *text, guint n)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (out, text, i);
  return g_string_free (out, FALSE);
}

static char *
get_with_headers (const char *headers)
{
  return wsman_fixture_request (TRANSFER_URI "Get", CLASS, headers, "");
}

/* The root, its Header or Body, and what is in them count. */
static char *
make_depth (guint n)
{
  g_autofree char *open = repeat ("<x>", n - 2);
  g_autofree char *close = repeat ("</x>", n - 2);
  g_autofree char *body = g_strconcat (open, close, NULL);

  return wsman_fixture_request (TRANSFER_URI "Get", CLASS, "", body);
}

/* Ten elements are there already. */
static char *
make_elements (guint n)
{
  g_autofree char *items = repeat ("<x/>", n - 10);
  g_autofree char *body = g_strconcat ("<x>", items, "</x>", NULL);

  return wsman_fixture_request (TRANSFER_URI "Get", CLASS, "", body);
}

/* Five headers are there already. */
static char *
make_headers (guint n)
{
  g_autofree char *headers = repeat ("<x%u/>", n - 5);

  return get_with_headers (headers);
}

static char *
make_selectors (guint n)
{
  g_autofree char *selectors = repeat ("<w:Selector Name=\"K%u\">v</w:Selector>", n);
  g_autofree char *headers = g_strconcat ("<w:SelectorSet>", selectors, "</w:SelectorSet>", NULL);

  return wsman_fixture_request (ENUMERATION_URI "Enumerate", V2_URI "*", headers, "<n:Enumerate/>");
}

static char *
make_options (guint n)
{
  g_autofree char *options = repeat ("<w:Option Name=\"o%u\"/>", n);
  g_autofree char *headers = g_strconcat ("<w:OptionSet>", options, "</w:OptionSet>", NULL);

  return get_with_headers (headers);
}

static char *
make_uri (guint n)
{
  g_autofree char *tail = g_strnfill (n - strlen (V2_URI), 'x');
  g_autofree char *uri = g_strconcat (V2_URI, tail, NULL);

  return wsman_fixture_request (TRANSFER_URI "Get", uri, "", "");
}

static const struct {
  const char *sentence;
  char *(*make) (guint n);
  guint most;
  const char *refusal; /* of one more */
  guint32 code;
} limits[] = {
  { "elements in each other", make_depth, WSMAN_MAX_DEPTH, "elements nested more than 32 deep",
    2150858805u },
  { "elements in all", make_elements, WSMAN_MAX_ELEMENTS, "more than 20000 elements", 2150858805u },
  { "headers", make_headers, WSMAN_MAX_HEADERS, "more than 64 headers", 2150858805u },
  { "selectors", make_selectors, WSMAN_MAX_SELECTORS, "more than 64 selectors", 2150858826u },
  { "options", make_options, WSMAN_MAX_OPTIONS, "more than 128 w:Option", 2150858827u },
  { "length of a URI", make_uri, WSMAN_MAX_URI, "w:ResourceURI has more than 2048 characters",
    2150858797u },
};

static void
test_limit (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *enough = limits[i].make (limits[i].most);
  g_autofree char *more = limits[i].make (limits[i].most + 1);
  g_autoptr (SimExchange) good = wsman_fixture_send (fixture, enough);
  g_autoptr (SimExchange) bad = wsman_fixture_send (fixture, more);
  g_autofree char *reply = wsman_fixture_reply (bad);
  g_autofree char *code = wsman_fixture_between (reply, " Code=\"", "\"");
  g_autofree char *expected = g_strdup_printf ("%u", limits[i].code);

  g_assert_cmpstr (good->refusal, !=, limits[i].refusal);
  g_assert_cmpstr (bad->refusal, ==, limits[i].refusal);
  g_assert_cmpstr (bad->fault, ==, "w:EncodingLimit");
  g_assert_cmpstr (code, ==, expected);
}

static void
test_size (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *body = g_strnfill (500 * 1024 + 1, ' ');
  g_autoptr (SimExchange) more = wsman_fixture_send (fixture, body);
  g_autoptr (SimExchange) enough = wsman_fixture_send (fixture, body + 1);
  g_autoptr (SimExchange) empty = wsman_fixture_send (fixture, "");

  g_assert_cmpuint (more->status, ==, 413);
  g_assert_null (more->reply);
  g_assert_cmpstr (more->refusal, ==, "body of 512001 bytes, at most 512000");
  g_assert_cmpuint (enough->status, ==, 500);
  g_assert_nonnull (enough->reply);
  g_assert_cmpuint (empty->status, ==, 500);
  g_assert_null (empty->reply);
  g_assert_cmpstr (empty->refusal, ==, "empty body");
}

/* The least envelope that may be asked for holds 4096 characters. */
static void
test_large_reply (void)
{
  g_autofree char *text = g_strnfill (3500, 'x');
  g_autofree char *mof = g_strdup_printf (
      "#pragma namespace (\"root/cimv2\")\ninstance of Win32_ComputerSystemProduct "
      "{ IdentifyingNumber = \"1\"; Name = \"%s\"; Version = \"1\"; };\n",
      text);
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", mof);
  g_autofree char *request
      = wsman_fixture_request (TRANSFER_URI "Get", CIMV2_URI "Win32_ComputerSystemProduct",
                               "<w:MaxEnvelopeSize>8192</w:MaxEnvelopeSize>", "");
  g_autoptr (SimExchange) exchange = wsman_fixture_send (fixture, request);
  g_autofree char *reply = wsman_fixture_reply (exchange);

  g_assert_cmpstr (exchange->fault, ==, "w:EncodingLimit");
  g_assert_nonnull (strstr (reply, "/faultDetail/MaxEnvelopeSizeExceeded<"));
  g_assert_cmpstr (exchange->refusal, ==,
                   "the reply has more than the 4096 characters that w:MaxEnvelopeSize leaves");
}

/* Names that come once and never again do not pile up in the kept parser. */
static void
test_many_names (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *good = wsman_fixture_enumerate ("SELECT * FROM Msvm_ComputerSystem", "");

  for (guint i = 0; i < 4; i++) {
    g_autoptr (GString) names = g_string_new ("<x>");
    g_autofree char *many = NULL;
    g_autofree char *reply = NULL;
    g_autoptr (SimExchange) refused = NULL;

    for (guint n = 0; n < WSMAN_MAX_DICTIONARY; n++)
      g_string_append_printf (names, "<n%u-%u/>", i, n);
    g_string_append (names, "</x>");
    many = wsman_fixture_request (TRANSFER_URI "Get", CLASS, "", names->str);
    refused = wsman_fixture_send (fixture, many);
    reply = wsman_fixture_ask (fixture, good, 200);
    g_assert_cmpuint (refused->status, ==, 500);
    g_assert_nonnull (strstr (reply, "<n:EnumerationContext>uuid:"));
    g_assert_cmpint (xmlDictSize (fixture->wsman->parser->dict), <, 2 * WSMAN_MAX_DICTIONARY);
  }
}

/* ---- encodings ---- */
static const struct {
  const char *sentence, *charset, *encoding, *mark;
  gsize mark_length;
  const char *refusal; /* NULL: read */
} encodings[] = {
  { "UTF-8", "utf-8", "UTF-8", "", 0, NULL },
  { "UTF-8 in capitals", "UTF-8", "UTF-8", "", 0, NULL },
  { "UTF-8 with a mark", "utf-8", "UTF-8", "\xEF\xBB\xBF", 3, NULL },
  { "UTF-16 without a mark", "utf-16", "UTF-16LE", "", 0, NULL },
  { "UTF-16 without a mark, big end first", "utf-16", "UTF-16BE", "", 0, NULL },
  { "UTF-16, little end first", "utf-16", "UTF-16LE", "\xFF\xFE", 2, NULL },
  { "UTF-16, big end first", "utf-16", "UTF-16BE", "\xFE\xFF", 2, NULL },
  { "another charset", "iso-8859-1", "UTF-8", "", 0, "charset iso-8859-1, not utf-8 or utf-16" },
  { "UTF-8 that calls itself UTF-16", "utf-16", "UTF-8", " ", 1, "" },
};

static void
test_encoding (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *body = wsman_fixture_enumerate ("SELECT * FROM Msvm_ComputerSystem", "");
  g_autoptr (SimExchange) exchange = sim_exchange_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *encoded = NULL;
  gsize length;

  encoded = g_convert (body, -1, encodings[i].encoding, "UTF-8", NULL, &length, NULL);
  g_byte_array_append (bytes, (const guint8 *)encodings[i].mark, (guint)encodings[i].mark_length);
  g_byte_array_append (bytes, (const guint8 *)encoded, (guint)length);
  exchange->request = g_bytes_new (bytes->data, bytes->len);
  exchange->charset = g_strdup (encodings[i].charset);
  exchange->user = g_strdup ("administrator");
  wsman_read (fixture->wsman, exchange);
  if (encodings[i].refusal == NULL) {
    g_assert_cmpstr (exchange->refusal, ==, NULL);
    g_assert_cmpstr (exchange->operation, ==, "Enumerate");
    return;
  }
  g_assert_cmpuint (exchange->status, ==, 500);
  if (*encodings[i].refusal != '\0')
    g_assert_cmpstr (exchange->refusal, ==, encodings[i].refusal);
}

/* ---- who asks ---- */
static void
test_anonymous (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *body = wsman_fixture_enumerate ("SELECT * FROM Msvm_ComputerSystem", "");
  g_autoptr (SimExchange) exchange = wsman_fixture_send_as (fixture, body, NULL);
  g_autofree char *reply = wsman_fixture_reply (exchange);

  g_assert_cmpuint (exchange->status, ==, 500);
  g_assert_cmpstr (exchange->fault, ==, "w:AccessDenied");
  g_assert_nonnull (strstr (reply, " Code=\"5\""));
}

/* What the filters call. */
static void
test_answer_fault (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autoptr (SimExchange) exchange = sim_exchange_new ();

  g_assert_false (wsman_answer_fault (fixture->wsman, exchange, "NoSuchFault"));
  g_assert_cmpuint (exchange->status, ==, 0);
  g_assert_true (wsman_answer_fault (fixture->wsman, exchange, "TimedOut"));
  g_assert_cmpuint (exchange->status, ==, 500);
  g_assert_cmpstr (exchange->fault, ==, "w:TimedOut");
}

/* The head is what the journal and the filters see. */
static void
test_head (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new ("2019", 0);
  g_autofree char *body
      = wsman_fixture_enumerate ("select Name from MSVM_computersystem where Name = 'x'", "");
  g_autoptr (SimExchange) exchange = wsman_fixture_send (fixture, body);

  g_assert_cmpstr (exchange->operation, ==, "Enumerate");
  g_assert_cmpstr (exchange->action, ==, ENUMERATION_URI "Enumerate");
  g_assert_cmpstr (exchange->resource, ==, V2_URI "*");
  g_assert_cmpstr (exchange->name_space, ==, "root/virtualization/v2");
  g_assert_true (g_ascii_strcasecmp (exchange->class_name, "Msvm_ComputerSystem") == 0);
  g_assert_cmpstr (exchange->message_id, ==, "uuid:11111111-2222-4333-8444-555555555555");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++) {
    g_autofree char *path = g_strconcat ("/wsman/limits/", limits[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_limit);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (encodings); i++) {
    g_autofree char *path = g_strconcat ("/wsman/limits/encoding/", encodings[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_encoding);
  }
  g_test_add_func ("/wsman/limits/size of a request", test_size);
  g_test_add_func ("/wsman/limits/size of a reply", test_large_reply);
  g_test_add_func ("/wsman/limits/many names", test_many_names);
  g_test_add_func ("/wsman/limits/anonymous may only identify", test_anonymous);
  g_test_add_func ("/wsman/limits/a fault by its name", test_answer_fault);
  g_test_add_func ("/wsman/limits/head", test_head);
  return g_test_run ();
}
