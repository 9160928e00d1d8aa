/* What files looked like when somebody read them last. */

#include "base/seen.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct include {
	struct include *next;
	char *path;
	bool is_pattern;
};

struct seen_file {
	struct seen_file *next;
	char *name;
	char *who_asked;
	struct timespec changed;
	off_t size;
	struct include *includes;
};

static struct seen_file *seen_files;
static pthread_mutex_t seen_lock = PTHREAD_MUTEX_INITIALIZER;

static struct seen_file *find(const char *name, const char *who_asked)
{
	struct seen_file *seen = seen_files;

	while (seen && (strcmp(seen->name, name) || strcmp(seen->who_asked, who_asked))) {
		seen = seen->next;
	}
	return seen;
}

static void forget_includes(struct seen_file *seen)
{
	while (seen->includes) {
		struct include *include = seen->includes;

		seen->includes = include->next;
		free(include->path);
		free(include);
	}
}

void seen_now(const char *name, const char *who_asked, const struct stat *now)
{
	struct seen_file *seen;

	pthread_mutex_lock(&seen_lock);
	seen = find(name, who_asked);
	if (!seen) {
		seen = core_alloc(sizeof(*seen));
		seen->name = core_strdup(name);
		seen->who_asked = core_strdup(who_asked);
		seen->next = seen_files;
		seen_files = seen;
	}
	forget_includes(seen);
	seen->size = now->st_size;
	seen->changed = now->st_mtim;
	pthread_mutex_unlock(&seen_lock);
}

void seen_include(const char *name, const char *who_asked, const char *path, bool is_pattern)
{
	struct seen_file *seen;

	pthread_mutex_lock(&seen_lock);
	seen = find(name, who_asked);
	if (seen) {
		struct include *include = core_alloc(sizeof(*include));

		include->path = core_strdup(path);
		include->is_pattern = is_pattern;
		include->next = seen->includes;
		seen->includes = include;
	}
	pthread_mutex_unlock(&seen_lock);
}

/* With the lock; a file that includes itself was never read to its end. */
static bool is_unchanged(const char *name, const char *who_asked, int depth)
{
	struct seen_file *seen = find(name, who_asked);
	struct stat now;

	if (!seen || depth > 10 || stat(name, &now) || seen->size != now.st_size
		|| seen->changed.tv_sec != now.st_mtim.tv_sec || seen->changed.tv_nsec != now.st_mtim.tv_nsec) {
		return false;
	}
	for (const struct include *include = seen->includes; include; include = include->next) {
		if (include->is_pattern || !is_unchanged(include->path, who_asked, depth + 1)) {
			return false;
		}
	}
	return true;
}

bool seen_unchanged(const char *name, const char *who_asked)
{
	bool result;

	pthread_mutex_lock(&seen_lock);
	result = is_unchanged(name, who_asked, 0);
	pthread_mutex_unlock(&seen_lock);
	return result;
}

void seen_forget(void)
{
	while (seen_files) {
		struct seen_file *seen = seen_files;

		seen_files = seen->next;
		forget_includes(seen);
		free(seen->name);
		free(seen->who_asked);
		free(seen);
	}
}
