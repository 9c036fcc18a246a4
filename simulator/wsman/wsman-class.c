/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-class.h"

/* Order of attributes and of properties as recorded of Win32_OperatingSystem and Win32_Process.
 * Windows has methods in the order of their declaration, here they are sorted: the schema does not
 * keep that order. Of the qualifiers there is what the schema knows. */

typedef struct {
  const char *name;
  gboolean is_fixed; /* cannot be overridden, and instances have it too */
} FlagQualifier;

static const FlagQualifier qualifier_association = { "Association", TRUE };
static const FlagQualifier qualifier_key = { "key", TRUE };
static const FlagQualifier qualifier_in = { "in", FALSE };
static const FlagQualifier qualifier_out = { "out", FALSE };
static const FlagQualifier qualifier_static = { "static", FALSE };

static void
put_flag (GString *out, const FlagQualifier *qualifier, gboolean propagated)
{
  g_string_append_printf (out,
                          "<QUALIFIER NAME=\"%s\"%s TYPE=\"boolean\"%s><VALUE>TRUE</VALUE>"
                          "</QUALIFIER>",
                          qualifier->name, propagated ? " PROPAGATED=\"true\"" : "",
                          qualifier->is_fixed ? " OVERRIDABLE=\"false\" TOINSTANCE=\"true\"" : "");
}

static void
put_list (Wsman *self, GString *out, const char *name, const char *const *values,
          gboolean propagated)
{
  if (values == NULL)
    return;
  g_string_append_printf (out, "<QUALIFIER NAME=\"%s\"%s TYPE=\"string\"><VALUE.ARRAY>", name,
                          propagated ? " PROPAGATED=\"true\"" : "");
  for (gsize i = 0; values[i] != NULL; i++) {
    wsman_put (out, "<VALUE>");
    wsman_put_text (self, out, values[i], strlen (values[i]));
    wsman_put (out, "</VALUE>");
  }
  wsman_put (out, "</VALUE.ARRAY></QUALIFIER>");
}

static void
put_text_qualifier (GString *out, const char *name, const char *value, gboolean propagated)
{
  if (value != NULL)
    g_string_append_printf (out,
                            "<QUALIFIER NAME=\"%s\"%s TYPE=\"string\"><VALUE>%s</VALUE>"
                            "</QUALIFIER>",
                            name, propagated ? " PROPAGATED=\"true\"" : "", value);
}

static const char *
type_name (HypervCimType type)
{
  return type == HYPERV_CIM_TYPE_INSTANCE ? "string" : hyperv_cim_type_get_name (type);
}

/* The class above all that has it. */
static const RepositoryClass *
origin_of_property (const RepositoryClass *klass, const char *name)
{
  const RepositoryClass *above = repository_class_get_superclass (klass);

  while (above != NULL && repository_class_find_property (above, name) != NULL) {
    klass = above;
    above = repository_class_get_superclass (klass);
  }
  return klass;
}

static const RepositoryClass *
origin_of_method (const RepositoryClass *klass, const char *name)
{
  const RepositoryClass *above = repository_class_get_superclass (klass);

  while (above != NULL && repository_class_find_method (above, name) != NULL) {
    klass = above;
    above = repository_class_get_superclass (klass);
  }
  return klass;
}

static void
put_property (Wsman *self, GString *out, const RepositoryClass *klass,
              const RepositoryProperty *property, WsmanClassFlags flags)
{
  const RepositoryClass *origin = origin_of_property (klass, property->name);
  gboolean propagated = origin != klass, is_reference = property->reference_class != NULL;
  const char *element = is_reference         ? "PROPERTY.REFERENCE"
                        : property->is_array ? "PROPERTY.ARRAY"
                                             : "PROPERTY";
  gsize mark;

  if (propagated && (flags & WSMAN_CLASS_INHERITED) == 0)
    return;
  g_string_append_printf (out, "<%s NAME=\"%s\"", element, property->name);
  if (is_reference)
    g_string_append_printf (out, " REFERENCECLASS=\"%s\"", property->reference_class);
  if ((flags & WSMAN_CLASS_ORIGIN) != 0)
    g_string_append_printf (out, " CLASSORIGIN=\"%s\"", repository_class_get_name (origin));
  if (propagated)
    wsman_put (out, " PROPAGATED=\"true\"");
  if (!is_reference)
    g_string_append_printf (out, " TYPE=\"%s\"", type_name (property->type));
  wsman_put (out, ">");
  mark = out->len;
  if ((flags & WSMAN_CLASS_QUALIFIERS) != 0) {
    put_text_qualifier (out, "EmbeddedInstance", property->embedded_class, propagated);
    if (property->is_key)
      put_flag (out, &qualifier_key, propagated);
    put_list (self, out, "ValueMap", property->value_map, propagated);
    put_list (self, out, "Values", property->values, propagated);
  }
  if (out->len == mark) {
    g_string_truncate (out, mark - 1);
    wsman_put (out, "/>");
  } else {
    g_string_append_printf (out, "</%s>", element);
  }
}

static void
put_parameter (GString *out, const RepositoryParameter *parameter, WsmanClassFlags flags)
{
  g_autofree char *element
      = g_strconcat ("PARAMETER",
                     parameter->reference_class != NULL && parameter->is_array ? ".REFARRAY"
                     : parameter->reference_class != NULL                      ? ".REFERENCE"
                     : parameter->is_array                                     ? ".ARRAY"
                                                                               : "",
                     NULL);

  g_string_append_printf (out, "<%s NAME=\"%s\"", element, parameter->name);
  if (parameter->reference_class != NULL)
    g_string_append_printf (out, " REFERENCECLASS=\"%s\"", parameter->reference_class);
  else
    g_string_append_printf (out, " TYPE=\"%s\"", type_name (parameter->type));
  if ((flags & WSMAN_CLASS_QUALIFIERS) == 0) {
    wsman_put (out, "/>");
    return;
  }
  wsman_put (out, ">");
  put_text_qualifier (out, "EmbeddedInstance", parameter->embedded_class, FALSE);
  if (parameter->is_in)
    put_flag (out, &qualifier_in, FALSE);
  if (parameter->is_out)
    put_flag (out, &qualifier_out, FALSE);
  g_string_append_printf (out, "</%s>", element);
}

static void
put_method (GString *out, const RepositoryClass *klass, const RepositoryMethod *method,
            WsmanClassFlags flags)
{
  const RepositoryClass *origin = origin_of_method (klass, method->name);
  gboolean has_qualifier = method->is_static && (flags & WSMAN_CLASS_QUALIFIERS) != 0;

  if (origin != klass && (flags & WSMAN_CLASS_INHERITED) == 0)
    return;
  g_string_append_printf (out, "<METHOD NAME=\"%s\" TYPE=\"uint32\"", method->name);
  if ((flags & WSMAN_CLASS_ORIGIN) != 0)
    g_string_append_printf (out, " CLASSORIGIN=\"%s\"", repository_class_get_name (origin));
  if (method->n_parameters == 0 && !has_qualifier) {
    wsman_put (out, "/>");
    return;
  }
  wsman_put (out, ">");
  if (has_qualifier)
    put_flag (out, &qualifier_static, FALSE);
  for (guint i = 0; i < method->n_parameters; i++)
    put_parameter (out, &method->parameters[i], flags);
  wsman_put (out, "</METHOD>");
}

static void
put_derivation (GString *out, const RepositoryClass *above)
{
  const char *comma = "";

  wsman_put (out, " DERIVATION=\"");
  for (; above != NULL; above = repository_class_get_superclass (above)) {
    g_string_append_printf (out, "%s%s", comma, repository_class_get_name (above));
    comma = ",";
  }
  wsman_put (out, "\"");
}

void
wsman_put_class (Wsman *self, GString *out, const RepositoryClass *klass, WsmanClassFlags flags)
{
  const RepositoryClass *above = repository_class_get_superclass (klass);

  g_string_append_printf (out, "<CLASS NAME=\"%s\"", repository_class_get_name (klass));
  if (above != NULL)
    g_string_append_printf (out, " SUPERCLASS=\"%s\"", repository_class_get_name (above));
  if (above != NULL && (flags & WSMAN_CLASS_DERIVATION) != 0)
    put_derivation (out, above);
  wsman_put (out, ">");
  if ((flags & WSMAN_CLASS_QUALIFIERS) != 0 && repository_class_is_association (klass))
    put_flag (out, &qualifier_association, FALSE);
  for (guint i = 0; i < repository_class_get_n_properties (klass); i++)
    put_property (self, out, klass, repository_class_get_property (klass, i), flags);
  for (guint i = 0; i < repository_class_get_n_methods (klass); i++)
    put_method (out, klass, repository_class_get_method (klass, i), flags);
  wsman_put (out, "</CLASS>");
}
