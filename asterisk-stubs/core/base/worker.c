/* Threads that do one task after another. */

#include "base/worker.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"

struct task {
	void (*run)(void *data);
	void *data;
	struct task *next;
};

struct worker {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct task *first;
	struct task *last;
	bool stopping;
	int thread_count;
	pthread_t threads[];
};

static void *work(void *data)
{
	struct worker *worker = data;
	struct task *task;

	pthread_mutex_lock(&worker->lock);
	for (;;) {
		while (!(task = worker->first) && !worker->stopping) {
			pthread_cond_wait(&worker->changed, &worker->lock);
		}
		if (!task) {
			break;
		}
		worker->first = task->next;
		if (!worker->first) {
			worker->last = NULL;
		}
		pthread_mutex_unlock(&worker->lock);
		task->run(task->data);
		free(task);
		pthread_mutex_lock(&worker->lock);
	}
	pthread_mutex_unlock(&worker->lock);
	return NULL;
}

struct worker *worker_start(int threads)
{
	struct worker *worker = core_alloc(sizeof(*worker) + threads * sizeof(worker->threads[0]));

	pthread_mutex_init(&worker->lock, NULL);
	pthread_cond_init(&worker->changed, NULL);
	worker->thread_count = threads;
	for (int i = 0; i < threads; i++) {
		if (pthread_create(&worker->threads[i], NULL, work, worker)) {
			abort();
		}
	}
	return worker;
}

void worker_push(struct worker *worker, void (*run)(void *), void *data)
{
	struct task *task = core_alloc(sizeof(*task));

	task->run = run;
	task->data = data;
	pthread_mutex_lock(&worker->lock);
	if (worker->last) {
		worker->last->next = task;
	} else {
		worker->first = task;
	}
	worker->last = task;
	pthread_cond_signal(&worker->changed);
	pthread_mutex_unlock(&worker->lock);
}

void worker_stop(struct worker *worker)
{
	pthread_mutex_lock(&worker->lock);
	worker->stopping = true;
	pthread_cond_broadcast(&worker->changed);
	pthread_mutex_unlock(&worker->lock);
	for (int i = 0; i < worker->thread_count; i++) {
		pthread_join(worker->threads[i], NULL);
	}
	pthread_cond_destroy(&worker->changed);
	pthread_mutex_destroy(&worker->lock);
	free(worker);
}
