"""Widgets, state keys and cached access to the store that the pages share."""
