/* The words of a command line. */
#ifndef CONSOLE_WORDS_H
#define CONSOLE_WORDS_H

#define CLI_MAX_WORDS 63

/* Cuts the line up in place; words has room for one more, which is NULL. */
int cli_split(char *line, const char **words);

#endif
