"""The demo that Sealed QR follows, as it would run on Lambda.

Flask-RESTX with Swagger UI, AES-CBC with a fixed IV, python-qrcode.
What it gets wrong is kept: the payload model is documented and not enforced, and a broken ctext is a server error.
"""

import base64
import io
import json
import os
from urllib.parse import quote

import qrcode
from Crypto.Cipher import AES
from Crypto.Util.Padding import pad, unpad
from flask import Flask, request, send_file
from flask_restx import Api, Resource, fields
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

KEY = bytes.fromhex(os.environ["AES_KEY"])
BASE_URL = os.environ["PUBLIC_BASE_URL"]
IV = bytes(range(AES.block_size))

app = Flask(__name__)
api = Api(app, prefix="/api", title="QR codes with encrypted payloads")
payload_model = api.model("Payload", {"id": fields.String(required=True), "amount": fields.Integer(required=True)})


def encrypt(plaintext: str) -> str:
    cipher = AES.new(KEY, AES.MODE_CBC, IV)
    return base64.b64encode(IV + cipher.encrypt(pad(plaintext.encode("ascii"), AES.block_size))).decode()


def decrypt(ctext: str) -> str:
    sealed = base64.b64decode(ctext)
    cipher = AES.new(KEY, AES.MODE_CBC, sealed[: AES.block_size])
    return unpad(cipher.decrypt(sealed[AES.block_size :]), AES.block_size).decode("ascii")


@api.route("/qrcode/encrypted-payload")
class EncryptedPayload(Resource):
    @api.expect(payload_model)
    @api.produces(["image/png"])
    def post(self):
        ctext = encrypt(json.dumps(request.get_json(), separators=(",", ":")))
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=8, border=4)
        code.add_data(f"{BASE_URL}/api/decrypt/qrcode-details?ctext={quote(ctext)}")
        picture = io.BytesIO()
        code.make_image().save(picture)
        picture.seek(0)
        return send_file(picture, mimetype="image/png")


@api.route("/decrypt/qrcode-details")
class QrCodeDetails(Resource):
    @api.param("ctext", required=True)
    def get(self):
        return json.loads(decrypt(request.args["ctext"]))


def handler(event, _context):
    """An API Gateway event in payload format 2.0, answered by the WSGI application."""
    http, body = event["requestContext"]["http"], event.get("body") or ""
    environ = EnvironBuilder(
        method=http["method"],
        path=event["rawPath"],
        query_string=event["rawQueryString"],
        headers=event["headers"],
        data=base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(),
    ).get_environ()
    response = Response.from_app(app, environ)
    return {
        "statusCode": response.status_code,
        "headers": dict(response.headers),
        "body": base64.b64encode(response.data).decode(),
        "isBase64Encoded": True,
    }
