#pragma once

/// What this product asks of zlib: inflate, and the checksum of gzip.
#include <zlib.h>
