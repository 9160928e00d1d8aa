/* Whether the process has booted, and whether it is to end. */

#include "base/process.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "asterisk.h"
#include "asterisk/options.h"

#include "base/log.h"

/* Asking for the end is one byte into a pipe: a signal handler may do that, too. */
static int stop_pipe[2];

static pthread_mutex_t boot_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t boot_changed = PTHREAD_COND_INITIALIZER;
static bool booted;
static atomic_bool is_ending;

int ast_shutting_down(void)
{
	return is_ending;
}

void process_wait_booted(void)
{
	pthread_mutex_lock(&boot_lock);
	while (!booted) {
		pthread_cond_wait(&boot_changed, &boot_lock);
	}
	pthread_mutex_unlock(&boot_lock);
}

void process_set_booted(void)
{
	ast_options.flags |= AST_OPT_FLAG_FULLY_BOOTED;
	pthread_mutex_lock(&boot_lock);
	booted = true;
	pthread_cond_broadcast(&boot_changed);
	pthread_mutex_unlock(&boot_lock);
}

void process_stop_now(void)
{
	LOG(VERBOSE, "Asterisk cleanly ending (0).");
	_exit(0);
}

void process_stop_gracefully(void)
{
	ssize_t written = write(stop_pipe[1], "", 1);

	(void) written;
}

static void on_signal(int signal)
{
	int error = errno;

	(void) signal;
	process_stop_gracefully();
	errno = error;
}

static void catch_signals(void)
{
	struct sigaction stop = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

void process_wait_stop(void)
{
	char byte;

	while (read(stop_pipe[0], &byte, 1) < 0 && errno == EINTR) {
	}
	is_ending = true;
}

void process_start(void)
{
	if (pipe(stop_pipe)) {
		abort();
	}
	catch_signals();
}

void process_end(void)
{
	close(stop_pipe[0]);
	close(stop_pipe[1]);
}
