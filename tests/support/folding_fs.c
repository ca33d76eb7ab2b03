/* A read-only FUSE view of a folder that does not tell upper from lower case, nor the normal forms of Unicode, as disks
 * of macOS do not, and keeps the spelling that names were created with. It knows ASCII letters, the Latin-1 letters with
 * an accent, the Kelvin sign and the long s: enough to be told from a disk that folds ASCII alone.
 *
 *   folding_fs FOLDER MOUNT_POINT        (in the background; fusermount3 -u MOUNT_POINT ends it)
 *
 * cc folding_fs.c -D_FILE_OFFSET_BITS=64 -I/usr/include/fuse3 -lfuse3 -lpthread */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[PATH_MAX];

/* The accents of U+00C0 to U+00DE (and, in lower case, of U+00E0 to U+00FE) with their bases; a blank has none. */
static const char bases[] = "aaaaaa ceeeeiiii nooooo ouuuuy ";
static const unsigned char accents[] = {0x80, 0x81, 0x82, 0x83, 0x88, 0x8a, 0, 0xa7, 0x80, 0x81, 0x82,
                                        0x88, 0x80, 0x81, 0x82, 0x88, 0, 0x83, 0x80, 0x81, 0x82, 0x83,
                                        0x88, 0, 0, 0x80, 0x81, 0x82, 0x88, 0x81, 0};

/* What is left of a name when case and normal form do not count. `to` has room for three times the name. */
static void fold(const char* name, char* to) {
  for (const unsigned char* c = (const unsigned char*)name; *c != 0; ++c) {
    if (*c >= 'A' && *c <= 'Z') {
      *to++ = (char)(*c + ('a' - 'A'));
    } else if (c[0] == 0xc3 && c[1] >= 0x80 && c[1] <= 0xbe && accents[(c[1] - 0x80) & 0x1f] != 0) {
      int letter = (*++c - 0x80) & 0x1f;
      *to++ = bases[letter];
      *to++ = (char)0xcc;
      *to++ = (char)accents[letter];
    } else if (memcmp(c, "\xe2\x84\xaa", strnlen((const char*)c, 3)) == 0 && c[1] != 0 && c[2] != 0) {
      *to++ = 'k';
      c += 2;
    } else if (c[0] == 0xc5 && c[1] == 0xbf) {
      *to++ = 's';
      ++c;
    } else {
      *to++ = (char)*c;
    }
  }
  *to = '\0';
}

static int is_same(const char* a, const char* b) {
  char folded_a[3 * NAME_MAX + 1], folded_b[3 * NAME_MAX + 1];
  fold(a, folded_a);
  fold(b, folded_b);
  return strcmp(folded_a, folded_b) == 0;
}

/* The path behind the view, every component spelled as it is on disk; one that is not there stays as it is asked for. */
static int real_path_of(const char* path, char* real, size_t size) {
  size_t used = (size_t)snprintf(real, size, "%s", folder);
  while (*path != '\0') {
    while (*path == '/') ++path;
    size_t length = strcspn(path, "/");
    if (length == 0) break;
    if (length > NAME_MAX || used + length + 2 > size) return -ENAMETOOLONG;
    char name[NAME_MAX + 1];
    memcpy(name, path, length);
    name[length] = '\0';
    DIR* listing = opendir(real);
    if (listing != NULL) {
      for (struct dirent* entry = readdir(listing); entry != NULL; entry = readdir(listing))
        if (is_same(entry->d_name, name)) snprintf(name, sizeof name, "%.*s", NAME_MAX, entry->d_name);
      closedir(listing);
    }
    used += (size_t)snprintf(real + used, size - used, "/%s", name);
    path += length;
  }
  return 0;
}

static int folding_getattr(const char* path, struct stat* status, struct fuse_file_info* info) {
  (void)info;
  char real[PATH_MAX];
  int error = real_path_of(path, real, sizeof real);
  if (error != 0) return error;
  return lstat(real, status) == 0 ? 0 : -errno;
}

static int folding_readlink(const char* path, char* target, size_t size) {
  char real[PATH_MAX];
  int error = real_path_of(path, real, sizeof real);
  if (error != 0) return error;
  ssize_t length = readlink(real, target, size - 1);
  if (length < 0) return -errno;
  target[length] = '\0';
  return 0;
}

static int folding_readdir(const char* path, void* to, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info* info,
                           enum fuse_readdir_flags flags) {
  (void)offset, (void)info, (void)flags;
  char real[PATH_MAX];
  int error = real_path_of(path, real, sizeof real);
  if (error != 0) return error;
  DIR* listing = opendir(real);
  if (listing == NULL) return -errno;
  for (struct dirent* entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
    struct stat status;
    memset(&status, 0, sizeof status);
    status.st_ino = entry->d_ino;
    status.st_mode = (mode_t)DTTOIF(entry->d_type);
    fill(to, entry->d_name, &status, 0, 0);
  }
  closedir(listing);
  return 0;
}

static int folding_open(const char* path, struct fuse_file_info* info) {
  char real[PATH_MAX];
  int error = real_path_of(path, real, sizeof real);
  if (error != 0) return error;
  if ((info->flags & O_ACCMODE) != O_RDONLY) return -EROFS;
  int file = open(real, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -errno;
  info->fh = (uint64_t)file;
  return 0;
}

static int folding_read(const char* path, char* to, size_t size, off_t offset, struct fuse_file_info* info) {
  (void)path;
  ssize_t count = pread((int)info->fh, to, size, offset);
  return count < 0 ? -errno : (int)count;
}

static int folding_release(const char* path, struct fuse_file_info* info) {
  (void)path;
  close((int)info->fh);
  return 0;
}

int main(int argc, char** argv) {
  static const struct fuse_operations operations = {
      .getattr = folding_getattr,
      .readlink = folding_readlink,
      .readdir = folding_readdir,
      .open = folding_open,
      .read = folding_read,
      .release = folding_release,
  };
  if (argc != 3 || realpath(argv[1], folder) == NULL) {
    fprintf(stderr, "usage: folding_fs FOLDER MOUNT_POINT\n");
    return 2;
  }
  char* arguments[] = {argv[0], argv[2], NULL};
  return fuse_main(2, arguments, &operations, NULL);
}
