"""Guided import: from a clinical table and folders, as people have them, to what a study folder needs."""
