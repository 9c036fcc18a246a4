/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/story.h"

/* Stories that can be told of any host: of the one that HYPERV_TEST_URI names, and without it of a
 * simulated one. Those that change something need HYPERV_TEST_DESTRUCTIVE=1 and, in
 * HYPERV_TEST_VM, the name of a virtual machine that is off and may be started, saved and turned
 * off. What the host says otherwise than the simulator of its release is printed as a list:
 *
 *   # differs<TAB>class<TAB>property<TAB>what
 */

#define V2 "root/virtualization/v2"
#define CIMV2 "root/cimv2"
#define CHANGED_VM "test vm with spaces" /* of the simulator */
#define N_CLASSES_SEEN 24

typedef struct {
  Story story;
  Story twin; /* a simulated host of the same release */
  gboolean is_real;
  guint n_different;
} Told;

static void
told_begin (Told *told)
{
  const char *uri = g_getenv ("HYPERV_TEST_URI");
  g_autoptr (GError) error = NULL;

  *told = (Told){ .is_real = uri != NULL && *uri != '\0' };
  if (!told->is_real) {
    story_begin (&told->story, "2019", TRUE);
    return;
  }
  /* Who opens it, and what is trusted, comes from the environment, as for any program. */
  told->story.host = hyperv_host_new (uri, &error);
  g_assert_no_error (error);
  hyperv_host_connect (told->story.host, NULL, &error);
  g_assert_no_error (error);
}

static void
told_end (Told *told)
{
  if (told->twin.sim != NULL)
    story_end (&told->twin);
  if (told->story.sim != NULL)
    story_end (&told->story);
  g_clear_object (&told->story.host);
  /* The simulator does not differ from itself. */
  if (!told->is_real)
    g_assert_cmpuint (told->n_different, ==, 0);
}

static void
differ (Told *told, const char *class_name, const char *property, const char *what)
{
  told->n_different++;
  g_print ("# differs\t%s\t%s\t%s\n", class_name, property, what);
}

/* Its folder is named as the release is, in small letters and without blanks. */
static void
begin_twin (Told *told)
{
  const HypervRelease *release = hyperv_host_get_release (told->story.host);
  g_auto (GStrv) words = g_strsplit (hyperv_release_get_name (release), " ", -1);
  g_autofree char *joined = g_strjoinv ("", words);
  g_autofree char *folder = g_ascii_strdown (joined, -1);
  g_autoptr (HypervSimHost) probe = hyperv_sim_host_new (folder);
  g_autoptr (GError) error = NULL;

  if (!hyperv_sim_host_start (probe, &error)) {
    differ (told, "-", "-", "no simulated host of this release; compared with 2019");
    story_begin (&told->twin, "2019", TRUE);
    return;
  }
  hyperv_sim_host_stop (probe);
  story_begin (&told->twin, folder, TRUE);
}

static GPtrArray *
query (HypervHost *host, const char *name_space, const char *text)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *found
      = hyperv_session_query (hyperv_host_get_session (host), name_space, text, NULL, &error);

  if (found == NULL)
    g_test_message ("%s: %s", text, error->message);
  return found;
}

/* ---- reading ---- */

static void
test_opens (void)
{
  const HypervRelease *release;
  Told told;

  told_begin (&told);
  release = hyperv_host_get_release (told.story.host);
  g_assert_nonnull (hyperv_release_get_name (release));
  g_assert_true (hyperv_release_is_supported (release));
  g_assert_cmpuint (hyperv_host_get_packed_version (told.story.host), ==,
                    hyperv_release_get_major (release) * G_GUINT64_CONSTANT (100000000)
                        + hyperv_release_get_minor (release) * G_GUINT64_CONSTANT (1000000)
                        + hyperv_release_get_build (release));
  g_assert_cmpstr (hyperv_host_get_hostname (told.story.host), !=, "");
  told_end (&told);
}

static void
test_tells_the_computer (void)
{
  g_autoptr (HypervHostInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  Told told;

  told_begin (&told);
  info = hyperv_host_get_info (told.story.host, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (info->sockets, >=, 1);
  g_assert_cmpuint (info->cores, >=, info->sockets);
  g_assert_cmpuint (info->threads, >=, info->cores);
  g_assert_cmpuint (info->memory, >, info->free_memory);
  g_assert_true (hyperv_host_is_alive (told.story.host, NULL, &error));
  told_end (&told);
}

static void
check_vm (Told *told, HypervVm *vm, GHashTable *names)
{
  g_autofree char *name = hyperv_vm_dup_name (vm);
  g_autoptr (HypervVmInfo) info = NULL;
  g_autoptr (HypervVm) again = NULL;
  g_autoptr (GError) error = NULL;
  HypervVmState state = hyperv_vm_get_state (vm);

  g_assert_true (g_uuid_string_is_valid (hyperv_vm_get_uuid (vm)));
  g_assert_cmpint (state, !=, HYPERV_VM_STATE_UNKNOWN);
  if (state == HYPERV_VM_STATE_RUNNING || state == HYPERV_VM_STATE_PAUSED)
    g_assert_cmpuint (hyperv_vm_get_id (vm), !=, 0);
  if (state == HYPERV_VM_STATE_OFF || state == HYPERV_VM_STATE_SAVED)
    g_assert_cmpuint (hyperv_vm_get_id (vm), ==, 0);
  again = hyperv_host_find_vm (told->story.host, hyperv_vm_get_uuid (vm), NULL, &error);
  g_assert_no_error (error);
  info = hyperv_vm_get_info (again, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (info->name, ==, name);
  g_assert_cmpuint (info->vcpus, >=, 1);
  g_assert_cmpuint (info->memory, >, 0);
  g_assert_true (info->generation == 1 || info->generation == 2);
  g_assert_true (g_regex_match_simple ("^[0-9]+\\.[0-9]+$", info->version, 0, 0));
  g_hash_table_add (names, g_steal_pointer (&name));
}

static void
test_lists (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) vms = NULL;
  g_autoptr (GError) error = NULL;
  Told told;

  told_begin (&told);
  vms = hyperv_host_list_vms (told.story.host, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < vms->len; i++)
    check_vm (&told, g_ptr_array_index (vms, i), names);
  g_test_message ("%u virtual machines", vms->len);
  told_end (&told);
}

static void
test_finds_nobody (void)
{
  static const char *const nobody[]
      = { "hyperv-glib nobody", "00000000-7DB3-4A68-8931-78277B4AAC9D", "x' OR Name LIKE '%", "x\\",
          "%" };
  Told told;

  told_begin (&told);
  for (gsize i = 0; i < G_N_ELEMENTS (nobody); i++) {
    g_autoptr (GError) error = NULL;
    HypervVm *vm = hyperv_host_find_vm (told.story.host, nobody[i], NULL, &error);

    g_assert_null (vm);
    g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_NOT_FOUND);
  }
  told_end (&told);
}

/* ---- what differs ---- */

static const struct {
  const char *name_space, *class_name;
} seen[N_CLASSES_SEEN] = {
  { CIMV2, "Win32_OperatingSystem" },
  { CIMV2, "Win32_ComputerSystem" },
  { CIMV2, "Win32_ComputerSystemProduct" },
  { CIMV2, "Win32_Processor" },
  { CIMV2, "Win32_PerfRawData_HvStats_HyperVHypervisorVirtualProcessor" },
  { V2, "Msvm_ComputerSystem" },
  { V2, "Msvm_VirtualSystemSettingData" },
  { V2, "Msvm_ProcessorSettingData" },
  { V2, "Msvm_MemorySettingData" },
  { V2, "Msvm_ResourceAllocationSettingData" },
  { V2, "Msvm_StorageAllocationSettingData" },
  { V2, "Msvm_SyntheticEthernetPortSettingData" },
  { V2, "Msvm_EthernetPortAllocationSettingData" },
  { V2, "Msvm_VirtualEthernetSwitch" },
  { V2, "Msvm_VirtualEthernetSwitchSettingData" },
  { V2, "Msvm_VirtualSystemManagementService" },
  { V2, "Msvm_VirtualSystemManagementServiceSettingData" },
  { V2, "Msvm_VirtualSystemManagementCapabilities" },
  { V2, "Msvm_VirtualSystemCapabilities" },
  { V2, "Msvm_AllocationCapabilities" },
  { V2, "Msvm_ShutdownComponent" },
  { V2, "Msvm_HeartbeatComponent" },
  { V2, "Msvm_KvpExchangeComponent" },
  { V2, "Msvm_SecuritySettingData" },
};

/* Null arrays are not on the wire: a property is one that any of the instances has. */
static GHashTable *
names_of (GPtrArray *instances)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < instances->len; i++)
    for (guint j = 0; j < hyperv_cim_instance_get_n_properties (instances->pdata[i]); j++)
      g_hash_table_add (names,
                        g_strdup (hyperv_cim_instance_get_property_name (instances->pdata[i], j)));
  return names;
}

static void
list_missing (Told *told, const char *class_name, GHashTable *from, GHashTable *in,
              const char *what)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (from), (GCompareFunc)strcmp);

  for (GList *name = names; name != NULL; name = name->next)
    if (!g_hash_table_contains (in, name->data))
      differ (told, class_name, name->data, what);
}

static void
compare_class (Told *told, const char *name_space, const char *class_name)
{
  g_autofree char *text = g_strconcat ("SELECT * FROM ", class_name, NULL);
  g_autoptr (GPtrArray) here = query (told->story.host, name_space, text);
  g_autoptr (GPtrArray) there = query (told->twin.host, name_space, text);
  g_autoptr (GHashTable) ours = NULL, theirs = NULL;

  if ((here == NULL) != (there == NULL)) {
    differ (told, class_name, "-", here == NULL ? "no such class" : "unknown to the simulator");
    return;
  }
  if (here == NULL || here->len == 0 || there->len == 0)
    return; /* a host without them says nothing of its properties */
  theirs = names_of (here);
  ours = names_of (there);
  list_missing (told, class_name, theirs, ours, "only there");
  list_missing (told, class_name, ours, theirs, "only in the simulator, or null there");
}

static void
test_differences (void)
{
  Told told;

  told_begin (&told);
  begin_twin (&told);
  for (gsize i = 0; i < G_N_ELEMENTS (seen); i++)
    compare_class (&told, seen[i].name_space, seen[i].class_name);
  g_print ("# %u differences from the simulated host of this release\n", told.n_different);
  told_end (&told);
}

/* ---- changing ---- */

static const struct {
  HypervVmPower power;
  HypervVmState state;
} steps[] = {
  { HYPERV_VM_POWER_START, HYPERV_VM_STATE_RUNNING },
  { HYPERV_VM_POWER_PAUSE, HYPERV_VM_STATE_PAUSED },
  { HYPERV_VM_POWER_RESUME, HYPERV_VM_STATE_RUNNING },
  { HYPERV_VM_POWER_SAVE, HYPERV_VM_STATE_SAVED },
  { HYPERV_VM_POWER_START, HYPERV_VM_STATE_RUNNING },
  { HYPERV_VM_POWER_RESET, HYPERV_VM_STATE_RUNNING },
  { HYPERV_VM_POWER_TURN_OFF, HYPERV_VM_STATE_OFF },
};

/* Off in the beginning, off in the end, also when a step fails. */
static void
test_power (void)
{
  const char *name = g_getenv ("HYPERV_TEST_VM");
  g_autoptr (HypervVm) vm = NULL;
  g_autoptr (GError) error = NULL;
  Told told;

  told_begin (&told);
  if (!told.is_real)
    name = CHANGED_VM;
  if (told.is_real
      && (g_strcmp0 (g_getenv ("HYPERV_TEST_DESTRUCTIVE"), "1") != 0 || name == NULL)) {
    g_test_skip ("changes a virtual machine: HYPERV_TEST_DESTRUCTIVE=1 and its name in "
                 "HYPERV_TEST_VM allow it");
    told_end (&told);
    return;
  }
  vm = story_vm (&told.story, name);
  if (hyperv_vm_get_state (vm) != HYPERV_VM_STATE_OFF) {
    g_test_skip ("the virtual machine of HYPERV_TEST_VM is not off");
    told_end (&told);
    return;
  }
  for (gsize i = 0; error == NULL && i < G_N_ELEMENTS (steps); i++) {
    hyperv_vm_change_power (vm, steps[i].power, NULL, NULL, NULL, &error);
    if (error == NULL)
      g_assert_cmpint (hyperv_vm_get_state (vm), ==, steps[i].state);
  }
  if (error != NULL)
    hyperv_vm_change_power (vm, HYPERV_VM_POWER_TURN_OFF, NULL, NULL, NULL, NULL);
  g_assert_no_error (error);
  told_end (&told);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stories/real/opens", test_opens);
  g_test_add_func ("/stories/real/tells the computer", test_tells_the_computer);
  g_test_add_func ("/stories/real/lists, finds and describes virtual machines", test_lists);
  g_test_add_func ("/stories/real/finds nobody", test_finds_nobody);
  g_test_add_func ("/stories/real/what differs from the simulator", test_differences);
  g_test_add_func ("/stories/real/power", test_power);
  return g_test_run ();
}
