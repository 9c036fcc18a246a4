/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tools/hyperv/doctor.h"

/* What the host says to somebody who is logged in. */

#define HYPERV_NAMESPACE "root/virtualization/v2"
#define CONFIG_PREFIX "http://schemas.microsoft.com/wbem/wsman/1"
#define MEMBER "Add-LocalGroupMember -Group \"Hyper-V Administrators\" -Member "
#define ROLE "Install-WindowsFeature -Name Hyper-V -IncludeManagementTools -Restart"

/* What helps against a failure of this kind, whatever was asked. */
static const struct {
  HypervError error;
  const char *on_host;
  const char *here;
} hints[] = {
  { HYPERV_ERROR_ACCESS_DENIED,
    MEMBER "USER; Add-LocalGroupMember -Group \"Remote Management Users\" -Member USER",
    "log in as an administrator of the host" },
  { HYPERV_ERROR_QUOTA,
    "winrm get winrm/config; winrm set winrm/config/service "
    "@{MaxConcurrentOperationsPerUser=\"4294967295\"}",
    "let other clients of this user end" },
  { HYPERV_ERROR_TIMED_OUT, "Get-Service WinRM, winmgmt, vmms",
    "allow more time with timeout=SECONDS in the URI" },
  { HYPERV_ERROR_BUSY, "Restart-Service WinRM", "try again" },
};

static void
fail_as (DoctorFinding *finding, const GError *error, const char *on_host)
{
  const char *here = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (hints); i++) {
    if (!g_error_matches (error, HYPERV_ERROR, (int)hints[i].error))
      continue;
    on_host = hints[i].on_host;
    here = hints[i].here;
  }
  doctor_fail (finding, command_exit_code (error), on_host, here, "%s", error->message);
}

static void
check_identify (Doctor *self, DoctorFinding *finding)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervCimInstance) answer
      = hyperv_session_identify (doctor_get_session (self), self->cancellable, &error);
  const char *vendor, *version;

  if (answer == NULL) {
    fail_as (finding, error, "winrm id");
    return;
  }
  vendor = hyperv_cim_instance_peek_string (answer, "ProductVendor");
  version = hyperv_cim_instance_peek_string (answer, "ProductVersion");
  if (vendor == NULL || version == NULL)
    doctor_fail (finding, EXIT_REMOTE_FAULT, "winrm id", NULL,
                 "Identify names no product: is it WinRM?");
  else
    doctor_ok (finding, "%s, %s", vendor, version);
}

/* Opening the host asked for this, and whether its release is too old. A host that says of anything
 * that it is not supported says so in a fault. */
static gboolean
is_too_old (const Doctor *self)
{
  return g_error_matches (self->error, HYPERV_ERROR, HYPERV_ERROR_NOT_SUPPORTED)
         && hyperv_error_get_fault_subcode (self->error) == NULL
         && hyperv_error_get_wsman_code (self->error) == 0;
}

static void
check_system (Doctor *self, DoctorFinding *finding)
{
  if (self->error != NULL && !is_too_old (self))
    fail_as (finding, self->error, "winmgmt /verifyrepository");
  else if (is_too_old (self))
    doctor_ok (finding, "Win32_OperatingSystem can be read");
  else
    doctor_ok (finding, "%s: %s", hyperv_host_get_hostname (self->host),
               hyperv_host_get_caption (self->host) != NULL ? hyperv_host_get_caption (self->host)
                                                            : "without a caption");
}

static void
check_release (Doctor *self, DoctorFinding *finding)
{
  const HypervRelease *release = hyperv_host_get_release (self->host);

  if (release != NULL)
    doctor_ok (finding, "%s (%s)", hyperv_release_get_name (release),
               hyperv_release_get_version (release));
  else
    doctor_fail (finding, EXIT_REMOTE_FAULT, "Get-ComputerInfo OsVersion",
                 "use a host of Windows Server 2012 R2 or newer", "%s", self->error->message);
}

static const char *
limit_text (const HypervCimInstance *instance, const char *name)
{
  const char *text = instance != NULL ? hyperv_cim_instance_peek_string (instance, name) : NULL;

  return text != NULL ? text : "?";
}

/* winrm/config is for administrators; without it nothing is broken. */
static void
check_limits (Doctor *self, DoctorFinding *finding)
{
  g_autoptr (HypervCimPath) path = hyperv_cim_path_new (CONFIG_PREFIX, "config");
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervCimInstance) config
      = hyperv_session_get (doctor_get_session (self), path, self->cancellable, &error);
  const HypervCimInstance *service = NULL;
  HypervCimProperty property;

  if (config == NULL) {
    doctor_skip (finding, "the host does not tell winrm/config: %s", error->message);
    finding->on_host = g_strdup ("winrm get winrm/config");
    return;
  }
  if (hyperv_cim_instance_find (config, "Service", &property)
      && property.type == HYPERV_CIM_TYPE_INSTANCE && property.n_items == 1)
    service = property.items[0].instance;
  if (service == NULL && hyperv_cim_instance_peek_string (config, "MaxEnvelopeSizekb") == NULL) {
    doctor_skip (finding, "winrm/config has no limits in it");
    finding->on_host = g_strdup ("winrm get winrm/config");
    return;
  }
  doctor_ok (finding,
             "MaxEnvelopeSizekb %s, MaxTimeoutms %s, MaxBatchItems %s, "
             "MaxConcurrentOperationsPerUser %s, MaxConnections %s, EnumerationTimeoutms %s",
             limit_text (config, "MaxEnvelopeSizekb"), limit_text (config, "MaxTimeoutms"),
             limit_text (config, "MaxBatchItems"),
             limit_text (service, "MaxConcurrentOperationsPerUser"),
             limit_text (service, "MaxConnections"), limit_text (service, "EnumerationTimeoutms"));
}

static GPtrArray *
ask (Doctor *self, const char *wql, GError **error)
{
  return hyperv_session_query (doctor_get_session (self), HYPERV_NAMESPACE, wql, self->cancellable,
                               error);
}

static void
check_namespace (Doctor *self, DoctorFinding *finding)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) services
      = ask (self, "SELECT Name FROM Msvm_VirtualSystemManagementService", &error);

  if (services != NULL) {
    self->n_services = services->len;
    doctor_ok (finding, HYPERV_NAMESPACE " is there");
  } else if (g_error_matches (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT)
             || g_error_matches (error, HYPERV_ERROR, HYPERV_ERROR_NOT_FOUND)) {
    doctor_fail (finding, EXIT_REMOTE_FAULT, ROLE, NULL,
                 HYPERV_NAMESPACE " is not there: the role Hyper-V is not installed (%s)",
                 error->message);
  } else {
    fail_as (finding, error, "Get-Service vmms; Restart-Service vmms");
  }
}

/* Who has no rights there is not told so: Windows shows him a namespace without instances. */
static void
check_rights (Doctor *self, DoctorFinding *finding)
{
  const char *user = hyperv_credentials_get_user (self->credentials);
  g_autofree char *member = g_strdup_printf (MEMBER "\"%s\"; Get-Service vmms", user);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) computers = ask (self, "SELECT Name FROM Msvm_ComputerSystem", &error);

  if (computers == NULL)
    fail_as (finding, error, member);
  else if (self->n_services == 0 || computers->len == 0)
    doctor_fail (finding, EXIT_REMOTE_FAULT, member, "log in as an administrator of the host",
                 "“%s” sees nothing in " HYPERV_NAMESPACE
                 ": no rights there, or the service vmms does not run",
                 user);
  else
    doctor_ok (finding, "“%s” sees Msvm_VirtualSystemManagementService and %u virtual machines",
               user, computers->len - 1);
}

const DoctorRow doctor_host_rows[] = {
  { "identify", "encryption", check_identify },
  { "system", "identify", check_system },
  { "release", "system", check_release },
  { "limits", "identify", check_limits },
  { "namespace", "system", check_namespace },
  { "rights", "namespace", check_rights },
  { NULL, NULL, NULL },
};
