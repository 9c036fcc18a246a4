/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

/* Preloaded into a program whose clock is to be wrong: OTHER_CLOCK seconds are added to the time of
 * day, as GLib and krb5 ask for it. What only measures how long something takes is left alone. */

#pragma GCC visibility push(default)

#define REAL(name) ((__typeof__ (&name))dlsym (RTLD_NEXT, #name))

static long
seconds (void)
{
  const char *text = getenv ("OTHER_CLOCK");

  return text != NULL ? strtol (text, NULL, 10) : 0;
}

time_t
time (time_t *result)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  if (result != NULL)
    *result = now.tv_sec;
  return now.tv_sec;
}

int
gettimeofday (struct timeval *result, void *zone)
{
  int status = REAL (gettimeofday) (result, zone);

  result->tv_sec += seconds ();
  return status;
}

int
clock_gettime (clockid_t clock, struct timespec *result)
{
  int status = REAL (clock_gettime) (clock, result);

  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
    result->tv_sec += seconds ();
  return status;
}
