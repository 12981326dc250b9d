"""What a file says of its colours is read from its content, whichever of the many ways it says it."""

import io
import struct
import zlib

import numpy as np
import pytest
from crafted import chunk, encoded, png
from PIL import Image, ImageCms

from studio.errors import UserError
from studio.images import icc, load_mask, open_image
from studio.images.space import BT709, of_code_points

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
P3 = of_code_points(12, 13, full_range=True).profile(is_grey=False)
LINEAR = icc.rgb(BT709, 1.0, "sRGB-elle-V2-g10.icc")


def grey_55(*chunks):
    return png(4, 4, 8, 2, [bytes([55] * 12)] * 4, *chunks)


def centre(picture):
    return np.asarray(picture.image)[2, 2].tolist()


def iccp(profile):
    return chunk(b"iCCP", b"x\0\0" + zlib.compress(profile))


def gamma(value):
    return chunk(b"gAMA", struct.pack(">I", value))


def cicp(*codes):
    return chunk(b"cICP", bytes(codes))


def chromaticities(white, red, green, blue):
    return chunk(b"cHRM", struct.pack(">8I", *(round(v * 100_000) for xy in (white, red, green, blue) for v in xy)))


def by_little_cms(colour, profile):
    """What a colour engine makes of one colour."""
    seen = ImageCms.profileToProfile(
        Image.new("RGB", (1, 1), colour), ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"),
        ImageCms.Intent.RELATIVE_COLORIMETRIC, "RGB", flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )  # fmt: skip
    return list(seen.getpixel((0, 0)))


def test_a_linear_profile_that_calls_itself_srgb_is_converted():
    picture = open_image(grey_55(iccp(LINEAR)))
    assert np.abs(np.array(centre(picture)) - 128).max() <= 1
    assert picture.icc == LINEAR, "it goes back into the result"


def test_a_profile_that_is_srgb_under_another_name_changes_nothing():
    same = icc.rgb(BT709, icc.SRGB, "Monitor 3")
    picture = open_image(encoded(Image.linear_gradient("L").convert("RGB"), "PNG", icc_profile=same))
    assert np.array_equal(np.asarray(picture.image)[..., 0], np.asarray(Image.linear_gradient("L")))
    assert picture.icc == same


@pytest.mark.parametrize("mode", ["L", "I;16"])
def test_a_linear_grey_profile_is_converted(mode):
    value = 55 if mode == "L" else 55 * 257
    picture = open_image(encoded(Image.new(mode, (4, 4), value), "PNG", icc_profile=icc.grey(1.0)))
    assert np.abs(np.array(centre(picture)) - 128).max() <= 1
    assert picture.icc == icc.grey(1.0)


def camera(space=0xFFFF, index=b"R03\0", order="<"):
    """EXIF as a camera writes it: colour space in the Exif directory, R03 in that of interoperability."""

    def entry(tag, kind, value, count=1):
        return struct.pack(f"{order}HHI", tag, kind, count) + value

    def short(value):
        return struct.pack(f"{order}HH", value, 0)

    def long(value):
        return struct.pack(f"{order}I", value)

    main = struct.pack(f"{order}H", 1) + entry(0x8769, 4, long(8 + 18)) + long(0)
    inner = struct.pack(f"{order}H", 2) + entry(0xA001, 3, short(space)) + entry(0xA005, 4, long(8 + 18 + 30)) + long(0)
    last = struct.pack(f"{order}H", 1) + entry(0x0001, 2, index, 4) + long(0)
    head = b"II*\0" if order == "<" else b"MM\0*"
    return b"Exif\0\0" + head + long(8) + main + inner + last


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("format", ["JPEG", "WEBP", "PNG"])
def test_adobe_rgb_is_told_by_exif_alone(format, order):
    image = Image.new("RGB", (16, 16), (90, 200, 90))
    data = encoded(image, format, exif=camera(order=order), **({"lossless": True} if format == "WEBP" else {}))
    picture = open_image(data)
    stored = np.asarray(picture.original)[2, 2].tolist()
    expected = by_little_cms(tuple(stored), icc.rgb(((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), (0.3127, 0.329)), 2.2))
    assert np.abs(np.array(centre(picture)) - expected).max() <= 1
    assert centre(picture)[0] < 40, "its green is beyond sRGB's"
    assert picture.icc is not None
    assert b"ADBE" not in picture.icc


def test_a_profile_counts_more_than_exif():
    data = encoded(Image.new("RGB", (16, 16), (90, 200, 90)), "JPEG", exif=camera(), icc_profile=SRGB, quality=100)
    assert np.abs(np.array(centre(open_image(data))) - [90, 200, 90]).max() <= 2


def test_colours_that_a_camera_calls_uncalibrated_are_told():
    picture = open_image(encoded(Image.new("RGB", (16, 16), (90, 200, 90)), "PNG", exif=camera(index=b"R98\0")))
    assert centre(picture) == [90, 200, 90]
    assert picture.icc is None
    assert "approximate" in picture.notes[0]


def test_srgb_told_by_exif_needs_no_word():
    picture = open_image(encoded(Image.new("RGB", (16, 16), (90, 200, 90)), "PNG", exif=camera(1, b"R98\0")))
    assert (centre(picture), picture.icc, picture.notes) == ([90, 200, 90], None, ())


def test_png_gamma():
    linear = open_image(grey_55(gamma(100_000)))
    assert np.abs(np.array(centre(linear)) - 128).max() <= 1
    usual = open_image(grey_55(gamma(45_455)))
    assert (centre(usual), usual.icc, usual.notes) == ([55, 55, 55], None, ())
    old_mac = open_image(grey_55(gamma(55_556)))
    assert np.abs(np.array(centre(old_mac)) - by_little_cms((55,) * 3, icc.rgb(BT709, 1.8))).max() <= 1


@pytest.mark.parametrize("value", [0, 1, 2**31 - 1])
def test_a_senseless_gamma_is_left_out(value):
    picture = open_image(grey_55(gamma(value)))
    assert (centre(picture), picture.icc) == ([55, 55, 55], None)


def test_grey_and_palette_pictures_have_a_gamma_too():
    grey = open_image(png(2, 2, 8, 0, [b"\x37\x37"] * 2, gamma(100_000)))
    palette = open_image(png(2, 2, 8, 3, [b"\0\0"] * 2, gamma(100_000), chunk(b"PLTE", bytes([55] * 3))))
    for picture in (grey, palette):
        assert np.abs(np.asarray(picture.image).astype(int) - 128).max() <= 1


def test_png_chromaticities():
    wide = chromaticities((0.3127, 0.329), (0.68, 0.32), (0.265, 0.69), (0.15, 0.06))
    red = png(2, 2, 8, 2, [bytes([200, 100, 100] * 2)] * 2, gamma(45_455), wide)
    assert np.abs(np.asarray(open_image(red).image)[0, 0].astype(int) - by_little_cms((200, 100, 100), P3)).max() <= 1
    usual = chromaticities((0.3127, 0.329), (0.64, 0.33), (0.3, 0.6), (0.15, 0.06))
    assert open_image(grey_55(gamma(45_455), usual)).icc is None
    nonsense = chromaticities((0.3127, 0.329), (0.3, 0.3), (0.3, 0.3), (0.3, 0.3))
    assert centre(open_image(grey_55(nonsense))) == [55, 55, 55]


def test_png_code_points():
    red = png(2, 2, 8, 2, [bytes([200, 100, 100] * 2)] * 2, cicp(12, 13, 0, 1))
    picture = open_image(red)
    assert np.abs(np.asarray(picture.image)[0, 0].astype(int) - by_little_cms((200, 100, 100), P3)).max() <= 1
    assert picture.icc == P3
    assert picture.notes == ()
    assert open_image(grey_55(cicp(1, 13, 0, 1))).icc is None


@pytest.mark.parametrize(("curve", "white"), [(16, 148), (18, 191)])
def test_hdr_is_shown_as_on_an_ordinary_screen_and_told(curve, white):
    """White paper is 203 nits: by BT.2408, 58 % of the PQ signal and 75 % of HLG's."""
    row = bytes([value for value in (0, 55, white, 255) for _ in range(3)])
    picture = open_image(png(4, 1, 8, 2, [row], cicp(9, curve, 0, 1)))
    black, dark, paper, brightest = np.asarray(picture.image)[0, :, 0].tolist()
    assert black == 0
    assert 20 < dark < 110
    assert paper >= 252
    assert brightest == 255
    assert "HDR" in picture.notes[0]


def test_pq_by_its_formula():
    """Of SMPTE ST 2084: at 55/255 it is 4.0 nits, 1.5 % of white paper's light."""
    share = icc.light(icc.PQ, np.array([55 / 255]))[0]
    levels = 255 * (1.055 * share ** (1 / 2.4) - 0.055)
    assert np.abs(np.array(centre(open_image(grey_55(cicp(9, 16, 0, 1))))) - levels).max() <= 1


@pytest.mark.parametrize("codes", [(99, 13, 0, 1), (12, 99, 0, 1), (12, 13, 0, 0), (12, 13, 5, 1)])
def test_code_points_that_nobody_knows_are_told(codes):
    picture = open_image(grey_55(cicp(*codes)))
    assert centre(picture) == [55, 55, 55]
    assert "approximate" in picture.notes[0]


def test_what_counts_most_in_a_png():
    """Code points before the profile, the profile before sRGB, sRGB before gamma."""
    assert open_image(grey_55(gamma(100_000), chunk(b"sRGB", b"\0"))).icc is None
    assert open_image(grey_55(chunk(b"sRGB", b"\0"), iccp(LINEAR))).icc == LINEAR
    assert open_image(grey_55(iccp(LINEAR), cicp(12, 13, 0, 1))).icc == P3
    assert np.abs(np.array(centre(open_image(grey_55(iccp(b"junk")[:-4] + bytes(4), gamma(100_000))))) - 128).max() <= 1


def test_avif_names_its_colours_by_code_points_too():
    """Pillow writes BT.709 primaries; another number there is what phones write."""
    data = encoded(Image.new("RGB", (32, 32), (200, 100, 100)), "AVIF", quality=100, subsampling="4:4:4")
    place = data.index(b"nclx") + 4
    wide = data[:place] + struct.pack(">HH", 12, 13) + data[place + 4 :]
    plain, converted = open_image(data), open_image(wide)
    assert plain.icc is None
    expected = by_little_cms(tuple(centre(plain)), P3)
    assert np.abs(np.array(centre(converted)) - expected).max() <= 2
    assert converted.icc == P3


@pytest.mark.parametrize(
    "data",
    [
        png(4, 4, 8, 3, [bytes(4)] * 4),
        png(4, 4, 8, 2, [bytes(12)] * 4, chunk(b"tRNS", bytes(40))),
        png(4, 4, 8, 0, [bytes(4)] * 4, chunk(b"tRNS", bytes(1))),
        png(4, 4, 8, 3, [bytes(4)] * 4, chunk(b"PLTE", bytes(3)), chunk(b"tRNS", bytes(900))),
        png(4, 4, 8, 3, [bytes([9] * 4)] * 4, chunk(b"PLTE", bytes(5))),
        png(4, 4, 16, 2, [bytes(24)] * 4, chunk(b"tRNS", b"")),
    ],
)
def test_pixels_that_do_not_fit_their_palette_are_refused_or_read_never_a_bug(data):
    told = [_refusal(read, data) for read in (open_image, load_mask)]
    assert all("damaged" in sentence for sentence in told if sentence)


def _refusal(read, data):
    """The sentence of a refusal; '' when it was read."""
    try:
        read(data)
    except UserError as error:
        return error.message
    return ""
