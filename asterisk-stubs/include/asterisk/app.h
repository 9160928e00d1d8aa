/* What applications and functions take their arguments apart with. */
#ifndef STUB_APP_H
#define STUB_APP_H

/* In place; how many there are. remove_chars takes quotes and backslashes out. */
unsigned int __ast_app_separate_args(char *buf, char delim, int remove_chars, char **array, int arraylen);

#endif
