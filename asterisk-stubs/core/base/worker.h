/* Threads that do one task after another. */
#ifndef BASE_WORKER_H
#define BASE_WORKER_H

struct worker;

struct worker *worker_start(int threads);
void worker_push(struct worker *worker, void (*task)(void *), void *data);
/* Does what was pushed, then ends the threads. */
void worker_stop(struct worker *worker);

#endif
