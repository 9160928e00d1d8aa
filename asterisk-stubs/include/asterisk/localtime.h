/* Time zones by name. */
#ifndef STUB_LOCALTIME_H
#define STUB_LOCALTIME_H

#include <sys/time.h>
#include <time.h>

struct ast_tm {
	int tm_sec;
	int tm_min;
	int tm_hour;
	int tm_mday;
	int tm_mon;
	int tm_year;
	int tm_wday;
	int tm_yday;
	int tm_isdst;
	long int tm_gmtoff;
	char *tm_zone;
	int tm_usec;
};

/* NULL is the zone of the system. */
struct ast_tm *ast_localtime(const struct timeval *timep, struct ast_tm *p_tm, const char *zone);
void ast_get_dst_info(const time_t *const timep, int *dst_enabled, time_t *dst_start, time_t *dst_end, int *gmt_off,
	const char *const zone);

#endif
