/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-config.h"
#include "simulator/wsman/wsman-context.h"
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-read.h"

/* The listeners: one for each transport whose port is known, on all addresses, as `winrm
 * quickconfig` makes them. Ports come from host.ini or from whoever opened the sockets. */
#define LISTENER_URI WSMAN_CONFIG_URI "/listener"

static const struct {
  const char *transport;
  const char *key;      /* in [config] */
  const char *fallback; /* NULL: not there unless it is said */
} listeners[] = {
  { "HTTP", "Listener/HTTP/Port", "5985" },
  { "HTTPS", "Listener/HTTPS/Port", NULL },
};
static const char *const addresses[] = { "127.0.0.1", "::1" };

static const char *
get_port (Wsman *self, gsize listener)
{
  const char *port = repository_get_setting (self->repository, "config", listeners[listener].key);

  return port != NULL ? port : listeners[listener].fallback;
}

static const char *
find_port (Wsman *self, const char *transport)
{
  for (gsize i = 0; transport != NULL && i < G_N_ELEMENTS (listeners); i++) {
    if (g_ascii_strcasecmp (listeners[i].transport, transport) == 0)
      return get_port (self, i);
  }
  return NULL;
}

gboolean
wsman_config_is_listener (const SimExchange *exchange)
{
  return g_ascii_strcasecmp (exchange->resource, LISTENER_URI) == 0;
}

void
wsman_config_put_listener (Wsman *self, GString *out, const char *transport)
{
  g_string_append_printf (
      out,
      "<cfg:Listener xmlns:cfg=\"" LISTENER_URI "\" xmlns:xsi=\"" WSMAN_NS_XSI "\">"
      "<cfg:Address>*</cfg:Address><cfg:Transport>%s</cfg:Transport><cfg:Port>%s</cfg:Port>"
      "<cfg:Hostname></cfg:Hostname><cfg:Enabled>true</cfg:Enabled>"
      "<cfg:URLPrefix>wsman</cfg:URLPrefix>"
      "<cfg:CertificateThumbprint></cfg:CertificateThumbprint>",
      transport, find_port (self, transport));
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    g_string_append_printf (out, "<cfg:ListeningOn>%s</cfg:ListeningOn>", addresses[i]);
  wsman_put (out, "</cfg:Listener>");
}

static void
put_epr (GString *out, const char *transport)
{
  g_string_append_printf (out,
                          "<a:EndpointReference><a:Address>" WSMAN_ANONYMOUS "</a:Address>"
                          "<a:ReferenceParameters><w:ResourceURI>" LISTENER_URI "</w:ResourceURI>"
                          "<w:SelectorSet><w:Selector Name=\"Address\">*</w:Selector>"
                          "<w:Selector Name=\"Transport\">%s</w:Selector></w:SelectorSet>"
                          "</a:ReferenceParameters></a:EndpointReference>",
                          transport);
}

static void
put_item (Wsman *self, GString *out, const WsmanContext *context, guint index)
{
  const char *transport = g_ptr_array_index ((GPtrArray *)context->data, index);

  if (context->mode == WSMAN_MODE_OBJECT_AND_EPR)
    wsman_put (out, "<w:Item>");
  if (context->mode != WSMAN_MODE_EPR)
    wsman_config_put_listener (self, out, transport);
  if (context->mode != WSMAN_MODE_OBJECT)
    put_epr (out, transport);
  if (context->mode == WSMAN_MODE_OBJECT_AND_EPR)
    wsman_put (out, "</w:Item>");
}

static void
unref_array (gpointer array)
{
  g_ptr_array_unref (array);
}

gboolean
wsman_config_open_listeners (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                             WsmanContext *context)
{
  GPtrArray *found;

  if (!wsman_config_is_listener (exchange)) {
    wsman_refuse (self, exchange, "ActionNotSupported", "Enumerate of \"%s\"", exchange->resource);
    return FALSE;
  }
  found = g_ptr_array_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (listeners); i++) {
    if (get_port (self, i) != NULL)
      g_ptr_array_add (found, (gpointer)listeners[i].transport);
  }
  context->put = put_item;
  context->data = found;
  context->data_free = unref_array;
  context->n_items = found->len;
  return TRUE;
}

/* Address and Transport are the keys (MS-WSMV 3.1.4.1.29.5). */
void
wsman_config_get_listener (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  const char *address = sim_exchange_get_selector (exchange, "Address");
  const char *transport = sim_exchange_get_selector (exchange, "Transport");

  for (guint i = 0; i < exchange->selectors->len; i++) {
    const SimSelector *selector = g_ptr_array_index (exchange->selectors, i);

    if (g_ascii_strcasecmp (selector->name, "Address") == 0
        || g_ascii_strcasecmp (selector->name, "Transport") == 0)
      continue;
    wsman_refuse (self, exchange, "UnexpectedSelectors", "selector %s of a listener",
                  selector->name);
    return;
  }
  if (address == NULL || transport == NULL) {
    wsman_refuse (self, exchange, "InvalidSelectors",
                  "a listener's keys are Address and Transport");
    return;
  }
  if (strcmp (address, "*") != 0 || find_port (self, transport) == NULL) {
    wsman_refuse (self, exchange, "ResourceNotFound", "no listener of %s on \"%s\"", transport,
                  address);
    return;
  }
  message->state = g_ascii_strup (transport, -1);
  message->state_free = g_free;
}
