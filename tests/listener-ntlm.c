/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/listener-initiator.h"

#include <string.h>

/* MS-NLMP 4.2.1 and 4.2.4: values that everything below is about. */
#define FLAGS 0xe28a8233u
static const guint8 random_key[] = "UUUUUUUUUUUUUUUU";

static void
assert_hex (const guint8 *data, gsize size, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", data[i]);
  g_assert_cmpstr (text->str, ==, expected);
}

/* Challenge, then `temp`: version, time, client's challenge, "Domain" and "Server". */
static const guint8 said[] = {
  0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, /* server's challenge */
  1,    1,    0,    0,    0,    0,    0,    0,    0,   0, 0,   0, 0,   0, 0,   0, /* time: zero */
  0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0,   0, 0,   0, /* client's challenge */
  2,    0,    12,   0,    'D',  0,    'o',  0,    'm', 0, 'a', 0, 'i', 0, 'n', 0, 1, 0, 12, 0,
  'S',  0,    'e',  0,    'r',  0,    'v',  0,    'e', 0, 'r', 0, 0,   0, 0,   0, 0, 0, 0,  0,
};

static void
test_keys (void)
{
  g_autoptr (SimNtlmCrypto) crypto = sim_ntlm_crypto_new (NULL);
  guint8 key[SIM_NTLM_HASH], proof[SIM_NTLM_HASH], base[SIM_NTLM_HASH], sent[SIM_NTLM_HASH];
  SimNtlmPart part = { said, sizeof said };
  EVP_CIPHER_CTX *rc4;

  sim_ntlm_key (crypto, "Password", "User", "Domain", key);
  assert_hex (key, sizeof key, "0c868a403bfd7a93a3001ef22ef02e3f");
  sim_ntlm_hmac (crypto, key, &part, 1, proof);
  assert_hex (proof, sizeof proof, "68cd0ab851e51c96aabc927bebef6a1c");
  part = (SimNtlmPart){ proof, sizeof proof };
  sim_ntlm_hmac (crypto, key, &part, 1, base);
  assert_hex (base, sizeof base, "8de40ccadbc14a82f15cb0ad0de95ca3");
  rc4 = sim_ntlm_rc4_new (crypto, base);
  sim_ntlm_rc4 (rc4, random_key, SIM_NTLM_HASH, sent);
  EVP_CIPHER_CTX_free (rc4);
  assert_hex (sent, sizeof sent, "c5dad2544fc9799094ce1ce90bc9d03e");
}

static void
test_seal (void)
{
  static const guint8 text[] = "P\0l\0a\0i\0n\0t\0e\0x\0t";
  g_autoptr (SimNtlmCrypto) crypto = sim_ntlm_crypto_new (NULL);
  SimNtlmSession *client = sim_ntlm_session_new (crypto, random_key, FLAGS, TRUE);
  SimNtlmSession *server = sim_ntlm_session_new (crypto, random_key, FLAGS, FALSE);
  guint8 data[sizeof text], opened[sizeof text], signature[SIM_NTLM_SIGNATURE];

  sim_ntlm_session_seal (client, text, 18, data, signature);
  assert_hex (data, 18, "54e50165bf1936dc996020c1811b0f06fb5f");
  assert_hex (signature, sizeof signature, "010000007fb38ec5c55d497600000000");
  g_assert_true (sim_ntlm_session_unseal (server, data, 18, signature, opened));
  g_assert_cmpmem (opened, 18, text, 18);
  for (guint i = 0; i < 5; i++) {
    sim_ntlm_session_seal (server, text, 18, data, signature);
    g_assert_cmpuint (signature[12], ==, i); /* else one message could be said again */
    g_assert_true (sim_ntlm_session_unseal (client, data, 18, signature, opened));
  }
  sim_ntlm_session_skip (server);
  sim_ntlm_session_seal (server, text, 18, data, signature);
  g_assert_false (sim_ntlm_session_unseal (client, data, 18, signature, opened));
  sim_ntlm_session_free (client);
  sim_ntlm_session_free (server);
}

static void
test_restart (void)
{
  static const guint8 text[] = "list of mechanisms";
  g_autoptr (SimNtlmCrypto) crypto = sim_ntlm_crypto_new (NULL);
  SimNtlmSession *client = sim_ntlm_session_new (crypto, random_key, FLAGS, TRUE);
  SimNtlmSession *server = sim_ntlm_session_new (crypto, random_key, FLAGS, FALSE);
  guint8 first[SIM_NTLM_SIGNATURE], again[SIM_NTLM_SIGNATURE];

  sim_ntlm_session_sign (client, text, sizeof text, first);
  g_assert_true (sim_ntlm_session_verify (server, text, sizeof text, first));
  sim_ntlm_session_restart (client);
  sim_ntlm_session_sign (client, text, sizeof text, again);
  g_assert_cmpuint (again[12], ==, 1); /* the number goes on */
  g_assert_false (sim_ntlm_session_verify (server, text, sizeof text, again));
  sim_ntlm_session_free (client);
  sim_ntlm_session_free (server);
}

static void
test_without_extended_security (void)
{
  g_autoptr (SimNtlmCrypto) crypto = sim_ntlm_crypto_new (NULL);

  g_assert_null (sim_ntlm_session_new (crypto, random_key, FLAGS & ~SIM_NTLM_EXTENDED, FALSE));
}

static void
test_challenge (void)
{
  static const guint8 challenge[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
  g_autoptr (GByteArray) message
      = sim_ntlm_write_challenge (0xe28a8235u, challenge, "WIN", G_GINT64_CONSTANT (0));

  assert_hex (message->data, 64,
              "4e544c4d5353500002000000"
              "0600060038000000"
              "35828ae2"
              "0102030405060708"
              "0000000000000000"
              "380038003e000000"
              "0a006345"
              "0000000f"
              "570049004e00"
              "0200");
  assert_hex (message->data + 62, message->len - 62,
              "02000600570049004e00"
              "01000600570049004e00"
              "04000600570049004e00"
              "03000600570049004e00"
              "070008000080"
              "3ed5deb19d01"
              "00000000");
}

/* Lengths of pairs have 16 bits. */
static void
test_long_name (void)
{
  static const guint8 challenge[8] = { 0 };
  g_autofree char *name = g_strnfill (200, 'n');
  g_autoptr (GByteArray) message = sim_ntlm_write_challenge (0xe28a8235u, challenge, name, 0);

  g_assert_cmpuint (message->len, ==, 56 + 400 + 4 * 404 + 12 + 4);
  for (gsize at = 56 + 400; at < 56 + 400 + 4 * 404; at += 404)
    assert_hex (message->data + at + 2, 2, "9001");
}

/* From memory of exactly this size, so that a sanitizer sees what is read beyond it. */
static gboolean
read_login (const guint8 *data, gsize size)
{
  g_autofree guint8 *exact = g_memdup2 (data, MAX (size, 1));
  SimNtlmLogin login;
  SimNtlmField value;
  gboolean good = sim_ntlm_read_login (&login, exact, size);

  if (good && sim_ntlm_is_v2 (&login.nt))
    sim_ntlm_find_av (&login.nt, SIM_NTLM_AV_BINDING, &value);
  sim_ntlm_login_clear (&login);
  return good;
}

/* Every message, cut at every byte and with every byte changed, is read or refused; never more. */
static void
test_broken_login (void)
{
  static const guint8 challenge[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
  g_auto (Initiator) initiator = { .user = "user", .password = "secret", .domain = "D" };
  g_autoptr (GByteArray) first = initiator_negotiate (&initiator);
  g_autoptr (GByteArray) second = sim_ntlm_write_challenge (0xe28a8235u, challenge, "WIN", 0);
  g_autoptr (GByteArray) third = initiator_authenticate (&initiator, second->data, second->len);
  guint32 flags;

  for (gsize i = 0; i < third->len * 256u; i++) {
    g_autofree guint8 *copy = g_memdup2 (third->data, third->len);

    copy[i / 256] ^= (guint8)i;
    read_login (copy, third->len);
  }
  for (gsize size = 0; size < third->len; size++)
    g_assert_false (read_login (third->data, size));
  for (gsize size = 0; size < first->len; size++) {
    g_autofree guint8 *exact = g_memdup2 (first->data, MAX (size, 1));

    g_assert_cmpint (sim_ntlm_read_negotiate (exact, size, &flags), ==, size >= 16);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/listener/ntlm/keys of MS-NLMP 4.2.4", test_keys);
  g_test_add_func ("/listener/ntlm/sealing of MS-NLMP 4.2.4.4, and what follows", test_seal);
  g_test_add_func ("/listener/ntlm/RC4 begins anew and numbers go on", test_restart);
  g_test_add_func ("/listener/ntlm/no sealing without extended session security",
                   test_without_extended_security);
  g_test_add_func ("/listener/ntlm/a challenge as Windows lays it out", test_challenge);
  g_test_add_func ("/listener/ntlm/a challenge of a long name", test_long_name);
  g_test_add_func ("/listener/ntlm/messages cut and changed everywhere", test_broken_login);
  return g_test_run ();
}
