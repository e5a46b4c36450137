"""What a hurried phone makes of a printed code: tilted, blurred, noisy, unevenly lit, compressed.

It is the same for every code: it depends on the seed and the size alone.
"""

import cv2
import numpy

# Of the picture's width: how far each corner may stray by perspective.
TILT = 0.05
ROTATION_DEGREES = 12
# In pixels of the photograph.
BLUR_SIGMA = 1.0
NOISE_SIGMA = 10.0
# From one corner to the opposite one: how much darker.
SHADE = 0.3
JPEG_QUALITY = 60
# The desk around the paper, as a share of the code's width.
SURROUNDINGS = 0.25
# The photograph is drawn this much larger and averaged down, as a sensor does.
SUPERSAMPLING = 4


def photograph(picture: numpy.ndarray, width: int, seed: int) -> numpy.ndarray:
    """A grey picture, as a camera sees it that gives it `width` pixels."""
    random = numpy.random.default_rng([seed, width])
    side = round(width * (1 + 2 * SURROUNDINGS))
    large = side * SUPERSAMPLING

    corners = numpy.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
    angle = numpy.radians(random.uniform(-ROTATION_DEGREES, ROTATION_DEGREES))
    rotation = numpy.array([[numpy.cos(angle), -numpy.sin(angle)], [numpy.sin(angle), numpy.cos(angle)]])
    target = corners @ rotation.T + random.uniform(-TILT, TILT, (4, 2))
    target = (target * width + side / 2) * SUPERSAMPLING
    source = (corners + 0.5) * picture.shape[0]
    transform = cv2.getPerspectiveTransform(source.astype(numpy.float32), target.astype(numpy.float32))

    border = {"borderMode": cv2.BORDER_CONSTANT, "borderValue": 235}
    photo = cv2.warpPerspective(picture, transform, (large, large), flags=cv2.INTER_LINEAR, **border)
    photo = cv2.GaussianBlur(photo, (0, 0), BLUR_SIGMA * SUPERSAMPLING)
    photo = cv2.resize(photo, (side, side), interpolation=cv2.INTER_AREA).astype(numpy.float32)
    ramp = numpy.linspace(0, 1, side, dtype=numpy.float32)
    photo = 40 + photo * 0.75 * (1 - SHADE * (ramp[:, None] + ramp[None, :]) / 2)
    photo += random.normal(0, NOISE_SIGMA, photo.shape)
    grey = photo.clip(0, 255).astype(numpy.uint8)
    _, compressed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return cv2.imdecode(compressed, cv2.IMREAD_GRAYSCALE)
