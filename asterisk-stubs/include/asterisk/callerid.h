#ifndef STUB_CALLERID_H
#define STUB_CALLERID_H

/* Cuts "Name" <number> up; what is missing becomes "". */
int ast_callerid_split(const char *src, char *name, int namelen, char *num, int numlen);

#endif
