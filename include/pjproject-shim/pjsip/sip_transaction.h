#include "../pjproject_shim.h"
