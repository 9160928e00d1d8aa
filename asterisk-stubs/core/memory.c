/* Memory. What crosses the boundary lies in blocks that know their kind and side, and are poisoned when freed. */

#include "core.h"

#include <stdlib.h>
#include <string.h>

#define ALIVE 0xa11ce5edu
#define POISON 0xdd

struct block {
	uint32_t mark;
	uint8_t kind;
	uint8_t side;
	size_t size;
	_Alignas(max_align_t) char data[];
};

static void *or_die(void *memory)
{
	if (!memory) {
		fputs("asterisk-stub: out of memory\n", stderr);
		abort();
	}
	return memory;
}

void *core_alloc(size_t size)
{
	return or_die(calloc(1, size));
}

void *core_grow(void *memory, size_t size)
{
	return or_die(realloc(memory, size));
}

char *core_strdup(const char *text)
{
	return or_die(strdup(text));
}

char *core_asprintf(const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0) {
		text = NULL;
	}
	va_end(args);
	return or_die(text);
}

void *block_alloc(size_t size, enum ledger_kind kind, enum side side)
{
	struct block *block = core_alloc(sizeof(*block) + size);

	block->mark = ALIVE;
	block->kind = kind;
	block->side = side;
	block->size = size;
	ledger_enter(kind, side, 1);
	return block->data;
}

static struct block *block_of(void *data)
{
	struct block *block = (struct block *) ((char *) data - offsetof(struct block, data));

	if (block->mark != ALIVE) {
		LOG(ERROR, "Memory at %p was freed before, or is none of Asterisk's", data);
		abort();
	}
	return block;
}

void block_free(void *data)
{
	struct block *block;

	if (!data) {
		return;
	}
	block = block_of(data);
	ledger_enter(block->kind, block->side, -1);
	memset(block, POISON, sizeof(*block) + block->size);
	free(block);
}

void block_adopt(void *data)
{
	struct block *block = block_of(data);

	ledger_enter(block->kind, block->side, -1);
	block->side = SIDE_CORE;
	ledger_enter(block->kind, block->side, 1);
}

void *__ast_calloc(size_t nmemb, size_t size, const char *file, int lineno, const char *func)
{
	size_t bytes;

	(void) file, (void) lineno, (void) func;
	if (__builtin_mul_overflow(nmemb, size, &bytes) || fault_strikes(FAULT_ALLOC, __func__)) {
		return NULL;
	}
	return block_alloc(bytes, LEDGER_MEMORY, SIDE_MODULE);
}

char *__ast_strdup(const char *s, const char *file, int lineno, const char *func)
{
	char *copy;

	(void) file, (void) lineno, (void) func;
	if (!s || fault_strikes(FAULT_ALLOC, __func__)) {
		return NULL;
	}
	copy = block_alloc(strlen(s) + 1, LEDGER_MEMORY, SIDE_MODULE);
	return strcpy(copy, s);
}

void __ast_free(void *ptr, const char *file, int lineno, const char *func)
{
	(void) file, (void) lineno, (void) func;
	block_free(ptr);
}
