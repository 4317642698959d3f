"""The whole pipeline fitted again: on samples of the training patients, under other labels, on fewer.

``cohort``: what is refitted; ``fit``: one refit of a signature and of the nomogram; ``bootstrap``,
``permutation``, ``learning_curve``: on which patients and labels; ``others``: patients to be predicted.
"""
