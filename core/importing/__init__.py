"""From a plan of an import to a study folder: composes core.study.intake and core.imaging."""
