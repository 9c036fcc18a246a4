/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One exchange: a request and its reply, handed from floor to floor on the host's own thread.
 *
 *   listener fills `received`, hands the exchange to its handler and keeps it alive;
 *   wsman reads the request and fills `head`; provider and repository act; wsman writes `reply`;
 *   filters may change anything or give an `order`; the listener obeys the order and sends.
 * The handler ends with sim_exchange_complete (), at once or later. */

typedef struct {
  char *name;
  char *value;
} SimSelector;

typedef enum {
  SIM_ORDER_ANSWER,         /* send the reply */
  SIM_ORDER_HANG_UP,        /* close without a reply */
  SIM_ORDER_HANG_UP_MIDWAY, /* close after `order_bytes` bytes of the reply's body */
  SIM_ORDER_HANG_UP_AFTER,  /* send the reply, then close although the client may keep alive */
  SIM_ORDER_DRIP,           /* send `order_bytes` bytes of the body each `order_ms` of real time */
  SIM_ORDER_STALL           /* send nothing and keep the connection */
} SimOrder;

/* How the job that a method starts ends. */
typedef enum {
  SIM_JOB_ENDS,   /* as it would */
  SIM_JOB_FAILS,  /* Exception, with the cause's error */
  SIM_JOB_STALLS, /* runs for ever */
  SIM_JOB_DIES    /* Killed, with no error */
} SimJobEnd;

typedef struct _SimExchange SimExchange;
typedef void (*SimExchangeDone) (SimExchange *exchange, gpointer user_data);

struct _SimExchange {
  guint64 number; /* 1, 2, 3 … for each host */

  /* received: by the listener */
  GBytes *request;             /* body, complete */
  char *content_type;          /* as sent, or NULL */
  char *charset;               /* of content_type in lower case, "utf-8" when it names none */
  char *user;                  /* who authenticated; NULL: anonymous Identify */
  gboolean denied;             /* the user has no rights: anything but Identify is AccessDenied */
  char *peer;                  /* "127.0.0.1:40112" */
  gboolean secure;             /* over TLS */
  guint64 connection;          /* 1, 2, 3 … which connection */
  char *certificate_subject;   /* of the client certificate that logged in; NULL: none did */
  char *certificate_issuer;    /* SHA-1 of who signed it */
  gboolean anonymous_identify; /* the request carried WSMANIDENTIFY: unauthenticated */

  /* head: by wsman once the envelope was read; NULL before */
  char *operation;      /* "Identify" "Get" "Enumerate" "Pull" "Release" "Invoke" … */
  char *action;         /* URI */
  char *resource;       /* URI */
  char *name_space;     /* "root/virtualization/v2", when the resource is WMI's */
  char *class_name;     /* "*" for all; of the query's class for a WQL Enumerate */
  char *method;         /* of an Invoke */
  GPtrArray *selectors; /* of SimSelector*, in order; never NULL */
  char *message_id;
  gpointer message; /* wsman's own record of the request */
  GDestroyNotify message_free;

  /* reply: by wsman (or a filter) */
  guint status;     /* HTTP status; 0: none yet */
  GBytes *reply;    /* body, or NULL for an empty one */
  char *reply_type; /* content type; NULL: application/soap+xml;charset=UTF-8 */
  char *refusal;    /* why it was refused ("no a:MessageID"); NULL: it was not */
  char *fault;      /* subcode of the SOAP fault ("w:InvalidSelectors"); or NULL */

  /* order: by filters, for the listener */
  SimOrder order;
  gsize order_bytes;
  guint order_ms;
  char *filter; /* name of the last filter that acted, for the journal; or NULL */

  /* order: by filters, for the provider */
  const char *cause; /* name of a row of its causes: what is asked for fails so; or NULL */
  SimJobEnd job_end;
  guint job_percent; /* when */
  gboolean lies;     /* it is done, but the reply says `lie` */
  guint32 lie;

  /* end */
  SimExchangeDone done; /* set by the listener */
  gpointer done_data;
};

SimExchange *sim_exchange_new (void);
void sim_exchange_free (SimExchange *self);
void sim_exchange_add_selector (SimExchange *self, const char *name, const char *value);
const char *sim_exchange_get_selector (const SimExchange *self, const char *name);
/* Frees wsman's record now: it leans on the repository, which may go before the exchange. */
void sim_exchange_drop_message (SimExchange *self);
/* Gives the exchange back to whoever began it. Exactly once. */
void sim_exchange_complete (SimExchange *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimExchange, sim_exchange_free)

G_END_DECLS
