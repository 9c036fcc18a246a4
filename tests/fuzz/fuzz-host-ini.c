/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz-world.h"

#include <string.h>

#include "simulator/repository/host-settings.h"

/* host.ini, and the host that comes of it. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static char *folder;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostSettings) settings = NULL;
  g_autoptr (RepositoryImage) image = NULL;

  if (folder == NULL)
    folder = g_dir_make_tmp ("fuzz-XXXXXX", NULL);
  fuzz_world_write (folder, "host.ini", data, size);
  settings = host_settings_read (folder, &error);
  fuzz_check (settings != NULL, error);
  if (settings == NULL) {
    g_assert_nonnull (strstr (error->message, "host.ini"));
    return 0;
  }
  if (settings->models[0] != NULL)
    return 0; /* folders of this machine: nothing that is known here */
  image = repository_image_load_host (folder, &error);
  fuzz_check (image != NULL, error);
  if (image != NULL) {
    const RepositoryOptions options = { .seed = 1 };
    g_autoptr (SimClock) clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, 0);
    g_autoptr (Repository) repository
        = repository_new (image, settings->name, clock, &options, &error);

    fuzz_check (repository != NULL, error);
  }
  return 0;
}
