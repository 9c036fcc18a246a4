/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/wsman-fixture.h"

/* Pieces of the replies that are compared byte for byte, written from the recordings' shape. */

#define SOAP                                                                                       \
  " xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""                                           \
  " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
#define X " xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\""
#define E " xmlns:e=\"http://schemas.xmlsoap.org/ws/2004/08/eventing\""
#define N " xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\""
#define W " xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\""
#define P " xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\""
#define XSI " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
#define CIM " xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\""
#define ANONYMOUS "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
#define FAULT_NS " xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\""

#define ENVELOPE(lang, namespaces, action, body)                                                   \
  "<s:Envelope xml:lang=\"" lang "\"" namespaces "><s:Header><a:Action>" action "</a:Action>"      \
  "<a:MessageID>uuid:*</a:MessageID><a:To>" ANONYMOUS "</a:To><a:RelatesTo>uuid:*</a:RelatesTo>"   \
  "</s:Header><s:Body>" body "</s:Body></s:Envelope>"
#define ENUMERATION(action, body) ENVELOPE ("en-US", SOAP N W, ENUMERATION_URI action, body)
#define CONTEXT "<n:EnumerationContext>uuid:*</n:EnumerationContext>"

#define PRODUCT(uuid)                                                                              \
  "<p:Win32_ComputerSystemProduct" XSI " xmlns:p=\"" CIMV2_URI "Win32_ComputerSystemProduct\"" CIM \
  " xsi:type=\"p:Win32_ComputerSystemProduct_Type\">"                                              \
  "<p:Caption>Computer System Product</p:Caption>"                                                 \
  "<p:Description>Box &amp; &quot;lid&quot;</p:Description>"                                       \
  "<p:IdentifyingNumber>1</p:IdentifyingNumber><p:Name>Server</p:Name>"                            \
  "<p:SKUNumber xsi:nil=\"true\"/><p:UUID>" uuid "</p:UUID><p:Vendor></p:Vendor>"                  \
  "<p:Version>1.0</p:Version></p:Win32_ComputerSystemProduct>"
#define EPR_CONTENT(uri, selectors)                                                                \
  "<a:Address>" ANONYMOUS "</a:Address><a:ReferenceParameters><w:ResourceURI>" uri                 \
  "</w:ResourceURI><w:SelectorSet>" selectors "</w:SelectorSet></a:ReferenceParameters>"
#define SELECTOR(name, value) "<w:Selector Name=\"" name "\">" value "</w:Selector>"
#define PRODUCT_EPR(version)                                                                       \
  "<a:EndpointReference>" EPR_CONTENT (                                                            \
      CIMV2_URI "Win32_ComputerSystemProduct",                                                     \
      SELECTOR ("IdentifyingNumber", "1") SELECTOR ("Name", "Server")                              \
          SELECTOR ("Version", version)) "</a:EndpointReference>"
#define FRAGMENT(uuid)                                                                             \
  "<w:XmlFragment" XSI W "><Name>Server</Name><SKUNumber xsi:nil=\"true\"/><UUID>" uuid            \
  "</UUID></w:XmlFragment>"

#define PRODUCT_MOF(version, uuid)                                                                 \
  "instance of Win32_ComputerSystemProduct { Caption = \"Computer System Product\"; "              \
  "Description = \"Box & \\\"lid\\\"\"; IdentifyingNumber = \"1\"; Name = \"Server\"; "            \
  "Version = \"" version "\"; Vendor = \"\"; UUID = \"" uuid "\"; };\n"
#define SMALL_HOST                                                                                 \
  "#pragma namespace (\"root/cimv2\")\n" PRODUCT_MOF (                                             \
      "1.0", "AAAA") "#pragma namespace (\"root/virtualization/v2\")\n"                            \
                     "instance of Msvm_AffectedJobElement { AffectedElement = "                    \
                     "\"Msvm_VirtualSystemSettingData.InstanceID=\\\"Microsoft:A\\\"\"; "          \
                     "AffectingElement = "                                                         \
                     "\"Msvm_ConcreteJob.InstanceID=\\\"B\\\"\"; ElementEffects = {5}; };\n"
#define TWO_PRODUCTS                                                                               \
  "#pragma namespace (\"root/cimv2\")\n" PRODUCT_MOF ("1.0", "AAAA") PRODUCT_MOF ("2.0", "BBBB")
#define TRANSFER(lang, action, body) ENVELOPE (lang, SOAP X W P, action, body)

#define PRODUCT_URI CIMV2_URI "Win32_ComputerSystemProduct"
#define WQL(query)                                                                                 \
  "<w:Filter Dialect=\"http://schemas.microsoft.com/wbem/wsman/1/WQL\">" query "</w:Filter>"
#define EPR(content) "<a:EndpointReference>" content "</a:EndpointReference>"
#define ASSOCIATION_HOST                                                                           \
  SMALL_HOST "instance of Msvm_VirtualSystemSettingData { InstanceID = \"Microsoft:A\"; };\n"      \
             "instance of Msvm_ConcreteJob { InstanceID = \"B\"; };\n"
#define SETTING_EPR                                                                                \
  EPR_CONTENT (V2_URI "Msvm_VirtualSystemSettingData", SELECTOR ("InstanceID", "Microsoft:A"))
#define AFFECTED_SELECTORS                                                                         \
  SELECTOR ("AffectedElement", EPR (SETTING_EPR))                                                  \
  SELECTOR ("AffectingElement",                                                                    \
            EPR (EPR_CONTENT (V2_URI "Msvm_ConcreteJob", SELECTOR ("InstanceID", "B"))))
