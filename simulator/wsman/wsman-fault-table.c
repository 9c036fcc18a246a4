/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-fault.h"

/* Numbers and texts: wsmerror.h of the Windows SDK 10.0.14393. Code, subcode, detail and action:
 * Microsoft's own port of the service (omi, wsmanerrorhandling.c) and replies recorded from
 * Windows. A reason ends with one space on the wire; those of TimedOut and CannotProcessFilter with
 * two (recorded 2008 R2 to Windows 11). EndpointUnavailable is misspelt in omi; whether Windows
 * does so was never seen. */
static const WsmanFaultRow fault_rows[] = {
  { "VersionMismatch", "ERROR_WSMAN_SOAP_VERSION_MISMATCH", 2150858765u, "VersionMismatch", NULL,
    NULL, WSMAN_FAULT_ADDRESSING, FALSE,
    "The WS-Management service does not support the SOAP version specified in the request. " },
  { "MustUnderstand", "ERROR_WSMAN_SOAP_FAULT_MUST_UNDERSTAND", 2150858768u, "MustUnderstand", NULL,
    NULL, WSMAN_FAULT_ADDRESSING, FALSE,
    "The WS-Management service cannot process a SOAP header in the request that is marked as "
    "mustUnderstand by the client. This could be caused by the use of a version of the "
    "protocol which is not supported, or may be an incompatibility between the client and "
    "server implementations. " },
  { "AccessDenied", "ERROR_ACCESS_DENIED", 5u, "Sender", "w:AccessDenied", NULL, WSMAN_FAULT_WSMAN,
    FALSE, "Access is denied. " },
  { "ActionMismatch", "ERROR_WSMAN_ACTION_MISMATCH", 2150858801u, "Sender", "a:ActionNotSupported",
    "ActionMismatch", WSMAN_FAULT_ADDRESSING, FALSE,
    "The WS-Management service cannot process the request because the WS-Addressing Action URI "
    "in the request is not compatible with the resource. " },
  { "ActionNotSupported", "ERROR_WSMAN_ACTION_NOT_SUPPORTED", 2150858771u, "Sender",
    "a:ActionNotSupported", NULL, WSMAN_FAULT_ADDRESSING, FALSE,
    "The WS-Management service does not support the action specified in the request. " },
  { "InvalidAction", "ERROR_WSMAN_INVALID_ACTIONURI", 2150858753u, "Sender", "a:ActionNotSupported",
    NULL, WSMAN_FAULT_ADDRESSING, FALSE,
    "The WS-Management service cannot process the request. The WS-Addressing action URI is "
    "invalid. Check the documentation for information on how to construct an action URI. " },
  { "AlreadyExists", "ERROR_WSMAN_ALREADY_EXISTS", 2150858803u, "Sender", "w:AlreadyExists", NULL,
    WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot create the resource because it already exists. " },
  { "Concurrency", "ERROR_WSMAN_CONCURRENCY", 2150858802u, "Sender", "w:Concurrency", NULL,
    WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot complete the WS-Addressing Action URI in the request "
    "because the resource was already in use. " },
  { "InvalidResourceURI", "ERROR_WSMAN_INVALID_RESOURCE_URI", 2150858811u, "Sender",
    "a:DestinationUnreachable", "InvalidResourceURI", WSMAN_FAULT_ADDRESSING, FALSE,
    "The WS-Management service cannot process the request. The resource URI is missing or it "
    "has an incorrect format. Check the documentation or use the following command for "
    "information on how to construct a resource URI: \"winrm help uris\". " },
  { "ResourceNotFound", "ERROR_WSMAN_RESOURCE_NOT_FOUND", 2150858752u, "Sender",
    "a:DestinationUnreachable", "InvalidResourceURI", WSMAN_FAULT_ADDRESSING, FALSE,
    "The WS-Management service cannot process the request. The service cannot find the "
    "resource identified by the resource URI and selectors. " },
  /* The same of a class, as newer releases say it (recorded). */
  { "ClassNotFound", "ERROR_WSMAN_RESOURCE_NOT_FOUND", 2150858752u, "Sender",
    "a:DestinationUnreachable", "InvalidResourceURI", WSMAN_FAULT_ADDRESSING, TRUE,
    "The WS-Management service cannot process the request. The service cannot find the "
    "resource identified by the resource URI and selectors. ",
    5, 13 },
  { "DestinationUnreachable", "ERROR_WSMAN_DESTINATION_UNREACHABLE", 2150858770u, "Sender",
    "a:DestinationUnreachable", NULL, WSMAN_FAULT_ADDRESSING, FALSE,
    "The client cannot connect to the destination specified in the request. Verify that the "
    "service on the destination is running and is accepting requests. Consult the logs and "
    "documentation for the WS-Management service running on the destination, most commonly IIS "
    "or WinRM. If the destination is the WinRM service, run the following command on the "
    "destination to analyze and configure the WinRM service: \"winrm quickconfig\". " },
  { "EndpointUnavailable", "ERROR_WSMAN_ENDPOINT_UNAVAILABLE", 2150858772u, "Receiver",
    "a:EndpointUnavailable", NULL, WSMAN_FAULT_ADDRESSING, FALSE,
    "The WS-Management service cannot process the request because the resource is offline. "
    "Retry the request later when the resource is online. " },
  { "UriLimit", "ERROR_WSMAN_URI_LIMIT", 2150858797u, "Sender", "w:EncodingLimit",
    "URILimitExceeded", WSMAN_FAULT_WSMAN, FALSE,
    "The URI is longer than the maximum length allowed. " },
  { "MinimumEnvelopeLimit", "ERROR_WSMAN_MIN_ENVELOPE_SIZE", 2150858878u, "Sender",
    "w:EncodingLimit", "MinimumEnvelopeLimit", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request because the envelope size in the "
    "request is too small. " },
  { "MaxEnvelopeSizeExceeded", "ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED", 2150858824u, "Sender",
    "w:EncodingLimit", "MaxEnvelopeSizeExceeded", WSMAN_FAULT_WSMAN, FALSE,
    "The response that the WS-Management service computed exceeds the maximum envelope size in "
    "the request. " },
  { "ServiceEnvelopeLimit", "ERROR_WSMAN_SERVER_ENVELOPE_LIMIT", 2150858825u, "Sender",
    "w:EncodingLimit", "ServiceEnvelopeLimit", WSMAN_FAULT_WSMAN, FALSE,
    "The response that the WS-Management service computed exceed the internal limit for "
    "envelope size. " },
  { "SelectorLimit", "ERROR_WSMAN_SELECTOR_LIMIT", 2150858826u, "Sender", "w:EncodingLimit",
    "SelectorLimit", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request because the URI contains too many "
    "selectors. " },
  { "OptionLimit", "ERROR_WSMAN_OPTION_LIMIT", 2150858827u, "Sender", "w:EncodingLimit",
    "OptionLimit", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request because it contains too many "
    "options. " },
  { "CharacterSet", "ERROR_WSMAN_CHARACTER_SET", 2150858828u, "Sender", "w:EncodingLimit",
    "CharacterSet", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service does not support the character set used in the request. Change "
    "the request to use UTF-8 or UTF-16. " },
  { "UnreportableSuccess", "ERROR_WSMAN_UNREPORTABLE_SUCCESS", 2150858829u, "Sender",
    "w:EncodingLimit", "UnreportableSuccess", WSMAN_FAULT_WSMAN, FALSE,
    "The operation succeeded and cannot be reversed but the result is too large to send. " },
  { "EncodingLimit", "ERROR_WSMAN_ENCODING_LIMIT", 2150858805u, "Sender", "w:EncodingLimit", NULL,
    WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request because the encoding of the request "
    "exceeds an internal encoding limit. Reconfigure the client to send messages which fit the "
    "encoding limits of the service. " },
  { "InvalidXml", "ERROR_WSMAN_INVALID_XML", 2150858819u, "Sender", "w:InternalError", "Invalid",
    WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request because the XML is invalid. " },
  { "SchemaValidationError", "ERROR_WSMAN_SCHEMA_VALIDATION_ERROR", 2150858817u, "Sender",
    "w:SchemaValidationError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The SOAP XML in the message does not match the corresponding XML schema definition. "
    "Change the XML and retry. " },
  { "InvalidHeader", "ERROR_WSMAN_INVALID_MESSAGE_INFORMATION_HEADER", 2150858767u, "Sender",
    "a:InvalidMessageInformationHeader", NULL, WSMAN_FAULT_ADDRESSING, FALSE,
    "The WS-Management service cannot process the request. The request contains one or more "
    "invalid SOAP headers. " },
  { "HeaderRequired", "ERROR_WSMAN_MESSAGE_INFORMATION_HEADER_REQUIRED", 2150858769u, "Sender",
    "a:MessageInformationHeaderRequired", NULL, WSMAN_FAULT_ADDRESSING, FALSE,
    "The WS-Management service cannot process the request. The request does not have all the "
    "expected SOAP headers. " },
  { "AddressingMode", "ERROR_WSMAN_UNSUPPORTED_ADDRESSING_MODE", 2150858870u, "Sender",
    "w:UnsupportedFeature", "AddressingMode", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service does not support the addressing mode. " },
  { "DataLocale", "ERROR_WSMAN_MUSTUNDERSTAND_ON_LOCALE_UNSUPPORTED", 2150858887u, "Sender",
    "w:UnsupportedFeature", "DataLocale", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot guarantee that all data is returned in the requested "
    "locale as some data sources may not be able to comply. Resend the remote request with "
    "locale as a hint (the SOAP header should have mustUnderstand=\"false\") " },
  { "Locale", "ERROR_WSMAN_MUSTUNDERSTAND_ON_LOCALE_UNSUPPORTED", 2150858887u, "Sender",
    "w:UnsupportedFeature", "Locale", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot guarantee that all data is returned in the requested "
    "locale as some data sources may not be able to comply. Resend the remote request with "
    "locale as a hint (the SOAP header should have mustUnderstand=\"false\") " },
  { "FragmentTransfer", "ERROR_WSMAN_FRAGMENT_TRANSFER_NOT_SUPPORTED", 2150858871u, "Sender",
    "w:UnsupportedFeature", "FragmentLevelAccess", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service does not support fragment transfer. " },
  { "UnsupportedFeature", "ERROR_WSMAN_UNSUPPORTED_FEATURE", 2150858818u, "Sender",
    "w:UnsupportedFeature", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service does not support the specified feature. Remove the unsupported "
    "feature from the request and retry. " },
  { "OptionsNotSupported", "ERROR_WSMAN_OPTIONS_NOT_SUPPORTED", 2150858833u, "Sender",
    "w:InvalidOptions", "NotSupported", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management provider does not support the specified option set because mustComply "
    "for one of the options is set to true. Change mustComply for one of the options to false. " },
  { "OptionName", "ERROR_WSMAN_OPTIONS_INVALID_NAME", 2150858834u, "Sender", "w:InvalidOptions",
    "InvalidName", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request because one or more of the options "
    "has an invalid name. " },
  { "InvalidOptions", "ERROR_WSMAN_INVALID_OPTIONS", 2150858809u, "Sender", "w:InvalidOptions",
    NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request because one or more options are not "
    "valid. The option names or values may not be valid or they are used in incorrect "
    "combinations. Retrieve the catalog entry for the resource and determine how to correct "
    "the invalid option values. " },
  { "InvalidSelectors", "ERROR_WSMAN_INVALID_SELECTORS", 2150858813u, "Sender",
    "w:InvalidSelectors", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request because the selectors for the "
    "resource are not valid. " },
  { "InsufficientSelectors", "ERROR_WSMAN_INVALID_URI_WMI_SINGLETON", 2150859002u, "Sender",
    "w:InvalidSelectors", "InsufficientSelectors", WSMAN_FAULT_WSMAN, FALSE,
    "The WinRM client cannot process the request. The resource URI is not valid: it does not "
    "contain keys, but the class selected is not a singleton. To access an instance which is "
    "not a singleton, keys must be provided. Use the following command to get more information "
    "in how to construct a resource URI: \"winrm help uris\". " },
  { "UnexpectedSelectors", "ERROR_WSMAN_UNEXPECTED_SELECTORS", 2150858843u, "Sender",
    "w:InvalidSelectors", "UnexpectedSelectors", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request because the request contained "
    "invalid selectors for the resource. " },
  { "SelectorTypeMismatch", "ERROR_WSMAN_SELECTOR_TYPEMISMATCH", 2150858844u, "Sender",
    "w:InvalidSelectors", "TypeMismatch", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request because a value for a selector is of "
    "the wrong type. " },
  { "DuplicateSelectors", "ERROR_WSMAN_DUPLICATE_SELECTORS", 2150858847u, "Sender",
    "w:InvalidSelectors", "DuplicateSelectors", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request because the request contains "
    "duplicate selectors. " },
  { "AmbiguousSelectors", "ERROR_WSMAN_AMBIGUOUS_SELECTORS", 2150858846u, "Sender",
    "w:InvalidSelectors", "AmbiguousSelectors", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request because the selectors for the "
    "resource are ambiguous. " },
  { "DifferentNamespace", "ERROR_WSMAN_DIFFERENT_CIM_SELECTOR", 2150859067u, "Sender",
    "w:InvalidSelectors", "InvalidValue", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request. The resource URI and __cimnamespace "
    "selector attempted to use different namespaces. Try removing the __cimnamespace selector "
    "or using a DMTF resource URI. If a non-DMTF resource URI is used with a __cimnamespace "
    "selector, the namespaces must match. " },
  { "EnumerateWithSelectors", "ERROR_WSMAN_ENUMERATE_WMI_INVALID_KEY", 2150859016u, "Sender",
    "w:InvalidSelectors", "UnexpectedSelectors", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request. The resource URI for an Enumerate "
    "operation must not contain keys. " },
  { "EnumerationMode", "ERROR_WSMAN_ENUMERATION_MODE_UNSUPPORTED", 2150858886u, "Sender",
    "w:UnsupportedFeature", "EnumerationMode", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service does not support the specified enumeration mode. " },
  { "FilterDialect", "ERROR_WSMAN_ENUMERATE_FILTER_DIALECT_REQUESTED_UNAVAILABLE", 2150858777u,
    "Sender", "n:FilterDialectRequestedUnavailable", NULL, WSMAN_FAULT_ENUMERATION, FALSE,
    "The filter dialect (the type associated with the filter) was not supported for this "
    "resource. Change the filter dialect or remove it from the request and try the request "
    "again. " },
  { "FilteringRequired", "ERROR_WSMAN_FILTERING_REQUIRED_NOT_SUPPORTED", 2150858864u, "Sender",
    "w:UnsupportedFeature", "FilteringRequired", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service does not support unfiltered enumeration. " },
  { "FilteringNotSupported", "ERROR_WSMAN_ENUMERATE_FILTERING_NOT_SUPPORTED", 2150858776u, "Sender",
    "n:FilteringNotSupported", NULL, WSMAN_FAULT_ENUMERATION, FALSE,
    "The data source does not support filtering. Remove the filter from the request and try "
    "the request again. " },
  { "CannotProcessFilter", "ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER", 2150858778u, "Sender",
    "n:CannotProcessFilter", NULL, WSMAN_FAULT_ENUMERATION, FALSE,
    "The data source could not process the filter. The filter might be missing or it might be "
    "invalid. Change the filter and try the request again.  " },
  { "InvalidEnumerationContext", "ERROR_WSMAN_ENUMERATE_INVALID_ENUMERATION_CONTEXT", 2150858779u,
    "Receiver", "n:InvalidEnumerationContext", NULL, WSMAN_FAULT_ENUMERATION, FALSE,
    "The WS-Enumeration context in the enumeration is not valid. Enumeration may have been "
    "completed or canceled. You cannot use this enumeration context anymore. Start a new "
    "enumeration. " },
  { "PullTimedOut", "ERROR_WSMAN_ENUMERATE_TIMED_OUT", 2150858780u, "Receiver", "n:TimedOut", NULL,
    WSMAN_FAULT_ENUMERATION, FALSE,
    "The pull operation did not get any data in the MaxTime duration. But the enumeration is "
    "still valid. The client can attempt to do another pull request to retrieve data. " },
  { "InvalidRepresentation", "ERROR_WSMAN_INVALID_REPRESENTATION", 2150858773u, "Sender",
    "x:InvalidRepresentation", NULL, WSMAN_FAULT_TRANSFER, FALSE,
    "The WS-Management service cannot identify the format of the object passed to a Put or "
    "Create method. The input XML may not be appropriate for the resource or uses the wrong "
    "schema for the resource. Change the input XML in the request. " },
  { "InvalidValues", "ERROR_WSMAN_INVALID_XML_VALUES", 2150858838u, "Sender",
    "x:InvalidRepresentation", "InvalidValues", WSMAN_FAULT_TRANSFER, FALSE,
    "The WS-Management service cannot process the request because the XML content has invalid "
    "values. " },
  { "MissingValues", "ERROR_WSMAN_INVALID_XML_MISSING_VALUES", 2150858839u, "Sender",
    "x:InvalidRepresentation", "MissingValues", WSMAN_FAULT_TRANSFER, FALSE,
    "The WS-Management service cannot process the request because the XML content has missing "
    "values. " },
  { "InvalidNamespace", "ERROR_WSMAN_INVALID_XML_NAMESPACE", 2150858840u, "Sender",
    "x:InvalidRepresentation", "InvalidNamespace", WSMAN_FAULT_TRANSFER, FALSE,
    "The WS-Management service cannot identify the format of the object passed to a Put or "
    "Create method. The XML namespace for the input XML is invalid. Change the XML "
    "namespace for the input XML in the request. " },
  { "InvalidFragment", "ERROR_WSMAN_INVALID_XML_FRAGMENT", 2150858841u, "Sender",
    "x:InvalidRepresentation", "InvalidFragment", WSMAN_FAULT_TRANSFER, FALSE,
    "The WS-Management service cannot process the request because an XML fragment in the URI is "
    "invalid. " },
  { "ConfigReadOnly", "ERROR_WSMAN_CONFIG_READONLY_PROPERTY", 2150859071u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WinRM client cannot process the request because it is trying to update a read-only "
    "setting. Remove this setting from the command and try again. " },
  { "ConfigDeprecated", "ERROR_WSMAN_DEPRECATED_CONFIG_SETTING", 2150859182u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WinRM service cannot process the request because it is trying to update a deprecated "
    "setting. Remove this setting from the command and try again. " },
  /* Listeners and certificate mappings. Numbers and texts are Microsoft's; that bad listeners are
   * w:InternalError is documented (MS-WSMV 3.1.4.1.29.5), code and subcode of the rest derived. */
  { "InvalidSelectorValue", "ERROR_WSMAN_INVALID_SELECTOR_VALUE", 2150858845u, "Sender",
    "w:InvalidSelectors", "InvalidValue", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request because a value for the selector "
    "is invalid. " },
  { "ListenerAddress", "ERROR_WSMAN_LISTENER_ADDRESS_INVALID", 2150858889u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The listener address specified is invalid. The address can be specified in one of the "
    "following formats: *, IP:<ip_address>, MAC:<mac_address>. Change the listener address "
    "and try the request again. " },
  { "ListenerMac", "ERROR_WSMAN_INEXISTENT_MAC_ADDRESS", 2150858875u, "Receiver", "w:InternalError",
    NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The MAC that is configured is not in the list of enabled DHCP adapters on the "
    "computer. " },
  { "ConfigPort", "ERROR_WSMAN_CONFIG_PORT_INVALID", 2150858972u, "Receiver", "w:InternalError",
    NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WinRM client cannot process the request. The port specified in the configuration "
    "is invalid. Valid values are between 1 and 65535. Change the value for port and try "
    "the request again. " },
  { "CertificateNotFound", "ERROR_WSMAN_CERT_NOT_FOUND", 2150858882u, "Receiver", "w:InternalError",
    NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot find the certificate that was requested. " },
  { "ThumbprintBlank", "ERROR_WSMAN_CERT_THUMBPRINT_BLANK", 2150858983u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WinRM client cannot process the request. The CertificateThumbprint property must "
    "not be \"\" (blank or empty string) or NULL. " },
  { "ThumbprintNotBlank", "ERROR_WSMAN_CONFIG_THUMBPRINT_SHOULD_BE_EMPTY", 2150858987u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WinRM client cannot process the request. When HTTP is the transport, the "
    "Certificate thumbprint must be blank. HTTP does not use the Certificate thumbprint. " },
  { "CertificateHostname", "ERROR_WSMAN_CONFIG_CERT_CN_DOES_NOT_MATCH_HOSTNAME", 2150858985u,
    "Receiver", "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WinRM client cannot process the request. The certificate CN and the hostname that "
    "were provided do not match. " },
  { "IpFilter", "ERROR_WSMAN_INVALID_IPFILTER", 2150858988u, "Receiver", "w:InternalError", NULL,
    WSMAN_FAULT_WSMAN, FALSE,
    "The WinRM client cannot process the request. The IP Filter is invalid. Ranges are "
    "specified using the syntax IP1-IP2. Multiple ranges are separated using , as "
    "delimiter. * is used to indicate that the service should listen on all available IPs "
    "on the machine. When * is used, other ranges in the filter are ignored. If filter is "
    "blank, the service doesn't listen on any address. For example, if service should be "
    "restricted to listen on only IPv4 addresses, IPv6 filter should be left empty.\r\n"
    "Example IPv4 filters: 2.0.0.1-2.0.0.20, 24.0.0.1-24.0.0.22\r\nExample IPv6 filters: "
    "3FFE:FFFF:7654:FEDA:1245:BA98:0000:0000-3FFE:FFFF:7654:FEDA:1245:BA98:3210:4562 " },
  { "ConfigControlled", "ERROR_WSMAN_CONFIG_CANNOT_CHANGE_GPO_CONTROLLED_SETTING", 2150858890u,
    "Receiver", "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "Cannot change GPO controlled setting. " },
  { "SharingViolation", "ERROR_SHARING_VIOLATION", 32u, "Receiver", "w:InternalError", NULL,
    WSMAN_FAULT_WSMAN, FALSE,
    "The process cannot access the file because it is being used by another process. " },
  { "MappingSubject", "ERROR_WSMAN_CERTMAPPING_INVALIDSUBJECTKEY", 2150859105u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "WinRM cannot make the configuration change. The Subject used for the certificate "
    "mapping operation is not valid. It must contain at least one character. It must "
    "contain at most one \"*\" character which should be the first character. (This may be "
    "the only character in which case it matches all subjects). The Subject cannot be "
    "longer than 1023 characters. " },
  { "MappingIssuer", "ERROR_WSMAN_CERTMAPPING_INVALIDISSUERKEY", 2150859106u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "WinRM cannot make the configuration change because the Issuer used for the "
    "certificate mapping operation is not valid. The certificate identified by the issuer "
    "thumbprint must be present in the machine \"Trusted Root Certification Authorities\" or "
    "\"Intermediate Certification Authorities\" store. The certificate must have key usage "
    "that allows it to sign other certificates. " },
  { "MappingCredentials", "ERROR_WSMAN_CERTMAPPING_INVALIDUSERCREDENTIALS", 2150859092u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WINRM certificate mapping configuration operation cannot be completed because the "
    "user credentials could not be verified. Please check the username and password used "
    "for mapping this certificate and verify that it is a non-domain account and try "
    "again. " },
  { "MappingPasswordTooLong", "ERROR_WSMAN_CERTMAPPING_PASSWORDTOOLONG", 2150859114u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "WinRM cannot make the configuration change. The Password used for updating the "
    "certificate mapping configuration is not valid. It cannot be longer than 255 "
    "characters. " },
  { "MappingPasswordBlank", "ERROR_WSMAN_CERTMAPPING_PASSWORDBLANK", 2150859115u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "WinRM cannot make the configuration change. The Password used for updating the "
    "certificate mapping configuration is not valid. A user account used for configuring a "
    "certificate mapping cannot have a blank password. " },
  { "MappingPasswordAlone", "ERROR_WSMAN_CERTMAPPING_PASSWORDUSERTUPLE", 2150859116u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "WinRM cannot make the configuration change. The credential used for updating or "
    "creating the certificate mapping configuration is not valid. The credential consists "
    "of both Password and UserName being supplied together in a pair. " },
  { "MappingKeys", "ERROR_WSMAN_CONFIG_CANNOT_CHANGE_CERTMAPPING_KEYS", 2150859122u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WinRM service cannot make the configuration change. The selector keys of Subject, "
    "URI or Issuer cannot be changed by overriding the selector key value in the body. " },
  { "FragmentDialect", "ERROR_WSMAN_FRAGMENT_DIALECT_REQUESTED_UNAVAILABLE", 2150858896u,
    "Receiver", "w:FragmentDialectNotSupported", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The fragment path dialect is not supported for this resource. " },
  { "InvalidFragmentPath", "ERROR_WSMAN_INVALID_FRAGMENT_PATH", 2150858899u, "Sender",
    "w:CannotProcessFilter", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "Cannot execute the Fragment-Level operation because the fragment path is invalid. "
    "Check the syntax of the fragment path string. Also check the spelling and the case of "
    "the property names in the fragment path string: they have to match the spelling and "
    "the case of the resource properties. " },
  { "InvalidParameter", "ERROR_WSMAN_INVALID_PARAMETER", 2150858810u, "Sender",
    "w:InvalidParameter", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request because a parameter for the "
    "operation is not valid. " },
  { "ParameterTypeMismatch", "ERROR_WSMAN_PARAMETER_TYPE_MISMATCH", 2150858836u, "Sender",
    "w:InvalidParameter", "TypeMismatch", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request. A parameter that is required for "
    "the operation is not the correct type. " },
  { "ParameterName", "ERROR_WSMAN_INVALID_PARAMETER_NAME", 2150858837u, "Sender",
    "w:InvalidParameter", "InvalidName", WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request. A parameter name is invalid. " },
  { "TimedOut", "ERROR_WSMAN_OPERATION_TIMEDOUT", 2150858793u, "Receiver", "w:TimedOut", NULL,
    WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot complete the operation within the time specified in "
    "OperationTimeout.  " },
  { "QuotaLimit", "ERROR_WSMAN_QUOTA_MAX_OPERATIONS", 2150859174u, "Sender", "w:QuotaLimit", NULL,
    WSMAN_FAULT_WSMAN, TRUE,
    "The WS-Management service cannot process the request. The maximum number of concurrent "
    "operations for this user has been exceeded. Close existing operations for this user, or "
    "raise the quota for this user. ",
    27, 30, TRUE },
  { "Busy", "ERROR_WSMAN_QUOTA_LIMIT", 2150858815u, "Sender", "w:QuotaLimit", NULL,
    WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service is busy servicing other requests. Retry later. " },
  { "InvalidMethodParameters", "WBEM_E_INVALID_METHOD_PARAMETERS", 2147749935u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE, "Invalid method Parameter(s) " },
  { "MethodNotImplemented", "WBEM_E_METHOD_NOT_IMPLEMENTED", 2147749973u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE, "This method is not implemented " },
  { "ProviderNotCapable", "WBEM_E_PROVIDER_NOT_CAPABLE", 2147749924u, "Receiver", "w:InternalError",
    NULL, WSMAN_FAULT_WSMAN, FALSE, "Provider is not capable of the attempted operation " },
  /* GetClass; its reason is empty (recorded) */
  { "InvalidClass", "WBEM_E_INVALID_CLASS", 2147749904u, "Receiver", "w:InternalError", NULL,
    WSMAN_FAULT_WSMAN, TRUE, "", 5, 0 },
  { "InternalError", "ERROR_FILE_NOT_FOUND", 2147942402u, "Receiver", "w:InternalError", NULL,
    WSMAN_FAULT_WSMAN, FALSE, "The system cannot find the file specified. " },
  { "WmiFailure", "WBEM_E_FAILED", 2147749889u, "Receiver", "w:InternalError", NULL,
    WSMAN_FAULT_WSMAN, FALSE, "Generic failure " },
  /* Shells. Recorded: the quota (its detail names the number), 87, and UnexpectedSelectors; of the
   * others only number and text are Microsoft's, code and subcode derived. */
  { "MaxShells", "ERROR_WSMAN_QUOTA_MAX_SHELLS", 2150859173u, "Sender", "w:QuotaLimit", NULL,
    WSMAN_FAULT_WSMAN, TRUE,
    "The WS-Management service cannot process the request. The maximum number of concurrent "
    "shells for this user has been exceeded. Close existing shells or raise the quota for this "
    "user. ",
    27, 30, TRUE },
  { "MaxShellUsers", "ERROR_WSMAN_QUOTA_MAX_SHELLUSERS", 2150859179u, "Sender", "w:QuotaLimit",
    NULL, WSMAN_FAULT_WSMAN, TRUE,
    "The WS-Management service cannot process the request. The maximum number of users executing "
    "shell operations has been exceeded. Retry after some time or raise the quota for concurrent "
    "shell users. ",
    27, 30, TRUE },
  { "ShellsNotAllowed", "ERROR_WSMAN_REMOTESHELLS_NOT_ALLOWED", 2150859180u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request. The service is configured to not "
    "accept any remote shell requests. " },
  { "IncorrectParameter", "ERROR_INVALID_PARAMETER", 87u, "Sender", "w:InvalidParameter",
    "InvalidValue", WSMAN_FAULT_WSMAN, FALSE, "The parameter is incorrect. " },
  { "NotEnoughQuota", "ERROR_NOT_ENOUGH_QUOTA", 1816u, "Receiver", "w:InternalError", NULL,
    WSMAN_FAULT_WSMAN, FALSE, "Not enough quota is available to process this command. " },
  { "NotEnoughMemory", "ERROR_NOT_ENOUGH_MEMORY", 8u, "Receiver", "w:InternalError", NULL,
    WSMAN_FAULT_WSMAN, FALSE, "Not enough storage is available to process this command. " },
  { "OperationAborted", "ERROR_OPERATION_ABORTED", 995u, "Receiver", "w:InternalError", NULL,
    WSMAN_FAULT_WSMAN, FALSE,
    "The I/O operation has been aborted because of either a thread exit or an application "
    "request. " },
  { "ShellIdNotValid", "ERROR_WINRS_SHELL_CLIENTID_NOT_VALID", 2150859221u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WinRM service cannot process the request because the shell ID specified by the client is "
    "not a valid GUID. Provide a valid ID and try again. " },
  { "ShellExists", "ERROR_WINRS_SHELL_CLIENTID_RESOURCE_CONFLICT", 2150859223u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WinRM service cannot process the request. A resource already exists with the shell ID "
    "specified by the client. " },
  { "CommandIdNotValid", "ERROR_WINRS_SHELLCOMMAND_CLIENTID_NOT_VALID", 2150859220u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WinRM service cannot process the request because the command ID specified by the client "
    "is not a valid GUID. Modify the request and retry the request. " },
  { "CommandExists", "ERROR_WINRS_SHELLCOMMAND_CLIENTID_RESOURCE_CONFLICT", 2150859222u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WinRM service cannot process the request. A command already exists with the command ID "
    "specified by the client. " },
  { "IdleTimeOut", "ERROR_WINRS_IDLETIMEOUT_OUTOFBOUNDS", 2150859250u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WS-Management service cannot process the request. The requested IdleTimeout is outside "
    "the allowed range. " },
  { "CodePage", "ERROR_WINRS_CODE_PAGE_NOT_SUPPORTED", 2150859072u, "Receiver", "w:InternalError",
    NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WinRS client cannot process the request. The server cannot set Code Page. You may want "
    "to use the CHCP command to change the client Code Page to 437 and receive the results in "
    "English. " },
  { "DisconnectNotSupported", "ERROR_WINRS_SHELL_DISCONNECT_NOT_SUPPORTED", 2150859205u, "Receiver",
    "w:InternalError", NULL, WSMAN_FAULT_WSMAN, FALSE,
    "The WinRM service cannot process the request. This WinRS shell instance does not support "
    "disconnect and reconnect operations because it was created by an older WinRS client or its "
    "provider does not support the disconnect operation. " },
  { NULL, NULL, 0, NULL, NULL, NULL, WSMAN_FAULT_WSMAN, FALSE, NULL }
};

const WsmanFaultRow *
wsman_fault_rows (void)
{
  return fault_rows;
}

const WsmanFaultRow *
wsman_fault_find (const char *name)
{
  for (const WsmanFaultRow *row = fault_rows; row->name != NULL; row++) {
    if (g_strcmp0 (row->name, name) == 0)
      return row;
  }
  return NULL;
}

GStrv
wsman_list_faults (void)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (const WsmanFaultRow *row = fault_rows; row->name != NULL; row++)
    g_strv_builder_add (names, row->name);
  return g_strv_builder_end (names);
}

void
wsman_tell_faults (WsmanFaultFunc function, gpointer user_data)
{
  for (const WsmanFaultRow *row = fault_rows; row->name != NULL; row++)
    function (&(WsmanFaultFacts){ row->name, row->subcode, row->code, row->reason }, user_data);
}
