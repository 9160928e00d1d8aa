/* An object of a sorcery type: the type's own struct, and behind it what sorcery keeps about it. */

#include "sorcery/object.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/fault.h"
#include "base/objects.h"

struct ast_sorcery_object {
	char *id;
	char *type;
	struct timeval created;
	ao2_destructor_fn destructor;
};

static void destroy(void *data)
{
	struct ast_sorcery_object_details *details = data;

	if (details->object->destructor) {
		details->object->destructor(data);
	}
	free(details->object->id);
	free(details->object->type);
}

void *sorcery_object_alloc(size_t size, ao2_destructor_fn destructor, enum side side)
{
	size_t aligned = (size + _Alignof(struct ast_sorcery_object) - 1) & ~(_Alignof(struct ast_sorcery_object) - 1);
	char *data = object_alloc(aligned + sizeof(struct ast_sorcery_object), destroy, side);
	struct ast_sorcery_object_details *details = (void *) data;

	details->object = (void *) (data + aligned);
	details->object->destructor = destructor;
	gettimeofday(&details->object->created, NULL);
	return data;
}

void sorcery_object_name(void *data, const char *type, const char *id)
{
	struct ast_sorcery_object_details *details = data;

	details->object->type = core_strdup(type);
	details->object->id = core_strdup(id);
}

const char *sorcery_object_id(const void *data)
{
	const struct ast_sorcery_object_details *details = data;

	return details->object->id;
}

const char *sorcery_object_type(const void *data)
{
	const struct ast_sorcery_object_details *details = data;

	return details->object->type;
}

void *ast_sorcery_generic_alloc(size_t size, ao2_destructor_fn destructor)
{
	if (fault_strikes(FAULT_ALLOC, __func__)) {
		return NULL;
	}
	return given_to_module(sorcery_object_alloc(size, destructor, SIDE_MODULE));
}

const struct timeval ast_sorcery_object_get_created(const void *object)
{
	const struct ast_sorcery_object_details *details = object;

	return details->object->created;
}

const char *ast_sorcery_object_get_id(const void *object)
{
	return sorcery_object_id(object);
}
