"""Counts behind the texture classes: pairs and runs along a direction; zones, dependence and neighbourhoods.

Definitions: van Griethuysen et al., Cancer Res. 2017, and the PyRadiomics 3.0.1 documentation. A volume is
flat, holds grey-level ranks and -1 outside the lesion, and has a border of -1.
"""

import numpy as np
from numpy.typing import NDArray

from core.compiled import compiled

NEIGHBOURS = 26


@compiled
def pairs_and_runs(
    volume: NDArray[np.int32], voxels: NDArray[np.int64], step: int, levels: int, longest: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Neighbouring pairs (lower rank, higher rank) and runs (rank, length) along one direction."""
    pairs = np.zeros((levels, levels), np.int64)
    runs = np.zeros((levels, longest + 1), np.int64)
    for voxel in voxels:
        here, ahead = volume[voxel], volume[voxel + step]
        if ahead >= 0:
            pairs[min(here, ahead), max(here, ahead)] += 1
        if volume[voxel - step] != here:
            length, place = 1, voxel + step
            while volume[place] == here:
                length += 1
                place += step
            runs[here, length] += 1
    return pairs, runs


@compiled
def neighbourhoods(
    volume: NDArray[np.int32],
    voxels: NDArray[np.int64],
    steps: NDArray[np.int64],
    levels: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Zones, dependence and neighbourhood differences in one walk over every voxel's 26 neighbours.

    Returns zones (zone; rank, size), dependence (rank, 1 + neighbours of the same level) and differences
    (rank): distances of its voxels to the mean level around each, summed; 0 for a voxel without neighbours.
    """
    waiting = np.empty(len(voxels), np.int64)
    seen = np.zeros(len(volume), np.bool_)
    zones = np.empty((len(voxels), 2), np.int64)
    dependence = np.zeros((len(levels), NEIGHBOURS + 2), np.int64)
    differences = np.zeros(len(levels), np.float64)
    found = 0
    for start in voxels:
        if seen[start]:
            continue
        rank, size, left = volume[start], 0, 1
        waiting[0], seen[start] = start, True
        while left:
            left -= 1
            voxel = waiting[left]
            size += 1
            near, alike, total = 0, 0, 0.0
            for step in steps:
                for place in (voxel + step, voxel - step):
                    other = volume[place]
                    if other < 0:
                        continue
                    near += 1
                    total += levels[other]
                    if other == rank:
                        alike += 1
                        if not seen[place]:
                            seen[place], waiting[left] = True, place
                            left += 1
            dependence[rank, 1 + alike] += 1
            if near:
                differences[rank] += abs(levels[rank] - total / near)
        zones[found, 0], zones[found, 1] = rank, size
        found += 1
    return zones[:found], dependence, differences
