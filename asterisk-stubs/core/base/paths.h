/* asterisk.conf: where the instance has its files, which version it claims to be, and how careful it is. */
#ifndef BASE_PATHS_H
#define BASE_PATHS_H

#include <stdbool.h>

struct paths {
	char *etc;
	char *modules;
	char *data;
	char *spool;
	char *log;
	char *run;
	char *version;
	/* How res_pjsip's endpoints are laid out, as SIZE/ID/AUTHS; like its header says if empty. */
	char *layout;
	bool live_dangerously;
	/* Asterisk's own traps, laid if asked for: how it gives SERVER to templates, and what 16 sends for an empty one. */
	bool trap_server;
	bool trap_empty_template;
};

/* Never freed: at the end, a thread may still wait for a silent database. */
extern struct paths paths;

/* 0, or -1 if the file cannot be read. */
int paths_read(const char *asterisk_conf);

#endif
