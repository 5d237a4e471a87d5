#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>

#include "CPlatform.h"

// The one thing here that is global: signals are sent to a process, not to a part of it.
static volatile sig_atomic_t interrupted;

static void handle_interrupts(void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler};
  // With SA_RESTART, as Foundation takes a read that a signal ends for a bug: what waits here waits in poll, which a
  // signal ends in any case.
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

static void note_interruption(int signal) {
  (void)signal;
  interrupted = 1;
  // A second one, of either kind, ends a process that does not ask.
  handle_interrupts(SIG_DFL);
}

void ep_watch_interrupts(void) {
  handle_interrupts(note_interruption);
  // A parent may have started the program from a thread that blocks them.
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

bool ep_interrupted(void) { return interrupted != 0; }
