"""A child process: a picture on standard input, a plain JPEG without metadata on standard output. Runs under hard limits."""

import io
import resource
import sys

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1600
_MEMORY = 700 * 1024 * 1024


def main() -> int:
    """Exit 0 with the JPEG, or 1 with a code word on standard error."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (15, 15))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return _refuse("too_many_pixels")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.info.clear()  # a comment would be written again
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright.save(sys.stdout.buffer, "JPEG", quality=82, optimize=True)
    except Image.DecompressionBombError:
        return _refuse("too_many_pixels")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError):
        return _refuse("not_an_image")
    return 0


def _refuse(code: str) -> int:
    print(code, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
