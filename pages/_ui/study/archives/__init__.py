"""Parts of the archives page, one per archive."""
