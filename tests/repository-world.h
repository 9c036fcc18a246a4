/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/repository-fixture.h"

/* The small world of the tests about objects. */

static const char schema[]
    = "class A { [Key] string Name; string Text; uint8 Small; sint16 Signed; boolean Flag;"
      "  datetime When; string Texts[]; A REF Other; [EmbeddedInstance (\"E\")] string Inner;"
      "  [Since (\"2019\")] string New; [ValueMap {\"1\", \"2\"}, Values {\"one\", \"two\"}] uint8"
      "  Mapped; [Static] uint32 Do ([In] uint8 What, [Out] A REF Job, [Since (\"2019\"), In] uint8"
      "  More); [Since (\"2019\")] uint32 Later (); };"
      "class B : A { [Override (\"Name\")] string Name; string Extra; };"
      "class E { uint8 x; };"
      "class Two { [Key] string Name; [Key] uint32 Number; string Text; };"
      "class Only { string Text; };"
      "[Association] class Link { [Key] A REF Left; [Key] Two REF Right; A REF Third; };"
      "class Msvm_ComputerSystem { [Key] string Name; uint16 EnabledState;"
      "  uint64 OnTimeInMilliseconds; };";

static const FixtureFile files[] = {
  { "instances/all.mof",
    "#pragma namespace (\"root/test\")\n"
    "instance of A as $a { Name = \"a\\\\1\"; Text = \"x\"; Small = 7; Texts = {\"p\", \"q\"}; };"
    "instance of B as $b { Name = \"b\"; Text = \"y\"; Extra = \"e\"; };"
    "instance of Two as $two { Name = \"t\"; Number = 5; Text = \"five\"; };"
    "instance of Two { Name = \"t\"; Number = 6; Text = \"six\"; };"
    "instance of Only { Text = \"only\"; };"
    "instance of Link { Left = $a; Right = $two; Third = $b; };"
    "instance of Msvm_ComputerSystem { Name = \"on\"; EnabledState = 2;"
    "  OnTimeInMilliseconds = 1000; };"
    "instance of Msvm_ComputerSystem { Name = \"off\"; EnabledState = 3;"
    "  OnTimeInMilliseconds = 0; };" },
  { "templates/devices.mof",
    "#pragma namespace (\"root/test\")\n"
    "instance of Two { Name = \"${vm.guid}\"; Number = ${vm.pid}; Text = \"${vm.name} ${vm.mac}\"; "
    "};"
    "instance of Two { Name = \"${vm.guid.lower}\"; Number = 1; Text = \"${computer_name}\"; };"
    "instance of Link { Left = \"A.Name=\\\"a\\\\\\\\1\\\"\";"
    "  Right = \"Two.Name=\\\"${vm.guid}\\\",Number=1\"; };" },
  { NULL, NULL }
};

static Fixture *
read_fixture (void)
{
  g_autoptr (GError) error = NULL;
  Fixture *fixture = fixture_read (schema, files, 0, &error);

  g_assert_no_error (error);
  return fixture;
}
