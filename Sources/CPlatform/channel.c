#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "CPlatform.h"

// Waits for an event until the monotonic clock says `end`.
static int wait_until(int descriptor, short events, uint64_t end) {
  for (;;) {
    uint64_t now = ep_now_ns();
    uint64_t left = end > now ? (end - now + 999999) / 1000000 : 0;
    struct pollfd poller = {.fd = descriptor, .events = events};
    int ready = poll(&poller, 1, left > INT_MAX ? INT_MAX : (int)left);
    // An end of the connection counts as ready: the read or write that follows tells of it.
    if (ready > 0) return (poller.revents & POLLNVAL) != 0 ? EBADF : 0;
    if (ready < 0 && errno != EINTR) return errno;
    if (ready < 0 && ep_interrupted()) return EINTR;
    if (ready == 0 && ep_now_ns() >= end) return ETIMEDOUT;
  }
}

static uint64_t after(uint32_t milliseconds) { return ep_now_ns() + (uint64_t)milliseconds * 1000000; }

int ep_wait_readable(int descriptor, uint32_t milliseconds) {
  return wait_until(descriptor, POLLIN, after(milliseconds));
}

int ep_socket_pair(int descriptors[2]) {
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, descriptors) == 0 ? 0 : errno;
}

int ep_send_all(int descriptor, const void *bytes, size_t count, uint32_t milliseconds) {
  const char *next = bytes;
  while (count > 0) {
    // Patience is for every piece: a slow link may take long for all of them.
    int error = wait_until(descriptor, POLLOUT, after(milliseconds));
    if (error != 0) return error;
    ssize_t sent = send(descriptor, next, count, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno == EINTR || errno == EAGAIN) continue;
      return errno;
    }
    next += sent;
    count -= (size_t)sent;
  }
  return 0;
}

ep_channel_state ep_channel_state_of(int error) {
  switch (error) {
    case 0: return EP_CHANNEL_READY;
    case EPIPE:
    case ECONNRESET: return EP_CHANNEL_ENDED;
    case ETIMEDOUT: return EP_CHANNEL_SILENT;
    case EINTR: return EP_CHANNEL_INTERRUPTED;
    default: return EP_CHANNEL_FAILED;
  }
}
