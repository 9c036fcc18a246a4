/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-write.h"

/* Texts of a class that do not change: made when its first instance is written. */
typedef struct {
  char *uri;
  char *open;  /* `<p:Class … xsi:type="p:Class_Type">` */
  char *close; /* `</p:Class>` */
  guint n_properties;
  char **tags; /* per property `<p:Name>` */
  guint8 *tag_lengths;
} WsmanClassText;

#define XSI_AND_CIM(p)                                                                             \
  " xmlns:xsi=\"" WSMAN_NS_XSI "\" xmlns:p=\"" p "\" xmlns:cim=\"" WSMAN_NS_CIM "\""
#define EPR_NAMESPACES " xmlns:a=\"" WSMAN_NS_ADDRESSING "\" xmlns:w=\"" WSMAN_NS_WSMAN "\""

void
wsman_class_text_free (gpointer data)
{
  WsmanClassText *text = data;

  for (guint i = 0; i < text->n_properties; i++)
    g_free (text->tags[i]);
  g_free (text->tags);
  g_free (text->tag_lengths);
  g_free (text->uri);
  g_free (text->open);
  g_free (text->close);
  g_free (text);
}

static WsmanClassText *
find_text (Wsman *self, const RepositoryClass *klass)
{
  WsmanClassText *text = g_hash_table_lookup (self->texts[self->as_dmtf], klass);
  const char *name = repository_class_get_name (klass);

  if (text != NULL)
    return text;
  text = g_new0 (WsmanClassText, 1);
  text->uri = self->as_dmtf ? g_strconcat (WSMAN_DMTF_URI "/", name, NULL)
                            : g_strconcat (WSMAN_WMI_PREFIX, repository_class_get_namespace (klass),
                                           "/", name, NULL);
  text->open = g_strdup_printf ("<p:%s" XSI_AND_CIM ("%s") " xsi:type=\"p:%s_Type\">", name,
                                text->uri, name);
  text->close = g_strdup_printf ("</p:%s>", name);
  text->n_properties = repository_class_get_n_properties (klass);
  text->tags = g_new0 (char *, text->n_properties + 1);
  text->tag_lengths = g_new0 (guint8, text->n_properties + 1);
  for (guint i = 0; i < text->n_properties; i++) {
    text->tags[i] = g_strdup_printf ("<p:%s>", repository_class_get_property (klass, i)->name);
    text->tag_lengths[i] = (guint8)MIN (strlen (text->tags[i]), G_MAXUINT8);
  }
  g_hash_table_insert (self->texts[self->as_dmtf], (gpointer)klass, text);
  return text;
}

const char *
wsman_class_uri (Wsman *self, const RepositoryClass *klass)
{
  return find_text (self, klass)->uri;
}

/* An element's start tag (`<p:Name>`) as its end tag, and as an element that is nil. */
static void
put_end_tag (GString *out, const char *tag, gsize length)
{
  wsman_put (out, "</");
  g_string_append_len (out, tag + 1, (gssize)length - 1);
}

static void
put_nil (GString *out, const char *tag, gsize length)
{
  g_string_append_len (out, tag, (gssize)length - 1);
  wsman_put (out, " xsi:nil=\"true\"/>");
}

static void put_named (Wsman *self, GString *out, char prefix, const HypervCimProperty *property,
                       gboolean is_object);

static void
put_class_uri (Wsman *self, GString *out, const char *name_space, const char *class_name)
{
  if (self->as_dmtf)
    g_string_append_printf (out, WSMAN_DMTF_URI "/%s", class_name);
  else
    g_string_append_printf (out, WSMAN_WMI_PREFIX "%s/%s", name_space, class_name);
}

/* An embedded instance as elements in its own class's namespace, inside the property's element: so
 * virt-who reads Msvm_SummaryInformation of real hosts. The prefix is the next letter, because the
 * element itself is still in the outer namespace. */
static void
put_object_item (Wsman *self, GString *out, const char *tag, gsize length,
                 const HypervCimInstance *instance)
{
  const char *class_name = hyperv_cim_instance_get_class_name (instance);
  char prefix = (char)(tag[1] + 1);

  g_return_if_fail (prefix <= 'z');

  g_string_append_len (out, tag, (gssize)length - 1);
  g_string_append_printf (out, " xmlns:%c=\"", prefix);
  put_class_uri (self, out, hyperv_cim_instance_get_namespace (instance), class_name);
  g_string_append_printf (out, "\" xsi:type=\"%c:%s_Type\">", prefix, class_name);
  for (guint i = 0; i < hyperv_cim_instance_get_n_properties (instance); i++) {
    HypervCimProperty property;

    hyperv_cim_instance_peek (instance, i, &property);
    put_named (self, out, prefix, &property, TRUE);
  }
  put_end_tag (out, tag, length);
}

static gboolean
put_content (Wsman *self, GString *out, const HypervCimProperty *property, guint item,
             WsmanValueFlags flags)
{
  g_autoptr (GString) text = NULL;

  if (property->type != HYPERV_CIM_TYPE_INSTANCE)
    return wsman_put_value (self, out, property->type, property->items[item], flags);
  text = g_string_new (NULL);
  wsman_put_cim_xml (text, property->items[item].instance);
  wsman_put_text (self, out, text->str, text->len);
  return TRUE;
}

/* The elements of one property: one for a scalar, one for each item of an array. */
static void
put_property (Wsman *self, GString *out, const char *tag, gsize length,
              const HypervCimProperty *property, WsmanValueFlags flags, gboolean is_object)
{
  if (property->is_null || property->n_items == 0) {
    /* Null and empty arrays are left out: exactly the seven of Msvm_ComputerSystem are missing from
     * what Windows 11 sends. */
    if (!property->is_array || (property->is_null && !self->omits_null_arrays))
      put_nil (out, tag, length);
    return;
  }
  for (guint i = 0; i < property->n_items; i++) {
    gsize before = out->len;

    if (property->type == HYPERV_CIM_TYPE_INSTANCE && is_object) {
      put_object_item (self, out, tag, length, property->items[i].instance);
      continue;
    }
    if (property->type == HYPERV_CIM_TYPE_REFERENCE) {
      g_string_append_len (out, tag, (gssize)length - 1);
      wsman_put (out, EPR_NAMESPACES ">");
    } else {
      g_string_append_len (out, tag, (gssize)length);
    }
    if (put_content (self, out, property, i, flags)) {
      put_end_tag (out, tag, length);
      continue;
    }
    g_string_truncate (out, before);
    put_nil (out, tag, length);
  }
}

static void
put_named (Wsman *self, GString *out, char prefix, const HypervCimProperty *property,
           gboolean is_object)
{
  g_autofree char *tag = g_strdup_printf ("<%c:%s>", prefix, property->name);

  put_property (self, out, tag, strlen (tag), property, WSMAN_VALUE_PLAIN, is_object);
}

void
wsman_put_parameter (Wsman *self, GString *out, const HypervCimProperty *property,
                     gboolean is_object)
{
  put_named (self, out, 'p', property, is_object);
}

static void
put_whole (Wsman *self, GString *out, RepositoryObject *object)
{
  const RepositoryClass *klass = repository_object_get_class (object);
  const WsmanClassText *text = find_text (self, klass);

  g_string_append (out, text->open);
  for (guint i = 0; i < text->n_properties; i++) {
    const RepositoryProperty *declared = repository_class_get_property (klass, i);
    HypervCimProperty property;

    repository_object_peek (object, i, &property);
    put_property (self, out, text->tags[i], text->tag_lengths[i], &property, WSMAN_VALUE_PLAIN,
                  declared->type == HYPERV_CIM_TYPE_INSTANCE);
  }
  g_string_append (out, text->close);
}

static gboolean
is_projected (const char *const *projection, const char *name)
{
  for (gsize i = 0; projection[i] != NULL; i++) {
    if (g_ascii_strcasecmp (projection[i], name) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Without namespaces, alphabetical whatever the query's order (MS-WSMV fn58, fn59; recorded). */
static void
put_fragment (Wsman *self, GString *out, RepositoryObject *object, const char *const *projection)
{
  const RepositoryClass *klass = repository_object_get_class (object);
  guint n_properties = repository_class_get_n_properties (klass);
  g_autoptr (GString) tag = g_string_new (NULL);

  wsman_put (out, "<w:XmlFragment xmlns:xsi=\"" WSMAN_NS_XSI "\" xmlns:w=\"" WSMAN_NS_WSMAN "\">");
  for (guint i = 0; i < n_properties; i++) {
    const RepositoryProperty *declared = repository_class_get_property (klass, i);
    HypervCimProperty property;

    if (!is_projected (projection, declared->name))
      continue;
    g_string_printf (tag, "<%s>", declared->name);
    repository_object_peek (object, i, &property);
    put_property (self, out, tag->str, tag->len, &property, WSMAN_VALUE_BARE, FALSE);
  }
  wsman_put (out, "</w:XmlFragment>");
}

static gint
compare_keys (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const HypervCimPath *path = user_data;

  return g_ascii_strcasecmp (hyperv_cim_path_get_key_name (path, *(const guint *)a),
                             hyperv_cim_path_get_key_name (path, *(const guint *)b));
}

/* Alphabetical, without __cimnamespace (recorded) unless the URI is DMTF's. */
static void
put_selectors (Wsman *self, GString *out, const HypervCimPath *path)
{
  guint n_keys = hyperv_cim_path_get_n_keys (path);
  g_autofree guint *order = g_new (guint, n_keys + 1);

  for (guint i = 0; i < n_keys; i++)
    order[i] = i;
  g_qsort_with_data (order, (gint)n_keys, sizeof *order, compare_keys, (gpointer)path);
  wsman_put (out, "<w:SelectorSet>");
  if (self->as_dmtf)
    g_string_append_printf (out, "<w:Selector Name=\"__cimnamespace\">%s</w:Selector>",
                            hyperv_cim_path_get_namespace (path));
  for (guint i = 0; i < n_keys; i++) {
    const char *value = hyperv_cim_path_get_key_value (path, order[i]);
    const HypervCimPath *reference = hyperv_cim_path_get_key_reference (path, order[i]);

    wsman_put (out, "<w:Selector Name=\"");
    g_string_append (out, hyperv_cim_path_get_key_name (path, order[i]));
    wsman_put (out, "\">");
    if (value != NULL) {
      wsman_put_text (self, out, value, strlen (value));
    } else if (reference != NULL) {
      wsman_put (out, "<a:EndpointReference>");
      wsman_put_epr (self, out, reference);
      wsman_put (out, "</a:EndpointReference>");
    }
    wsman_put (out, "</w:Selector>");
  }
  wsman_put (out, "</w:SelectorSet>");
}

void
wsman_put_epr (Wsman *self, GString *out, const HypervCimPath *path)
{
  wsman_put (out, "<a:Address>" WSMAN_ANONYMOUS "</a:Address><a:ReferenceParameters>"
                  "<w:ResourceURI>");
  put_class_uri (self, out, hyperv_cim_path_get_namespace (path),
                 hyperv_cim_path_get_class_name (path));
  wsman_put (out, "</w:ResourceURI>");
  put_selectors (self, out, path);
  wsman_put (out, "</a:ReferenceParameters>");
}

static void
put_epr_item (Wsman *self, GString *out, RepositoryObject *object)
{
  g_autoptr (HypervCimPath) path = repository_object_to_path (object);

  wsman_put (out, "<a:EndpointReference>");
  wsman_put_epr (self, out, path);
  wsman_put (out, "</a:EndpointReference>");
}

void
wsman_put_item (Wsman *self, GString *out, RepositoryObject *object, WsmanMode mode,
                const char *const *projection)
{
  if (mode == WSMAN_MODE_EPR) {
    put_epr_item (self, out, object);
    return;
  }
  if (mode == WSMAN_MODE_OBJECT_AND_EPR)
    wsman_put (out, "<w:Item>");
  if (projection != NULL)
    put_fragment (self, out, object, projection);
  else
    put_whole (self, out, object);
  if (mode == WSMAN_MODE_OBJECT_AND_EPR) {
    put_epr_item (self, out, object);
    wsman_put (out, "</w:Item>");
  }
}
