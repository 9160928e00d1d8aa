/* How much is logged, by all modules or by one. */

#include "base/debug.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "asterisk/logger.h"
#include "asterisk/options.h"

#include "base/alloc.h"

int option_debug;
struct ast_flags64 ast_options;

struct debug_level {
	struct debug_level *next;
	unsigned int level;
	char module[];
};

static struct debug_level *debug_levels;
static pthread_mutex_t debug_lock = PTHREAD_MUTEX_INITIALIZER;

static struct debug_level **find_level(const char *module)
{
	struct debug_level **at = &debug_levels;

	while (*at && strcasecmp((*at)->module, module)) {
		at = &(*at)->next;
	}
	return at;
}

unsigned int ast_debug_get_by_module(const char *module)
{
	struct debug_level *found;
	unsigned int level;

	pthread_mutex_lock(&debug_lock);
	found = *find_level(module);
	level = found ? found->level : 0;
	pthread_mutex_unlock(&debug_lock);
	return level;
}

static void remove_level(struct debug_level **at)
{
	struct debug_level *doomed = *at;

	*at = doomed->next;
	free(doomed);
}

unsigned int debug_set(const char *module, unsigned int level)
{
	struct debug_level **at;
	unsigned int before = 0;

	pthread_mutex_lock(&debug_lock);
	at = find_level(module);
	if (*at) {
		before = (*at)->level;
		remove_level(at);
	}
	if (level) {
		struct debug_level *added = core_alloc(sizeof(*added) + strlen(module) + 1);

		strcpy(added->module, module);
		added->level = level;
		added->next = debug_levels;
		debug_levels = added;
	}
	if (debug_levels) {
		ast_options.flags |= AST_OPT_FLAG_DEBUG_MODULE;
	} else {
		ast_options.flags &= ~(uint64_t) AST_OPT_FLAG_DEBUG_MODULE;
	}
	pthread_mutex_unlock(&debug_lock);
	return before;
}

void debug_free(void)
{
	while (debug_levels) {
		remove_level(&debug_levels);
	}
}
