/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "client/wire/wire.h"

/* How fast a Pull reply of 16 MB becomes instances, against libxml2's bare SAX2 push parser on the
 * same bytes in the same pieces. Time of this thread alone, best of several runs, alternating,
 * since machines breathe. */

#define WANTED (16u << 20)
#define PIECE 65536
#define N_RUNS 15

#define HEAD                                                                                       \
  "<s:Envelope xml:lang=\"en-US\" xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "            \
  "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "                                  \
  "xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\"><s:Header/><s:Body>"              \
  "<n:PullResponse><n:Items>"
#define TAIL "</n:Items><n:EndOfSequence/></n:PullResponse></s:Body></s:Envelope>"

/* Shaped as a recorded Msvm_ComputerSystem: 41 properties, a third of them null. */
static void
append_item (GString *out, guint n)
{
  g_string_append (out,
                   "<p:Msvm_ComputerSystem xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                   "xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/"
                   "Msvm_ComputerSystem\" xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\""
                   " xsi:type=\"p:Msvm_ComputerSystem_Type\">");
  for (guint i = 0; i < 14; i++)
    g_string_append_printf (out,
                            "<p:Number%u>%u</p:Number%u><p:Nothing%u xsi:nil=\"true\"/>"
                            "<p:Text%u>Virtual machine %u of many</p:Text%u>",
                            i, n + i, i, i, i, n, i);
  g_string_append (out, "<p:InstallDate><cim:Datetime>2025-12-17T09:55:22.702341Z</cim:Datetime>"
                        "</p:InstallDate></p:Msvm_ComputerSystem>");
}

static void
no_start (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
          int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
          const xmlChar **attributes)
{
}

static void
no_end (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
}

static void
no_text (void *data, const xmlChar *text, int length)
{
}

/* Microseconds. */
static gint64
cpu_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gint64
parse_bare (const GString *reply)
{
  xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC,
                        .startElementNs = no_start,
                        .endElementNs = no_end,
                        .characters = no_text,
                        .ignorableWhitespace = no_text };
  gint64 began = cpu_time ();
  xmlParserCtxtPtr parser = xmlCreatePushParserCtxt (&sax, NULL, NULL, 0, NULL);

  for (gsize done = 0; done < reply->len; done += PIECE)
    xmlParseChunk (parser, reply->str + done, MIN (PIECE, reply->len - done), 0);
  xmlParseChunk (parser, NULL, 0, 1);
  xmlFreeParserCtxt (parser);
  return cpu_time () - began;
}

static gboolean
count (HypervCimInstance *item, gpointer data, GError **error)
{
  ++*(guint *)data;
  return TRUE;
}

static gint64
decode (const GString *reply, guint n_items)
{
  guint n = 0;
  gint64 began = cpu_time ();
  WireReply *reader = wire_reply_new (WIRE_PULL, "root/virtualization/v2", NULL, count, &n);
  gboolean ok = TRUE;

  for (gsize done = 0; ok && done < reply->len; done += PIECE)
    ok = wire_reply_push (reader, reply->str + done, MIN (PIECE, reply->len - done), NULL);
  ok = ok && wire_reply_end (reader, NULL);
  wire_reply_free (reader);
  g_assert_true (ok && n == n_items);
  return cpu_time () - began;
}

int
main (void)
{
  g_autoptr (GString) reply = g_string_new (HEAD);
  gint64 bare = G_MAXINT64;
  gint64 ours = G_MAXINT64;
  guint n = 0;

  while (reply->len < WANTED)
    append_item (reply, n++);
  g_string_append (reply, TAIL);
  for (guint i = 0; i < N_RUNS; i++) {
    bare = MIN (bare, parse_bare (reply));
    ours = MIN (ours, decode (reply, n));
  }
  printf ("decoding %u instances in %.1f MB: %.0f MB/s; bare SAX2: %.0f MB/s; ratio %.2f\n", n,
          reply->len / 1e6, (double)reply->len / ours, (double)reply->len / bare,
          (double)bare / ours);
  return 0;
}
