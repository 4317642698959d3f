"""Audit of published tables: counts that can stand behind printed numbers, entries that none can give."""
