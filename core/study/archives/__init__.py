"""Public archives: chosen offline, downloaded whole or not at all, taken up where a download stopped."""
