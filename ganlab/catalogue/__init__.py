"""Facts that pages show and that need no torch."""
