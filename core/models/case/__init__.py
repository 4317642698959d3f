"""One new case, from files to a nomogram probability: transforms and predicts, never fits."""
