/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/repository/repository.h"
#include "tests/fuzz/fuzz.h"

/* A small host in its first state, made anew for each input from the same image. */
typedef struct {
  SimClock *clock;
  Repository *repository;
} FuzzWorld;

void fuzz_world_open (FuzzWorld *self);
void fuzz_world_close (FuzzWorld *self);

/* A folder of a host; files are replaced, and removed at the end of the program by nobody but the
 * machine: there is one folder for each process, and it lies in memory. */
void fuzz_world_write (const char *folder, const char *name, const void *data, gsize size);
