"""IBSI's definitions of what PyRadiomics states otherwise, written out voxel by voxel.

Reference manual arXiv:1612.07003. ``x`` are a lesion's intensities, ``grey`` a volume of grey levels from 1
with 0 outside the lesion, ``points`` its voxel centres in mm.
"""

from itertools import product

import numpy as np
from scipy.ndimage import label
from scipy.special import comb, eval_legendre
from scipy.stats import kurtosis


def grey_levels(values, lesion):
    """Levels of width 1 whose edges are whole numbers; the lowest one is 1."""
    floor = np.floor(values).astype(int)
    return np.where(lesion, floor - floor[lesion].min() + 1, 0)


def of_intensities(x):
    return {"stat_kurt": kurtosis(x, fisher=True), "stat_cov": np.std(x) / np.mean(x)}


def of_histogram(levels):
    shares = np.bincount(levels) / len(levels)
    return {
        "ih_mean": levels.mean(), "ih_var": levels.var(), "ih_cov": levels.std() / levels.mean(),
        "ih_entropy": -sum(p * np.log2(p) for p in shares if p), "ih_uniformity": (shares**2).sum(),
    }  # fmt: skip


def of_axes(points, volume, area):
    """Axes from the sample covariance, and the ellipsoid that has them."""
    least, minor, major = 4 * np.sqrt(np.linalg.eigvalsh(np.cov(points, rowvar=False)))
    return {
        "morph_pca_maj_axis": major, "morph_pca_min_axis": minor, "morph_pca_least_axis": least,
        "morph_vol_dens_aee": volume / (4 / 3 * np.pi * major * minor * least / 8),
        "morph_area_dens_aee": area / series(major / 2, minor / 2, least / 2),
    }  # fmt: skip


def series(a, b, c):
    """IBSI's series for the area of an ellipsoid of semi-axes a > b > c, term by term."""
    alpha, beta = (np.sqrt(max(0.0, 1 - axis**2 / a**2)) for axis in (b, c))
    if alpha * beta < 1e-12:  # two equal axes: the limit, by the leading coefficient of Legendre's polynomial
        square = (alpha**2 + beta**2) / 2
        terms = [comb(2 * v, v) / 2**v * square**v / (1 - 4 * v**2) for v in range(21)]
    else:
        at = (alpha**2 + beta**2) / (2 * alpha * beta)
        terms = [(alpha * beta) ** v / (1 - 4 * v**2) * eval_legendre(v, at) for v in range(21)]
    return 4 * np.pi * a * b * sum(terms)


def integrated_area(a, b, c, steps=100):
    """Area of an ellipsoid of semi-axes a, b, c, integrated over longitude and latitude."""
    at, weight = np.polynomial.legendre.leggauss(steps)
    z = at[:, None]
    turn = np.linspace(0, 2 * np.pi, 4 * steps, endpoint=False)[None, :]
    flat = (1 - z**2) * (b**2 * c**2 * np.cos(turn) ** 2 + a**2 * c**2 * np.sin(turn) ** 2)
    return float((weight[:, None] * np.sqrt(flat + a**2 * b**2 * z**2)).sum() * 2 * np.pi / (4 * steps))


def of_pairs(grey):
    """Sum variance and dissimilarity of each direction's GLCM, averaged over directions that have pairs."""
    found = []
    for step in (d for d in product((-1, 0, 1), repeat=3) if d > (0, 0, 0)):
        pairs = np.array(list(_pairs(grey, step)))
        if len(pairs):
            both = np.concatenate([pairs, pairs[:, ::-1]])
            found.append((both.sum(axis=1).var(), np.abs(both[:, 0] - both[:, 1]).mean()))
    return dict(zip(("cm_sum_var", "cm_dissimilarity"), np.mean(found, axis=0), strict=True))


def _pairs(grey, step):
    for place in np.argwhere(grey):
        other = place + step
        if (other >= 0).all() and (other < grey.shape).all() and grey[tuple(other)]:
            yield grey[tuple(place)], grey[tuple(other)]


def of_zones(grey):
    """What the distance zone matrix says of grey levels: its zones, counted level by level."""
    found = {i: label(grey == i, np.ones((3, 3, 3)))[1] for i in np.unique(grey[grey > 0])}
    levels = np.repeat(list(found), list(found.values())).astype(float)
    counts = np.array(list(found.values()))
    return {
        "dzm_lgze": (1 / levels**2).mean(), "dzm_hgze": (levels**2).mean(), "dzm_gl_var": levels.var(),
        "dzm_glnu": (counts**2).sum() / len(levels), "dzm_glnu_norm": (counts**2).sum() / len(levels) ** 2,
        "dzm_z_perc": len(levels) / np.count_nonzero(grey),
    }  # fmt: skip


def of_dependence(grey):
    """Normalised grey level non-uniformity of the matrix of levels and counts of equal neighbours."""
    cells = [(grey[tuple(p)], _alike(grey, p)) for p in np.argwhere(grey)]
    rows = np.bincount([level for level, _ in cells])
    return {"ngl_glnu_norm": (rows**2).sum() / rows.sum() ** 2}


def _alike(grey, place):
    near = (place + step for step in product((-1, 0, 1), repeat=3) if any(step))
    inside = (p for p in near if (p >= 0).all() and (p < grey.shape).all())
    return sum(grey[tuple(p)] == grey[tuple(place)] for p in inside)
