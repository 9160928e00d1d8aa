/* Channels, of which there is one kind: made up, so that a function can be called with variables. */
#ifndef STUB_CHANNEL_H
#define STUB_CHANNEL_H

struct ast_channel;
struct varshead;

/* An object, given back by __ao2_ref; its variables go with it. */
struct ast_channel *__ast_dummy_channel_alloc(const char *file, int line, const char *function);
struct varshead *ast_channel_varshead(struct ast_channel *chan);

#endif
