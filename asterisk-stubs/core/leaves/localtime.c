/* Time, which is UTC everywhere, all the year round. */

#include <time.h>

#include "asterisk/localtime.h"

struct ast_tm *ast_localtime(const struct timeval *timep, struct ast_tm *p_tm, const char *zone)
{
	struct tm utc;

	(void) zone;
	gmtime_r(&timep->tv_sec, &utc);
	*p_tm = (struct ast_tm) {
		.tm_sec = utc.tm_sec,
		.tm_min = utc.tm_min,
		.tm_hour = utc.tm_hour,
		.tm_mday = utc.tm_mday,
		.tm_mon = utc.tm_mon,
		.tm_year = utc.tm_year,
		.tm_wday = utc.tm_wday,
		.tm_yday = utc.tm_yday,
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
