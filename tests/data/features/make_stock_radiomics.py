"""Stock PyRadiomics 3.0.1 on real lesions; python tests/data/features/make_stock_radiomics.py ../shared/data

Written out by hand: nothing of core takes part in the numbers. The patient is the second DCE phase of
UCSF-BR-06, read by ITK's GDCM reader, with the mask SEG > 0 and PE1 >= 70 and 0 < SER <= 3.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pydicom
import SimpleITK as sitk
from radiomics.featureextractor import RadiomicsFeatureExtractor

SETTING = {"resampledPixelSpacing": [1.0, 1.0, 1.0], "interpolator": "sitkBSpline", "padDistance": 5}
SETTING |= {"preCrop": False, "correctMask": False, "normalize": True, "normalizeScale": 100.0}
SETTING |= {"binWidth": 5.0, "voxelArrayShift": 300, "label": 1, "additionalInfo": False}
FILTERS = ("Original", "Wavelet", "LoG", "Square", "SquareRoot", "Logarithm", "Exponential", "Gradient")
TYPES = {name: {"sigma": [1.0, 2.0, 3.0, 4.0, 5.0]} if name == "LoG" else {} for name in FILTERS}


def read(folder, first=0, count=60):
    files = [str(p) for p in sorted(folder.iterdir())][first : first + count]
    return sitk.ReadImage(files)


def patient(folder):
    image = read(folder / "image_dce_3dfgre_orig", first=60)
    pe, ser = (sitk.GetArrayFromImage(read(folder / f"image_dce_{m}")) for m in ("pe1", "ser"))
    seg = pydicom.dcmread(folder / "mask" / "1-1.dcm")
    inside = np.zeros(pe.shape, dtype=bool)
    for frame, group in zip(seg.pixel_array, seg.PerFrameFunctionalGroupsSequence, strict=True):
        x = float(group.PlanePositionSequence[0].ImagePositionPatient[0])
        inside[round((image.GetOrigin()[0] - x) / 2)] = frame > 0
    mask = sitk.GetImageFromArray((inside & (pe >= 70) & (ser > 0) & (ser <= 3)).astype(np.uint8))
    mask.CopyInformation(image)
    return image, mask


def main(shared):
    cases = {
        name: (shared / "pyradiomics" / f"{name}_image.nrrd", shared / "pyradiomics" / f"{name}_label.nrrd")
        for name in ("breast1", "brain1", "lung1")
    }
    pairs = {name: tuple(sitk.ReadImage(str(p)) for p in pair) for name, pair in cases.items()}
    pairs["ucsf_br_06"] = patient(shared / "nact_pilot" / "UCSF-BR-06")
    extractor = RadiomicsFeatureExtractor({"setting": SETTING, "imageType": TYPES})
    table = pd.DataFrame(
        {name: pd.Series(extractor.execute(*pair), dtype=float) for name, pair in pairs.items()}
    )
    table.to_csv(Path(__file__).with_name("stock_radiomics.csv.gz"), index_label="feature")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
