/* The release that these declarations follow. */
#ifndef STUB_AUTOCONFIG_H
#define STUB_AUTOCONFIG_H

#define PACKAGE_VERSION "22"

#endif
