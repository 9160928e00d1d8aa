/* Starting and ending the process. */

#include "core.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

void wait_fully_booted(void)
{
	pthread_mutex_lock(&boot_lock);
	while (!booted) {
		pthread_cond_wait(&boot_changed, &boot_lock);
	}
	pthread_mutex_unlock(&boot_lock);
}

static void set_fully_booted(void)
{
	ast_options.flags |= AST_OPT_FLAG_FULLY_BOOTED;
	pthread_mutex_lock(&boot_lock);
	booted = true;
	pthread_cond_broadcast(&boot_changed);
	pthread_mutex_unlock(&boot_lock);
}

void stop_now(void)
{
	LOG(VERBOSE, "Asterisk cleanly ending (0).");
	_exit(0);
}

void stop_gracefully(void)
{
	ssize_t written = write(stop_pipe[1], "", 1);

	(void) written;
}

static void on_signal(int signal)
{
	int error = errno;

	(void) signal;
	stop_gracefully();
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

static void wait_for_stop(void)
{
	char byte;

	while (read(stop_pipe[0], &byte, 1) < 0 && errno == EINTR) {
	}
}

static void run(void)
{
	if (pipe(stop_pipe)) {
		abort();
	}
	catch_signals();
	log_open();
	commands_register();
	control_start();
	functions_start();
	http_start();
	modules_load();
	set_fully_booted();
	LOG(VERBOSE, "Asterisk Ready.");
	modules_booted();
	wait_for_stop();

	/* Requests and commands are taken while modules unload, as in Asterisk. */
	is_ending = true;
	modules_unload();
	control_stop();
	http_stop();
	pjsip_free();
	cli_free();
	ledger_write_file();
	debug_levels_free();
	config_forget_files();
	log_close();
	close(stop_pipe[0]);
	close(stop_pipe[1]);
}

static int usage(void)
{
	fputs("Usage: asterisk-stub -f -C ASTERISK.CONF\n"
		"       asterisk-stub -C ASTERISK.CONF -rx COMMAND\n", stderr);
	return 1;
}

int main(int argc, char **argv)
{
	const char *conf = NULL;
	const char *command = NULL;
	bool foreground = false;
	int result = 0;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-f")) {
			foreground = true;
		} else if (!strcmp(argv[i], "-C") && i + 1 < argc) {
			conf = argv[++i];
		} else if (!strcmp(argv[i], "-rx") && i + 1 < argc) {
			command = argv[++i];
		} else {
			return usage();
		}
	}
	if (!conf || foreground == (command != NULL)) {
		return usage();
	}
	/* Before the log is open, complaints go to stderr. */
	if (paths_read(conf)) {
		fprintf(stderr, "asterisk-stub: unable to read %s\n", conf);
		return 1;
	}
	if (command) {
		result = control_send(command);
		config_forget_files();
	} else {
		run();
	}
	paths_free();
	return result;
}
