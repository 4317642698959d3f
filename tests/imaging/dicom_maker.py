"""Small DICOM files for tests."""

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

STUDY = generate_uid()
AXIAL, SAGITTAL = (1, 0, 0, 0, 1, 0), (0, 1, 0, 0, 0, -1)
SPACING, STEP = (0.8, 0.7), 2.0


def _file(modality, series, study=STUDY):
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = f"1.2.840.10008.5.1.4.1.1.{'66.4' if modality == 'SEG' else '4'}"
    meta.MediaStorageSOPInstanceUID = generate_uid()
    head = Dataset()
    head.file_meta = meta
    head.SOPClassUID, head.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    head.StudyInstanceUID, head.SeriesInstanceUID, head.Modality = study, series, modality
    head.PatientName = "Secret^Name"
    return head


def _pixels(head, array, bits):
    head.Rows, head.Columns = array.shape[-2:]
    head.BitsAllocated, head.BitsStored, head.HighBit = bits, bits, bits - 1
    head.SamplesPerPixel, head.PhotometricInterpretation, head.PixelRepresentation = 1, "MONOCHROME2", 0
    packed = np.packbits(array.ravel(), bitorder="little") if bits == 1 else array.astype(f"<u{bits // 8}")
    data = packed.tobytes()
    head.PixelData = data + b"\0" * (len(data) % 2)
    head["PixelData"].VR = "OB" if bits <= 8 else "OW"


def place(k, cosines=AXIAL):
    """ImagePositionPatient of slice ``k``."""
    normal = np.cross(cosines[:3], cosines[3:])
    return [float(v) for v in np.array([10.0, -20.0, 30.0]) + k * STEP * normal]


def write_series(
    folder, phases, cosines=AXIAL, description="DYN", number=3, tags=None, study=STUDY, interleaved=False
):
    """``phases``: (n, slices, rows, columns); ``tags(phase, slice)``: more attributes. Returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    uid, paths = generate_uid(), []
    n, slices = phases.shape[:2]
    for p, k in np.ndindex(n, slices):
        head = _file("MR", uid, study)
        head.SeriesDescription, head.SeriesNumber, head.ImageType = (
            description,
            number,
            ["ORIGINAL", "PRIMARY"],
        )
        head.InstanceNumber = 1 + (k * n + p if interleaved else p * slices + k)
        head.ImagePositionPatient, head.ImageOrientationPatient = place(k, cosines), list(cosines)
        head.PixelSpacing, head.SliceThickness = list(SPACING), STEP
        for name, value in (tags(p, k) if tags else {}).items():
            setattr(head, name, value)
        _pixels(head, phases[p, k], 16)
        paths.append(folder / f"{p:02d}-{k:02d}.dcm")
        head.save_as(paths[-1], enforce_file_format=True)
    return paths


def write_seg(folder, frames, at, cosines=AXIAL, bits=8, segments=1):
    """A SEG of ``frames`` (n, rows, columns) at the slices ``at``."""
    folder.mkdir(parents=True, exist_ok=True)
    head = _file("SEG", generate_uid())
    head.SeriesDescription, head.SeriesNumber, head.NumberOfFrames = "VOI", 9, len(frames)
    head.SegmentationType = "BINARY" if bits == 1 else "FRACTIONAL"
    shared = Dataset()
    shared.PlaneOrientationSequence = Sequence([_item(ImageOrientationPatient=list(cosines))])
    shared.PixelMeasuresSequence = Sequence([_item(PixelSpacing=list(SPACING), SliceThickness=STEP)])
    head.SharedFunctionalGroupsSequence = Sequence([shared])
    head.PerFrameFunctionalGroupsSequence = Sequence(
        [_frame(place(k, cosines), 1 + i % segments) for i, k in enumerate(at)]
    )
    _pixels(head, frames, bits)
    path = folder / "seg.dcm"
    head.save_as(path, enforce_file_format=True)
    return path


def _frame(position, segment):
    frame = Dataset()
    frame.PlanePositionSequence = Sequence([_item(ImagePositionPatient=position)])
    frame.SegmentIdentificationSequence = Sequence([_item(ReferencedSegmentNumber=segment)])
    return frame


def _item(**values):
    item = Dataset()
    for name, value in values.items():
        setattr(item, name, value)
    return item


def edit(path, **values):
    """Change attributes of a file in place."""
    head = pydicom.dcmread(path)
    for name, value in values.items():
        setattr(head, name, value)
    head.save_as(path)


def with_syntax(data, syntax):
    """The bytes of a file under another TransferSyntaxUID; the length of its group is set anew."""
    uid = syntax.encode() + b"\0" * (len(syntax) % 2)
    at = data.index(b"\x02\x00\x10\x00UI")
    old = int.from_bytes(data[at + 6 : at + 8], "little")
    group = int.from_bytes(data[140:144], "little") + len(uid) - old
    changed = data[:at] + b"\x02\x00\x10\x00UI" + len(uid).to_bytes(2, "little") + uid + data[at + 8 + old :]
    return changed[:140] + group.to_bytes(4, "little") + changed[144:]
