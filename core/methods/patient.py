"""Methods text of the patient page: a pure function of settings."""

from core.settings import OcclusionSettings, Settings


def occlusion_methods(settings: OcclusionSettings) -> str:
    """How the map of what a deep signature looks at was made."""
    return (
        f"Occlusion map (Zeiler and Fergus, ECCV 2014): a square of {settings.side} x {settings.side} "
        f"pixels, moved over the patch in steps of {settings.step}, is set to the patch's mean; backbone, "
        "z-score, PCA, selection and learner (as refitted on all training patients) score the patch "
        "again. Shown is the change in the probability of LNM, averaged over the squares that hide a place."
    )


def methods(settings: Settings, expression: bool) -> str:
    """How everything on the page was made."""
    text = (
        "Key slice: the slice in the acquisition plane in which the tumour has its largest in-plane "
        "diameter, ties by area; the patch of the deep features is the tumour's bounding box there times "
        f"{settings.patch.margin:g}, square. Surface: marching cubes of the mask, half-way between tumour "
        "and background voxels, not smoothed (scikit-image). Enhancement: 100 x (S - S0) / S0 with S0 the "
        "signal before contrast: of the tumour's mean signal, and voxel by voxel (median, quartiles). "
        "Signatures: out-of-fold for training patients, from the pipeline refitted on all of them for "
        "others. High risk: above the median of the training patients, which is also used for other cohorts."
    )
    text += f" {occlusion_methods(settings.occlusion)}"
    if expression:
        text += (
            " Module eigengenes: first principal component of a WGCNA module. Pathway scores: GSVA. Both are "
            "shown in standard deviations from the mean of the patients shown; rank n is the highest."
        )
    return text
