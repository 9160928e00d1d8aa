/* Who is told of loads and changes. */
#ifndef SORCERY_OBSERVERS_H
#define SORCERY_OBSERVERS_H

#include <stdbool.h>

#include "base/ledger.h"

struct observers;

struct observers *observers_create(enum ledger_kind kind);
void observers_destroy(struct observers *observers);
void observers_add(struct observers *observers, const void *callbacks);
void observers_remove(struct observers *observers, const void *callbacks);
bool observers_any(struct observers *observers);
/* With the list locked against changes, as the real one has it. */
void observers_each(struct observers *observers, void (*call)(const void *callbacks, void *data), void *data);

#endif
