/* Loading objects, and telling of it. */

#include "sorcery/load.h"

#include <pthread.h>

#include "base/log.h"
#include "base/worker.h"
#include "sorcery/observers.h"
#include "sorcery/types.h"

struct loading {
	const struct ast_sorcery *sorcery;
	const char *type;
	bool reload;
};

static void tell_type_loading(const void *callbacks, void *data)
{
	const struct ast_sorcery_instance_observer *observer = callbacks;
	const struct loading *loading = data;

	if (observer->object_type_loading) {
		observer->object_type_loading(loading->sorcery->module, loading->sorcery, loading->type, loading->reload);
	}
}

static void tell_type_loaded(const void *callbacks, void *data)
{
	const struct ast_sorcery_instance_observer *observer = callbacks;
	const struct loading *loading = data;

	if (observer->object_type_loaded) {
		observer->object_type_loaded(loading->sorcery->module, loading->sorcery, loading->type, loading->reload);
	}
}

static void tell_instance_loading(const void *callbacks, void *data)
{
	const struct ast_sorcery_instance_observer *observer = callbacks;
	const struct loading *loading = data;

	if (observer->instance_loading) {
		observer->instance_loading(loading->sorcery->module, loading->sorcery, loading->reload);
	}
}

static void tell_instance_loaded(const void *callbacks, void *data)
{
	const struct ast_sorcery_instance_observer *observer = callbacks;
	const struct loading *loading = data;

	if (observer->instance_loaded) {
		observer->instance_loaded(loading->sorcery->module, loading->sorcery, loading->reload);
	}
}

static void tell_loaded(const void *callbacks, void *data)
{
	const struct ast_sorcery_observer *observer = callbacks;
	const struct type *type = data;

	if (observer->loaded) {
		observer->loaded(type->name);
	}
}

/* On the type's own thread. */
static void tell_loaded_all(void *data)
{
	struct type *type = data;

	observers_each(type->observers, tell_loaded, type);
}

static void load_type(const struct ast_sorcery *sorcery, struct type *type, bool reload)
{
	struct loading loading = { sorcery, type->name, reload };

	if (!type->alloc) {
		return;
	}
	if (reload && !type->reloadable) {
		LOG(NOTICE, "Type '%s' is not reloadable, maintaining previous values", type->name);
		return;
	}
	observers_each(sorcery->observers, tell_type_loading, &loading);
	for (int i = 0; i < type->wizard_count; i++) {
		const struct used_wizard *used = &type->wizards[i];
		void (*load)(void *, const struct ast_sorcery *, const char *) = reload ? used->wizard->reload
			: used->wizard->load;

		if (load) {
			load(used->data, sorcery, type->name);
		}
	}
	observers_each(sorcery->observers, tell_type_loaded, &loading);
	if (observers_any(type->observers)) {
		worker_push(type->serializer, tell_loaded_all, type);
	}
}

/* With the list of types locked against additions throughout, as Asterisk has it. */
void sorcery_load(struct ast_sorcery *sorcery, bool reload)
{
	struct loading loading = { sorcery, NULL, reload };

	observers_each(sorcery->observers, tell_instance_loading, &loading);
	pthread_rwlock_rdlock(&sorcery->lock);
	for (struct type *type = sorcery->types; type; type = type->next) {
		load_type(sorcery, type, reload);
	}
	pthread_rwlock_unlock(&sorcery->lock);
	observers_each(sorcery->observers, tell_instance_loaded, &loading);
}

static void load_one(const struct ast_sorcery *sorcery, const char *type, bool reload)
{
	struct type *found = sorcery_type(sorcery, type);

	if (found) {
		load_type(sorcery, found, reload);
	}
}

void ast_sorcery_load_object(const struct ast_sorcery *sorcery, const char *type)
{
	load_one(sorcery, type, false);
}

void ast_sorcery_reload_object(const struct ast_sorcery *sorcery, const char *type)
{
	load_one(sorcery, type, true);
}
