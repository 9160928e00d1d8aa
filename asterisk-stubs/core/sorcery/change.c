/* Changing single objects: creating, updating and deleting. */

#include "sorcery/change.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/objects.h"
#include "base/variables.h"
#include "base/worker.h"
#include "sorcery/find.h"
#include "sorcery/make.h"
#include "sorcery/observers.h"
#include "sorcery/types.h"

enum change { CREATED, UPDATED, DELETED };

struct changed {
	struct type *type;
	enum change change;
	void *object;
};

static void tell_changed(const void *callbacks, void *data)
{
	const struct ast_sorcery_observer *observer = callbacks;
	const struct changed *changed = data;
	void (*call)(const void *object) = changed->change == CREATED ? observer->created
		: changed->change == UPDATED ? observer->updated : observer->deleted;

	if (call) {
		call(changed->object);
	}
}

/* On the type's own thread. */
static void tell_changed_all(void *data)
{
	struct changed *changed = data;

	observers_each(changed->type->observers, tell_changed, changed);
	object_release(changed->object);
	free(changed);
}

/* The wizards have their say in turn: one is enough to create an object, all are told of other changes. */
static int change(struct ast_sorcery *sorcery, struct type *type, enum change change, void *object)
{
	struct changed *changed;
	bool done = false;

	for (int i = 0; i < type->wizard_count && !(done && change == CREATED); i++) {
		const struct ast_sorcery_wizard *wizard = type->wizards[i].wizard;
		int (*call)(const struct ast_sorcery *, void *, void *) = change == CREATED ? wizard->create
			: change == UPDATED ? wizard->update : wizard->delete;

		done |= call && !call(sorcery, type->wizards[i].data, object);
	}
	if (!done) {
		return -1;
	}
	changed = core_alloc(sizeof(*changed));
	*changed = (struct changed) { type, change, object_hold(object) };
	worker_push(type->serializer, tell_changed_all, changed);
	return 0;
}

int sorcery_put(struct ast_sorcery *sorcery, const char *type_name, const char *id, struct ast_variable *fields)
{
	struct type *type = sorcery_type(sorcery, type_name);
	void *old = sorcery_find(sorcery, type_name, id);
	void *object = type && type->alloc ? sorcery_make_unset(type, id) : NULL;
	/* A copy of the old object gets the new fields. */
	struct ast_variable *held = old ? sorcery_object_set(sorcery, old) : NULL;
	int result = -1;

	if (object && !(held && sorcery_set_fields(sorcery, type, object, held)) && !sorcery_set_fields(sorcery, type, object, fields)) {
		result = change(sorcery, type, old ? UPDATED : CREATED, object);
	}
	variables_destroy(held);
	object_release(object);
	object_release(old);
	return result;
}

int sorcery_delete(struct ast_sorcery *sorcery, const char *type_name, const char *id)
{
	void *object = sorcery_find(sorcery, type_name, id);
	int result = object ? change(sorcery, sorcery_type(sorcery, type_name), DELETED, object) : -1;

	object_release(object);
	return result;
}
