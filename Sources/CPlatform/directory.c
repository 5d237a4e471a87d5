#include "CPlatform.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static ep_file_kind kind_of_entry(DIR *directory, const struct dirent *entry) {
  if (entry->d_type == DT_REG) return EP_FILE_REGULAR;
  if (entry->d_type == DT_DIR) return EP_FILE_DIRECTORY;
  if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN) return EP_FILE_OTHER;
  struct stat status;
  if (fstatat(dirfd(directory), entry->d_name, &status, 0) != 0) return EP_FILE_OTHER;
  if (S_ISREG(status.st_mode)) return EP_FILE_REGULAR;
  return S_ISDIR(status.st_mode) ? EP_FILE_DIRECTORY : EP_FILE_OTHER;
}

static int compare_entries(const void *a, const void *b) {
  return strcmp(((const ep_entry *)a)->name, ((const ep_entry *)b)->name);
}

static int append(ep_listing *listing, size_t *capacity, const char *name, ep_file_kind kind) {
  if (listing->count == *capacity) {
    size_t larger = *capacity == 0 ? 64 : *capacity * 2;
    ep_entry *moved = realloc(listing->entries, larger * sizeof *moved);
    if (!moved) return ENOMEM;
    listing->entries = moved;
    *capacity = larger;
  }
  char *copy = strdup(name);
  if (!copy) return ENOMEM;
  listing->entries[listing->count++] = (ep_entry){copy, kind};
  return 0;
}

int ep_list_directory(const char *path, size_t limit, ep_listing *out) {
  DIR *directory = opendir(path);
  if (!directory) return errno;
  ep_listing listing = {NULL, 0};
  size_t capacity = 0;
  int error = 0;
  while (error == 0) {
    errno = 0;
    const struct dirent *entry = readdir(directory);
    if (!entry) {
      error = errno;
      break;
    }
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    error = listing.count == limit ? EOVERFLOW
                                   : append(&listing, &capacity, entry->d_name, kind_of_entry(directory, entry));
  }
  closedir(directory);
  if (error != 0) {
    ep_free_listing(listing);
    return error;
  }
  if (listing.count > 0) qsort(listing.entries, listing.count, sizeof *listing.entries, compare_entries);
  *out = listing;
  return 0;
}

void ep_free_listing(ep_listing listing) {
  for (size_t i = 0; i < listing.count; ++i) free(listing.entries[i].name);
  free(listing.entries);
}

bool ep_is_picture_name(const char *name) {
  static const char *const endings[] = {".jpg", ".jpeg", ".jpe", ".jfif", ".png"};
  const char *slash = strrchr(name, '/');
  const char *file = slash ? slash + 1 : name;
  size_t length = strlen(file);
  if (file[0] == '.') return false;
  for (size_t i = 0; i < sizeof endings / sizeof *endings; ++i) {
    size_t ending = strlen(endings[i]);
    if (length > ending && strcasecmp(file + length - ending, endings[i]) == 0) return true;
  }
  return false;
}

int ep_make_directory(const char *path) {
  char *partial = strdup(path);
  if (!partial) return ENOMEM;
  int error = 0;
  for (char *next = partial; error == 0 && *next;) {
    next += strspn(next, "/");
    next += strcspn(next, "/");
    char separator = *next;
    *next = 0;
    // Whether what is in the way is a directory shows in the next step, or after the last.
    if (mkdir(partial, 0777) != 0 && errno != EEXIST) error = errno;
    *next = separator;
  }
  free(partial);
  ep_file_kind kind;
  if (error == 0) error = ep_kind_of_file(path, &kind);
  return error == 0 && kind != EP_FILE_DIRECTORY ? ENOTDIR : error;
}
