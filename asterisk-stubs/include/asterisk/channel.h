/* A channel that is none, for functions to be called with. */
#ifndef STUB_CHANNEL_H
#define STUB_CHANNEL_H

#include "asterisk/chanvars.h"

struct ast_channel;

struct ast_channel *__ast_dummy_channel_alloc(const char *file, int line, const char *function);
struct varshead *ast_channel_varshead(struct ast_channel *chan);

#endif
