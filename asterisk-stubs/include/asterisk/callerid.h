#ifndef STUB_CALLERID_H
#define STUB_CALLERID_H

/* The reverse of it, in its fashion: a name or a number alone stands there as it is. */
char *ast_callerid_merge(char *buf, int bufsiz, const char *name, const char *num, const char *unknown);
/* Cuts "Name" <number> up; what is missing becomes "". */
int ast_callerid_split(const char *src, char *name, int namelen, char *num, int numlen);

#endif
