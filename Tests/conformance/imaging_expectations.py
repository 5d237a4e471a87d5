#!/usr/bin/env python3
"""Writes Tests/ImagingTests/Expectations.swift: what Pillow makes of pictures, as checksums.

    python Tests/conformance/imaging_expectations.py ../shared/data/image-decoding

Needs Pillow 13 (older ones resize some very tall pictures in another order) and numpy. Where Pillow does not keep a
picture's colours, what is written here follows the PNG specification and libpng, and the comment says so.
"""

import io
import os
import struct
import sys
import zlib

import numpy as np
from PIL import Image, ImageOps

WHITE = (255, 255, 255)

# libpng checks chunks that Pillow never looks at.
REFUSED_BY_LIBPNG = {
    "badcrc.png": "the checksum of the pixels' chunk is wrong",
    "huge_IDAT.png": "the pixels' chunk ends beyond the file",
}


def without_ancillary_chunks(data):
    """The PNG without chunks that libpng can do without, for files where Pillow fails on one of those."""
    out, position = data[:8], 8
    while position < len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        name = data[position + 4 : position + 8]
        if name in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"):
            out += data[position : position + 12 + length]
        position += 12 + length
    return out


def over_white(samples, opaque):
    return np.where(opaque[..., None], samples, 255).astype(np.uint8)


def decode(data):
    """Upright RGB over white."""
    image = Image.open(io.BytesIO(data))
    transparency = image.info.get("transparency")
    image.load()
    image = ImageOps.exif_transpose(image)
    if image.mode == "I;16":
        # Pillow clips 16-bit grey to 255. Upper bytes, as it takes of 16-bit colour; tRNS compares all 16 bits.
        # It also loses tRNS chunks of zero.
        values = np.asarray(image).astype(np.int64)
        key = gray_key(data)
        gray = np.repeat((values >> 8)[..., None], 3, axis=2)
        return over_white(gray, values != key if key is not None else np.ones(values.shape, bool))
    if image.mode == "L" and isinstance(transparency, int):
        # Pillow compares the tRNS value with samples that it has already widened to 8 bits.
        depth = data[24]
        values = np.asarray(image)
        gray = np.repeat(values[..., None], 3, axis=2)
        return over_white(gray, values != transparency * 255 // ((1 << depth) - 1))
    if image.mode in ("LA", "PA", "RGBA") or transparency is not None:
        rgba = image.convert("RGBA")
        background = Image.new("RGB", image.size, WHITE)
        background.paste(rgba, mask=rgba.getchannel("A"))
        return np.asarray(background)
    return np.asarray(image.convert("RGB"))


def gray_key(data):
    position = 8
    while position < len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        if data[position + 4 : position + 8] == b"tRNS":
            return struct.unpack(">H", data[position + 8 : position + 10])[0]
        position += 12 + length
    return None


def pictures(folder):
    for name in sorted(os.listdir(folder + "/png")) + sorted(os.listdir(folder + "/jpeg")):
        kind = "png" if name.endswith(".png") else "jpeg"
        with open(f"{folder}/{kind}/{name}", "rb") as file:
            data = file.read()
        try:
            if name in REFUSED_BY_LIBPNG or name.endswith(".ppm"):
                raise ValueError
            try:
                pixels = decode(data)
            except Exception:
                if kind != "png":
                    raise
                pixels = decode(without_ancillary_chunks(data))
            height, width, _ = pixels.shape
            yield f"{kind}/{name} {width} {height} {zlib.crc32(pixels.tobytes()):08x}"
        except Exception:
            yield f"{kind}/{name} refused"


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    def noise(self, width, height):
        values = [self.next() >> 56 for _ in range(width * height * 3)]
        return np.array(values, np.uint8).reshape(height, width, 3)


FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
}


def resizes():
    sizes = [
        (1, 1, 1, 1), (1, 1, 9, 7), (64, 48, 64, 48), (64, 48, 64, 17), (64, 48, 17, 48), (97, 61, 32, 32),
        (61, 97, 32, 32), (97, 61, 33, 20), (31, 17, 97, 61), (200, 3, 64, 9), (3, 200, 9, 20), (150, 100, 1, 1),
        (90, 120, 89, 40), (90, 120, 120, 90), (128, 96, 43, 32), (45, 33, 44, 34), (40, 300, 40, 7),
    ]
    for seed, (width, height, to_width, to_height) in enumerate(sizes):
        image = Image.fromarray(SplitMix64(seed).noise(width, height))
        for name, kind in FILTERS.items():
            pixels = np.asarray(image.resize((to_width, to_height), kind))
            yield f"{seed} {width} {height} {to_width} {to_height} {name} {zlib.crc32(pixels.tobytes()):08x}"


def frame(image, preset, side):
    """Resizes and crops: with torchvision's rounding, or like the scripts that TensorFlow's and Caffe's networks were
    measured with."""
    width, height = image.size
    short = {"imagenet": round(side * 256 / 224), "inception": round(side * 256 / 224),
             "caffe": round(side * 256 / 227), "cifar10": side}[preset]
    torchvision = preset in ("imagenet", "cifar10")
    to_long = int if torchvision else round
    if width <= height:
        size = short, to_long(short * height / width)
    else:
        size = to_long(short * width / height), short
    image = image.resize(size, Image.Resampling.BILINEAR)
    if torchvision:
        left, top = int(round((size[0] - side) / 2.0)), int(round((size[1] - side) / 2.0))
    else:
        left, top = (size[0] - side) // 2, (size[1] - side) // 2
    return np.asarray(image)[top : top + side, left : left + side].astype(np.float32)


def preprocessed():
    """Normalised in the order of single-precision operations that the pipelines have."""
    mean, deviation = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
    for preset, side in [("imagenet", 64), ("inception", 48), ("caffe", 57), ("cifar10", 32), ("imagenet", 31)]:
        for width, height in [(120, 80), (81, 131), (32, 32), (300, 33), (125, 77)]:
            seed = side * 1000 + width
            pixels = frame(Image.fromarray(SplitMix64(seed).noise(width, height)), preset, side)
            if preset in ("imagenet", "cifar10"):
                values = (pixels / np.float32(255) - mean) / deviation
            elif preset == "inception":
                values = pixels / np.float32(127.5) - np.float32(1)
            else:
                values = pixels[..., ::-1] - np.float32([104, 117, 123])
            for layout, tensor in (("nhwc", values), ("nchw", values.transpose(2, 0, 1))):
                data = np.ascontiguousarray(tensor, np.dtype("<f4")).tobytes()
                yield f"{seed} {width} {height} {preset} {side} {layout} {zlib.crc32(data):08x}"


def main():
    folder = sys.argv[1]
    target = os.path.join(os.path.dirname(__file__), "..", "ImagingTests", "Expectations.swift")
    sections = [
        ("pictures", "File, then width, height and CRC-32 of the RGB samples, or \"refused\".", pictures(folder)),
        ("resizes", "Seed and size of the noise, target size, filter, CRC-32 of the samples.", resizes()),
        ("preprocessed", "Seed and size of the noise, preset, input size, layout, CRC-32 of the floats.",
         preprocessed()),
    ]
    with open(target, "w") as file:
        file.write("// Written by Tests/conformance/imaging_expectations.py; do not edit.\n\nenum Expectations {\n")
        for index, (name, comment, lines) in enumerate(sections):
            file.write("\n" * (index > 0) + f"  /// {comment}\n  static let {name} = \"\"\"\n")
            for line in lines:
                file.write(f"    {line}\n")
            file.write("    \"\"\"\n")
        file.write("}\n")


main()
