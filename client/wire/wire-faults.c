/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/wire/wire-reply-private.h"

#define HRESULT_OF_WIN32 0x8007

/* What Windows' faults mean for the caller. Here and not in session/, because the reader makes the
 * error and may not look upward; session-faults.c has the rows for what is not SOAP.
 * Codes: wsmerror.h (0x8033....), wbemcli.h (0x8004....), winerror.h (also within an HRESULT,
 * 0x8007....). The code is more exact than the subcode and comes first. */
static const struct {
  guint32 code;
  HypervError error;
} codes[] = {
  { 0x80338000, HYPERV_ERROR_NOT_FOUND },        /* RESOURCE_NOT_FOUND */
  { 0x80338001, HYPERV_ERROR_NOT_SUPPORTED },    /* INVALID_ACTIONURI */
  { 0x80338002, HYPERV_ERROR_NOT_FOUND },        /* INVALID_URI */
  { 0x80338012, HYPERV_ERROR_NOT_FOUND },        /* DESTINATION_UNREACHABLE */
  { 0x80338013, HYPERV_ERROR_NOT_SUPPORTED },    /* ACTION_NOT_SUPPORTED */
  { 0x80338014, HYPERV_ERROR_BUSY },             /* ENDPOINT_UNAVAILABLE */
  { 0x8033801a, HYPERV_ERROR_INVALID_ARGUMENT }, /* ENUMERATE_CANNOT_PROCESS_FILTER */
  { 0x8033801c, HYPERV_ERROR_TIMED_OUT },        /* ENUMERATE_TIMED_OUT */
  { 0x80338029, HYPERV_ERROR_TIMED_OUT },        /* OPERATION_TIMEDOUT */
  { 0x80338031, HYPERV_ERROR_NOT_SUPPORTED },    /* ACTION_MISMATCH */
  { 0x80338032, HYPERV_ERROR_BUSY },             /* CONCURRENCY */
  { 0x80338033, HYPERV_ERROR_ALREADY_EXISTS },   /* ALREADY_EXISTS */
  { 0x8033803b, HYPERV_ERROR_NOT_FOUND },        /* INVALID_RESOURCE_URI */
  { 0x8033803f, HYPERV_ERROR_QUOTA },            /* QUOTA_LIMIT */
  { 0x80338048, HYPERV_ERROR_QUOTA },            /* MAX_ENVELOPE_SIZE_EXCEEDED */
  { 0x80338049, HYPERV_ERROR_QUOTA },            /* SERVER_ENVELOPE_LIMIT */
  { 0x8033804d, HYPERV_ERROR_UNKNOWN_OUTCOME },  /* UNREPORTABLE_SUCCESS */
  { 0x80338104, HYPERV_ERROR_ACCESS_DENIED },    /* WMI_SVC_ACCESS_DENIED */
  { 0x80338105, HYPERV_ERROR_ACCESS_DENIED },    /* WMI_PROVIDER_ACCESS_DENIED */
  { 0x80338106, HYPERV_ERROR_ACCESS_DENIED },    /* WMI_CANNOT_CONNECT_ACCESS_DENIED */
  { 0x80338102, HYPERV_ERROR_NOT_SUPPORTED },    /* WMI_PROVIDER_NOT_CAPABLE */
  { 0x8033811a, HYPERV_ERROR_NOT_FOUND },        /* ENDPOINT_UNAVAILABLE_INVALID_VALUE */
  { 0x803381a5, HYPERV_ERROR_QUOTA },            /* QUOTA_MAX_SHELLS */
  { 0x803381a6, HYPERV_ERROR_QUOTA },            /* QUOTA_MAX_OPERATIONS */
  { 0x803381a7, HYPERV_ERROR_BUSY },             /* QUOTA_USER: "at a slower rate" */
  { 0x803381a8, HYPERV_ERROR_BUSY },             /* QUOTA_SYSTEM */
  { 0x80041002, HYPERV_ERROR_NOT_FOUND },        /* WBEM_E_NOT_FOUND */
  { 0x80041003, HYPERV_ERROR_ACCESS_DENIED },    /* WBEM_E_ACCESS_DENIED */
  { 0x80041005, HYPERV_ERROR_INVALID_ARGUMENT }, /* WBEM_E_TYPE_MISMATCH */
  { 0x80041006, HYPERV_ERROR_QUOTA },            /* WBEM_E_OUT_OF_MEMORY */
  { 0x80041008, HYPERV_ERROR_INVALID_ARGUMENT }, /* WBEM_E_INVALID_PARAMETER */
  { 0x80041009, HYPERV_ERROR_BUSY },             /* WBEM_E_NOT_AVAILABLE */
  { 0x8004100c, HYPERV_ERROR_NOT_SUPPORTED },    /* WBEM_E_NOT_SUPPORTED */
  { 0x8004100d, HYPERV_ERROR_NOT_FOUND },        /* WBEM_E_INVALID_SUPERCLASS */
  { 0x8004100e, HYPERV_ERROR_NOT_FOUND },        /* WBEM_E_INVALID_NAMESPACE */
  { 0x8004100f, HYPERV_ERROR_INVALID_ARGUMENT }, /* WBEM_E_INVALID_OBJECT */
  { 0x80041010, HYPERV_ERROR_NOT_FOUND },        /* WBEM_E_INVALID_CLASS */
  { 0x80041011, HYPERV_ERROR_NOT_FOUND },        /* WBEM_E_PROVIDER_NOT_FOUND */
  { 0x80041017, HYPERV_ERROR_INVALID_ARGUMENT }, /* WBEM_E_INVALID_QUERY */
  { 0x80041018, HYPERV_ERROR_INVALID_ARGUMENT }, /* WBEM_E_INVALID_QUERY_TYPE */
  { 0x80041019, HYPERV_ERROR_ALREADY_EXISTS },   /* WBEM_E_ALREADY_EXISTS */
  { 0x80041024, HYPERV_ERROR_NOT_SUPPORTED },    /* WBEM_E_PROVIDER_NOT_CAPABLE */
  { 0x80041027, HYPERV_ERROR_NOT_SUPPORTED },    /* WBEM_E_QUERY_NOT_IMPLEMENTED */
  { 0x80041028, HYPERV_ERROR_INVALID_ARGUMENT }, /* WBEM_E_ILLEGAL_NULL */
  { 0x8004102b, HYPERV_ERROR_INVALID_ARGUMENT }, /* WBEM_E_VALUE_OUT_OF_RANGE */
  { 0x8004102d, HYPERV_ERROR_INVALID_ARGUMENT }, /* WBEM_E_INVALID_CIM_TYPE */
  { 0x8004102e, HYPERV_ERROR_NOT_FOUND },        /* WBEM_E_INVALID_METHOD */
  { 0x8004102f, HYPERV_ERROR_INVALID_ARGUMENT }, /* WBEM_E_INVALID_METHOD_PARAMETERS */
  { 0x80041031, HYPERV_ERROR_NOT_FOUND },        /* WBEM_E_INVALID_PROPERTY */
  { 0x80041033, HYPERV_ERROR_BUSY },             /* WBEM_E_SHUTTING_DOWN */
  { 0x80041035, HYPERV_ERROR_NOT_SUPPORTED },    /* WBEM_E_UNSUPPORTED_PARAMETER */
  { 0x8004103a, HYPERV_ERROR_INVALID_ARGUMENT }, /* WBEM_E_INVALID_OBJECT_PATH */
  { 0x8004103b, HYPERV_ERROR_QUOTA },            /* WBEM_E_OUT_OF_DISK_SPACE */
  { 0x80041044, HYPERV_ERROR_QUOTA },            /* WBEM_E_TOO_MUCH_DATA */
  { 0x80041045, HYPERV_ERROR_BUSY },             /* WBEM_E_SERVER_TOO_BUSY */
  { 0x80041055, HYPERV_ERROR_NOT_SUPPORTED },    /* WBEM_E_METHOD_NOT_IMPLEMENTED */
  { 0x80041062, HYPERV_ERROR_ACCESS_DENIED },    /* WBEM_E_PRIVILEGE_NOT_HELD */
  { 0x80041069, HYPERV_ERROR_TIMED_OUT },        /* WBEM_E_TIMED_OUT */
  { 0x8004106c, HYPERV_ERROR_QUOTA },            /* WBEM_E_QUOTA_VIOLATION */
  { 5, HYPERV_ERROR_ACCESS_DENIED },             /* ERROR_ACCESS_DENIED */
  { 87, HYPERV_ERROR_INVALID_ARGUMENT },         /* ERROR_INVALID_PARAMETER */
  { 50, HYPERV_ERROR_NOT_SUPPORTED },            /* ERROR_NOT_SUPPORTED */
  { 1460, HYPERV_ERROR_TIMED_OUT },              /* ERROR_TIMEOUT */
};

/* Subcodes of DSP0226, WS-Addressing, WS-Transfer and WS-Enumeration, with Windows' prefixes. */
static const struct {
  const char *subcode;
  HypervError error;
} subcodes[] = {
  { "w:AccessDenied", HYPERV_ERROR_ACCESS_DENIED },
  { "w:AlreadyExists", HYPERV_ERROR_ALREADY_EXISTS },
  { "w:CannotProcessFilter", HYPERV_ERROR_INVALID_ARGUMENT },
  { "w:Concurrency", HYPERV_ERROR_BUSY },
  { "w:EncodingLimit", HYPERV_ERROR_QUOTA },
  { "w:FragmentDialectNotSupported", HYPERV_ERROR_NOT_SUPPORTED },
  { "w:InternalError", HYPERV_ERROR_OPERATION_FAILED },
  { "w:InvalidBookmark", HYPERV_ERROR_INVALID_ARGUMENT },
  { "w:InvalidOptions", HYPERV_ERROR_INVALID_ARGUMENT },
  { "w:InvalidParameter", HYPERV_ERROR_INVALID_ARGUMENT },
  { "w:InvalidSelectors", HYPERV_ERROR_INVALID_ARGUMENT },
  { "w:QuotaLimit", HYPERV_ERROR_QUOTA },
  { "w:SchemaValidationError", HYPERV_ERROR_INVALID_ARGUMENT },
  { "w:TimedOut", HYPERV_ERROR_TIMED_OUT },
  { "w:UnsupportedFeature", HYPERV_ERROR_NOT_SUPPORTED },
  { "a:ActionNotSupported", HYPERV_ERROR_NOT_SUPPORTED },
  { "a:DestinationUnreachable", HYPERV_ERROR_NOT_FOUND },
  { "a:EndpointUnavailable", HYPERV_ERROR_BUSY },
  { "a:EndpointUnavilable", HYPERV_ERROR_BUSY }, /* as Microsoft's own source misspells it */
  { "a:InvalidMessageInformationHeader", HYPERV_ERROR_INVALID_ARGUMENT },
  { "a:MessageInformationHeaderRequired", HYPERV_ERROR_INVALID_ARGUMENT },
  { "n:CannotProcessFilter", HYPERV_ERROR_INVALID_ARGUMENT },
  { "n:FilterDialectRequestedUnavailable", HYPERV_ERROR_NOT_SUPPORTED },
  { "n:FilteringNotSupported", HYPERV_ERROR_NOT_SUPPORTED },
  { "n:InvalidEnumerationContext", HYPERV_ERROR_INVALID_STATE },
  { "n:InvalidExpirationTime", HYPERV_ERROR_INVALID_ARGUMENT },
  { "n:TimedOut", HYPERV_ERROR_TIMED_OUT },
  { "n:UnsupportedExpirationType", HYPERV_ERROR_NOT_SUPPORTED },
  { "b:PolymorphismModeNotSupported", HYPERV_ERROR_NOT_SUPPORTED },
  { "x:InvalidRepresentation", HYPERV_ERROR_INVALID_ARGUMENT },
};

HypervError
wire_faults_lookup (const char *subcode, guint32 code)
{
  if (code >> 16 == HRESULT_OF_WIN32)
    code &= 0xffff;
  for (gsize i = 0; code != 0 && i < G_N_ELEMENTS (codes); i++)
    if (codes[i].code == code)
      return codes[i].error;
  for (gsize i = 0; i < G_N_ELEMENTS (subcodes); i++)
    if (g_strcmp0 (subcodes[i].subcode, subcode) == 0)
      return subcodes[i].error;
  return HYPERV_ERROR_OPERATION_FAILED;
}
