/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/control/control-private.h"

/* All that can be done to a site. The routes of HTTP, scenario files, --do, the OpenAPI file, the
 * schema and the reference are made from these rows. */

#define STATES "running|off|saved|paused"
#define HOST                                                                                       \
  {                                                                                                \
    "host", CONTROL_TEXT, "label of the host; the first one by default"                            \
  }
#define END                                                                                        \
  {                                                                                                \
    NULL                                                                                           \
  }
#define MATCH                                                                                      \
  { "operation", CONTROL_TEXT, "`Get`, `Enumerate`, `Pull`, `Invoke` …" },                         \
      { "class", CONTROL_TEXT, "class of the instances" },                                         \
      { "method", CONTROL_TEXT, "method that is invoked" },                                        \
      { "selector", CONTROL_TEXT, "`NAME=VALUE`, one of the selectors" },                          \
      { "user", CONTROL_TEXT, "who asks" },                                                        \
      { "fault", CONTROL_TEXT, "subcode of the fault, such as `w:InvalidSelectors`" },             \
      { "filter", CONTROL_TEXT, "the filter that acted" },                                         \
      { "status", CONTROL_INTEGER, "status of HTTP; 0: hung up without an answer" },               \
      { "refused", CONTROL_BOOLEAN, "whether the request was refused" },                           \
  {                                                                                                \
    "after", CONTROL_INTEGER, "only what has a higher number"                                      \
  }

const ControlArgument control_match_arguments[] = { MATCH, END };

static const ControlArgument no_arguments[] = { END };
static const ControlArgument host_only[] = { HOST, END };
static const ControlArgument setting_arguments[] = {
  HOST,
  { "group", CONTROL_TEXT, "section of host.ini", TRUE, "abilities|limits|values|host" },
  { "key", CONTROL_TEXT, "name of the setting", TRUE },
  END,
};
static const ControlArgument setting_set_arguments[] = {
  HOST,
  { "group", CONTROL_TEXT, "section of host.ini", TRUE, "abilities|limits|values" },
  { "key", CONTROL_TEXT, "name of the setting", TRUE },
  { "value", CONTROL_TEXT, "what it is from now on; an ability is `1` or `0`", TRUE },
  END,
};
static const ControlArgument reboot_arguments[] = {
  HOST,
  { "seconds", CONTROL_INTEGER, "how long the host is away, by the clock (60)" },
  END,
};
static const ControlArgument vm_arguments[] = {
  { "vm", CONTROL_TEXT, "name or UUID of the VM", TRUE },
  HOST,
  END,
};
static const ControlArgument vm_state_arguments[] = {
  { "vm", CONTROL_TEXT, "name or UUID of the VM", TRUE },
  { "state", CONTROL_TEXT, "what it is at once, without a job", TRUE, STATES },
  HOST,
  END,
};
static const ControlArgument instances_arguments[] = {
  { "query", CONTROL_TEXT, "WQL, such as `SELECT * FROM Msvm_ComputerSystem`", TRUE },
  { "namespace", CONTROL_TEXT, "`root/virtualization/v2` by default" },
  HOST,
  END,
};
static const ControlArgument instance_create_arguments[] = {
  { "class", CONTROL_TEXT, "of the new instance", TRUE },
  { "properties", CONTROL_OBJECT, "its properties; those that are not there are null", TRUE },
  { "namespace", CONTROL_TEXT, "`root/virtualization/v2` by default" },
  HOST,
  END,
};
static const ControlArgument instance_set_arguments[] = {
  { "path", CONTROL_TEXT, "`Class.Key=\"…\"`, or the `__PATH` of an instance", TRUE },
  { "properties", CONTROL_OBJECT, "those that change; dates and 64-bit numbers may be texts",
    TRUE },
  { "namespace", CONTROL_TEXT, "of a path that has none" },
  HOST,
  END,
};
static const ControlArgument instance_delete_arguments[] = {
  { "path", CONTROL_TEXT, "`Class.Key=\"…\"`, or the `__PATH` of an instance", TRUE },
  { "namespace", CONTROL_TEXT, "of a path that has none" },
  HOST,
  END,
};
static const ControlArgument journal_arguments[] = {
  MATCH,
  { "last", CONTROL_INTEGER, "only so many, the newest" },
  HOST,
  END,
};
static const ControlArgument wait_arguments[] = {
  MATCH,
  { "count", CONTROL_INTEGER, "how many there must be (1)" },
  { "seconds", CONTROL_NUMBER, "of the machine's time, at most (10)" },
  HOST,
  END,
};
static const ControlArgument expect_arguments[] = {
  MATCH,
  { "exactly", CONTROL_INTEGER, "so many; 0: never" },
  { "at_least", CONTROL_INTEGER, "so many or more" },
  { "at_most", CONTROL_INTEGER, "so many or fewer" },
  HOST,
  END,
};
static const ControlArgument order_arguments[] = {
  { "order", CONTROL_ARRAY, "one object for each entry, with the members of `journal`", TRUE },
  HOST,
  END,
};
static const ControlArgument failure_add_arguments[] = {
  { "filter", CONTROL_TEXT, "which of `filters`; its own arguments are members, too", TRUE },
  { "operation", CONTROL_TEXT, "of the exchanges that are meant" },
  { "class", CONTROL_TEXT, "of the exchanges that are meant" },
  { "method", CONTROL_TEXT, "of the exchanges that are meant" },
  { "selector", CONTROL_TEXT, "`NAME=VALUE`, one of the selectors" },
  { "nth", CONTROL_INTEGER, "only the nth exchange that fits" },
  { "every", CONTROL_INTEGER, "only each nth exchange that fits" },
  { "count", CONTROL_INTEGER, "at most so many times" },
  { "probability", CONTROL_NUMBER, "0 to 1, by the seed" },
  HOST,
  END,
};
static const ControlArgument failure_remove_arguments[] = {
  { "id", CONTROL_INTEGER, "what `failure-add` said", TRUE },
  HOST,
  END,
};
static const ControlArgument clock_set_arguments[] = {
  { "mode", CONTROL_TEXT, "how time passes", TRUE, "jump|real|stepped" },
  { "rate", CONTROL_NUMBER, "with `real`: so many times as fast (1)" },
  END,
};
static const ControlArgument clock_advance_arguments[] = {
  { "seconds", CONTROL_NUMBER, "how far", TRUE },
  END,
};
static const ControlArgument clock_run_arguments[] = {
  { "limit", CONTROL_NUMBER, "seconds of the clock, at most (86400)" },
  END,
};
static const ControlArgument reset_arguments[] = {
  { "seed", CONTROL_INTEGER, "another one from now on" },
  END,
};
static const ControlArgument snapshot_arguments[] = {
  { "name", CONTROL_TEXT, "of the snapshot", TRUE },
  END,
};

static const ControlVerb verbs[] = {
  { "hosts", "GET", "/hosts", "Lists the hosts of the site and how they are reached.", no_arguments,
    control_hosts },
  { "host-setting", "GET", "/setting", "Reads a setting of host.ini.", setting_arguments,
    control_host_settings },
  { "host-set", "POST", "/setting", "Changes a setting: an ability, a limit, a value.",
    setting_set_arguments, control_host_set },
  { "host-reboot", "POST", "/reboot",
    "Reboots the host: connections, enumerations and jobs are gone, VMs start again.",
    reboot_arguments, control_host_reboot },
  { "vms", "GET", "/vms", "Lists the VMs.", host_only, control_vms },
  { "vm", "GET", "/vms/{vm}", "Tells about one VM.", vm_arguments, control_vm },
  { "vm-state", "POST", "/vms/{vm}/state", "Puts a VM into a state.", vm_state_arguments,
    control_vm_state },
  { "instances", "GET", "/instances", "Finds instances of any class.", instances_arguments,
    control_instances },
  { "instance-create", "POST", "/instances", "Makes an instance of any class.",
    instance_create_arguments, control_instance_create },
  { "instance-set", "PATCH", "/instances", "Changes properties of an instance.",
    instance_set_arguments, control_instance_set },
  { "instance-delete", "DELETE", "/instances", "Takes an instance away.", instance_delete_arguments,
    control_instance_delete },
  { "journal", "GET", "/journal", "Lists what was asked.", journal_arguments, control_journal },
  { "journal-wait", "POST", "/journal/wait", "Waits until so much was asked.", wait_arguments,
    control_journal_wait },
  { "journal-expect", "POST", "/journal/expect",
    "Fails unless so much was asked: exactly, at least, at most.", expect_arguments,
    control_journal_expect },
  { "journal-order", "POST", "/journal/order", "Fails unless this was asked in this order.",
    order_arguments, control_journal_order },
  { "journal-clear", "DELETE", "/journal", "Forgets what was asked.", host_only,
    control_journal_clear },
  { "leaks", "GET", "/leaks", "Lists what was opened and not closed, and by whom.", host_only,
    control_leaks },
  { "leaks-none", "POST", "/leaks/none", "Fails when something was left open.", host_only,
    control_leaks_expect_none },
  { "failures", "GET", "/failures", "Lists what goes wrong on purpose.", host_only,
    control_failures },
  { "failure-add", "POST", "/failures", "Lets something go wrong from now on.",
    failure_add_arguments, control_failure_add, TRUE },
  { "failure-remove", "DELETE", "/failures/{id}", "Takes one of them away.",
    failure_remove_arguments, control_failure_remove },
  { "failures-clear", "DELETE", "/failures", "Takes all of them away.", host_only,
    control_failures_clear },
  { "filters", "GET", "/filters", "Lists the kinds of failures and their arguments.", no_arguments,
    control_filters },
  { "causes", "GET", "/causes", "Lists the causes that `cause` and `job` can name.", no_arguments,
    control_causes },
  { "faults", "GET", "/faults", "Lists the faults that `soap-fault` can name.", no_arguments,
    control_faults },
  { "clock", "GET", "/clock", "Tells the time of the site.", no_arguments, control_clock },
  { "clock-set", "POST", "/clock", "Chooses how time passes.", clock_set_arguments,
    control_clock_set },
  { "clock-advance", "POST", "/clock/advance", "Moves time on.", clock_advance_arguments,
    control_clock_advance },
  { "clock-run", "POST", "/clock/run", "Moves time on until nothing is due any more.",
    clock_run_arguments, control_clock_run },
  { "seed", "GET", "/seed", "Tells the seed of the site.", no_arguments, control_seed },
  { "reset", "POST", "/reset",
    "Puts the whole site back to how it started: world, journal, failures, clock.", reset_arguments,
    control_reset },
  { "snapshots", "GET", "/snapshots", "Lists the snapshots.", no_arguments, control_snapshots },
  { "snapshot-take", "POST", "/snapshots", "Remembers the world of all hosts.", snapshot_arguments,
    control_snapshot_take },
  { "snapshot-roll-back", "POST", "/snapshots/{name}/roll-back",
    "Puts the world back to how it was then.", snapshot_arguments, control_snapshot_roll_back },
  { "snapshot-delete", "DELETE", "/snapshots/{name}", "Forgets a snapshot.", snapshot_arguments,
    control_snapshot_delete },
  { NULL },
};

const ControlVerb *
control_get_verbs (void)
{
  return verbs;
}

const ControlVerb *
control_find_verb (const char *name)
{
  for (const ControlVerb *row = verbs; row->name != NULL; row++)
    if (strcmp (row->name, name) == 0)
      return row;
  return NULL;
}
