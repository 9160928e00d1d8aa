/* Being told to fail: the K-th call of a kind that the module makes from now on. */

#include "base/fault.h"

#include <pthread.h>

#include "base/log.h"

static struct {
	const char *name;
	long at;
	long calls;
} faults[FAULTS] = {
	[FAULT_ALLOC] = { .name = "alloc" },
	[FAULT_ADD_EXTENSION] = { .name = "add_extension" },
	[FAULT_REGISTER] = { .name = "register" },
	[FAULT_SIP] = { .name = "sip" },
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

bool fault_strikes(enum fault fault, const char *call)
{
	long at;
	bool strikes;

	pthread_mutex_lock(&lock);
	at = faults[fault].at;
	strikes = ++faults[fault].calls == at;
	pthread_mutex_unlock(&lock);
	if (strikes) {
		LOG(NOTICE, "Failing %s number %ld, %s, as told", faults[fault].name, at, call);
	}
	return strikes;
}

void fault_arm(enum fault fault, long at)
{
	pthread_mutex_lock(&lock);
	faults[fault].at = at;
	faults[fault].calls = 0;
	pthread_mutex_unlock(&lock);
}

long fault_calls(enum fault fault, bool *failed)
{
	long calls;

	pthread_mutex_lock(&lock);
	calls = faults[fault].calls;
	*failed = faults[fault].at && calls >= faults[fault].at;
	pthread_mutex_unlock(&lock);
	return calls;
}

const char *fault_name(enum fault fault)
{
	return faults[fault].name;
}
