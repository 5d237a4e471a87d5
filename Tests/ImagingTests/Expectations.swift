// Written by Tests/conformance/imaging_expectations.py; do not edit.

enum Expectations {
  /// File, then width, height and CRC-32 of the RGB samples, or "refused".
  static let pictures = """
    png/VisualPng.png 32 32 1bc1d81f
    png/bad_iCCP.png refused
    png/badadler.png refused
    png/badcrc.png refused
    png/basn0g01.png 32 32 1d8b1934
    png/basn0g02.png 32 32 cce2e274
    png/basn0g04.png 32 32 e6edc27d
    png/basn0g08.png 32 32 7e0a8ab4
    png/basn0g16.png 32 32 72bbf403
    png/basn2c08.png 32 32 7855b9bf
    png/basn2c16.png 32 32 ffcc1ed1
    png/basn3p01.png 32 32 31ec284b
    png/basn3p02.png 32 32 279a463a
    png/basn3p04.png 32 32 3a9e038e
    png/basn3p08.png 32 32 ff6e2940
    png/basn4a08.png 32 32 cad7931d
    png/basn4a16.png 32 32 9abbdba9
    png/basn6a08.png 32 32 1e8aa6be
    png/basn6a16.png 32 32 847a95df
    png/ch1n3p04.png 32 32 3a9e038e
    png/ch2n3p08.png 32 32 ff6e2940
    png/cicp-display-p3_reencoded.png 100 50 27c0ccc9
    png/empty_ancillary_chunks.png 1 1 f3cc41b2
    png/ftbbn0g01.png 32 32 bd8538d6
    png/ftbbn0g02.png 32 32 731e9cce
    png/ftbbn0g04.png 32 32 1791a91d
    png/ftbbn2c16.png 32 32 e519cff0
    png/ftbbn3p08.png 32 32 44764e96
    png/ftbgn2c16.png 32 32 e519cff0
    png/ftbgn3p08.png 32 32 44764e96
    png/ftbrn2c08.png 32 32 e519cff0
    png/ftbwn0g16.png 32 32 7fc9f1e3
    png/ftbwn3p08.png 32 32 44764e96
    png/ftbyn3p08.png 32 32 44764e96
    png/ftp0n0g08.png 32 32 dfa9515c
    png/ftp0n2c08.png 32 32 b426b350
    png/ftp0n3p08.png 32 32 15493236
    png/ftp1n3p08.png 32 32 44764e96
    png/gray-1-1.8-tRNS.png 2 1 b17c87b1
    png/gray-1-1.8.png 2 1 b17c87b1
    png/gray-1-linear-tRNS.png 2 1 b17c87b1
    png/gray-1-linear.png 2 1 b17c87b1
    png/gray-1-sRGB-tRNS.png 2 1 b17c87b1
    png/gray-1-sRGB.png 2 1 b17c87b1
    png/gray-1-tRNS.png 2 1 b17c87b1
    png/gray-1.png 2 1 b17c87b1
    png/gray-16-1.8-tRNS.png 256 256 1b29127e
    png/gray-16-1.8.png 256 256 1b29127e
    png/gray-16-linear-tRNS.png 256 256 1b29127e
    png/gray-16-linear.png 256 256 1b29127e
    png/gray-16-sRGB-tRNS.png 256 256 1b29127e
    png/gray-16-sRGB.png 256 256 1b29127e
    png/gray-16-tRNS.png 256 256 1b29127e
    png/gray-16.png 256 256 1b29127e
    png/gray-2-1.8-tRNS.png 4 1 269fec3e
    png/gray-2-1.8.png 4 1 8f439328
    png/gray-2-linear-tRNS.png 4 1 269fec3e
    png/gray-2-linear.png 4 1 8f439328
    png/gray-2-sRGB-tRNS.png 4 1 269fec3e
    png/gray-2-sRGB.png 4 1 8f439328
    png/gray-2-tRNS.png 4 1 269fec3e
    png/gray-2.png 4 1 8f439328
    png/gray-4-1.8-tRNS.png 16 1 40559f44
    png/gray-4-1.8.png 16 1 d3a7b794
    png/gray-4-linear-tRNS.png 16 1 40559f44
    png/gray-4-linear.png 16 1 d3a7b794
    png/gray-4-sRGB-tRNS.png 16 1 40559f44
    png/gray-4-sRGB.png 16 1 d3a7b794
    png/gray-4-tRNS.png 16 1 40559f44
    png/gray-4.png 16 1 d3a7b794
    png/gray-8-1.8-tRNS.png 256 1 c1189706
    png/gray-8-1.8.png 256 1 d4d2c1ff
    png/gray-8-linear-tRNS.png 256 1 c1189706
    png/gray-8-linear.png 256 1 d4d2c1ff
    png/gray-8-sRGB-tRNS.png 256 1 c1189706
    png/gray-8-sRGB.png 256 1 d4d2c1ff
    png/gray-8-tRNS.png 256 1 c1189706
    png/gray-8.png 256 1 d4d2c1ff
    png/gray-alpha-16-1.8.png 256 256 999e1934
    png/gray-alpha-16-linear.png 256 256 999e1934
    png/gray-alpha-16-sRGB.png 256 256 999e1934
    png/gray-alpha-16.png 256 256 999e1934
    png/gray-alpha-8-1.8.png 256 256 702cb345
    png/gray-alpha-8-linear.png 256 256 702cb345
    png/gray-alpha-8-sRGB.png 256 256 702cb345
    png/gray-alpha-8.png 256 256 702cb345
    png/huge_IDAT.png refused
    png/huge_bKGD_chunk.png refused
    png/huge_cHRM_chunk.png refused
    png/huge_eXIf_chunk.png refused
    png/huge_gAMA_chunk.png refused
    png/huge_hIST_chunk.png refused
    png/huge_iCCP_chunk.png refused
    png/huge_iTXt_chunk.png refused
    png/huge_juNK_unsafe_to_copy.png refused
    png/huge_juNk_safe_to_copy.png refused
    png/huge_pCAL_chunk.png refused
    png/huge_pHYs_chunk.png refused
    png/huge_sCAL_chunk.png refused
    png/huge_sPLT_chunk.png refused
    png/huge_sRGB_chunk.png refused
    png/huge_sTER_chunk.png refused
    png/huge_tEXt_chunk.png refused
    png/huge_tIME_chunk.png refused
    png/huge_zTXt_chunk.png refused
    png/ibasn0g01.png 32 32 1d8b1934
    png/ibasn0g02.png 32 32 cce2e274
    png/ibasn0g04.png 32 32 e6edc27d
    png/ibasn0g08.png 32 32 7e0a8ab4
    png/ibasn0g16.png 32 32 72bbf403
    png/ibasn2c08.png 32 32 7855b9bf
    png/ibasn2c16.png 32 32 ffcc1ed1
    png/ibasn3p01.png 32 32 31ec284b
    png/ibasn3p02.png 32 32 279a463a
    png/ibasn3p04.png 32 32 3a9e038e
    png/ibasn3p08.png 32 32 ff6e2940
    png/ibasn4a08.png 32 32 cad7931d
    png/ibasn4a16.png 32 32 9abbdba9
    png/ibasn6a08.png 32 32 1e8aa6be
    png/ibasn6a16.png 32 32 847a95df
    png/iftbbn0g01.png 32 32 bd8538d6
    png/iftbbn0g02.png 32 32 731e9cce
    png/iftbbn0g04.png 32 32 1791a91d
    png/iftbbn2c16.png 32 32 e519cff0
    png/iftbbn3p08.png 32 32 44764e96
    png/iftbgn2c16.png 32 32 e519cff0
    png/iftbgn3p08.png 32 32 44764e96
    png/iftbrn2c08.png 32 32 e519cff0
    png/iftbwn0g16.png 32 32 7fc9f1e3
    png/iftbwn3p08.png 32 32 44764e96
    png/iftbyn3p08.png 32 32 44764e96
    png/iftp0n0g08.png 32 32 dfa9515c
    png/iftp0n2c08.png 32 32 b426b350
    png/iftp0n3p08.png 32 32 15493236
    png/iftp1n3p08.png 32 32 44764e96
    png/palette-1-1.8-tRNS.png 2 1 41d9ed00
    png/palette-1-1.8.png 2 1 55b82c7d
    png/palette-1-linear-tRNS.png 2 1 41d9ed00
    png/palette-1-linear.png 2 1 55b82c7d
    png/palette-1-sRGB-tRNS.png 2 1 41d9ed00
    png/palette-1-sRGB.png 2 1 55b82c7d
    png/palette-1-tRNS.png 2 1 41d9ed00
    png/palette-1.png 2 1 55b82c7d
    png/palette-2-1.8-tRNS.png 4 1 5c1b3a9f
    png/palette-2-1.8.png 4 1 58466ff0
    png/palette-2-linear-tRNS.png 4 1 54cb10d9
    png/palette-2-linear.png 4 1 b2a8ab0e
    png/palette-2-sRGB-tRNS.png 4 1 e4de5d82
    png/palette-2-sRGB.png 4 1 9e9d919f
    png/palette-2-tRNS.png 4 1 e4de5d82
    png/palette-2.png 4 1 9e9d919f
    png/palette-4-1.8-tRNS.png 16 1 b6d7b03f
    png/palette-4-1.8.png 16 1 8ad4ae78
    png/palette-4-linear-tRNS.png 16 1 e66051ee
    png/palette-4-linear.png 16 1 bad07767
    png/palette-4-sRGB-tRNS.png 16 1 61a79e01
    png/palette-4-sRGB.png 16 1 b6833cf0
    png/palette-4-tRNS.png 16 1 61a79e01
    png/palette-4.png 16 1 b6833cf0
    png/palette-8-1.8-tRNS.png 256 1 1a320c30
    png/palette-8-1.8.png 256 1 98729bb0
    png/palette-8-linear-tRNS.png 256 1 2bc76f57
    png/palette-8-linear.png 256 1 dd5a173d
    png/palette-8-sRGB-tRNS.png 256 1 d591ef54
    png/palette-8-sRGB.png 256 1 5a4ad421
    png/palette-8-tRNS.png 256 1 d591ef54
    png/palette-8.png 256 1 5a4ad421
    png/pngbar.png 88 31 91dcd765
    png/pngnow.png 98 31 a7449f81
    png/pngtest.png 69 91 8208251e
    png/regression-palette-8.png 256 1 0d8e4818
    png/rgb-16-1.8-tRNS.png 256 256 eca18923
    png/rgb-16-1.8.png 256 256 eca18923
    png/rgb-16-linear-tRNS.png 256 256 eca18923
    png/rgb-16-linear.png 256 256 eca18923
    png/rgb-16-sRGB-tRNS.png 256 256 eca18923
    png/rgb-16-sRGB.png 256 256 eca18923
    png/rgb-16-tRNS.png 256 256 eca18923
    png/rgb-16.png 256 256 eca18923
    png/rgb-8-1.8-tRNS.png 256 256 0e20ac54
    png/rgb-8-1.8.png 256 256 eb4db006
    png/rgb-8-linear-tRNS.png 256 256 0e20ac54
    png/rgb-8-linear.png 256 256 eb4db006
    png/rgb-8-sRGB-tRNS.png 256 256 0e20ac54
    png/rgb-8-sRGB.png 256 256 eb4db006
    png/rgb-8-tRNS.png 256 256 0e20ac54
    png/rgb-8.png 256 256 eb4db006
    png/rgb-alpha-16-1.8.png 256 256 7b733cef
    png/rgb-alpha-16-linear.png 256 256 7b733cef
    png/rgb-alpha-16-sRGB.png 256 256 7b733cef
    png/rgb-alpha-16.png 256 256 7b733cef
    png/rgb-alpha-8-1.8.png 256 256 9ae81e52
    png/rgb-alpha-8-linear.png 256 256 9ae81e52
    png/rgb-alpha-8-sRGB.png 256 256 9ae81e52
    png/rgb-alpha-8.png 256 256 9ae81e52
    png/small-palette-1.png 2 1 55060a6f
    png/small-palette-2.png 4 1 a9939174
    png/small-palette-4.png 16 1 461c6675
    png/small-palette-8.png 256 1 1c316f4a
    png/test-palette-1.png 64 64 56938d31
    png/test-palette-2.png 64 64 d4e2f760
    png/test-palette-4.png 64 64 7e97e355
    png/test-palette-8.png 256 256 cfbe75a2
    png/toucan.png 162 150 5aac02dd
    jpeg/exif-landscape-0.jpg 1800 1200 e9f1dd1a
    jpeg/exif-landscape-1.jpg 1800 1200 7dca04fa
    jpeg/exif-landscape-2.jpg 1800 1200 fa2b8bb7
    jpeg/exif-landscape-3.jpg 1800 1200 1da98268
    jpeg/exif-landscape-4.jpg 1800 1200 11b52201
    jpeg/exif-landscape-5.jpg 1800 1200 e7dcbe60
    jpeg/exif-landscape-6.jpg 1800 1200 d64a79e0
    jpeg/exif-landscape-7.jpg 1800 1200 3b758e51
    jpeg/exif-landscape-8.jpg 1800 1200 f9560954
    jpeg/monkey12.jpg refused
    jpeg/testimgari.jpg 227 149 9518fe98
    jpeg/testimgint.jpg 227 149 9518fe98
    jpeg/testorig.jpg 227 149 b88ce32e
    jpeg/testorig.ppm refused
    """

  /// Seed and size of the noise, target size, filter, CRC-32 of the samples.
  static let resizes = """
    0 1 1 1 1 nearest 473a3ec0
    0 1 1 1 1 bilinear 473a3ec0
    0 1 1 1 1 bicubic 473a3ec0
    1 1 1 9 7 nearest fffe74be
    1 1 1 9 7 bilinear fffe74be
    1 1 1 9 7 bicubic fffe74be
    2 64 48 64 48 nearest 3e15b6e4
    2 64 48 64 48 bilinear 3e15b6e4
    2 64 48 64 48 bicubic 3e15b6e4
    3 64 48 64 17 nearest a2c15e7a
    3 64 48 64 17 bilinear 50ed7dd1
    3 64 48 64 17 bicubic de40a1ec
    4 64 48 17 48 nearest 6eaddc96
    4 64 48 17 48 bilinear 43cd4f4a
    4 64 48 17 48 bicubic 4cd66f91
    5 97 61 32 32 nearest 5a124ee7
    5 97 61 32 32 bilinear fb4b3e87
    5 97 61 32 32 bicubic 31526ad8
    6 61 97 32 32 nearest 614ed397
    6 61 97 32 32 bilinear e273330e
    6 61 97 32 32 bicubic 2e01a6fc
    7 97 61 33 20 nearest 831c1407
    7 97 61 33 20 bilinear a4ff562e
    7 97 61 33 20 bicubic dbb99ef9
    8 31 17 97 61 nearest ec584f28
    8 31 17 97 61 bilinear d381c43f
    8 31 17 97 61 bicubic a7578a43
    9 200 3 64 9 nearest c20cc971
    9 200 3 64 9 bilinear 0e60e9dd
    9 200 3 64 9 bicubic 3082c6a7
    10 3 200 9 20 nearest 08ab0d12
    10 3 200 9 20 bilinear ca9baddc
    10 3 200 9 20 bicubic dba6dc0f
    11 150 100 1 1 nearest 9e016294
    11 150 100 1 1 bilinear 1875cad1
    11 150 100 1 1 bicubic 1875cad1
    12 90 120 89 40 nearest b2c05b16
    12 90 120 89 40 bilinear fbe4829f
    12 90 120 89 40 bicubic 982cfb6d
    13 90 120 120 90 nearest cb308bc5
    13 90 120 120 90 bilinear ceffc1b9
    13 90 120 120 90 bicubic e24f2a3f
    14 128 96 43 32 nearest 2b3fb6e4
    14 128 96 43 32 bilinear fdaab6bd
    14 128 96 43 32 bicubic 104f2524
    15 45 33 44 34 nearest 7fdad83d
    15 45 33 44 34 bilinear 7dbf4596
    15 45 33 44 34 bicubic a8f533be
    16 40 300 40 7 nearest 16b2e614
    16 40 300 40 7 bilinear 2659d839
    16 40 300 40 7 bicubic 77908990
    """

  /// Seed and size of the noise, preset, input size, layout, CRC-32 of the floats.
  static let preprocessed = """
    64120 120 80 imagenet 64 nhwc c8ae7b26
    64120 120 80 imagenet 64 nchw e8b4aada
    64081 81 131 imagenet 64 nhwc a75385b7
    64081 81 131 imagenet 64 nchw dccebbda
    64032 32 32 imagenet 64 nhwc c5c51641
    64032 32 32 imagenet 64 nchw 9decef6c
    64300 300 33 imagenet 64 nhwc 7338278d
    64300 300 33 imagenet 64 nchw 3370c317
    64125 125 77 imagenet 64 nhwc efc663d8
    64125 125 77 imagenet 64 nchw f48c1669
    48120 120 80 inception 48 nhwc bd1581ca
    48120 120 80 inception 48 nchw a3f6ec7f
    48081 81 131 inception 48 nhwc 05749550
    48081 81 131 inception 48 nchw 48f80cb8
    48032 32 32 inception 48 nhwc 5a457204
    48032 32 32 inception 48 nchw a349d770
    48300 300 33 inception 48 nhwc 3bfeb851
    48300 300 33 inception 48 nchw fd527618
    48125 125 77 inception 48 nhwc 36d298aa
    48125 125 77 inception 48 nchw a784b188
    57120 120 80 caffe 57 nhwc c7a5e1e5
    57120 120 80 caffe 57 nchw 96fb0d88
    57081 81 131 caffe 57 nhwc cfe42372
    57081 81 131 caffe 57 nchw 9158143e
    57032 32 32 caffe 57 nhwc 11dd65bd
    57032 32 32 caffe 57 nchw f78ce261
    57300 300 33 caffe 57 nhwc 5aa47164
    57300 300 33 caffe 57 nchw cfe47cc6
    57125 125 77 caffe 57 nhwc e70a4daa
    57125 125 77 caffe 57 nchw 42c02f21
    32120 120 80 cifar10 32 nhwc 11c51a57
    32120 120 80 cifar10 32 nchw bbc8bac9
    32081 81 131 cifar10 32 nhwc c1236e39
    32081 81 131 cifar10 32 nchw f501f68b
    32032 32 32 cifar10 32 nhwc ed6a4571
    32032 32 32 cifar10 32 nchw 03b99230
    32300 300 33 cifar10 32 nhwc f485cbd2
    32300 300 33 cifar10 32 nchw bee763b6
    32125 125 77 cifar10 32 nhwc f3b8f045
    32125 125 77 cifar10 32 nchw 9d621ea7
    31120 120 80 imagenet 31 nhwc eb56075b
    31120 120 80 imagenet 31 nchw 8e738fef
    31081 81 131 imagenet 31 nhwc 1cbb2d48
    31081 81 131 imagenet 31 nchw 74ab4fdf
    31032 32 32 imagenet 31 nhwc 6d1ed12f
    31032 32 32 imagenet 31 nchw 027e146b
    31300 300 33 imagenet 31 nhwc 5361022e
    31300 300 33 imagenet 31 nchw 03d9dded
    31125 125 77 imagenet 31 nhwc ed3e1801
    31125 125 77 imagenet 31 nchw f85f8aa4
    """
}
