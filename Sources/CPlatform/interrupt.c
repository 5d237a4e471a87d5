#define _GNU_SOURCE
#include <signal.h>

#include "CPlatform.h"

// The one thing here that is global: signals are sent to a process, not to a part of it.
static volatile sig_atomic_t interrupted;

static void note_interruption(int signal) {
  (void)signal;
  interrupted = 1;
}

void ep_watch_interrupts(void) {
  struct sigaction action = {.sa_handler = note_interruption};
  // Without SA_RESTART, so that a read from a camera that says nothing ends too; once only, so that a second Ctrl-C ends
  // a process that does not ask.
  action.sa_flags = (int)SA_RESETHAND;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

bool ep_interrupted(void) { return interrupted != 0; }
