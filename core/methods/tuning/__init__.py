"""Words of the tuning page: its controls, what moving them is worth, and what the study keeps of it."""
