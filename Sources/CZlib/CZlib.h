#pragma once

/// What this product asks of zlib: inflate.
#include <zlib.h>
