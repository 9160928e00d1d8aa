/* Asterisk's own string that grows; freed with block_free(). */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stddef.h>
#include <sys/types.h>

#include "asterisk/strings.h"

#include "base/ledger.h"

struct ast_str *str_create(size_t room, enum side side);
void str_reset(struct ast_str *str);
void str_make_room(struct ast_str **str, size_t room);
/* Grows to no more than most bytes with the zero behind them: 0 is any number, less than 0 what there is already. */
void str_add(struct ast_str **str, ssize_t most, const char *bytes, size_t count);

#endif
