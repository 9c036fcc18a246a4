/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wsman-golden.h"

/* Enumerate and Pull, byte for byte; only GUIDs of messages and contexts are masked. */

static char *
enumerate_class (const char *uri, const char *content)
{
  g_autofree char *body = g_strconcat ("<n:Enumerate>", content, "</n:Enumerate>", NULL);

  return wsman_fixture_request (ENUMERATION_URI "Enumerate", uri, "", body);
}

static void
test_enumerate (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", TWO_PRODUCTS);
  g_autofree char *request = enumerate_class (PRODUCT_URI, "");

  wsman_fixture_assert_reply (
      fixture, request, 200,
      ENUMERATION ("EnumerateResponse", "<n:EnumerateResponse>" CONTEXT "</n:EnumerateResponse>"));
}

#define OPTIMIZED "<w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>"

static void
test_optimized (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", TWO_PRODUCTS);
  g_autofree char *request = enumerate_class (PRODUCT_URI, OPTIMIZED);

  wsman_fixture_assert_reply (
      fixture, request, 200,
      ENUMERATION ("EnumerateResponse", "<n:EnumerateResponse>" CONTEXT "<w:Items>" PRODUCT (
                                            "AAAA") "</w:Items></n:EnumerateResponse>"));
}

static void
test_complete (void)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", SMALL_HOST);
  g_autofree char *request = enumerate_class (PRODUCT_URI, OPTIMIZED);

  wsman_fixture_assert_reply (
      fixture, request, 200,
      ENUMERATION ("EnumerateResponse",
                   "<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext>"
                   "<w:Items>" PRODUCT ("AAAA") "</w:Items><w:EndOfSequence/>"
                                                "</n:EnumerateResponse>"));
}

/* First reply to @content, then what a Pull gives. */
static void
assert_pull (const char *mof, const char *uri, const char *content, const char *expected)
{
  g_autoptr (WsmanFixture) fixture = wsman_fixture_new_small ("2019", mof);
  g_autofree char *request = enumerate_class (uri, content);
  g_autofree char *first = wsman_fixture_ask (fixture, request, 200);
  g_autofree char *id
      = wsman_fixture_between (first, "<n:EnumerationContext>", "</n:EnumerationContext>");
  g_autofree char *body = g_strconcat ("<n:Pull><n:EnumerationContext>", id,
                                       "</n:EnumerationContext></n:Pull>", NULL);
  g_autofree char *pull = wsman_fixture_request (ENUMERATION_URI "Pull", uri, "", body);

  wsman_fixture_assert_reply (fixture, pull, 200, expected);
}

#define PULLED(before, items, after)                                                               \
  ENUMERATION ("PullResponse",                                                                     \
               "<n:PullResponse>" before "<n:Items>" items "</n:Items>" after "</n:PullResponse>")
#define END "<n:EndOfSequence/>"

static void
test_pull (void)
{
  assert_pull (TWO_PRODUCTS, PRODUCT_URI, "", PULLED (CONTEXT, PRODUCT ("AAAA"), ""));
}

static void
test_pull_last (void)
{
  assert_pull (SMALL_HOST, PRODUCT_URI, "", PULLED ("", PRODUCT ("AAAA"), END));
}

static void
test_pull_epr (void)
{
  assert_pull (SMALL_HOST, PRODUCT_URI, "<w:EnumerationMode>EnumerateEPR</w:EnumerationMode>",
               PULLED ("", PRODUCT_EPR ("1.0"), END));
}

static void
test_pull_object_and_epr (void)
{
  assert_pull (SMALL_HOST, PRODUCT_URI,
               "<w:EnumerationMode>EnumerateObjectAndEPR</w:EnumerationMode>",
               PULLED ("", "<w:Item>" PRODUCT ("AAAA") PRODUCT_EPR ("1.0") "</w:Item>", END));
}

/* Alphabetical, whatever the order of the query. */
static void
test_pull_projection (void)
{
  assert_pull (SMALL_HOST, CIMV2_URI "*",
               WQL ("select UUID, name, SKUNumber from Win32_ComputerSystemProduct"),
               PULLED ("", FRAGMENT ("AAAA"), END));
}

static void
test_pull_references (void)
{
  assert_pull (
      SMALL_HOST, V2_URI "Msvm_AffectedJobElement", "",
      PULLED (
          "",
          "<p:Msvm_AffectedJobElement" XSI " xmlns:p=\"" V2_URI "Msvm_AffectedJobElement\"" CIM
          " xsi:type=\"p:Msvm_AffectedJobElement_Type\"><p:AffectedElement"
          " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"" W ">" EPR_CONTENT (
              V2_URI "Msvm_VirtualSystemSettingData",
              SELECTOR (
                  "InstanceID",
                  "Microsoft:A")) "</p:AffectedElement>"
                                  "<p:AffectingElement "
                                  "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"" W
                                  ">" EPR_CONTENT (
                                      V2_URI "Msvm_ConcreteJob",
                                      SELECTOR ("InstanceID",
                                                "B")) "</p:AffectingElement><p:ElementEffects>5</"
                                                      "p:ElementEffects>"
                                                      "</p:Msvm_AffectedJobElement>",
          END));
}

static void
test_selector_filter (void)
{
  assert_pull (TWO_PRODUCTS, PRODUCT_URI,
               "<w:Filter Dialect=\"http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter\">"
               "<w:SelectorSet><w:Selector Name=\"UUID\">AAAA</w:Selector></w:SelectorSet>"
               "</w:Filter>",
               PULLED ("", PRODUCT ("AAAA"), END));
}

/* A backslash in a value stays a backslash. */
static void
test_selector_filter_backslash (void)
{
  assert_pull ("#pragma namespace (\"root/cimv2\")\n" PRODUCT_MOF ("1.0", "AAAA")
                   PRODUCT_MOF ("2.0", "a\\\\bc"),
               PRODUCT_URI,
               "<w:EnumerationMode>EnumerateEPR</w:EnumerationMode>"
               "<w:Filter Dialect=\"http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter\">"
               "<w:SelectorSet><w:Selector Name=\"uuid\">a\\bc</w:Selector></w:SelectorSet>"
               "</w:Filter>",
               PULLED ("", PRODUCT_EPR ("2.0"), END));
}

#define ASSOCIATION_FILTER(element)                                                                \
  "<w:EnumerationMode>EnumerateEPR</w:EnumerationMode><w:Filter Dialect=\""                        \
  "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter\"><b:" element                \
  " xmlns:b=\"http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd\"><b:Object>" EPR_CONTENT (      \
      V2_URI "Msvm_ConcreteJob", SELECTOR ("InstanceID", "B")) "</b:Object></b:" element           \
                                                               "></w:Filter>"

/* What `winrm enumerate -associators` and `-associations` send. */
static void
test_associated_instances (void)
{
  assert_pull (ASSOCIATION_HOST, V2_URI "*", ASSOCIATION_FILTER ("AssociatedInstances"),
               PULLED ("", EPR (SETTING_EPR), END));
}

static void
test_association_instances (void)
{
  assert_pull (
      ASSOCIATION_HOST, V2_URI "*", ASSOCIATION_FILTER ("AssociationInstances"),
      PULLED ("", EPR (EPR_CONTENT (V2_URI "Msvm_AffectedJobElement", AFFECTED_SELECTORS)), END));
}

static const WsmanStory stories[] = {
  { "Enumerate", test_enumerate },
  { "optimised Enumerate", test_optimized },
  { "optimised Enumerate that says everything", test_complete },
  { "Pull", test_pull },
  { "last Pull", test_pull_last },
  { "Pull of endpoint references", test_pull_epr },
  { "Pull of both", test_pull_object_and_epr },
  { "Pull of a projection", test_pull_projection },
  { "Pull of references", test_pull_references },
  { "Enumerate with a selector filter", test_selector_filter },
  { "Enumerate with a backslash in a selector filter", test_selector_filter_backslash },
  { "Enumerate of associated instances", test_associated_instances },
  { "Enumerate of association instances", test_association_instances },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  wsman_fixture_add_stories ("/wsman/golden", stories, G_N_ELEMENTS (stories));
  return g_test_run ();
}
