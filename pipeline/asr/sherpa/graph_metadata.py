"""Reading of the metadata of an ONNX file without loading the graph."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

_METADATA_FIELD = 14  # of ModelProto in onnx.proto; entries have key 1 and value 2
_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_FIXED_LENGTHS = {_FIXED_64: 8, _FIXED_32: 4}
_FIELD_SHIFT, _WIRE_MASK = 3, 0b111
_MAX_ENTRY_BYTES = 1 << 20
_MAX_VARINT_BYTES = 10
_MORE = 0b1000_0000  # another byte of the number follows


def read_metadata(path: Path) -> dict[str, str]:
    """Return the metadata that an exporter wrote into an ONNX file.

    Raises:
        ValueError: the file is not in ONNX format.
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    found: dict[str, str] = {}
    with path.open("rb") as file:
        while file.tell() < size:
            field, wire = divmod(_varint(file), 1 << _FIELD_SHIFT)
            if wire == _VARINT:
                _varint(file)
            elif wire in _FIXED_LENGTHS:
                file.seek(_FIXED_LENGTHS[wire], 1)
            elif wire == _BYTES:
                length = _varint(file)
                if field == _METADATA_FIELD and length <= _MAX_ENTRY_BYTES:
                    key, value = _entry(file, file.tell() + length)
                    found[key] = value
                else:
                    file.seek(length, 1)
            else:
                raise ValueError("it is not an ONNX file")
    return found


def _entry(file: BinaryIO, end: int) -> tuple[str, str]:
    texts = {1: "", 2: ""}
    while file.tell() < end:
        field, wire = divmod(_varint(file), 1 << _FIELD_SHIFT)
        if wire != _BYTES:
            raise ValueError("it is not an ONNX file")
        texts[field] = file.read(min(_varint(file), _MAX_ENTRY_BYTES)).decode(errors="replace")
    return texts[1], texts[2]


def _varint(file: BinaryIO) -> int:
    value = 0
    for place in range(_MAX_VARINT_BYTES):
        byte = file.read(1)
        if not byte:
            break
        value |= (byte[0] % _MORE) << (7 * place)
        if not byte[0] & _MORE:
            return value
    raise ValueError("it is not an ONNX file")
