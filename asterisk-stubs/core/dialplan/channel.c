/* Made-up channels, with variables for functions to find. */

#include "dialplan/channel.h"

#include <stddef.h>

#include "asterisk/channel.h"

#include "base/fault.h"
#include "base/memory.h"
#include "base/objects.h"

static void destroy(void *object)
{
	struct ast_channel *channel = object;
	struct ast_var_t *var;

	while ((var = channel->vars.first)) {
		channel->vars.first = var->entries.next;
		block_free(var);
	}
}

struct ast_channel *channel_create(enum side side)
{
	return object_alloc(sizeof(struct ast_channel), destroy, side);
}

struct ast_channel *__ast_dummy_channel_alloc(const char *file, int line, const char *function)
{
	(void) file, (void) line, (void) function;
	return fault_strikes(FAULT_ALLOC, __func__) ? NULL : given_to_module(channel_create(SIDE_MODULE));
}

struct varshead *ast_channel_varshead(struct ast_channel *chan)
{
	return &chan->vars;
}
