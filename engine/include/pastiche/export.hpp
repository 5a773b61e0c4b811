#pragma once

/// Marks what leaves a shared library of Pastiche; everything else is hidden.
#define PASTICHE_API __attribute__((visibility("default")))
