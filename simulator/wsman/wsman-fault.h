/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/wsman/wsman-private.h"

G_BEGIN_DECLS

typedef enum {
  WSMAN_FAULT_WSMAN,
  WSMAN_FAULT_ADDRESSING,
  WSMAN_FAULT_ENUMERATION,
  WSMAN_FAULT_TRANSFER
} WsmanFaultAction;

/* One row for each fault: what Windows says. */
typedef struct {
  const char *name;      /* how code here calls it */
  const char *symbol;    /* its constant in wsmerror.h or winerror.h */
  guint32 code;          /* of WSManFault */
  const char *soap_code; /* without prefix */
  const char *subcode;   /* with prefix; NULL: none */
  const char *detail;    /* last part of the faultDetail URI; NULL: none */
  WsmanFaultAction action;
  gboolean as_wmi_error; /* detail is an MSFT_WmiError, as 2012 and newer send some */
  const char *reason;    /* trailing spaces are Windows' own */
  guint cim_status;      /* of the MSFT_WmiError: DSP0200's number … */
  guint category;        /* … and PowerShell's */
  gboolean is_unrelated; /* without a:RelatesTo, as recorded of the quota's */
} WsmanFaultRow;

const WsmanFaultRow *wsman_fault_find (const char *name);
/* All rows; the last one has no name. */
const WsmanFaultRow *wsman_fault_rows (void);

/* Answer with the fault of that row; the format says why, for journal and log. */
void wsman_refuse (Wsman *self, SimExchange *exchange, const char *fault, const char *format, ...)
    G_GNUC_PRINTF (4, 5);
/* A fault whose detail says something else than its reason, or says it for a provider. */
typedef struct {
  const char *provider, *path; /* NULL: none */
  gboolean nested;             /* what the provider says is a WSManFault of its own … */
  gboolean by_own_name;        /* … whose Machine is not the client's word for it */
  const char *text;            /* NULL: the reason */
} WsmanFaultSource;
/* @source: NULL for what wsman_refuse () says. */
void wsman_refuse_from (Wsman *self, SimExchange *exchange, const char *fault,
                        const WsmanFaultSource *source, const char *format, ...)
    G_GNUC_PRINTF (5, 6);
/* From WMI's provider, whose text is @provider_text (NULL: the row's reason). */
void wsman_refuse_provider (Wsman *self, SimExchange *exchange, const char *fault,
                            const char *provider_text, const char *format, ...)
    G_GNUC_PRINTF (5, 6);
/* A class is not there: newer releases say it as MSFT_WmiError (recorded), which the ability
 * "class-errors-as-instances" tells. */
void wsman_refuse_class (Wsman *self, SimExchange *exchange, const char *name_space,
                         const char *class_name);
/* The same as an MSFT_WmiError that names the class, whatever the release; @fault is its row. */
void wsman_refuse_class_as (Wsman *self, SimExchange *exchange, const char *fault,
                            const char *name_space, const char *class_name);
/* An error of repository or provider. An HRESULT without a row of its own goes through as code of
 * s:Receiver, w:InternalError. @of_query: a query was asked, which has faults of its own. */
void wsman_refuse_error (Wsman *self, SimExchange *exchange, const GError *error,
                         gboolean of_query);

G_END_DECLS
