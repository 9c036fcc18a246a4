/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/hyperv.h"
#include "tools/hyperv/command.h"

/* hyperv doctor: one check after the other on the way to a host. A check that stands on one that
 * failed is skipped. Nothing that a check writes holds a secret. */

typedef enum { DOCTOR_OK, DOCTOR_FAILED, DOCTOR_SKIPPED } DoctorState;

typedef struct {
  const char *check; /* stable: part of the JSON form */
  DoctorState state;
  gboolean blocked; /* failed, or skipped because another one failed */
  char *reason;
  char *on_host; /* a command for the Windows host, or NULL */
  char *here;    /* what helps on this side, or NULL */
  ExitCode code; /* failed */
} DoctorFinding;

/* How somebody may log in, as hosts offer it. */
typedef struct {
  const char *name;  /* value of auth= */
  const char *token; /* in WWW-Authenticate */
  const char *other; /* or so; NULL */
  const char *enable;
} DoctorScheme;

typedef struct {
  HypervUri *uri;
  const char *name; /* of the host */
  char *where;      /* NAME:PORT */
  GCancellable *cancellable;
  GPtrArray *findings; /* of DoctorFinding */

  GList *addresses; /* of GInetAddress */
  GIOStream *stream;
  GTlsCertificate *certificate;
  GTlsCertificateFlags flags; /* what is wrong with it */
  char *fingerprint;
  GPtrArray *offered; /* words of WWW-Authenticate */
  gint64 skew;        /* seconds that the host's clock is ahead */
  gboolean has_skew;

  HypervCredentials *credentials;
  HypervHost *host; /* made by the login; open when error is NULL */
  GError *error;    /* of opening it */
  gboolean tried;
  guint n_services; /* of Msvm_VirtualSystemManagementService */
} Doctor;

typedef struct {
  const char *check;
  const char *needs; /* the checks on which it stands, divided by blanks */
  void (*run) (Doctor *self, DoctorFinding *finding);
} DoctorRow;

/* In the order in which they are done, each ends with a row without a check. */
extern const DoctorRow doctor_probe_rows[], doctor_http_rows[], doctor_login_rows[],
    doctor_host_rows[];

void doctor_finding_free (gpointer finding);
/* Does the checks of @rows in their order. */
void doctor_run (Doctor *self, const DoctorRow *rows);
void doctor_ok (DoctorFinding *finding, const char *format, ...) G_GNUC_PRINTF (2, 3);
void doctor_skip (DoctorFinding *finding, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* @on_host, @here: (nullable) what helps. */
void doctor_fail (DoctorFinding *finding, ExitCode code, const char *on_host, const char *here,
                  const char *format, ...) G_GNUC_PRINTF (5, 6);

/* Whether @check failed, or was skipped since another one failed. */
gboolean doctor_is_blocked (const Doctor *self, const char *check);
/* The session of the login; NULL: there was none. (transfer none) */
HypervSession *doctor_get_session (const Doctor *self);
/* Real seconds that one step may take. */
guint doctor_timeout (const Doctor *self);
/* The scheme of a word of WWW-Authenticate, or called @name; NULL: not known. */
const DoctorScheme *doctor_scheme_by_token (const char *token);
const DoctorScheme *doctor_scheme_by_name (const char *name);
gboolean doctor_is_offered (const Doctor *self, const DoctorScheme *scheme);

/* For command_exit_code (): its codes are ExitCodes. */
#define DOCTOR_ERROR (doctor_error_quark ())
GQuark doctor_error_quark (void);
