/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The names of WS-Management as the client knows them; the simulator has its own list, so that a
 * slip in one is seen by the other. Sources: DSP0226, DSP0227, DSP0230, MS-WSMV. */
#define WIRE_NS_SOAP "http://www.w3.org/2003/05/soap-envelope"
#define WIRE_NS_ADDRESSING "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define WIRE_NS_TRANSFER "http://schemas.xmlsoap.org/ws/2004/09/transfer"
#define WIRE_NS_ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
#define WIRE_NS_EVENTING "http://schemas.xmlsoap.org/ws/2004/08/eventing"
#define WIRE_NS_WSMAN "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define WIRE_NS_BINDING "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"
#define WIRE_NS_WSMV "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
#define WIRE_NS_FAULT "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
#define WIRE_NS_IDENTITY "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
#define WIRE_NS_CIM "http://schemas.dmtf.org/wbem/wscim/1/common"
#define WIRE_NS_XSI "http://www.w3.org/2001/XMLSchema-instance"

#define WIRE_ANONYMOUS WIRE_NS_ADDRESSING "/role/anonymous"
#define WIRE_DIALECT_WQL "http://schemas.microsoft.com/wbem/wsman/1/WQL"
#define WIRE_DIALECT_SELECTORS "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
/* Selector that carries the namespace when the resource URI does not (DSP0227). */
#define WIRE_NAMESPACE_SELECTOR "__cimnamespace"
