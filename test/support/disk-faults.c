/*
 * Lets writes, syncs and reads fail as a broken or full disk lets them fail: loaded into a program
 * by LD_PRELOAD. Only files count whose path holds the text in DISK_FAULTS_FOR. The file
 * DISK_FAULTS says at each call what happens, so that a test can break and mend the disk:
 *
 *   write ERRNO   nothing is written
 *   torn ERRNO    half of it is written, and then it fails
 *   short         half of it is written, which is said
 *   sync ERRNO    what was written may be lost
 *   read ERRNO    nothing is read
 *   little        of what is read it is only the first half
 *
 * Each fault adds a byte to the file DISK_FAULTS.count.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef ssize_t (*pwrite_call)(int, const void *, size_t, off64_t);
typedef int (*sync_call)(int);

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

/* What is to happen to a file: the word, and the error number behind it; 0 when nothing is. */
static int fault_for(int fd, char word[16], int *number) {
  const char *control = getenv("DISK_FAULTS"), *wanted = getenv("DISK_FAULTS_FOR");
  char link[64], path[4096] = "", text[64] = "";
  if (control == NULL || wanted == NULL) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  if (readlink(link, path, sizeof path - 1) < 0 || strstr(path, wanted) == NULL) return 0;
  int file = open(control, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  *number = EIO;
  return length > 0 && sscanf(text, "%15s %d", word, number) > 0;
}

static void count(void) {
  char name[4096];
  snprintf(name, sizeof name, "%s.count", getenv("DISK_FAULTS"));
  int file = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return;
  syscall(SYS_write, file, ".", 1);
  close(file);
}

static int is_for_writes(const char *word) {
  return strcmp(word, "write") == 0 || strcmp(word, "torn") == 0 || strcmp(word, "short") == 0;
}

static ssize_t faulty_pwrite(const char *name, int fd, const void *bytes, size_t length, off64_t at) {
  pwrite_call real = (pwrite_call)next(name);
  char word[16];
  int number;
  if (!fault_for(fd, word, &number) || !is_for_writes(word)) return real(fd, bytes, length, at);
  count();
  size_t half = length > 1 ? length / 2 : length;
  if (strcmp(word, "short") == 0) return real(fd, bytes, half, at);
  if (strcmp(word, "torn") == 0) real(fd, bytes, half, at);
  errno = number;
  return -1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  return faulty_pwrite("pwrite64", fd, bytes, length, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  return faulty_pwrite("pwrite", fd, bytes, length, at);
}

static int faulty_sync(const char *name, int fd) {
  char word[16];
  int number;
  if (!fault_for(fd, word, &number) || strcmp(word, "sync") != 0) return ((sync_call)next(name))(fd);
  count();
  errno = number;
  return -1;
}

int fsync(int fd) { return faulty_sync("fsync", fd); }

int fdatasync(int fd) { return faulty_sync("fdatasync", fd); }

typedef ssize_t (*pread_call)(int, void *, size_t, off64_t);

static ssize_t faulty_pread(const char *name, int fd, void *bytes, size_t length, off64_t at) {
  pread_call real = (pread_call)next(name);
  char word[16];
  int number;
  if (!fault_for(fd, word, &number)) return real(fd, bytes, length, at);
  if (strcmp(word, "little") == 0) {
    count();
    return real(fd, bytes, length > 1 ? length / 2 : length, at);
  }
  if (strcmp(word, "read") != 0) return real(fd, bytes, length, at);
  count();
  errno = number;
  return -1;
}

ssize_t pread64(int fd, void *bytes, size_t length, off64_t at) {
  return faulty_pread("pread64", fd, bytes, length, at);
}

ssize_t pread(int fd, void *bytes, size_t length, off_t at) {
  return faulty_pread("pread", fd, bytes, length, at);
}
