/* The checksum of Debian's build options, so that a module has one checksum whichever headers it was built with. */
#ifndef STUB_BUILDOPTS_H
#define STUB_BUILDOPTS_H

#define AST_BUILDOPT_SUM "1fb7f5c06d7a2052e38d021b3d8ca151"

#endif
