/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/repository-fixture.h"

/* The image that is built in: the shipped hosts, asked what clients ask. */

#define V2 "root/virtualization/v2"
#define EPOCH (G_GINT64_CONSTANT (1718100000) * G_USEC_PER_SEC) /* 2024-06-11 10:00:00 UTC */

static const char *const hosts[] = { "2012r2", "2016", "2019" };
static const char *const all_hosts[]
    = { "2012r2", "2016", "2019", "2019-de", "2019-empty", "2022", "2025" };

static Repository *
open_host (const char *name, guint n_vms)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RepositoryImage) image = repository_image_get_builtin (&error);
  g_autoptr (SimClock) clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, EPOCH);
  RepositoryOptions options = { .seed = 1, .n_vms = n_vms };
  Repository *repository;

  g_assert_no_error (error);
  repository = repository_new (image, name, clock, &options, &error);
  g_assert_no_error (error);
  return repository;
}

#define WEB01 "DA544605-7DB3-4A68-8931-78277B4AAC9D"
#define VMS "app02 build-agent db01 test vm with spaces web01 win10-lab"
#define ACTIVE "app02 build-agent web01 win10-lab"

/* libvirt's queries by the names that its driver gives them [captures]. */
static const struct {
  const char *sentence;
  const char *name_space;
  const char *query;
  const char *property;
  const char *expected; /* NULL: the computer name */
} rows[] = {
  { "all but the host", V2, "SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER ",
    "ElementName", VMS },
  { "active ones", V2,
    "SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER AND (EnabledState != 0 and "
    "EnabledState != 3 and EnabledState != 32769) ",
    "ElementName", ACTIVE },
  { "inactive ones", V2,
    "SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER AND (EnabledState = 0 or "
    "EnabledState = 3 or EnabledState = 32769) ",
    "ElementName", "db01 test vm with spaces" },
  { "by name", V2,
    "SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER AND ElementName = 'web01'", "Name",
    WEB01 },
  { "by UUID, in lower case", V2,
    "SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER AND Name = "
    "'da544605-7db3-4a68-8931-78277b4aac9d'",
    "ElementName", "web01" },
  { "by id", V2, "SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER AND ProcessID = 4212 ",
    "ElementName", "web01" },
  { "settings of a VM", V2,
    "ASSOCIATORS OF {Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',Name='" WEB01
    "'} WHERE AssocClass = Msvm_SettingsDefineState ResultClass = Msvm_VirtualSystemSettingData",
    "InstanceID", "Microsoft:" WEB01 },
  { "memory of the settings", V2,
    "ASSOCIATORS OF {Msvm_VirtualSystemSettingData.InstanceID='Microsoft:" WEB01
    "'} WHERE AssocClass = Msvm_VirtualSystemSettingDataComponent ResultClass = "
    "Msvm_MemorySettingData",
    "InstanceID", "Microsoft:" WEB01 "\\4764334d-e001-4176-82ee-5594ec9b530e" },
  { "processors of the settings", V2,
    "ASSOCIATORS OF {Msvm_VirtualSystemSettingData.InstanceID='Microsoft:" WEB01
    "'} WHERE AssocClass = Msvm_VirtualSystemSettingDataComponent ResultClass = "
    "Msvm_ProcessorSettingData",
    "InstanceID", "Microsoft:" WEB01 "\\b637f346-6a0e-4dec-af52-bd70cb80a21d\\0" },
  { "the host", "root/cimv2", "SELECT * FROM Win32_ComputerSystem ", "Name", NULL },
  { "the name of the operating system's host", "root/cimv2", "SELECT * FROM Win32_OperatingSystem ",
    "CSName", NULL },
  { "the switch", V2, "SELECT * FROM Msvm_VirtualEthernetSwitch WHERE ElementName = 'LAN'", "Name",
    "7C1232C4-CF68-45FF-871B-F555D818BEA4" },
  { "the shutdown component of a VM", V2,
    "SELECT * FROM Msvm_ShutdownComponent WHERE SystemName = '" WEB01 "'", "SystemName", WEB01 },
  { "the keyboard of a VM", V2,
    "ASSOCIATORS OF {Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',Name='" WEB01
    "'} WHERE ResultClass = Msvm_Keyboard",
    "SystemName", WEB01 },
};

typedef struct {
  const char *host;
  guint row;
} Case;

static void
test_query (gconstpointer data)
{
  const Case *one = data;
  g_autoptr (Repository) repository = open_host (one->host, 0);
  g_autofree char *found = fixture_query (repository, rows[one->row].name_space,
                                          rows[one->row].query, rows[one->row].property);
  const char *expected = rows[one->row].expected;

  g_assert_cmpstr (found, ==,
                   expected != NULL ? expected : repository_get_computer_name (repository));
}

static void
test_processors (gconstpointer data)
{
  g_autoptr (Repository) repository = open_host (data, 0);
  g_autofree char *query
      = g_strdup_printf ("ASSOCIATORS OF {Win32_ComputerSystem.Name='%s'} WHERE AssocClass = "
                         "Win32_ComputerSystemProcessor ResultClass = Win32_Processor",
                         repository_get_computer_name (repository));
  g_autofree char *found = fixture_query (repository, "root/cimv2", query, "DeviceID");

  g_assert_cmpstr (found, ==, "CPU0 CPU1");
}

/* Every reference of every shipped association leads to an instance. */
static void
check_association (Repository *repository, RepositoryObject *association)
{
  const RepositoryClass *klass = repository_object_get_class (association);

  for (guint i = 0; i < repository_class_get_n_properties (klass); i++) {
    HypervCimProperty property;
    g_autoptr (RepositoryObject) end = NULL;
    g_autoptr (GError) error = NULL;

    repository_object_peek (association, i, &property);
    if (property.type != HYPERV_CIM_TYPE_REFERENCE || property.n_items != 1)
      continue;
    end = repository_lookup (repository, property.items[0].path, &error);
    if (end == NULL)
      g_error ("%s.%s: %s", repository_class_get_name (klass), property.name, error->message);
  }
}

static void
check_namespace (Repository *repository, const char *name_space, const char *class_name,
                 guint *n_checked)
{
  g_autoptr (GPtrArray) associations = repository_list (repository, name_space, class_name, NULL);

  for (guint i = 0; associations != NULL && i < associations->len; i++) {
    check_association (repository, associations->pdata[i]);
    (*n_checked)++;
  }
}

static void
test_references (gconstpointer data)
{
  g_autoptr (Repository) repository = open_host (data, 20);
  static const char *const classes[] = { "CIM_Component",
                                         "CIM_Dependency",
                                         "CIM_SettingsDefineState",
                                         "CIM_ElementSettingData",
                                         "CIM_SettingsDefineCapabilities",
                                         "CIM_ElementCapabilities",
                                         "CIM_LogicalIdentity" };
  guint n_checked = 0;

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    check_namespace (repository, V2, classes[i], &n_checked);
  check_namespace (repository, "root/cimv2", "Win32_ComputerSystemProcessor", &n_checked);
  g_assert_cmpuint (n_checked, >, 200);
}

/* The counts of fixtures/README.md. */
static void
test_properties (void)
{
  static const struct {
    const char *class_name;
    guint counts[3];
  } counts[] = { { "Msvm_ComputerSystem", { 45, 45, 46 } },
                 { "Msvm_VirtualSystemSettingData", { 45, 52, 62 } },
                 { "Msvm_ProcessorSettingData", { 27, 28, 36 } },
                 { "Msvm_MemorySettingData", { 28, 28, 33 } },
                 { "Msvm_SyntheticEthernetPortSettingData", { 28, 30, 33 } } };

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++) {
    g_autoptr (Repository) repository = open_host (hosts[i], 0);

    for (guint j = 0; j < G_N_ELEMENTS (counts); j++) {
      const RepositoryClass *klass = repository_find_class (repository, V2, counts[j].class_name);

      g_assert_cmpuint (repository_class_get_n_properties (klass), ==, counts[j].counts[i]);
    }
  }
}

static void
test_values (gconstpointer data)
{
  g_autoptr (Repository) repository = open_host (data, 0);
  g_autoptr (GPtrArray) systems
      = repository_list (repository, "root/cimv2", "Win32_OperatingSystem", NULL);

  g_assert_cmpuint (systems->len, ==, 1);
  g_assert_cmpstr (repository_object_get_string (systems->pdata[0], "Version"), ==,
                   repository_get_setting (repository, "host", "version"));
  g_assert_cmpstr (repository_object_get_string (systems->pdata[0], "LocalDateTime"), ==,
                   "20240611100000.000000+000");
  sim_clock_advance (repository_get_clock (repository), 90 * G_USEC_PER_SEC);
  g_assert_cmpstr (repository_object_get_string (systems->pdata[0], "LocalDateTime"), ==,
                   "20240611100130.000000+000");
  g_assert_cmpuint (repository_get_limit (repository, "MaxBatchItems", 0), ==, 32000);
}

static void
test_generated (gconstpointer data)
{
  g_autoptr (Repository) repository = open_host (data, 2000);
  g_autoptr (GPtrArray) systems = repository_list (repository, V2, "Msvm_ComputerSystem", NULL);
  g_autofree char *found = fixture_query (repository, V2, rows[6].query, rows[6].property);
  RepositoryObject *last = systems->pdata[systems->len - 1];
  g_autoptr (GPtrArray) settings
      = repository_associators (repository, last, "Msvm_SettingsDefineState",
                                "Msvm_VirtualSystemSettingData", NULL, NULL, NULL);

  g_autofree char *running = NULL;

  sim_clock_advance (repository_get_clock (repository), 5 * G_USEC_PER_SEC);
  running = fixture_query (repository, V2,
                           "SELECT * FROM Msvm_ComputerSystem WHERE OnTimeInMilliseconds = "
                           "864005000 AND ElementName < 'vm-00005'",
                           "ElementName");
  g_assert_true (g_str_has_prefix (running, "vm-0000"));
  g_assert_cmpuint (systems->len, ==, 2007);
  g_assert_cmpstr (found, ==, rows[6].expected);
  g_assert_cmpuint (settings->len, ==, 1);
  g_assert_cmpstr (repository_object_get_string (settings->pdata[0], "ElementName"), ==,
                   "vm-02000");
}

static void
test_image (void)
{
  g_autoptr (RepositoryImage) image = repository_image_get_builtin (NULL);
  g_autoptr (RepositoryImage) again = repository_image_get_builtin (NULL);
  const char *const *names = repository_image_get_host_names (image);
  g_autoptr (SimClock) clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, 0);
  g_autoptr (GError) error = NULL;

  g_assert_true (image == again);
  g_assert_cmpuint (g_strv_length ((GStrv)names), ==, G_N_ELEMENTS (all_hosts));
  for (guint i = 0; i < G_N_ELEMENTS (all_hosts); i++)
    g_assert_cmpstr (names[i], ==, all_hosts[i]);
  g_assert_cmpuint (strlen (repository_image_get_digest (image)), ==, 64);
  g_assert_null (repository_new (image, "2003", clock, NULL, &error));
  g_assert_cmpstr (
      error->message, ==,
      "expected a host (2012r2, 2016, 2019, 2019-de, 2019-empty, 2022, 2025), found \"2003\"");
}

/* A host given as a folder is the same as the one compiled into the image. */
static void
test_folder (gconstpointer data)
{
  g_autofree char *folder = g_build_filename (SOURCE_DIR, "fixtures/hosts", data, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (RepositoryImage) image = repository_image_load_host (folder, &error);
  g_autoptr (RepositoryImage) again = repository_image_load_host (folder, NULL);
  g_autoptr (SimClock) clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, EPOCH);
  g_autoptr (Repository) loaded = NULL;
  g_autoptr (Repository) shipped = open_host (data, 0);
  static const char query[] = "SELECT * FROM CIM_ManagedElement";
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (repository_image_get_digest (image), ==, repository_image_get_digest (again));
  loaded = repository_new (image, data, clock, NULL, &error);
  g_assert_no_error (error);
  a = fixture_query (loaded, V2, query, "InstanceID");
  b = fixture_query (shipped, V2, query, "InstanceID");
  g_assert_cmpstr (a, ==, b);
  g_assert_cmpuint (strlen (a), >, 1000);
}

static void
test_broken_image (void)
{
  static const guint8 data[64] = "hvimage1";
  g_autoptr (GError) error = NULL;

  g_assert_null (repository_image_new_mapped (data, sizeof data, &error));
  g_assert_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_SYNTAX);
  g_clear_error (&error);
  g_assert_null (repository_image_new_mapped (data, 0, &error));
  g_assert_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_SYNTAX);
}

/* Classes are made when asked for, by any thread. */
static gpointer
read_classes (gpointer data)
{
  g_autoptr (Repository) repository = open_host (data, 0);
  g_autoptr (GPtrArray) all = repository_list (repository, V2, "CIM_ManagedElement", NULL);

  return GUINT_TO_POINTER (all->len);
}

static void
test_threads (void)
{
  GThread *threads[8];
  gpointer first;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("host", read_classes, (gpointer)hosts[2]);
  first = g_thread_join (threads[0]);
  for (guint i = 1; i < G_N_ELEMENTS (threads); i++)
    g_assert_true (g_thread_join (threads[i]) == first);
}

static void
add (const char *host, const char *sentence, gconstpointer data, GTestDataFunc test)
{
  g_autofree char *path = g_strconcat ("/repository/image/", host, "/", sentence, NULL);

  g_test_add_data_func (path, data, test);
}

int
main (int argc, char **argv)
{
  static Case cases[G_N_ELEMENTS (hosts)][G_N_ELEMENTS (rows)];

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++) {
    for (guint j = 0; j < G_N_ELEMENTS (rows); j++) {
      cases[i][j] = (Case){ hosts[i], j };
      add (hosts[i], rows[j].sentence, &cases[i][j], test_query);
    }
    add (hosts[i], "processors of the host", hosts[i], test_processors);
    add (hosts[i], "references lead to instances", hosts[i], test_references);
    add (hosts[i], "values of the release, and the time", hosts[i], test_values);
    add (hosts[i], "2000 generated VMs", hosts[i], test_generated);
    add (hosts[i], "as a folder", hosts[i], test_folder);
  }
  g_test_add_func ("/repository/image/properties of each release", test_properties);
  g_test_add_func ("/repository/image/hosts and digest", test_image);
  g_test_add_func ("/repository/image/something else", test_broken_image);
  g_test_add_func ("/repository/image/threads", test_threads);
  return g_test_run ();
}
