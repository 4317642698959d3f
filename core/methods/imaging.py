"""Methods text of the imaging chapter."""

from core.families import DEEP
from core.methods.preparation import before, harmony
from core.settings import Settings

DESCRIPTIVE = (
    "Descriptive: these tests play no part in the signature, whose features are selected inside the folds."
)


def gallery_methods(settings: Settings) -> str:
    """How key slices, grey scale and sizes of the gallery came about."""
    return (
        "Key slice: the slice in the acquisition plane in which the tumour has its largest in-plane "
        "diameter, ties by area. Tiles show the phase that the features come from (by default the first "
        "post-contrast phase), from the 1st to the 99.9th percentile of the slice. Tumour volume: number of "
        f"voxels of label {settings.radiomics.label} times the volume of a voxel. Largest diameter: greatest "
        "distance between centres of tumour voxels in three dimensions. Letters of orientation follow the "
        "direction cosines of the image: A anterior, P posterior, L left, R right, S superior, I inferior. "
        "Signatures of training patients are out-of-fold probabilities of LNM."
    )


def robustness_methods(settings: Settings, n: int) -> str:
    """How perturbed contours and the intraclass correlation came about."""
    by = settings.robustness
    return (
        f"Robustness: the masks of {n} training patients, drawn at random (seed {by.seed}), were eroded by "
        f"{by.erode_mm:g} mm, dilated by {by.dilate_mm:g} mm, shifted by {by.shift_mm:g} mm in a random "
        f"direction, and given an unsteady contour (smooth noise of {by.noise_mm:g} mm standard deviation, "
        f"Gaussian kernel of {by.smooth_mm:g} mm), all on the signed distance to the contour. "
        f"{_extraction(settings, 'radiomics')} Reproducibility: ICC(2,1), two-way random effects, absolute "
        "agreement, single reading, over the drawn mask and its perturbations. Agreement of masks: Dice "
        "coefficient and symmetric surface distance. Perturbed masks of one reader stand in for a second "
        f"reader; they do not replace one.{before(settings)}"
    )


def readers_methods(settings: Settings, n: int) -> str:
    """How two readers were compared."""
    return (
        f"Two readers outlined the tumours of {n} patients. {_extraction(settings, 'radiomics')} "
        "Reproducibility: ICC(2,1), two-way random effects, absolute agreement, single reading, of the two "
        "readers (Shrout and Fleiss 1979), graded after Koo and Li 2016. Agreement of masks: Dice "
        "coefficient and distances between surface voxels in mm: the mean over both directions, and the 95% "
        "Hausdorff distance, the larger of the two directions' 95th percentiles (Taha and Hanbury 2015)."
    )


def features_methods(settings: Settings, family: str, groups: str, tested: int, shown: int) -> str:
    """How features were compared and clustered.

    Args:
        settings: of the study.
        family: radiomics, peritumoral, googlenet or resnet50.
        groups: who was compared with whom, with numbers.
        tested: features that vary, the number of tests.
        shown: features of the heat map.
    """
    return (
        f"{_extraction(settings, family)} Each of the {tested:,} {_named(family)} features that vary "
        f"was compared ({groups}) by the two-sided Mann-Whitney test: exact without ties and with fewer than "
        "50 patients in each group, else normal with continuity correction. Effect: AUC = U / (n1 n2), the "
        "probability that the feature is higher in a patient of the second group than in one of the first. "
        f"q: Benjamini-Hochberg over all {tested:,} tests. {DESCRIPTIVE} Heat map: the {shown} features of "
        "smallest P, z-scored over the patients shown; average linkage on 1 - Pearson's r, leaves in optimal "
        f"order.{harmony(settings, family)}"
    )


def map_methods(settings: Settings) -> str:
    """How the map of patients and the shift between cohorts came about."""
    umap, folds = settings.embedding, settings.resampling
    return (
        "Map of the patients: features that vary, z-scored over the patients shown (all cohorts together, "
        "without the outcome); first two principal components, or UMAP with Euclidean distance, "
        f"{umap.nearest} neighbours, least distance {umap.min_dist:g}, seed {umap.seed} (umap-learn; McInnes "
        "et al., arXiv:1802.03426). Shift between cohorts: out-of-fold AUC (DeLong interval) of a ridge "
        "logistic regression that tells the cohorts apart by principal components of the z-scored features "
        f"({settings.shift.components} at most), all fitted inside the folds ({folds.folds}-fold, "
        f"{folds.repeats} repeats, seed {folds.seed}; classifier two-sample test, Lopez-Paz and Oquab, ICLR "
        "2017); features that differ (Mann-Whitney, Benjamini-Hochberg); validation patients inside the "
        "applicability domain of the training patients shown (mean distance to the five nearest over "
        "robustly scaled features, compressed by asinh)."
    )


def _named(family: str) -> str:
    return DEEP.get(family, family)


def _extraction(settings: Settings, family: str) -> str:
    if family == "peritumoral":
        width = settings.peritumoral.width_mm
        return (
            f"Peritumoral ring: voxels of the image outside the tumour, at most {width:g} mm from one of its "
            f"voxels; air and chest wall are not taken out. {_extraction(settings, 'radiomics')}"
        )
    if family == "radiomics":
        used = settings.radiomics
        spacing = " x ".join(f"{v:g}" for v in used.spacing)
        sigmas = ", ".join(f"{v:g}" for v in used.log_sigmas)
        return (
            f"PyRadiomics 3.0.1: voxels resampled to {spacing} mm, intensities normalised (scale "
            f"{used.normalize_scale:g}), bin width {used.bin_width:g}; original image, wavelet (8 bands), "
            f"LoG (sigma {sigmas} mm), square, square root, logarithm, exponential and gradient images."
        )
    size, margin = settings.patch.size, settings.patch.margin
    return (
        f"{_named(family)} features: average-pool output for a {size} x {size} patch of the key slice, the "
        f"tumour's bounding box times {margin:g}."
    )
