"""The feature families and the models made of them, as stored tables and readers name them."""

FAMILIES = {
    "radiomics": "Radiomics", "peritumoral": "Peritumoral", "googlenet": "GoogLeNet", "resnet50": "ResNet50",
}  # fmt: skip
DEEP = {family: FAMILIES[family] for family in ("googlenet", "resnet50")}
DLRN = "DLRN"
MODELS = (*FAMILIES.values(), DLRN)
