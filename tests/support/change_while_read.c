/* Preloaded into the program: makes one file change under every read of it, as an editor or a code generator would.
 *
 *   LD_PRELOAD=change_while_read.so CHANGE_WHILE_READ=busy.ts [CHANGE_WHILE_READ_TIMES=1] demarc scan
 *
 * Behind every pread of a file of that name a blank line is appended to it, CHANGE_WHILE_READ_TIMES times at the most. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int changes;

static void change(int file) {
  const char* name = getenv("CHANGE_WHILE_READ");
  const char* times = getenv("CHANGE_WHILE_READ_TIMES");
  char link[64];
  char path[4096];
  if (name == NULL || (times != NULL && __atomic_load_n(&changes, __ATOMIC_RELAXED) >= atoi(times))) return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return;
  path[length] = '\0';
  if ((size_t)length < strlen(name) || strcmp(path + length - strlen(name), name) != 0) return;
  int writable = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (writable < 0) return;
  if (write(writable, "\n", 1) == 1) __atomic_fetch_add(&changes, 1, __ATOMIC_RELAXED);
  close(writable);
}

ssize_t pread(int file, void* to, size_t size, off_t offset) {
  static ssize_t (*real)(int, void*, size_t, off_t);
  if (real == NULL) real = (ssize_t(*)(int, void*, size_t, off_t))dlsym(RTLD_NEXT, "pread");
  ssize_t count = real(file, to, size, offset);
  change(file);
  return count;
}

ssize_t pread64(int file, void* to, size_t size, off64_t offset) { return pread(file, to, size, (off_t)offset); }
