/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz-world.h"

#include <glib/gstdio.h>
#include <string.h>

/* 2026-11-02 12:00 UTC */
#define EPOCH (G_GINT64_CONSTANT (1793620800) * G_USEC_PER_SEC)

static const char ini[]
    = "[host]\nname=small\nschema=2019\nversion=10.0.17763\n"
      "[values]\ncomputer_name=SMALL\nos_version=10.0.17763\n"
      "[abilities]\noptimized-enumeration-first-page=1\npull-one-item-by-default=1\n"
      "envelope-size-counts-utf16=1\nquotes-escaped-in-text=1\nnull-arrays-omitted=1\n"
      "wql-on-class-uri-refused=1\n";

#define SYSTEM(alias, name, title, state)                                                          \
  "instance of Msvm_ComputerSystem as $" alias " { CreationClassName = \"Msvm_ComputerSystem\";"   \
  " Name = \"" name "\"; ElementName = \"" title "\"; Caption = \"Virtual Machine\";"              \
  " EnabledState = " state "; RequestedState = 12; HealthState = 5; OperationalStatus = {2};"      \
  " OnTimeInMilliseconds = 1000; ProcessID = 4242; };"
#define SETTINGS(alias, name)                                                                      \
  "instance of Msvm_VirtualSystemSettingData as $" alias " { InstanceID = \"Microsoft:" name "\";" \
  " ElementName = \"web01\"; VirtualSystemIdentifier = \"" name "\";"                              \
  " VirtualSystemType = \"Microsoft:Hyper-V:System:Realized\"; Notes = {\"a\", \"b<&>\"};"         \
  " CreationTime = \"20240311084512.482117-000\"; };"

static const char mof[] = "#pragma namespace (\"root/virtualization/v2\")\n" SYSTEM (
    "a", "DA544605-7DB3-4A68-8931-78277B4AAC9D", "web01", "2")
    SYSTEM ("b", "2DAB8A9E-06EA-4368-B572-27D53E275BD8", "db01", "3") SETTINGS (
        "c",
        "DA544605-7DB3-4A68-8931-78277B4AAC9D") "instance of Msvm_SettingsDefineState { "
                                                "ManagedElement = $a; SettingData = $c; };"
                                                "#pragma namespace (\"root/cimv2\")\n"
                                                "instance of Win32_OperatingSystem { Name = "
                                                "\"Windows\"; CSName = \"SMALL\";"
                                                " CreationClassName = \"Win32_OperatingSystem\"; "
                                                "CSCreationClassName ="
                                                " \"Win32_ComputerSystem\"; Version = "
                                                "\"10.0.17763\"; FreePhysicalMemory = 12345; };";

void
fuzz_world_write (const char *folder, const char *name, const void *data, gsize size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *above = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (above, 0700);
  if (!g_file_set_contents_full (path, data, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600, &error))
    g_error ("%s", error->message);
}

static RepositoryImage *
load_image (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("fuzz-XXXXXX", &error);
  g_autofree char *settings = g_build_filename (folder, "host.ini", NULL);
  g_autofree char *instances = g_build_filename (folder, "instances", NULL);
  g_autofree char *all = g_build_filename (instances, "all.mof", NULL);
  RepositoryImage *image;

  fuzz_world_write (folder, "host.ini", ini, strlen (ini));
  fuzz_world_write (folder, "instances/all.mof", mof, strlen (mof));
  image = repository_image_load_host (folder, &error);
  g_unlink (settings);
  g_unlink (all);
  g_rmdir (instances);
  g_rmdir (folder);
  g_assert_no_error (error);
  return image;
}

void
fuzz_world_open (FuzzWorld *self)
{
  static RepositoryImage *image;
  const RepositoryOptions options = { .seed = 1 };
  g_autoptr (GError) error = NULL;

  if (image == NULL)
    image = load_image ();
  self->clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, EPOCH);
  self->repository = repository_new (image, "small", self->clock, &options, &error);
  g_assert_no_error (error);
}

void
fuzz_world_close (FuzzWorld *self)
{
  repository_free (self->repository);
  g_object_unref (self->clock);
}
