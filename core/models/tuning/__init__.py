"""Live tuning of one signature: the leak-free folds in steps of rising price, each kept apart.

Moving a setting repeats the steps from there on, not those before it: ``projections`` (preparation, z-score,
PCA), ``choice`` (ReliefF, the components kept), ``probabilities`` (the learner); ``tables`` for the panels.
The floats are those of ``fit_signature`` with one repeat.
"""
