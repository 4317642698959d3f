"""Every page of the dashboard: its address and the title that it shows on the demo study."""

TITLES = {
    "overview": "demo",
    "cohorts": "Cohorts",
    "patient": "Patient",
    "gallery": "Gallery",
    "checks": "Checks",
    "features": "Features",
    "robustness": "Robustness",
    "ibsi": "IBSI",
    "tuning": "Tuning",
    "comparison": "Model comparison",
    "validation": "Validation",
    "tests": "Tests",
    "nomogram": "Nomogram",
    "modules": "Modules",
    "module_traits": "Modules and traits",
    "pathways": "Pathways",
    "gsva": "GSVA",
    "gene_score": "Gene score",
    "predict": "Predict a case",
    "published_results": "Published results",
}
