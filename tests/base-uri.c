/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every rule of the URI: what is taken and what it then says, what is refused and with which words.
 */

#include "client/base/hyperv-error.h"
#include "client/base/hyperv-uri.h"

#define PIN "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

typedef struct {
  const char *sentence;
  const char *text;
  const char *canonical;
  const char *user;
  const char *host;
  guint16 port;
  gboolean http;
} Good;

static const Good good_rows[] = {
  { "https and 5986 are the default", "hyperv://hv01/", "hyperv://hv01/", NULL, "hv01", 5986,
    FALSE },
  { "the slash may be missing", "hyperv://hv01", "hyperv://hv01/", NULL, "hv01", 5986, FALSE },
  { "parameters need no slash", "hyperv://hv01?transport=http", "hyperv://hv01/?transport=http",
    NULL, "hv01", 5985, TRUE },
  { "the scheme has no case", "HyperV://hv01/", "hyperv://hv01/", NULL, "hv01", 5986, FALSE },
  { "transport http is 5985", "hyperv://hv01/?transport=http", "hyperv://hv01/?transport=http",
    NULL, "hv01", 5985, TRUE },
  { "transport https is 5986", "hyperv://hv01/?transport=https", "hyperv://hv01/?transport=https",
    NULL, "hv01", 5986, FALSE },
  { "a port wins over the default", "hyperv://hv01:8443/", "hyperv://hv01:8443/", NULL, "hv01",
    8443, FALSE },
  { "a port wins over transport", "hyperv://hv01:1/?transport=http",
    "hyperv://hv01:1/?transport=http", NULL, "hv01", 1, TRUE },
  { "port 65535 is the last", "hyperv://hv01:65535/", "hyperv://hv01:65535/", NULL, "hv01", 65535,
    FALSE },
  { "the default port is left out of the canonical form", "hyperv://hv01:5986/", "hyperv://hv01/",
    NULL, "hv01", 5986, FALSE },
  { "the other transport's port is kept", "hyperv://hv01:5985/", "hyperv://hv01:5985/", NULL,
    "hv01", 5985, FALSE },
  { "a colon without a port is no port", "hyperv://hv01:/", "hyperv://hv01/", NULL, "hv01", 5986,
    FALSE },
  { "a user", "hyperv://administrator@hv01/", "hyperv://administrator@hv01/", "administrator",
    "hv01", 5986, FALSE },
  { "a user of a domain, encoded", "hyperv://DOM%5Cuser@hv01/", "hyperv://DOM%5Cuser@hv01/",
    "DOM\\user", "hv01", 5986, FALSE },
  { "a user of a domain, as typed", "hyperv://DOM\\user@hv01/", "hyperv://DOM%5Cuser@hv01/",
    "DOM\\user", "hv01", 5986, FALSE },
  { "a user of a realm", "hyperv://user%40realm@hv01/", "hyperv://user%40realm@hv01/", "user@realm",
    "hv01", 5986, FALSE },
  { "a user of another script", "hyperv://J%C3%B6rg@hv01/", "hyperv://J%C3%B6rg@hv01/",
    "J\303\266rg", "hv01", 5986, FALSE },
  { "an encoded colon belongs to the name", "hyperv://a%3Ab@hv01/", "hyperv://a%3Ab@hv01/", "a:b",
    "hv01", 5986, FALSE },
  { "an IPv4 address", "hyperv://192.0.2.7/", "hyperv://192.0.2.7/", NULL, "192.0.2.7", 5986,
    FALSE },
  { "an IPv6 address in brackets", "hyperv://[2001:db8::7]/", "hyperv://[2001:db8::7]/", NULL,
    "2001:db8::7", 5986, FALSE },
  { "an IPv6 address, a user and a port", "hyperv://u@[::1]:443/", "hyperv://u@[::1]:443/", "u",
    "::1", 443, FALSE },
  { "an underscore, as NetBIOS names have", "hyperv://hv_01.lan/", "hyperv://hv_01.lan/", NULL,
    "hv_01.lan", 5986, FALSE },
  { "a host of another script becomes ASCII", "hyperv://m\303\274nchen.example/",
    "hyperv://xn--mnchen-3ya.example/", NULL, "xn--mnchen-3ya.example", 5986, FALSE },
  { "names of parameters have no case", "hyperv://hv01/?TransPort=http&NO_VERIFY=1",
    "hyperv://hv01/?transport=http&no_verify=1", NULL, "hv01", 5985, TRUE },
  { "parameters come in one order", "hyperv://hv01/?timeout=30&auth=ntlm&transport=http",
    "hyperv://hv01/?transport=http&auth=ntlm&timeout=30", NULL, "hv01", 5985, TRUE },
  { "a semicolon separates where no ampersand is left", "hyperv://hv01/?transport=http;timeout=5",
    "hyperv://hv01/?transport=http&timeout=5", NULL, "hv01", 5985, TRUE },
  { "empty parameters are nothing", "hyperv://hv01/?&&transport=http&",
    "hyperv://hv01/?transport=http", NULL, "hv01", 5985, TRUE },
  { "an empty query is nothing", "hyperv://hv01/?", "hyperv://hv01/", NULL, "hv01", 5986, FALSE },
  { "a value is decoded once", "hyperv://hv01/?cacert=/a%20b%2526c",
    "hyperv://hv01/?cacert=/a%20b%2526c", NULL, "hv01", 5986, FALSE },
  { "a plus is a plus", "hyperv://hv01/?cacert=/a+b", "hyperv://hv01/?cacert=/a%2Bb", NULL, "hv01",
    5986, FALSE },
  { "lenient ignores unknown parameters", "hyperv://hv01/?lenient=1&noverify=1",
    "hyperv://hv01/?lenient=1", NULL, "hv01", 5986, FALSE },
  { "lenient drops a value without a name", "hyperv://hv01/?=x&lenient=1",
    "hyperv://hv01/?lenient=1", NULL, "hv01", 5986, FALSE },
  { "lenient takes the last of two", "hyperv://hv01/?transport=https&lenient=1&transport=http",
    "hyperv://hv01/?transport=http&lenient=1", NULL, "hv01", 5985, TRUE },
  { "lenient takes a colon as part of the user", "hyperv://user:part@hv01/?lenient=1",
    "hyperv://user%3Apart@hv01/?lenient=1", "user:part", "hv01", 5986, FALSE },
  { "lenient ignores cacert with http", "hyperv://hv01/?transport=http&cacert=/c&lenient=1",
    "hyperv://hv01/?transport=http&cacert=/c&lenient=1", NULL, "hv01", 5985, TRUE },
  { "lenient ignores path and fragment", "hyperv://hv01/some/path?lenient=1#top",
    "hyperv://hv01/?lenient=1", NULL, "hv01", 5986, FALSE },
  { "lenient takes an empty user as none", "hyperv://@hv01/?lenient=1", "hyperv://hv01/?lenient=1",
    NULL, "hv01", 5986, FALSE },
  { "lenient=0 is strict and said", "hyperv://hv01/?lenient=0", "hyperv://hv01/?lenient=0", NULL,
    "hv01", 5986, FALSE },
};

typedef struct {
  const char *sentence;
  const char *text;
  const char *message; /* the whole of it, but for "Hyper-V URI: " */
  int code;            /* 0 stands for INVALID_ARGUMENT, which is usual */
} Bad;

#define RANGE " is not in the range from 1 to 65535"
#define NO_SCHEME "it has no scheme; write hyperv://HOST/"
#define NO_HOST "it names no host; write hyperv://HOST/"
#define BAD_HOST                                                                                   \
  "the host is neither a name, an IPv4 address nor an IPv6 address in brackets (zone ids are not " \
  "supported)"
#define CLIENT_SIDE(how)                                                                           \
  "hyperv+" how ":// is not possible: this is a client-side-only driver, which speaks "            \
  "WS-Management to the host itself; nothing of it runs there to be reached through \"" how        \
  "\". Write hyperv://HOST/"
#define COLON                                                                                      \
  "it has a colon after the user name; a password never belongs in a URI (where logs and process " \
  "lists show it), and for libvirt the colon is part of the name. Use an auth.conf, a callback, "  \
  "or %3A for a colon"
#define KNOWN                                                                                      \
  " is unknown; known are transport, auth, no_verify, cacert, pin, known_hosts, "                  \
  "accept_new, cert, proxy, spn, timeout, authfile, "                                              \
  "lenient (lenient=1 ignores others)"
#define NO_TLS(name)                                                                               \
  name "= has no meaning with transport=http, which knows no certificates; leave one of them out"
#define TRANSPORT(value)                                                                           \
  "parameter transport has the value \"" value "\", expected \"http\" or \"https\""
#define AUTH(value)                                                                                \
  "parameter auth has the value \"" value "\", expected \"basic\" or \"negotiate\" or "            \
  "\"kerberos\" or \"ntlm\" or \"certificate\" or \"credssp\""
#define TIMEOUT(value)                                                                             \
  "parameter timeout has the value \"" value "\", expected seconds, from 1 to 86400"
#define PROXY                                                                                      \
  "parameter proxy has the value \"...\", expected http://HOST:PORT or socks5://HOST:PORT, "       \
  "without a user"

static const Bad bad_rows[] = {
  { "nothing", "", NO_SCHEME, 0 },
  { "a host alone", "hv01", NO_SCHEME, 0 },
  { "a blank in front", " hyperv://hv01/", NO_SCHEME, 0 },
  { "another scheme", "qemu:///system", "its scheme is \"qemu\", expected \"hyperv\"", 0 },
  { "ssh", "hyperv+ssh://hv01/", CLIENT_SIDE ("ssh"), HYPERV_ERROR_NOT_SUPPORTED },
  { "tls", "hyperv+tls://hv01/", CLIENT_SIDE ("tls"), HYPERV_ERROR_NOT_SUPPORTED },
  { "ssh does not hide behind lenient", "hyperv+ssh://hv01/?lenient=1", CLIENT_SIDE ("ssh"),
    HYPERV_ERROR_NOT_SUPPORTED },
  { "an empty host", "hyperv:///", NO_HOST, 0 },
  { "an empty host before a port", "hyperv://:5986/", NO_HOST, 0 },
  { "no authority", "hyperv:hv01", NO_HOST, 0 },
  { "port 0", "hyperv://hv01:0/", "port 0" RANGE, 0 },
  { "port 65536", "hyperv://hv01:65536/", "port 65536" RANGE, 0 },
  { "port beyond 64 bits", "hyperv://hv01:99999999999999999999/", "port 99999999999999999999" RANGE,
    0 },
  { "port 70000 after a user and a password", "hyperv://u:secret@hv01:70000/", "port 70000" RANGE,
    0 },
  { "port in letters", "hyperv://hv01:https/", "the port is not a number from 1 to 65535", 0 },
  { "port with a sign", "hyperv://hv01:+1/", "the port is not a number from 1 to 65535", 0 },
  { "a password with a slash is not shown", "hyperv://u:sec/ret@hv01/",
    "the port is not a number from 1 to 65535", 0 },
  { "IPv6 without brackets", "hyperv://fe80::1/",
    "an IPv6 address must be in brackets: hyperv://[::1]/", 0 },
  { "IPv6 with a zone, encoded", "hyperv://[fe80::1%25eth0]/",
    "the zone id of fe80::1%eth0 means something on this machine only, and cannot be sent; use an "
    "address without one, or a name",
    0 },
  { "IPv6 with a zone, as typed", "hyperv://[fe80::1%eth0]/", BAD_HOST, 0 },
  { "brackets around something else", "hyperv://[v1.a]/", BAD_HOST, 0 },
  { "an open bracket", "hyperv://[::1/", BAD_HOST, 0 },
  { "a slash in the host", "hyperv://a%2Fb/",
    "the host has the character \"/\", which is in no name", 0 },
  { "a blank in the host", "hyperv://a b/", "the host has the character \" \", which is in no name",
    0 },
  { "a colon in the host", "hyperv://a%3Ab/",
    "the host has the character \":\", which is in no name", 0 },
  { "two at signs", "hyperv://a@b@hv01/", "there are two \"@\"; write %40 in a user name", 0 },
  { "a password", "hyperv://user:secret@hv01/", COLON, 0 },
  { "an empty password", "hyperv://user:@hv01/", COLON, 0 },
  { "an empty user", "hyperv://@hv01/", "the user name before the \"@\" is empty", 0 },
  { "a bad encoding in the user", "hyperv://u%zz@hv01/",
    "the user name has a bad %-encoding or is not UTF-8", 0 },
  { "NUL in the user", "hyperv://u%00@hv01/", "the user name has a bad %-encoding or is not UTF-8",
    0 },
  { "a new line in the user", "hyperv://u%0A@hv01/",
    "the user name has a control character (U+000A) at byte 1", 0 },
  { "a new line in the host", "hyperv://h%0A/",
    "the host has a control character (U+000A) at byte 1", 0 },
  { "a tab as typed", "hyperv://h\tv/", "it has a control character (U+0009) at byte 10", 0 },
  { "a C1 control character", "hyperv://h/?spn=a%C2%85",
    "spn has a control character (U+0085) at byte 1", 0 },
  { "a control character in a name", "hyperv://h/?a%07=1",
    "the name of a parameter has a control character (U+0007) at byte 1", 0 },
  { "bytes that are not UTF-8", "hyperv://h\377/", "it is not UTF-8", 0 },
  { "a value that is not UTF-8", "hyperv://h/?spn=%FF",
    "a parameter holds %00 or bytes that are not UTF-8", 0 },
  { "a name that is not UTF-8", "hyperv://h/?%FF=1",
    "a parameter holds %00 or bytes that are not UTF-8", 0 },
  { "NUL in a value", "hyperv://h/?spn=a%00", "a parameter holds %00 or bytes that are not UTF-8",
    0 },
  { "a bad encoding in a value", "hyperv://h/?spn=%zz", "a parameter has a bad %-encoding", 0 },
  { "transport in capitals", "hyperv://hv01/?transport=HTTPS", TRANSPORT ("HTTPS"), 0 },
  { "transport empty", "hyperv://hv01/?transport=", TRANSPORT (""), 0 },
  { "transport without a value", "hyperv://hv01/?transport", TRANSPORT (""), 0 },
  { "transport is exact, lenient or not", "hyperv://hv01/?transport=HTTP&lenient=1",
    TRANSPORT ("HTTP"), 0 },
  { "an ampersand later makes a semicolon text", "hyperv://h/?transport=http;timeout=5&auth=ntlm",
    TRANSPORT ("http;timeout=5"), 0 },
  { "an unknown parameter", "hyperv://hv01/?noverify=1", "parameter \"noverify\"" KNOWN, 0 },
  { "a value without a name", "hyperv://hv01/?=1", "parameter \"\"" KNOWN, 0 },
  { "cacert with http", "hyperv://hv01/?transport=http&cacert=/ca.pem", NO_TLS ("cacert"), 0 },
  { "pin with http", "hyperv://hv01/?transport=http&pin=sha256:" PIN, NO_TLS ("pin"), 0 },
  { "known_hosts with http", "hyperv://hv01/?known_hosts=/f&transport=http", NO_TLS ("known_hosts"),
    0 },
  { "cert with http", "hyperv://hv01/?transport=http&cert=/c.pem", NO_TLS ("cert"), 0 },
  { "a parameter twice", "hyperv://hv01/?transport=http&Transport=http",
    "parameter transport is given twice", 0 },
  { "lenient twice, strict at last", "hyperv://hv01/?lenient=1&lenient=0",
    "parameter lenient is given twice", 0 },
  { "lenient is 0 or 1", "hyperv://hv01/?lenient=yes",
    "parameter lenient has the value \"yes\", expected \"0\" or \"1\"", 0 },
  { "no_verify is 0 or 1", "hyperv://hv01/?no_verify=true",
    "parameter no_verify has the value \"true\", expected \"0\" or \"1\"", 0 },
  { "an unknown scheme of auth", "hyperv://hv01/?auth=digest", AUTH ("digest"), 0 },
  { "auth in capitals", "hyperv://hv01/?auth=Basic", AUTH ("Basic"), 0 },
  { "timeout 0", "hyperv://hv01/?timeout=0", TIMEOUT ("0"), 0 },
  { "timeout negative", "hyperv://hv01/?timeout=-1", TIMEOUT ("-1"), 0 },
  { "timeout with a unit", "hyperv://hv01/?timeout=5s", TIMEOUT ("5s"), 0 },
  { "timeout of more than a day", "hyperv://hv01/?timeout=86401", TIMEOUT ("86401"), 0 },
  { "cacert empty", "hyperv://hv01/?cacert=",
    "parameter cacert has the value \"\", expected the name of a PEM file", 0 },
  { "known_hosts empty", "hyperv://hv01/?known_hosts=",
    "parameter known_hosts has the value \"\", expected the name of a file", 0 },
  { "accept_new without known_hosts", "hyperv://hv01/?accept_new=1",
    "accept_new=1 needs known_hosts=FILE, where it enters the host", 0 },
  { "authfile empty", "hyperv://hv01/?authfile=",
    "parameter authfile has the value \"\", expected the name of a file", 0 },
  { "spn empty", "hyperv://hv01/?spn=", "parameter spn has the value \"\", expected SERVICE/HOST",
    0 },
  { "pin empty", "hyperv://hv01/?pin=",
    "parameter pin has the value \"\", expected sha256: and 64 hex digits", 0 },
  { "proxy without a scheme", "hyperv://hv01/?proxy=proxy:3128", PROXY, 0 },
  { "proxy of another scheme", "hyperv://hv01/?proxy=ftp://proxy/", PROXY, 0 },
  { "proxy with a password, which is not shown", "hyperv://hv01/?proxy=http://u:secret@proxy/",
    PROXY, 0 },
  { "a path", "hyperv://hv01/wsman",
    "the path is \"/wsman\", expected none or \"/\" (the service is always at /wsman)", 0 },
  { "a fragment", "hyperv://hv01/#top", "a fragment (\"#...\") has no meaning here", 0 },
};

static void
test_good (gconstpointer data)
{
  const Good *row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervUri) uri = hyperv_uri_parse (row->text, &error);
  g_autofree char *canonical = NULL;

  g_assert_no_error (error);
  canonical = hyperv_uri_to_string (uri);
  g_assert_cmpstr (canonical, ==, row->canonical);
  g_assert_cmpstr (hyperv_uri_get_user (uri), ==, row->user);
  g_assert_cmpstr (hyperv_uri_get_host (uri), ==, row->host);
  g_assert_cmpuint (hyperv_uri_get_port (uri), ==, row->port);
  g_assert_cmpint (hyperv_uri_is_https (uri), ==, !row->http);
}

static void
test_canonical (gconstpointer data)
{
  const Good *row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervUri) uri = hyperv_uri_parse (row->canonical, &error);
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  again = hyperv_uri_to_string (uri);
  g_assert_cmpstr (again, ==, row->canonical);
  g_assert_cmpstr (hyperv_uri_get_user (uri), ==, row->user);
  g_assert_cmpuint (hyperv_uri_get_port (uri), ==, row->port);
}

static void
test_bad (gconstpointer data)
{
  const Bad *row = data;
  const int code = row->code != 0 ? row->code : (int)HYPERV_ERROR_INVALID_ARGUMENT;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = g_strconcat ("Hyper-V URI: ", row->message, NULL);

  g_assert_null (hyperv_uri_parse (row->text, &error));
  g_assert_error (error, HYPERV_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_parameters (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervUri) uri = NULL;
  const HypervTrust *trust;

  uri = hyperv_uri_parse ("hyperv://hv01/?auth=kerberos&no_verify=1&cacert=/ca.pem&pin=SHA256:" PIN
                          "&proxy=http://proxy:3128&spn=HTTP/hv01.lan&timeout=90&authfile=/a.conf",
                          &error);
  g_assert_no_error (error);
  trust = hyperv_uri_get_trust (uri);
  g_assert_cmpstr (hyperv_uri_get_auth (uri), ==, "kerberos");
  g_assert_cmpstr (hyperv_uri_get_proxy (uri), ==, "http://proxy:3128");
  g_assert_cmpstr (hyperv_uri_get_spn (uri), ==, "HTTP/hv01.lan");
  g_assert_cmpstr (hyperv_uri_get_auth_file (uri), ==, "/a.conf");
  g_assert_cmpuint (hyperv_uri_get_timeout (uri), ==, 90);
  g_assert_false (hyperv_uri_has_transport (uri));
  g_assert_true (hyperv_trust_get_no_verify (trust));
  g_assert_cmpstr (hyperv_trust_get_ca_file (trust), ==, "/ca.pem");
  g_assert_cmpstr (hyperv_trust_get_pin (trust), ==, PIN);
}

static void
test_known_hosts (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervUri) uri
      = hyperv_uri_parse ("hyperv://hv01/?known_hosts=/k&accept_new=1&cert=/me.pem", &error);
  g_autofree char *text = NULL;
  const HypervTrust *trust;

  g_assert_no_error (error);
  trust = hyperv_uri_get_trust (uri);
  g_assert_cmpstr (hyperv_trust_get_known_hosts (trust), ==, "/k");
  g_assert_true (hyperv_trust_get_accept_new (trust));
  g_assert_cmpstr (hyperv_uri_get_certificate (uri), ==, "/me.pem");
  text = hyperv_uri_to_string (uri);
  g_assert_cmpstr (text, ==, "hyperv://hv01/?known_hosts=/k&accept_new=1&cert=/me.pem");
}

static void
test_defaults (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervUri) uri = hyperv_uri_parse ("hyperv://hv01/?no_verify=0", &error);
  const HypervTrust *trust;

  g_assert_no_error (error);
  trust = hyperv_uri_get_trust (uri);
  g_assert_null (hyperv_uri_get_auth (uri));
  g_assert_null (hyperv_uri_get_proxy (uri));
  g_assert_null (hyperv_uri_get_spn (uri));
  g_assert_null (hyperv_uri_get_auth_file (uri));
  g_assert_cmpuint (hyperv_uri_get_timeout (uri), ==, 0);
  g_assert_false (hyperv_uri_is_lenient (uri));
  g_assert_false (hyperv_trust_get_no_verify (trust));
  g_assert_null (hyperv_trust_get_ca_file (trust));
  g_assert_null (hyperv_trust_get_pin (trust));
}

static void
test_pin (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hyperv_uri_parse ("hyperv://hv01/?pin=sha256:12", &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
  g_assert_true (g_str_has_prefix (error->message, "The pin \"sha256:12\" is not \"sha256:\""));
}

/* A URI of @length bytes: parameters that lenient ignores fill it. */
static char *
long_uri (gsize length)
{
  const char *start = "hyperv://hv01/?lenient=1&x=";
  g_autofree char *rest = g_strnfill (length - strlen (start), 'a');

  return g_strconcat (start, rest, NULL);
}

static void
test_length (void)
{
  g_autofree char *longest = long_uri (8192);
  g_autofree char *longer = long_uri (8193);
  g_autofree char *huge = long_uri (65536);
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervUri) uri = hyperv_uri_parse (longest, &error);

  g_assert_no_error (error);
  g_assert_nonnull (uri);
  g_assert_null (hyperv_uri_parse (longer, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (hyperv_uri_parse (huge, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==,
                   "Hyper-V URI: it is 65536 bytes long, at most 8192 are taken");
}

static void
test_host_length (void)
{
  g_autofree char *name = g_strnfill (256, 'h');
  g_autofree char *text = g_strconcat ("hyperv://", name, "/", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (hyperv_uri_parse (text, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, "Hyper-V URI: the host is longer than 255 bytes");
}

static void
add_row (const char *topic, const char *sentence, gconstpointer row, GTestDataFunc function)
{
  g_autofree char *path = g_strdup_printf ("/base/uri/%s/%s", topic, sentence);

  g_test_add_data_func (path, row, function);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (good_rows); i++) {
    add_row ("takes", good_rows[i].sentence, &good_rows[i], test_good);
    add_row ("canonical", good_rows[i].sentence, &good_rows[i], test_canonical);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (bad_rows); i++)
    add_row ("refuses", bad_rows[i].sentence, &bad_rows[i], test_bad);
  g_test_add_func ("/base/uri/every parameter is kept", test_parameters);
  g_test_add_func ("/base/uri/a known-hosts file and a certificate of ours", test_known_hosts);
  g_test_add_func ("/base/uri/what is not given is none", test_defaults);
  g_test_add_func ("/base/uri/a pin of another form is refused", test_pin);
  g_test_add_func ("/base/uri/at most 8192 bytes are taken", test_length);
  g_test_add_func ("/base/uri/at most 255 bytes of host are taken", test_host_length);
  return g_test_run ();
}
