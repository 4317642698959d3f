import pytest

from core.features.naming import parts


@pytest.mark.parametrize(
    ("name", "image", "group", "kind", "short"),
    [
        ("original_shape_Sphericity", "original", "original", "shape", "original shape Sphericity"),
        ("log-sigma-1-0-mm-3D_glcm_Idm", "log-sigma-1-mm", "log-sigma", "glcm", "log-sigma-1-mm glcm Idm"),
        (
            "log-sigma-2-5-mm-3D_glcm_Idm",
            "log-sigma-2.5-mm",
            "log-sigma",
            "glcm",
            "log-sigma-2.5-mm glcm Idm",
        ),
        ("wavelet-LLH_glszm_ZoneEntropy", "wavelet-LLH", "wavelet", "glszm", "wavelet-LLH glszm ZoneEntropy"),
        ("logarithm_ngtdm_Busyness", "logarithm", "logarithm", "ngtdm", "logarithm ngtdm Busyness"),
        (
            "peritumoral_wavelet-LLH_glszm_ZoneEntropy",
            "wavelet-LLH",
            "wavelet",
            "glszm",
            "ring wavelet-LLH glszm ZoneEntropy",
        ),
        ("googlenet_0012", "GoogLeNet", "GoogLeNet", "", "GoogLeNet 0012"),
    ],
)
def test_names_in_parts(name: str, image: str, group: str, kind: str, short: str) -> None:
    (row,) = parts([name]).to_dict("records")
    assert row == {"feature": name, "image": image, "group": group, "class": kind, "short": short}
