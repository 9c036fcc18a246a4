/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-seal.h"
#include "simulator/listener/listener-spnego.h"
#include "tests/listener-initiator.h"

#include <string.h>

#define LINE "--Encrypted Boundary"
#define BLANK "-- Encrypted Boundary"

typedef struct {
  Fixture *fixture;
  GSocket *socket;
  Initiator initiator;
} Story;

static void
refuse_clear (SimListenerConfig *config)
{
  config->auth.refuse_clear = TRUE;
}

static void
story_begin (Story *self)
{
  g_autofree char *reply = NULL;

  *self = (Story){ .fixture = fixture_new (refuse_clear),
                   .initiator = { "administrator", "secret", "" } };
  self->socket = fixture_connect (self->fixture);
  reply = initiator_log_in (&self->initiator, self->socket, "");
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 200 \r\n"));
}

static void
story_end (Story *self)
{
  initiator_clear (&self->initiator);
  g_object_unref (self->socket);
  fixture_free (self->fixture);
}

static char *
post (Story *self, const GByteArray *body)
{
  return initiator_post (self->socket, NULL, NULL, INITIATOR_SEALED, body->data, body->len);
}

/* How clients write it, and how the reply mirrors it. */
static const struct {
  const char *sentence, *delimiter, *tab, *text, *expected;
} styles[] = {
  { "a TAB, as Windows, pywinrm and Go", LINE, "\t", "text", "administrator utf-8 4: text" },
  { "no TAB, as Ruby", LINE, "", "text", "administrator utf-8 4: text" },
  { "a blank in the boundary, as Exchange", BLANK, "\t", "text", "administrator utf-8 4: text" },
  { "the boundary within the text", LINE, "\t", LINE "--\r\n",
    "administrator utf-8 24: " LINE "--\r\n" },
  { "one letter", LINE, "\t", "x", "administrator utf-8 1: x" },
};

static void
test_style (gconstpointer data)
{
  const gsize i = GPOINTER_TO_SIZE (data);
  Story story;

  story_begin (&story);
  for (guint k = 0; k < 3; k++) {
    g_autoptr (GByteArray) body
        = initiator_seal (&story.initiator, styles[i].text, styles[i].delimiter, styles[i].tab);
    g_autofree char *reply = post (&story, body);
    g_autofree char *text = initiator_unseal (&story.initiator, reply, styles[i].tab);
    const char *content = strstr (reply, "\r\n\r\n") + 4;

    g_assert_cmpstr (text, ==, styles[i].expected);
    g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 200 \r\n" INITIATOR_SEALED "Server: "));
    g_assert_true (g_str_has_prefix (content, styles[i].delimiter));
  }
  story_end (&story);
}

static void
test_two_nuls (void)
{
  Story story;
  g_autoptr (GByteArray) body = NULL;
  g_autofree char *reply = NULL;
  g_autofree char *text = NULL;
  const char *length;

  /* Two more bytes than Length says: sealed as text of six, then called four. */
  story_begin (&story);
  body = initiator_seal (&story.initiator, "textAB", LINE, "");
  length = g_strstr_len ((const char *)body->data, body->len, "Length=6");
  body->data[(const guint8 *)length - body->data + 7] = '4';
  reply = post (&story, body);
  text = initiator_unseal (&story.initiator, reply, "");
  g_assert_null (text); /* they are no NULs */
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 500 \r\n"));
  story_end (&story);
}

/* omicli: NULs after the text, counted in its Length. */
static void
test_counted_nuls (void)
{
  static const guint8 text[] = { 't', 'e', 'x', 't', 0, 0 };
  Story story;
  g_autoptr (GByteArray) body = NULL;
  g_autofree char *reply = NULL;
  g_autofree char *answer = NULL;
  guint8 data[sizeof text], signature[SIM_NTLM_SIGNATURE];
  guint at;

  story_begin (&story);
  body = initiator_seal (&story.initiator, "texttt", LINE, "");
  sim_ntlm_session_free (story.initiator.session);
  story.initiator.session
      = sim_ntlm_session_new (story.initiator.crypto, (const guint8 *)"UUUUUUUUUUUUUUUU",
                              0xe28a8235u, TRUE); /* begins anew, with these bytes */
  sim_ntlm_session_seal (story.initiator.session, text, sizeof text, data, signature);
  at = body->len - (guint)strlen (LINE "--\r\n") - (guint)sizeof text;
  memcpy (body->data + at, data, sizeof data);
  memcpy (body->data + at - sizeof signature, signature, sizeof signature);
  reply = post (&story, body);
  answer = initiator_unseal (&story.initiator, reply, "");
  g_assert_cmpstr (answer, ==, "administrator utf-8 4: text");
  story_end (&story);
}

static void
test_without_a_context (void)
{
  Story story;
  g_autoptr (GByteArray) body = NULL;
  g_autofree char *reply = NULL;
  g_autofree char *refusal = NULL;
  g_autoptr (GSocket) other = NULL;

  story_begin (&story);
  body = initiator_seal (&story.initiator, "text", LINE, "\t");
  other = fixture_connect (story.fixture);
  reply = initiator_post (other, NULL, NULL, FIXTURE_BASIC INITIATOR_SEALED, body->data, body->len);
  refusal = fixture_last_refusal (story.fixture);
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 500 \r\n"));
  g_assert_cmpstr (refusal, ==, "500 sealed body: nothing was agreed on to seal with");
  story_end (&story);
}

static void
test_replayed (void)
{
  Story story;
  g_autoptr (GByteArray) body = NULL;
  g_autofree char *reply = NULL;
  g_autofree char *again = NULL;

  story_begin (&story);
  body = initiator_seal (&story.initiator, "text", LINE, "\t");
  reply = post (&story, body);
  again = post (&story, body);
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 200 \r\n"));
  g_assert_true (g_str_has_prefix (again, "HTTP/1.1 500 \r\n"));
  story_end (&story);
}

static void
fail_seal (Fixture *self)
{
  sim_listener_fail_auth (self->listener, SIM_AUTH_FAILURE_UNSEALED_REPLY, 1);
}

static void
test_unsealed_reply (void)
{
  Story story;
  g_autoptr (GByteArray) body = NULL;
  g_autofree char *reply = NULL;

  story_begin (&story);
  fixture_run (story.fixture, fail_seal);
  body = initiator_seal (&story.initiator, "text", LINE, "\t");
  reply = post (&story, body);
  g_assert_true (g_str_has_suffix (reply, "\r\n\r\nadministrator utf-8 4: text"));
  story_end (&story);
}

/* A mechanism that seals nothing, so that every cut and every change is read to its end. */
static gboolean
copy_out (gpointer state, const guint8 *header, gsize header_size, const guint8 *data, gsize size,
          GByteArray *text)
{
  g_byte_array_append (text, data, (guint)size);
  return TRUE;
}

static const char whole[]
    = LINE "\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
           "\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=4\r\n" LINE
           "\r\n\tContent-Type: application/octet-stream\r\n"
           "\x02\0\0\0hhtext" LINE "--\r\n";

static gboolean
opens (const void *data, gsize size)
{
  static const SimMech mech = { .name = "none", .unwrap = copy_out };
  const SimSession session = { &mech, NULL };
  g_autofree void *exact = g_memdup2 (data, MAX (size, 1));
  g_autoptr (GBytes) body = g_bytes_new_static (exact, size);
  g_autoptr (SimSealStyle) style = sim_seal_style_new ();
  const char *wrong = NULL;
  g_autoptr (GBytes) text = sim_seal_open (&session, body, style, &wrong);

  g_assert_true ((text == NULL) == (wrong != NULL));
  return text != NULL;
}

static void
test_broken_bodies (void)
{
  const gsize size = sizeof whole - 1;
  g_autofree char *copy = g_memdup2 (whole, size);
  g_autoptr (GByteArray) many = g_byte_array_new ();

  g_assert_true (opens (whole, size));
  for (gsize i = 0; i < size; i++)
    g_assert_true (!opens (whole, i) || i == size - 2); /* the last CRLF may be missing */
  for (gsize i = 0; i < size; i++) {
    for (guint bit = 0; bit < 8; bit++) {
      copy[i] = (char)(whole[i] ^ 1 << bit);
      opens (copy, size);
    }
    copy[i] = whole[i];
  }
  for (guint i = 0; i < SIM_SEAL_PARTS_MAX; i++)
    g_byte_array_append (many, (const guint8 *)whole, (guint)(size - strlen (LINE "--\r\n")));
  g_byte_array_append (many, (const guint8 *)LINE "--\r\n", (guint)strlen (LINE "--\r\n"));
  g_assert_true (opens (many->data, many->len));
  g_byte_array_prepend (many, (const guint8 *)whole, (guint)(size - strlen (LINE "--\r\n")));
  g_assert_false (opens (many->data, many->len));
}

/* curl's first token through gss-ntlmssp. */
static const char initial[]
    = "YEgGBisGAQUFAqA+MDygDjAMBgorBgEEAYI3AgIKoioEKE5UTE1TU1AAAQAAABeCCOIAAAAAAAAAAAAAAAAAAAAA"
      "BgIAAAAAAA8=";

static gboolean
spnego_reads (const guint8 *data, gsize size)
{
  g_autofree guint8 *exact = g_memdup2 (data, MAX (size, 1));
  SimSpnegoToken token;

  sim_spnego_is_kerberos (exact, size);
  return sim_spnego_read (&token, exact, size);
}

static void
test_spnego (void)
{
  gsize size = 0;
  g_autofree guint8 *data = g_base64_decode (initial, &size);
  SimSpnegoToken token;
  g_autoptr (GByteArray) mic = g_byte_array_append (g_byte_array_new (), (const guint8 *)"m", 1);
  g_autoptr (GByteArray) response
      = sim_spnego_write (SIM_SPNEGO_COMPLETED, SIM_SPNEGO_NTLM, mic, mic);

  g_assert_true (sim_spnego_read (&token, data, size));
  g_assert_true (token.initial && token.has_token && !token.has_mic);
  g_assert_cmpuint (token.n_mechs, ==, 1);
  g_assert_cmpint (token.mechs[0], ==, SIM_SPNEGO_NTLM);
  g_assert_cmpuint (token.token.size, ==, 40);
  for (gsize i = 0; i < size; i++) {
    g_assert_false (spnego_reads (data, i));
    for (guint value = 0; value < 256; value++) {
      guint8 kept = data[i];

      data[i] = (guint8)value;
      spnego_reads (data, size);
      data[i] = kept;
    }
  }
  g_assert_true (sim_spnego_read (&token, response->data, response->len));
  g_assert_true (!token.initial && token.has_token && token.has_mic);
}

/* Only what is spoken here may be said, and said again in the reply's head. */
static void
test_protocols (void)
{
  static const struct {
    const char *protocol;
    gboolean good;
  } protocols[] = {
    { "application/HTTP-SPNEGO-session-encrypted", TRUE },
    { "application/HTTP-Kerberos-session-encrypted", TRUE },
    { "application/http-spnego-session-encrypted", TRUE },
    { "application/HTTP-CredSSP-session-encrypted", FALSE },
    { "application/HTTP-SPNEGO-session-encrypted\rX-More: 1", FALSE },
    { "text/plain", FALSE },
  };
  static const char first[] = "application/HTTP-SPNEGO-session-encrypted";
  const char *at = strstr (whole, first);

  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++) {
    g_autoptr (GByteArray) body = g_byte_array_new ();

    g_byte_array_append (body, (const guint8 *)whole, (guint)(at - whole));
    g_byte_array_append (body, (const guint8 *)protocols[i].protocol,
                         (guint)strlen (protocols[i].protocol));
    at += strlen (first);
    g_byte_array_append (body, (const guint8 *)at, (guint)(whole + sizeof whole - 1 - at));
    at -= strlen (first);
    g_assert_cmpint (opens (body->data, body->len), ==, protocols[i].good);
  }
}

static const struct {
  const char *sentence;
  void (*run) (void);
} stories[] = {
  { "two letters more than Length says", test_two_nuls },
  { "two NULs after the text, as omicli", test_counted_nuls },
  { "sealed, but Basic", test_without_a_context },
  { "the same message twice", test_replayed },
  { "ordered: a reply in clear", test_unsealed_reply },
  { "protocols that are spoken", test_protocols },
  { "bodies cut and changed everywhere", test_broken_bodies },
  { "SPNEGO, cut and changed everywhere", test_spnego },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (styles); i++) {
    g_autofree char *path = g_strconcat ("/listener/seal/mirrors/", styles[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_style);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++) {
    g_autofree char *path = g_strconcat ("/listener/seal/", stories[i].sentence, NULL);

    g_test_add_func (path, stories[i].run);
  }
  return g_test_run ();
}
