/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/repository/host-image.h"
#include "simulator/repository/repository.h"

/* A host of a test's own: schema and files as texts, written to a folder of their own. */

typedef struct {
  char *folder;
  Schema *schema;
  RepositoryImage *image;
  SimClock *clock;
  Repository *repository;
} Fixture;

typedef struct {
  const char *path; /* below the host's folder */
  const char *text;
} FixtureFile;

#define FIXTURE_INI                                                                                \
  "[host]\nname=test\nschema=2016\nversion=10.0.14393\n[values]\ncomputer_name=TESTHOST\n"
#define FIXTURE_SPACE "root/test"

/* The schema of a text. NULL and an error that begins with "schema.mof". */
Schema *fixture_read_schema (const char *text, GError **error);
/* Writes the files ({ NULL, NULL } at the end; host.ini is FIXTURE_INI unless given) and reads
 * them. NULL with the error, in which the folder's name is cut off. */
Fixture *fixture_read (const char *schema, const FixtureFile *files, guint n_vms, GError **error);
void fixture_free (Fixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

RepositoryObject *fixture_lookup (Fixture *self, const char *path, GError **error);
/* Values of @property of all results, with blanks between; or "! CODE message". */
char *fixture_query (Repository *repository, const char *name_space, const char *query,
                     const char *property);
/* The same for a list, which is freed. */
char *fixture_join (GPtrArray *objects, const char *property);
/* "SYNTAX", "INVALID_QUERY" … */
const char *fixture_get_code (const GError *error);
