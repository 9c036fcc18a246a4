/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz-file.h"

#include "client/base/hyperv-auth-file-private.h"

/* auth.conf of libvirt. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const hosts[] = { "hv01", "default", "" };
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervAuthFile) auth = NULL;
  FuzzFile file;

  fuzz_file_open (&file, data, size);
  g_unsetenv ("HYPERV_AUTH_FILE");
  g_unsetenv ("LIBVIRT_AUTH_FILE");
  auth = hyperv_auth_file_open (file.path, &error);
  fuzz_check (auth != NULL, error);
  for (gsize i = 0; auth != NULL && i < G_N_ELEMENTS (hosts); i++) {
    const char *user, *password;
    g_autoptr (GError) lacking = NULL;
    gboolean ok = hyperv_auth_file_lookup (auth, hosts[i], &user, &password, &lacking);

    fuzz_check (ok, lacking);
  }
  fuzz_file_close (&file);
  return 0;
}
