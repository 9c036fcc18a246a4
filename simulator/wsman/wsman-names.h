/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The names that WS-Management uses, as the server side knows them: DSP0226, MS-WSMV 2.2.1. */
#define WSMAN_NS_SOAP "http://www.w3.org/2003/05/soap-envelope"
#define WSMAN_NS_ADDRESSING "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define WSMAN_NS_TRANSFER "http://schemas.xmlsoap.org/ws/2004/09/transfer"
#define WSMAN_NS_ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
#define WSMAN_NS_EVENTING "http://schemas.xmlsoap.org/ws/2004/08/eventing"
#define WSMAN_NS_WSMAN "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define WSMAN_NS_MICROSOFT "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
#define WSMAN_NS_IDENTITY "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
#define WSMAN_NS_BINDING "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"
#define WSMAN_NS_CIM "http://schemas.dmtf.org/wbem/wscim/1/common"
#define WSMAN_NS_XSI "http://www.w3.org/2001/XMLSchema-instance"
#define WSMAN_NS_FAULT "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
#define WSMAN_NS_WMI_ERROR "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError"

#define WSMAN_ANONYMOUS WSMAN_NS_ADDRESSING "/role/anonymous"
#define WSMAN_WMI_URI "http://schemas.microsoft.com/wbem/wsman/1/wmi"
#define WSMAN_WMI_PREFIX WSMAN_WMI_URI "/"
#define WSMAN_DMTF_URI "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2"
#define WSMAN_DMTF_ALL_URI "http://schemas.dmtf.org/wbem/wscim/1/*"
#define WSMAN_DMTF_NAMESPACE "root/hardware"
#define WSMAN_SCHEMA_URI "http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/*"
#define WSMAN_CONFIG_URI "http://schemas.microsoft.com/wbem/wsman/1/config"
/* Also the namespace of what is said of shells. */
#define WSMAN_SHELL_URI "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
#define WSMAN_POWERSHELL_URI "http://schemas.microsoft.com/powershell"
#define WSMAN_FAULT_DETAIL "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"
#define WSMAN_SECURITY_PROFILE "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/"

#define WSMAN_DIALECT_WQL "http://schemas.microsoft.com/wbem/wsman/1/WQL"
#define WSMAN_DIALECT_SELECTOR "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
#define WSMAN_DIALECT_ASSOCIATION                                                                  \
  "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter"
#define WSMAN_DIALECT_XPATH "http://www.w3.org/TR/1999/REC-xpath-19991116"
