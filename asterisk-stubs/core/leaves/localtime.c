/* Time, which is UTC in every zone that has a name, all the year round. */

#include <time.h>

#include "asterisk/localtime.h"

struct ast_tm *ast_localtime(const struct timeval *timep, struct ast_tm *p_tm, const char *zone)
{
	struct tm then;

	if (zone) {
		gmtime_r(&timep->tv_sec, &then);
	} else {
		localtime_r(&timep->tv_sec, &then);
	}
	*p_tm = (struct ast_tm) {
		.tm_sec = then.tm_sec,
		.tm_min = then.tm_min,
		.tm_hour = then.tm_hour,
		.tm_mday = then.tm_mday,
		.tm_mon = then.tm_mon,
		.tm_year = then.tm_year,
		.tm_wday = then.tm_wday,
		.tm_yday = then.tm_yday,
		.tm_usec = (int) timep->tv_usec,
	};
	return p_tm;
}

/* Where there is no summer, its dates are left as they were. */
void ast_get_dst_info(const time_t *const timep, int *dst_enabled, time_t *dst_start, time_t *dst_end, int *gmt_off,
	const char *const zone)
{
	(void) timep, (void) dst_start, (void) dst_end, (void) zone;
	*dst_enabled = 0;
	*gmt_off = 0;
}
