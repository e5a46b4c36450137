"""Takes the pictures of the pages and of the labels that the README shows, with the sample keyring: `make screenshots`.

Pages look best with the font Inter (Debian: apt-get install fonts-inter); poppler draws the labels (poppler-utils).
"""

import io
import json
import time
from urllib.parse import urlsplit

from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

from tests.support import browser, label_sheets
from tests.support.api_client import BROWSER, CREATE_MANY, CSV
from tests.support.local import serving
from tools import local_api

IMAGES = local_api.ROOT / "docs" / "images"
BASE_URL = "https://qrcode.example.com"
# 31 December 2030, 20:00 in Berlin.
EXPIRES_AT = 1_924_974_000
TICKET = {
    "id": "order-1042",
    "amount": 4250,
    "event": "Harbour Concert",
    "seats": ["12A", "12B"],
    "holder": {"name": "Amina Yusuf", "member": True},
}


def take(page, name: str, clip: dict) -> None:
    picture = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")
    # A page has few colours: a palette makes the file a third of its size.
    picture.quantize(48, dither=Image.Dither.NONE).save(IMAGES / name, optimize=True)


def take_labels(client) -> None:
    """The first two rows of a sheet."""
    rows = "id,amount\n" + "".join(f"order-{number},{4250 + number}\n" for number in range(1042, 1063))
    answer = client.request("POST", f"{CREATE_MANY}?format=pdf&caption={{id}}&link=compact&marks=on", rows.encode(), CSV)
    assert answer.status == 200, answer
    page = label_sheets.page(answer.body, dots=110).picture
    page = page.crop((0, 0, page.width, page.height * 5 // 16))
    ImageDraw.Draw(page).rectangle((0, 0, page.width - 1, page.height - 1), outline=160)
    page.quantize(8, dither=Image.Dither.NONE).save(IMAGES / "labels.png", optimize=True)


def main() -> None:
    local_api.build()
    keyring = json.loads(local_api.SAMPLE_ENVIRONMENT.read_text())["Parameters"]["KEYRING"]
    settings = {"KEYRING": keyring, "PUBLIC_BASE_URL": BASE_URL}
    with serving(local_api.ROOT / ".tools" / "screenshots.log", settings) as client, sync_playwright() as playwright:
        take_labels(client)
        chromium = browser.launch(playwright)

        # The pages believe that they are at the address in their links.
        def answer(route):
            parts, request = urlsplit(route.request.url), route.request
            target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            body = request.post_data_buffer
            got = client.request(request.method, target, body, request.headers if body else BROWSER)
            headers = {name: value for name, value in got.headers.items() if name != "content-length"}
            route.fulfill(status=got.status, headers=headers, body=got.body)

        def shoot(target: str, name: str, width: int, sharpness: float, ready: str, until: str) -> None:
            with browser.watched(chromium, BASE_URL, width, device_scale_factor=sharpness) as watched:
                watched.page.route("**", answer)
                watched.page.goto(target)
                watched.page.locator(ready).wait_for()
                box = watched.page.locator(until).bounding_box()
                size = {"width": width, "height": int(box["y"] + box["height"] + 14)}
                watched.page.set_viewport_size(size)
                take(watched.page, name, {"x": 0, "y": 0} | size)

        link = client.create(json.dumps(TICKET), f"format=json&expires_in={EXPIRES_AT - int(time.time())}").json["url"]
        shoot(link, "page.png", 400, 2, "time", "footer")
        shoot(f"{BASE_URL}/api", "console.png", 1100, 1.5, "#picture[src]", ".columns > section")
        chromium.close()


if __name__ == "__main__":
    main()
