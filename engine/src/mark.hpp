#pragma once

/// Marks a literal for gettext; it is translated where it is shown.
#define N_(text) text
