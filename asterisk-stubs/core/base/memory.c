/* Memory. What crosses the boundary lies in blocks that know their kind and side, and are poisoned when freed. */

#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "asterisk/astmm.h"

#include "base/alloc.h"
#include "base/fault.h"
#include "base/log.h"

#define ALIVE 0xa11ce5edu
#define POISON 0xdd

struct block {
	uint32_t mark;
	uint8_t kind;
	uint8_t side;
	size_t size;
	_Alignas(max_align_t) char data[];
};

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

enum side block_side(void *data)
{
	return block_of(data)->side;
}

char *block_strdup(const char *text)
{
	return strcpy(block_alloc(strlen(text) + 1, LEDGER_MEMORY, SIDE_CORE), text);
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
