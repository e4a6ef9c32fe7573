/* A clock of its own for some processes: loaded before the C library, it moves CLOCK_REALTIME.
 *
 * FAULT_CLOCK names a file of eight bytes: by how many nanoseconds. Every process maps it, so that
 * one write there is felt by all at once, as setting the clock of a machine is. As there, only the
 * time of day jumps: CLOCK_MONOTONIC, and with it pauses, poll, setitimer and the sleep of Python,
 * goes on as it was. Waits up to a time of day end when the clock says so: early where it jumped
 * forth, late where it jumped back, and at once where it is put right again. The kernel does not
 * know of the jump, so such waits are cut into slices and look at the clock in between.
 *
 * What the portal's programs do not use is not here: timers and sleeps up to a time of day. The
 * times of files are the kernel's.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL
#define SLICE (SECOND / 20)
#define UPTIME 1000000000 /* seconds: less is no time of day of this century */

static const volatile int64_t still = 0, *ahead = &still;

#define REAL(name) ((__typeof__(&name))find(#name))
static void *find(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("FAULT_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *page = mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
    if (page != MAP_FAILED)
        ahead = page;
    close(file);
}

static int64_t flat(const struct timespec *t) { return t->tv_sec * SECOND + t->tv_nsec; }

static struct timespec split(int64_t ns)
{
    int64_t left = (ns % SECOND + SECOND) % SECOND;
    return (struct timespec){(ns - left) / SECOND, left};
}

int clock_gettime(clockid_t clock, struct timespec *t)
{
    static __typeof__(&clock_gettime) real; /* found once: this is called all the time */
    if (!real)
        real = REAL(clock_gettime);
    int failed = real(clock, t);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        *t = split(flat(t) + *ahead);
    return failed;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone)
{
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *t = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *t)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return t ? *t = now.tv_sec : now.tv_sec;
}

static int is_over(const struct timespec *until)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return flat(&now) >= flat(until);
}

/* The end of the next slice of a wait, as the kernel's clock has it. */
static struct timespec slice(const struct timespec *until)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t left = flat(until) - flat(&now);
    return split(flat(&now) - *ahead + (left < SLICE ? left : SLICE));
}

int sem_timedwait(sem_t *restrict sem, const struct timespec *restrict until)
{
    do {
        struct timespec end = slice(until);
        if (!REAL(sem_timedwait)(sem, &end))
            return 0;
    } while (errno == ETIMEDOUT && !is_over(until));
    return -1;
}

int sem_clockwait(sem_t *restrict sem, clockid_t clock, const struct timespec *restrict until)
{
    if (clock == CLOCK_REALTIME)
        return sem_timedwait(sem, until);
    return REAL(sem_clockwait)(sem, clock, until);
}

/* Waits for a condition may end without a reason, and whoever waits looks again: so slices do. */
int pthread_cond_clockwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                           clockid_t clock, const struct timespec *restrict until)
{
    if (clock != CLOCK_REALTIME)
        return REAL(pthread_cond_clockwait)(cond, mutex, clock, until);
    struct timespec end = slice(until);
    int result = REAL(pthread_cond_clockwait)(cond, mutex, clock, &end);
    return result == ETIMEDOUT && !is_over(until) ? 0 : result;
}

/* Which clock it goes by is a secret of the condition; no time of day is as small as an uptime. */
int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict until)
{
    int is_uptime = until->tv_sec < UPTIME;
    return pthread_cond_clockwait(cond, mutex, is_uptime ? CLOCK_MONOTONIC : CLOCK_REALTIME, until);
}
