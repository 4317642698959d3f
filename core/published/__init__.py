"""Printed tables: the paper's numbers beside a study's, and the audit of any published table."""
