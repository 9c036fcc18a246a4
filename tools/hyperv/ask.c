/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/hyperv/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tools/terminal/terminal.h"

#define TERMINAL "/dev/tty"
#define ANSWER_MAX                                                                                 \
  4096 /* bytes of a line; a terminal's line discipline gives no more (termios(3)) */

/* The terminal in the middle of a question. */
typedef struct {
  int fd;
  GCancellable *cancellable;
  gboolean silent; /* and so to be made as it was */
  struct termios before;
} Terminal;

gboolean
ask_is_possible (void)
{
  int fd = isatty (STDERR_FILENO) ? open (TERMINAL, O_RDWR | O_CLOEXEC | O_NOCTTY) : -1;

  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

static void
say (Terminal *self, const char *text)
{
  FILE *stream = fdopen (dup (self->fd), "w");

  if (stream == NULL)
    return;
  terminal_put (stream, text);
  fclose (stream);
}

static void
be_silent (Terminal *self)
{
  struct termios silent;

  if (tcgetattr (self->fd, &self->before) != 0)
    return;
  silent = self->before;
  silent.c_lflag &= ~(tcflag_t)ECHO;
  self->silent = tcsetattr (self->fd, TCSAFLUSH, &silent) == 0;
}

static void
be_as_before (Terminal *self)
{
  if (self->silent)
    tcsetattr (self->fd, TCSAFLUSH, &self->before);
}

/* Whether something can be read; FALSE when it was cancelled, or the terminal is gone. */
static gboolean
wait_for_input (Terminal *self)
{
  struct pollfd fds[2] = { { .fd = self->fd, .events = POLLIN },
                           { .fd = g_cancellable_get_fd (self->cancellable), .events = POLLIN } };
  int n;

  do
    n = poll (fds, G_N_ELEMENTS (fds), -1);
  while (n < 0 && errno == EINTR);
  if (fds[1].fd >= 0)
    g_cancellable_release_fd (self->cancellable);
  return n > 0 && fds[1].revents == 0 && (fds[0].revents & POLLIN) != 0;
}

/* One line into @line, without its end. */
static gboolean
read_line (Terminal *self, char *line, gsize size)
{
  gsize length = 0;

  while (length < size && wait_for_input (self)) {
    gssize got = read (self->fd, line + length, size - length);

    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return FALSE;
    length += (gsize)got;
    if (line[length - 1] == '\n') {
      line[length - 1] = '\0';
      return TRUE;
    }
  }
  return FALSE;
}

char *
ask_terminal (HypervCredentialsKind kind, const char *challenge, const char *user,
              gpointer user_data)
{
  gboolean secret = kind == HYPERV_CREDENTIALS_PASSWORD;
  Terminal self
      = { .fd = open (TERMINAL, O_RDWR | O_CLOEXEC | O_NOCTTY), .cancellable = user_data };
  g_autofree char *question
      = g_strdup_printf (secret ? "Password of %s on %s: " : "User (%s) for %s: ", user, challenge);
  g_autofree char *clean = terminal_clean (question);
  char line[ANSWER_MAX];
  char *answer = NULL;

  if (self.fd < 0)
    return NULL;
  if (secret)
    be_silent (&self);
  say (&self, clean);
  if (read_line (&self, line, sizeof line))
    answer = g_strdup (*line == '\0' && !secret ? user : line);
  be_as_before (&self);
  if (secret || answer == NULL)
    say (&self, "\n");
  explicit_bzero (line, sizeof line);
  close (self.fd);
  return answer;
}
