"""Parts of the data page: studies side by side, and the steps of a guided import."""
