/* A fault shim for LD_PRELOAD: the Nth call of a kind on a path below a folder fails with an errno, or kills the process.
 * It stands below everything, Python, Pillow and SQLite alike. Armed from within by shim_arm(), through ctypes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { OPEN, WRITE, FSYNC, RENAME, LINK, UNLINK, KINDS };

static char below[PATH_MAX];
static int kind = -1, left = 0, fault = 0;
static long calls[KINDS];

void shim_arm(const char *folder, int which, int number, int error) { /* error 0: only count; -1: kill */
    snprintf(below, sizeof below, "%s", folder);
    kind = which, left = number, fault = error;
    memset(calls, 0, sizeof calls);
}
long shim_calls(int which) { return calls[which]; }
void shim_disarm(void) { below[0] = 0; }

static int is_below(int folder, const char *path) {
    char full[2 * PATH_MAX], link[64];
    if (!below[0] || !path) return 0;
    if (path[0] != '/' && folder != AT_FDCWD) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t n = readlink(link, full, PATH_MAX);
        if (n <= 0) return 0;
        full[n] = 0;
        return strncmp(full, below, strlen(below)) == 0;
    }
    return strncmp(path, below, strlen(below)) == 0;
}
static int fd_is_below(int fd) {
    char link[64], full[PATH_MAX];
    if (!below[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, full, sizeof full - 1);
    if (n <= 0) return 0;
    full[n] = 0;
    return strncmp(full, below, strlen(below)) == 0;
}
static int fails(int which, int here) {
    if (!here) return 0;
    calls[which]++;
    if (which != kind || !fault || --left != 0) return 0;
    if (fault < 0) kill(getpid(), SIGKILL);
    errno = fault;
    return 1;
}
#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)
#define MODE mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, int); va_end(more); }

int open(const char *path, int flags, ...) { MODE REAL(open); if (fails(OPEN, is_below(AT_FDCWD, path))) return -1; return real(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE REAL(open64); if (fails(OPEN, is_below(AT_FDCWD, path))) return -1; return real(path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE REAL(openat); if (fails(OPEN, is_below(folder, path))) return -1; return real(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE REAL(openat64); if (fails(OPEN, is_below(folder, path))) return -1; return real(folder, path, flags, mode); }
ssize_t write(int fd, const void *data, size_t size) { REAL(write); if (fails(WRITE, fd_is_below(fd))) return -1; return real(fd, data, size); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { REAL(pwrite); if (fails(WRITE, fd_is_below(fd))) return -1; return real(fd, data, size, at); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { REAL(pwrite64); if (fails(WRITE, fd_is_below(fd))) return -1; return real(fd, data, size, at); }
int fsync(int fd) { REAL(fsync); if (fails(FSYNC, fd_is_below(fd))) return -1; return real(fd); }
int fdatasync(int fd) { REAL(fdatasync); if (fails(FSYNC, fd_is_below(fd))) return -1; return real(fd); }
int rename(const char *from, const char *to) { REAL(rename); if (fails(RENAME, is_below(AT_FDCWD, to))) return -1; return real(from, to); }
int renameat(int a, const char *from, int b, const char *to) { REAL(renameat); if (fails(RENAME, is_below(b, to))) return -1; return real(a, from, b, to); }
int link(const char *from, const char *to) { REAL(link); if (fails(LINK, is_below(AT_FDCWD, to))) return -1; return real(from, to); }
int linkat(int a, const char *from, int b, const char *to, int flags) { REAL(linkat); if (fails(LINK, is_below(b, to))) return -1; return real(a, from, b, to, flags); }
int unlink(const char *path) { REAL(unlink); if (fails(UNLINK, is_below(AT_FDCWD, path))) return -1; return real(path); }
int unlinkat(int folder, const char *path, int flags) { REAL(unlinkat); if (fails(UNLINK, is_below(folder, path))) return -1; return real(folder, path, flags); }
